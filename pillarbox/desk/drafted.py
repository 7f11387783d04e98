"""From the draft that an order file gives to an order as it is checked everywhere, and back to the file's columns.

Problems found by the check speak of the order's fields; people who look at a file want its line and its column.
"""

from __future__ import annotations

from typing import Final

from pillarbox.desk.new_order import CheckedOrder, NewOrder, OrderNotUsable, ParcelFields, check_order
from pillarbox.postage.orderfile import DraftOrder, Mapping, Problem, Shop
from pillarbox.vault.content import Item

_FIELD: Final = {"note": "instructions", "value_pence": "total", "items": "title", "parcel.weight_g": "weight"}
_SENT: Final = {
    "cancelled": ("order-cancelled", "The shop says this order was cancelled."),
    "despatched": ("order-sent", "The shop says this order has already been sent."),
}


def order_of(draft: DraftOrder) -> NewOrder:
    """Return the draft as an order to be checked."""
    return NewOrder(
        {
            "name": draft.name, "company": draft.company, "line1": draft.line1, "line2": draft.line2,
            "line3": draft.line3, "town": draft.town, "county": draft.county, "postcode": draft.postcode,
            "country": draft.country, "phone": draft.phone, "email": draft.email,
        },
        draft.reference,
        ParcelFields(draft.weight_g, draft.length_mm, draft.width_mm, draft.height_mm, draft.format),
        tuple([
            Item(i.title, i.quantity, i.sku, i.unit_pence, i.weight_g, i.hs_code, i.origin) for i in draft.items
        ]) if draft.items else (),
        draft.total_pence,
        draft.currency or "GBP",
        draft.service_code,
        draft.instructions,
        None,
        shop_of(draft),
        draft.shipping_service,
    )  # fmt: skip


def shop_of(draft: DraftOrder) -> str:
    """Return the shop an order was made in, or "" where its file is no shop's own."""
    shop, _, _ = draft.order_key.partition(":")
    return "" if shop in _NO_SHOP else shop


_NO_SHOP: Final = frozenset({"file", Shop.CLICK_AND_DROP.value})
"""Ways of writing a file that are no shop's own."""


def judge(draft: DraftOrder, mapping: Mapping, *, take_sent: bool) -> CheckedOrder | tuple[Problem, ...]:
    """Check a draft: the order that can be stored, or everything that is wrong with it."""
    problems = draft.problems
    if draft.state and (draft.state == "cancelled" or not take_sent):
        code, words = _SENT[draft.state]
        return (*problems, Problem(draft.line, _column(mapping, draft.state), draft.state, code, words))
    try:
        checked = check_order(order_of(draft))
    except OrderNotUsable as error:
        return _united(problems, [_problem(draft, mapping, *one) for one in error.problems])
    return problems or checked


def _problem(draft: DraftOrder, mapping: Mapping, field: str, error: BaseException) -> Problem:
    name = _FIELD.get(field) or field.removeprefix("recipient.").removeprefix("parcel.")
    code = getattr(error, "code", "unusable")
    return Problem(draft.line, _column(mapping, name), name, code, getattr(error, "detail", str(error)))


def _united(first: tuple[Problem, ...], more: list[Problem]) -> tuple[Problem, ...]:
    """Leave out what the reader has already said of the same field."""
    said = {problem.field for problem in first}
    return (*first, *[problem for problem in more if problem.field not in said])


def _column(mapping: Mapping, field: str) -> str | None:
    names = mapping.columns.get(field)
    return names[0] if names else None
