"""Orders in words: the rows of the list and one order whole, from what the desk knows to what a template shows.

Rows of the vault are taken by their field names, so the door imports no vault.
"""

from __future__ import annotations

from typing import Any, Final

from pillarbox.postage.country import by_iso2
from pillarbox.postage.parcel import Format
from pillarbox.web.labels import label_state
from pillarbox.web.parcel_words import tone_of
from pillarbox.web.views import State, Tone, orders

OrderLike = Any
_STATES: Final = {
    "new": State("New"),
    "label_generated": State("Label generated", Tone.GOOD),
    "despatched": State("Despatched", Tone.GOOD),
    "manifested": State("Manifested", Tone.GOOD),
    "cancelled": State("Cancelled"),
    "refunded": State("Refunded"),
}
_MEND: Final = State("To mend", Tone.BAD)
_DONE_WITH: Final = frozenset({"cancelled", "refunded"})
MOST_ITEMS: Final = 60
"""Characters of an order's items in the list, and of the fields that a viewer saw."""
_PERSONAL: Final = "name, address and reference"
"""What the record says where the recipient was shown (`desk.seen_words`)."""


def order_row(line: Any) -> orders.OrderRow:
    """One order of the list; `line` is `desk.workbench.WorkLine`."""
    order, outlook = line.order, line.outlook
    return orders.OrderRow(
        id=str(order.order_id),
        reference=name_of(order),
        recipient=order.addressee.address.name or order.addressee.address.company,
        place=place_of(order.addressee.address),
        items=items_of(order.contents.items),
        weight_g=order.weight_g,
        service=outlook.service,
        price_pence=outlook.price_pence,
        state=state_of_order(order, outlook.problem),
        tracking_number=order.tracking_number or "",
        added=order.created_at,
        problem=outlook.problem,
        can_select=order.state not in _DONE_WITH,
    )


def name_of(order: OrderLike) -> str:
    """What an order is called: the merchant's own reference, else its number within the account."""
    return order.addressee.reference or f"No. {order.number}"


def place_of(address: Any) -> str:
    """Town and postcode, and the country abroad."""
    inland = " ".join(part for part in (address.town, address.postcode) if part)
    return inland if address.country == "GB" else ", ".join(p for p in (inland, by_iso2(address.country).name) if p)


def items_of(items: Any) -> str:
    """The goods in a few words: `2 × Tea towel; Card`."""
    words = "; ".join(f"{i.quantity} × {i.title}" if i.quantity != 1 else i.title for i in items if i.title)
    return words if len(words) <= MOST_ITEMS else words[: MOST_ITEMS - 1].rstrip() + "…"


def state_of_order(order: OrderLike, problem: str) -> State:
    """The state of an order as a pill shows it."""
    return _MEND if problem and order.state == "new" else _STATES[order.state]


def order_view(detail: Any, *, aside: bool = False) -> orders.Order:
    """One order whole; `detail` is `desk.order_detail.OrderDetail`."""
    order, outlook, tracking = detail.order, detail.outlook, detail.tracking
    new = order.state == "new"
    unscanned = any(label.voided_at is None and label.first_scan_at is None for label in detail.labels)
    return orders.Order(
        id=str(order.order_id),
        reference=name_of(order),
        state=state_of_order(order, outlook.problem),
        added=order.created_at,
        recipient=person_of(order.addressee.address),
        parcel=orders.ParcelFacts(format_words(order.format), order.weight_g, sides_words(order)),
        items=tuple(_item(item) for item in order.contents.items),
        charge=_charge(detail),
        tracking_number=order.tracking_number or "",
        steps=_steps(tracking),
        labels=tuple(_label(label) for label in detail.labels),
        seen=tuple(_sight(sight) for sight in (detail.seen.sights if detail.seen else ())),
        seen_total=detail.seen_total,
        can_buy=new and not outlook.problem,
        can_edit=new,
        can_void=unscanned,
        problem=outlook.problem,
        expected=tracking.headline if tracking else "",
        customs=detail.form,
        note=order.contents.note,
        public_tracking=f"/track/{order.tracking_number}" if order.tracking_number else "",
        aside=aside,
    )


def person_of(address: Any) -> orders.Person:
    """An addressee in postal order."""
    lines = (address.name, address.company, *address.lines, address.town, address.county, address.postcode)
    country = "" if address.country == "GB" else by_iso2(address.country).name
    return orders.Person(tuple(line for line in lines if line), country, address.email, address.phone)


def format_words(format_name: str | None) -> str:
    """A format as a word of its own: `Small parcel`."""
    return Format(format_name).value.replace("_", " ").capitalize() if format_name else ""


def sides_words(parcel: Any) -> str:
    """Three sides in words, or nothing: `350 × 250 × 160 mm`."""
    if parcel.length_mm is None:
        return ""
    return f"{parcel.length_mm} × {parcel.width_mm} × {parcel.height_mm} mm"


def _charge(detail: Any) -> orders.Charge | None:
    outlook = detail.outlook
    live = next((label for label in detail.labels if label.voided_at is None), None)
    if live is not None:
        service = detail.tracking.service if detail.tracking else outlook.service
        speed = detail.tracking.aim if detail.tracking else ""
        return orders.Charge(
            service, live.price_pence, live.vat_pence, paid=True, speed=speed, cover_pence=live.cover_pence or 0
        )
    if outlook.price_pence is None:
        return None
    return orders.Charge(
        outlook.service,
        outlook.price_pence,
        outlook.vat_pence,
        paid=False,
        speed=outlook.speed,
        cover_pence=outlook.cover_pence,
    )


def _item(item: Any) -> orders.Item:
    return orders.Item(item.title, item.sku, item.quantity, item.weight_g, item.price_pence, item.origin, item.hs_code)


def _steps(tracking: Any) -> tuple[orders.Step, ...]:
    if tracking is None:
        return ()
    return tuple(
        orders.Step(step.words, step.place, step.at, tone_of(step.status)) for step in reversed(tracking.steps)
    )


def _label(label: Any) -> orders.LabelLine:
    state = label_state(label.status, label.printed_at, label.voided_at, label.first_scan_at)
    prints = 1 if label.printed_at else 0
    return orders.LabelLine(str(label.label_id), label.tracking_number, label.bought_at, prints, state)


def _sight(sight: Any) -> orders.Sight:
    """One viewer of an order in a line; the whole record says every field by name."""
    fields = "name, address and contents" if _PERSONAL in sight.fields else sight.fields
    short = fields if len(fields) <= MOST_ITEMS else fields[: MOST_ITEMS - 1].rpartition(", ")[0] + "…"
    return orders.Sight(sight.name[:1].upper() + sight.name[1:], sight.surface, short, sight.at)
