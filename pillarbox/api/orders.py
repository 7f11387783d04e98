"""Orders by API: create, read, list, change, cancel."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, delete, get, post, put
from litestar.handlers import BaseRouteHandler
from litestar.params import Parameter

from pillarbox.api.answers import Desk, body_of, problem
from pillarbox.api.views import order_made, order_page, order_view
from pillarbox.desk.change_order import cancel_order, change_order
from pillarbox.desk.create_order import create_order
from pillarbox.desk.new_order import NewOrder, check_order
from pillarbox.desk.read_order import NEWEST, OrdersAsked, list_orders, read_order
from pillarbox.kernel.errors import BadInput, PillarboxError
from pillarbox.kernel.ids import Kind, parse

Ask = Request[Any, Any, Any]
InState = Annotated[str | None, Parameter(query="state")]


class CursorUnreadable(BadInput):
    """This cursor is not one of ours. Leave it out to begin with the newest."""


def routes(desk: Desk) -> list[BaseRouteHandler]:
    """The handlers of /v1/orders."""

    @post("/v1/orders", name="create_order", summary="Create an order", status_code=201)
    async def create(request: Ask) -> Response[bytes]:
        try:
            order = check_order(await body_of(request, NewOrder))
        except PillarboxError as error:
            return problem(error)
        return await desk.answer(
            request, "orders:write", lambda box: create_order(box, order), order_made, status=201, write=True
        )

    @get("/v1/orders/{order_id:str}", name="read_order", summary="Read one order")
    async def read(request: Ask, order_id: str) -> Response[bytes]:
        return await desk.answer(
            request, "orders:read", lambda box: read_order(box, parse(Kind.ORDER, order_id), last=True), order_view
        )

    @get("/v1/orders", name="list_orders", summary="List orders, newest first")
    async def listed(
        request: Ask, limit: int = 50, cursor: str = "", in_state: InState = None, search: str = ""
    ) -> Response[bytes]:
        try:
            asked = OrdersAsked(_before(cursor), limit, in_state, search)
        except PillarboxError as error:
            return problem(error)
        return await desk.answer(
            request, "orders:read", lambda box: list_orders(box, asked, last=True), lambda page: order_page(page, limit)
        )

    @put("/v1/orders/{order_id:str}", name="change_order", summary="Replace an order that has no label")
    async def change(request: Ask, order_id: str) -> Response[bytes]:
        try:
            order = check_order(await body_of(request, NewOrder))
        except PillarboxError as error:
            return problem(error)
        return await desk.answer(
            request,
            "orders:write",
            lambda box: change_order(box, parse(Kind.ORDER, order_id), order),
            order_view,
            write=True,
        )

    @delete("/v1/orders/{order_id:str}", name="cancel_order", summary="Cancel an order", status_code=200)
    async def cancel(request: Ask, order_id: str) -> Response[bytes]:
        return await desk.answer(
            request,
            "orders:write",
            lambda box: cancel_order(box, parse(Kind.ORDER, order_id)),
            order_view,
            write=True,
        )

    return [create, read, listed, change, cancel]


def _before(cursor: str) -> int:
    if not cursor:
        return NEWEST
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 18:
        raise CursorUnreadable(field="cursor")
    return int(cursor)
