"""Orders: the list that people work at, one order whole, and cancelling one."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from litestar import get, post
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.change_order import cancel_order
from pillarbox.desk.order_detail import OrderDetail, order_detail
from pillarbox.desk.read_order import NEWEST
from pillarbox.desk.workbench import COLUMNS, MEND, PAGE, WorkAsked, Workbench, workbench, write_columns
from pillarbox.gate import Box, Owned, gather, render
from pillarbox.kernel.errors import BadInput, NotFound
from pillarbox.kernel.ids import Kind, parse
from pillarbox.web.answers import Answer, Ask, Pages, Visit, done
from pillarbox.web.order_words import name_of, order_row, order_view
from pillarbox.web.sheet import Sheet
from pillarbox.web.trail import BELOW, pager, read_trail
from pillarbox.web.views import Confirm, Section, orders

READ, WRITE = "orders:read", "orders:write"
_CHIPS: Final = (
    ("", "All"),
    ("new", "New"),
    (MEND, "To mend"),
    ("label_generated", "Label generated"),
    ("despatched", "Despatched"),
    ("manifested", "Manifested"),
    ("cancelled", "Cancelled"),
    ("refunded", "Refunded"),
)
_ALWAYS: Final = frozenset({"", "new", "label_generated", "despatched"})
"""Filters that stand there even when they find nothing."""
_COLUMN_WORDS: Final = {"to": "To", "parcel": "Parcel", "service": "Service", "price": "Price", "tracking": "Tracking"}


class PlaceUnreadable(BadInput):
    """This address does not name a place in the list. Begin with the newest."""


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers of the list and of one order."""
    return [*_lists(pages), *_ones(pages)]


def _lists(pages: Pages) -> list[BaseRouteHandler]:
    counter = pages.counter

    @get("/a/{place:str}/orders")
    async def listed(request: Ask) -> Answer:
        visit = Visit(request, READ)
        query = request.query_params
        try:
            trail = read_trail(request)
            asked = WorkAsked(
                _below(trail),
                query.get("state", ""),
                parse(Kind.IMPORT, query["import"]) if query.get("import") else None,
                query.get("q", "")[:200],
            )
            opened = parse(Kind.ORDER, query["open"]) if query.get("open") else None
        except (BadInput, NotFound) as error:
            return pages.refuse(visit, error)

        async def verb(box: Box) -> Owned[Any]:
            page = await workbench(box, counter, asked)
            if opened is None:
                return render(lambda found: (found, None), page)
            return gather((page, await order_detail(box, counter, opened)))

        return await pages.show(visit, verb, partial(_list_sheet, asked=asked, trail=trail))

    @post("/a/{place:str}/orders/columns")
    async def columns(request: Ask) -> Answer:
        form = await request.form()
        chosen = [str(each) for each in form.getall("column", [])]
        back = _kept(str(form.get("query", "")))
        return await pages.act(Visit(request, READ), lambda box: write_columns(box, chosen), lambda _: f"/orders{back}")

    return [listed, columns]


def _ones(pages: Pages) -> list[BaseRouteHandler]:
    counter = pages.counter

    @get("/a/{place:str}/orders/{order_id:str}")
    async def one(request: Ask) -> Answer:
        visit = Visit(request, READ)
        aside = request.query_params.get("aside") == "1"
        return await pages.show(
            visit,
            lambda box: order_detail(box, counter, visit.id(Kind.ORDER, "order_id")),
            partial(_order_sheet, aside=aside),
        )

    @get("/a/{place:str}/orders/{order_id:str}/cancel")
    async def question(request: Ask) -> Answer:
        visit = Visit(request, WRITE)
        return await pages.show(
            visit, lambda box: order_detail(box, counter, visit.id(Kind.ORDER, "order_id")), _cancel_sheet
        )

    @post("/a/{place:str}/orders/{order_id:str}/cancel")
    async def cancel(request: Ask) -> Answer:
        visit = Visit(request, WRITE)
        return await pages.act(
            visit,
            lambda box: cancel_order(box, visit.id(Kind.ORDER, "order_id")),
            lambda order: done(f"/orders/{order.order_id}", "cancelled"),
        )

    return [one, question, cancel]


def _below(trail: tuple[str, ...]) -> int:
    if not trail:
        return NEWEST
    last = trail[-1]
    if not (last.isascii() and last.isdigit() and len(last) <= 18):
        raise PlaceUnreadable
    return int(last)


def _kept(query: str) -> str:
    """Return the query of a list to come back to: only what our own filters write."""
    clean = query if len(query) <= 2_000 and all(c.isalnum() or c in "=&+%_.-~" for c in query) else ""
    return f"?{clean}" if clean else ""


def _list_sheet(found: tuple[Workbench, OrderDetail | None], asked: WorkAsked, trail: tuple[str, ...]) -> Sheet:
    page, detail = found
    kept = {"q": asked.search, "state": asked.state, "import": str(asked.import_id or "")}
    last = str(page.lines[-1].order.number) if page.lines else ""
    view = orders.Orders(
        chips=_chips(page, asked),
        columns=tuple(orders.Column(key, _COLUMN_WORDS[key], key in page.columns) for key in COLUMNS),
        rows=tuple(order_row(line) for line in page.lines),
        pager=pager(trail, len(page.lines), page.matching, PAGE, last, **kept),
        everything=page.everything,
        query=urlencode([*((k, v) for k, v in kept.items() if v), *((BELOW, each) for each in trail)]),
        search=asked.search,
        detail=order_view(detail, aside=True) if detail else None,
    )
    return Sheet("Orders", Section.ORDERS, view, search=asked.search)


def _chips(page: Workbench, asked: WorkAsked) -> tuple[orders.Chip, ...]:
    totals = {"": page.everything, MEND: page.mend, **page.counts}
    chips = tuple(
        orders.Chip(words, totals.get(state, 0), urlencode({"state": state}) if state else "", state == _on(asked))
        for state, words in _CHIPS
        if totals.get(state) or state in _ALWAYS or state == asked.state
    )
    if asked.import_id is None:
        return chips
    return (*chips, orders.Chip("Of this file", page.matching, urlencode({"import": str(asked.import_id)}), on=True))


def _on(asked: WorkAsked) -> str | None:
    return None if asked.search or asked.import_id else asked.state


def _order_sheet(detail: OrderDetail, aside: bool = False) -> Sheet:  # noqa: FBT001, FBT002 - bound by name alone
    return Sheet(f"Order {name_of(detail.order)}", Section.ORDERS, order_view(detail, aside=aside))


def _cancel_sheet(detail: OrderDetail) -> Sheet:
    order = detail.order
    here = f"/orders/{order.order_id}"
    view = Confirm(
        f"Cancel order {name_of(order)}?",
        ("It stays in your list as cancelled, and no label can be bought for it.", "Nothing was charged for it."),
        f"{here}/cancel",
        "Cancel this order",
        here,
        f"Order {name_of(order)}",
        grave=True,
    )
    return Sheet("Cancel an order", Section.ORDERS, view)
