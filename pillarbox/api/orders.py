"""Orders by API: create, read, list, change, cancel, price."""

from __future__ import annotations

import msgspec

from pillarbox.api.cursor import CursorUnreadable, number_before
from pillarbox.api.desk import Desk
from pillarbox.api.order_fields import OrderFields, checked
from pillarbox.api.route import Ask, Once, Route, Verb
from pillarbox.api.views.orders import OrderMadeView, OrderPage, OrderView, order_made, order_page, order_view
from pillarbox.api.views.quotes import QuoteView, quote_view
from pillarbox.desk.change_order import OrderHasLabel, cancel_order, change_order
from pillarbox.desk.create_order import create_order
from pillarbox.desk.new_order import OrderNotUsable
from pillarbox.desk.quote import WeightMissing, quote_order
from pillarbox.desk.read_order import NEWEST, OrdersAsked, PageUnusable, StateUnknown, list_orders, read_order
from pillarbox.gate import Box, Owned, render
from pillarbox.kernel.ids import Kind
from pillarbox.postage.parcel import ParcelDoesNotFit, SizeMissing


class OrdersQuery(msgspec.Struct, frozen=True):
    """`limit` 1 to 200; `cursor` from the page before; only orders in `state`; `search` finds whole words of name,
    company, postcode, e-mail and reference.
    """

    limit: int = 50
    cursor: str = ""
    state: str | None = None
    search: str = ""


def routes(desk: Desk) -> list[Route]:
    """The routes of /v1/orders."""
    counter = desk.counter
    return [
        Route(
            "create_order", "POST /v1/orders", "Create an order", "orders:write",
            takes=OrderFields, gives=OrderMadeView, status=201, once=Once.MAY, raises=(OrderNotUsable,),
            verb=_create, view=order_made,
        ),
        Route(
            "list_orders", "GET /v1/orders", "List orders, newest first", "orders:read",
            query=OrdersQuery, gives=OrderPage, raises=(StateUnknown, PageUnusable, CursorUnreadable),
            verb=_list, view=order_page,
        ),
        Route(
            "read_order", "GET /v1/orders/{order_id}", "Read one order", "orders:read",
            gives=OrderView, view=order_view,
            verb=lambda ask: lambda box: read_order(box, ask.id(Kind.ORDER), last=True),
        ),
        Route(
            "change_order", "PUT /v1/orders/{order_id}", "Replace an order that has no label", "orders:write",
            takes=OrderFields, gives=OrderView, raises=(OrderNotUsable, OrderHasLabel), verb=_change, view=order_view,
        ),
        Route(
            "cancel_order", "DELETE /v1/orders/{order_id}", "Cancel an order that has no label", "orders:write",
            gives=OrderView, raises=(OrderHasLabel,),
            verb=lambda ask: lambda box: cancel_order(box, ask.id(Kind.ORDER)), view=order_view,
        ),
        Route(
            "quote_order", "GET /v1/orders/{order_id}/quote", "Price an order with every service", "orders:read",
            gives=QuoteView, raises=(WeightMissing, SizeMissing, ParcelDoesNotFit),
            verb=lambda ask: lambda box: quote_order(box, counter, ask.id(Kind.ORDER)), view=quote_view,
        ),
    ]  # fmt: skip


def _create(ask: Ask) -> Verb:
    order = checked(ask.body)
    return lambda box: create_order(box, order)


def _change(ask: Ask) -> Verb:
    order = checked(ask.body)
    return lambda box: change_order(box, ask.id(Kind.ORDER), order)


def _list(ask: Ask) -> Verb:
    query: OrdersQuery = ask.query
    asked = OrdersAsked(number_before(query.cursor, NEWEST), query.limit, query.state, query.search)

    async def listed(box: Box) -> Owned[object]:
        return render(lambda rows: (rows, query.limit), await list_orders(box, asked, last=True))

    return listed
