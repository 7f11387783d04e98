"""Changing an order that has no label yet: the form as it stands, and again with what was wrong."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import get, post
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.change_order import change_order
from pillarbox.desk.counter import Counter
from pillarbox.desk.new_order import check_order
from pillarbox.desk.order_detail import OrderDetail, order_detail
from pillarbox.desk.quote import quote_order
from pillarbox.gate import Box, Owned, render
from pillarbox.kernel.errors import BadInput, Conflict
from pillarbox.kernel.ids import Id, Kind
from pillarbox.kernel.money import pounds
from pillarbox.postage.quote import Quote
from pillarbox.web.answers import Answer, Ask, Pages, Visit, done
from pillarbox.web.form import Fields
from pillarbox.web.order_form import changed_order, format_choices, items_of, reason_choices, typed_items, values_of
from pillarbox.web.order_words import name_of
from pillarbox.web.sheet import Sheet
from pillarbox.web.views import Choice, FieldError, Section, orders

WRITE = "orders:write"


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers of the form."""

    @get("/a/{place:str}/orders/{order_id:str}/edit")
    async def form(request: Ask) -> Answer:
        return await _form(pages, Visit(request, WRITE), None)

    @post("/a/{place:str}/orders/{order_id:str}/edit")
    async def change(request: Ask) -> Answer:
        visit, fields = Visit(request, WRITE), Fields(await request.form())

        async def verb(box: Box) -> Owned[Any]:
            order_id = visit.id(Kind.ORDER, "order_id")
            current = box.open(await order_detail(box, pages.counter, order_id)).order
            return await change_order(box, order_id, check_order(changed_order(fields, current)))

        return await pages.act(
            visit,
            verb,
            lambda order: done(f"/orders/{order.order_id}", "changed"),
            partial(_form, pages, visit, fields.typed()),
        )

    return [form, change]


async def _form(
    pages: Pages, visit: Visit, typed: dict[str, str] | None, errors: tuple[FieldError, ...] = ()
) -> Answer:
    return await pages.show(
        visit,
        lambda box: _read(box, pages.counter, visit.id(Kind.ORDER, "order_id")),
        partial(_sheet, typed=typed),
        errors=errors,
        status=422 if errors else 200,
    )


async def _read(box: Box, counter: Counter, order_id: Id) -> Owned[tuple[OrderDetail, Quote | None]]:
    """Read an order with the prices of every service, where it can be priced as it stands."""
    detail = await order_detail(box, counter, order_id)
    try:
        prices = await quote_order(box, counter, order_id)
    except (BadInput, Conflict):
        return render(_without, detail)
    return render(_with, detail, prices)


def _without(detail: OrderDetail) -> tuple[OrderDetail, Quote | None]:
    return detail, None


def _with(detail: OrderDetail, prices: Quote) -> tuple[OrderDetail, Quote | None]:
    return detail, prices


def _sheet(found: tuple[OrderDetail, Quote | None], typed: dict[str, str] | None) -> Sheet:
    detail, prices = found
    order = detail.order
    values = values_of(order) if typed is None else typed
    view = orders.OrderEdit(
        str(order.order_id),
        name_of(order),
        values,
        format_choices(values.get("format", ""), "Not said"),
        _services(prices, values.get("service", "")),
        items_of(order) if typed is None else typed_items(typed),
        detail.form,
        reason_choices(values.get("reason", "")),
    )
    return Sheet("Change an order", Section.ORDERS, view)


def _services(prices: Quote | None, chosen: str) -> tuple[Choice, ...]:
    offers = [offer for offer in prices.offers if offer.sellable] if prices else []
    known = {offer.code for offer in offers}
    first = Choice("", "Choose when buying", chosen=not chosen)
    kept = (Choice(chosen, chosen, chosen=True),) if chosen and chosen not in known else ()
    return (
        first,
        *kept,
        *(Choice(o.code, f"{o.name}, {pounds(o.price_pence)}", chosen=o.code == chosen) for o in offers),
    )
