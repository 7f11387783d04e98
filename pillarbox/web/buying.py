"""Buying labels: choose a service, look at the price once more, buy; many orders become a batch with its progress.

POST /buy            ticked orders, perhaps with one service for all: what it would cost, nothing written
POST /buy/confirm    one order at once, several as a batch
GET  /batches/{id}   how far a batch has come; asks again by itself, and survives a reload
GET  /orders/{id}/prices   every service for one order
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from litestar import get, post
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.buy import buy
from pillarbox.desk.buy_many import BuyPreview, failed_items, preview_buy, read_batch, start_batch
from pillarbox.desk.counter import Counter
from pillarbox.desk.quote import quote_order
from pillarbox.desk.read_order import read_order
from pillarbox.desk.sale import BalanceTooLow, PriceChanged
from pillarbox.gate import Box, Owned, gather, render
from pillarbox.kernel.errors import BadInput, Conflict
from pillarbox.kernel.ids import Id, Kind, parse
from pillarbox.web.answers import Answer, Ask, Pages, Visit, done, see
from pillarbox.web.buying_pages import batch_sheet, preview_sheet, prices_sheet
from pillarbox.web.views import FieldError

WRITE: Final = "labels"


TOO_LOW: Final = "The balance does not cover this, and nothing was charged. Ask whoever looks after the money."


class NotBought(BadInput):
    """This was not bought, and nothing was charged. Please look at the price again."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form of /buy says: orders as they were ticked, one service for all or "", the agreed pence, the key."""

    orders: tuple[str, ...]
    service: str
    agreed: str = ""
    key: str = ""

    @property
    def ids(self) -> list[Id]:
        """The orders. Raises `NotFound` for what is none."""
        return [parse(Kind.ORDER, text) for text in self.orders]


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers of buying."""
    return [*_looks(pages), *_purchases(pages)]


def _looks(pages: Pages) -> list[BaseRouteHandler]:
    counter = pages.counter

    @post("/a/{place:str}/buy", name="preview_buy", status_code=200)
    async def preview(request: Ask) -> Answer:
        wanted = await _wanted(request)
        if not wanted.orders:
            return see(f"/a/{Visit(request, WRITE).place}{done('/orders', 'nothing-ticked')}")
        if len(wanted.orders) == 1 and not wanted.service:
            return await _one_or_prices(pages, request, wanted)
        return await _preview(pages, request, wanted)

    @get("/a/{place:str}/orders/{order_id:str}/prices", name="order_prices")
    async def prices(request: Ask) -> Answer:
        visit = Visit(request, WRITE)
        return await pages.show(
            visit,
            lambda box: _priced(box, counter, visit.id(Kind.ORDER, "order_id")),
            partial(prices_sheet, counter=counter),
        )

    @get("/a/{place:str}/batches/{batch_id:str}", name="batch")
    async def batch(request: Ask) -> Answer:
        visit = Visit(request, WRITE)
        finished = False

        async def verb(box: Box) -> Owned[Any]:
            nonlocal finished
            row = await read_batch(box, visit.id(Kind.BATCH, "batch_id"))
            finished = box.open(row).status == "done"
            return gather((row, await failed_items(box, box.open(row).batch_id)))

        answer = await pages.show(visit, verb, batch_sheet)
        if finished and request.headers.get("hx-request"):
            answer.headers["HX-Refresh"] = "true"
        return answer

    return [preview, prices, batch]


def _purchases(pages: Pages) -> list[BaseRouteHandler]:
    @post("/a/{place:str}/buy/confirm", name="buy")
    async def confirm(request: Ask) -> Answer:
        wanted = await _wanted(request)
        one = len(wanted.orders) == 1
        return await pages.act(
            Visit(request, WRITE),
            partial(_buy_one if one else _buy_many, counter=pages.counter, wanted=wanted),
            str,
            partial(_preview, pages, request, wanted),
        )

    return [confirm]


async def _wanted(request: Ask) -> Wanted:
    form = await request.form()
    orders = tuple(dict.fromkeys(str(value) for value in form.getall("order", [])))
    return Wanted(orders, str(form.get("service", "")), str(form.get("agreed", "")), str(form.get("key", ""))[:200])


async def _preview(pages: Pages, request: Ask, wanted: Wanted, errors: tuple[FieldError, ...] = ()) -> Answer:
    return await pages.show(
        Visit(request, WRITE),
        lambda box: _previewed(box, pages.counter, wanted),
        partial(_sheet, wanted=wanted, counter=pages.counter),
        errors=errors,
        status=422 if errors else 200,
    )


async def _previewed(box: Box, counter: Counter, wanted: Wanted) -> Owned[tuple[BuyPreview, bool]]:
    """Return what buying would mean, and whether this person may know the balance."""
    found = await preview_buy(box, counter, wanted.ids, wanted.service)
    knows = await _knows_money(box)
    return render(lambda preview: (preview, knows), found)


async def _knows_money(box: Box) -> bool:
    return "money:read" in (await box.enter()).scopes


def _sheet(found: tuple[BuyPreview, bool], *, wanted: Wanted, counter: Counter) -> Any:
    preview, knows_money = found
    key = secrets.token_hex(16)
    return preview_sheet(preview, wanted.orders, wanted.service, key, counter, knows_money=knows_money)


async def _one_or_prices(pages: Pages, request: Ask, wanted: Wanted) -> Answer:
    """Show the price of one order that names its service, or the services to choose from where it names none."""
    counter = pages.counter

    async def verb(box: Box) -> Owned[Any]:
        order = await read_order(box, wanted.ids[0])
        if box.open(order).service_code:
            return await _previewed(box, counter, wanted)
        return await _priced(box, counter, wanted.ids[0])

    def sheet(found: tuple[Any, ...]) -> Any:
        if isinstance(found[0], BuyPreview):
            return _sheet((found[0], found[1]), wanted=wanted, counter=counter)
        return prices_sheet((found[0], found[1], found[2]), counter=counter)

    return await pages.show(Visit(request, WRITE), verb, sheet)


async def _priced(box: Box, counter: Counter, order_id: Id) -> Owned[tuple[Any, Any, str]]:
    """Return the order, its quote or None, and why there is none."""
    order = await read_order(box, order_id)
    try:
        quoted = await quote_order(box, counter, order_id)
    except (BadInput, Conflict) as error:
        return render(lambda row, problem: (row, None, problem), order, box.own(error.detail, "order:problem"))
    return render(lambda row, quote: (row, quote, ""), order, quoted)


async def _buy_one(box: Box, *, counter: Counter, wanted: Wanted) -> Owned[str]:
    """Buy one order's label at the price that was shown. Raises `NotBought` with the reason."""
    order_id = wanted.ids[0]
    service = wanted.service or box.open(await read_order(box, order_id)).service_code or ""
    try:
        label = await buy(box, counter, order_id, service, wanted.key, agreed_pence=_pence(wanted.agreed))
    except Conflict as error:
        raise await _not_bought(box, error) from error
    return render(lambda row: done(f"/orders/{row.order_id}", "bought"), label)


async def _buy_many(box: Box, *, counter: Counter, wanted: Wanted) -> Owned[str]:
    """Put a batch down for the worker, if it still costs what was shown and the balance reaches.

    A batch that has begun under this key is returned as it is. Raises `NotBought`.
    """
    try:
        batch = await start_batch(box, counter, wanted.ids, wanted.service, wanted.key)
        row = box.open(batch)
        if row.bought + row.failed == 0:
            await _check_price(box, counter, wanted)
    except Conflict as error:
        raise await _not_bought(box, error) from error
    return render(lambda made: f"/batches/{made.batch_id}", batch)


async def _not_bought(box: Box, error: Conflict) -> NotBought:
    """Say why nothing was bought; how far the balance falls short only to whoever may know it."""
    if isinstance(error, BalanceTooLow) and not await _knows_money(box):
        return NotBought(TOO_LOW, field="service")
    return NotBought(error.detail, field="service")


async def _check_price(box: Box, counter: Counter, wanted: Wanted) -> None:
    found = box.open(await preview_buy(box, counter, wanted.ids, wanted.service))
    if found.left_out or found.total_pence != _pence(wanted.agreed):
        raise PriceChanged
    if found.missing_pence:
        raise BalanceTooLow(found.missing_pence)


def _pence(text: str) -> int:
    """Read the agreed price. Raises `PriceChanged` for what is none: then nothing was agreed."""
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise PriceChanged
    return int(text)
