"""Labels: the list, printing and printing again, and giving one back for its price."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final

from litestar import get, post
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.counter import Counter
from pillarbox.desk.print_labels import MOST as MOST_PRINTED
from pillarbox.desk.print_labels import labels_of_batch, print_labels
from pillarbox.desk.read_label import LabelCounts, count_labels, labels_of_order, list_labels
from pillarbox.desk.settings import LABEL_STOCK, STOCKS, read_setting, write_label_stock
from pillarbox.desk.track import service_words
from pillarbox.desk.void_label import LabelScanned, void_label
from pillarbox.gate import Box, Owned, gather, render
from pillarbox.kernel.errors import BadInput, NotFound
from pillarbox.kernel.ids import Id, Kind, parse
from pillarbox.kernel.money import pounds
from pillarbox.postage.label import Stock
from pillarbox.postage.tracking import Status
from pillarbox.web.answers import Answer, Ask, Pages, Paper, Visit, done
from pillarbox.web.parcel_words import state_of
from pillarbox.web.sheet import Sheet
from pillarbox.web.trail import pager, read_trail
from pillarbox.web.views import Choice, Confirm, Section, State, Tone, sending

PAGE: Final = 50
PDF: Final = "application/pdf"
_AT_ONCE: Final = 200
"""Labels read in one round trip."""
_PARTS: Final = frozenset(str(part) for part in range(100))
"""Parts of a batch, from 0; one is as many labels as a document takes."""
_STOCKS: Final = {"4x6": Stock.FOUR_BY_SIX, "a6": Stock.A6}
_STOCK_WORDS: Final = {"4x6": "Label printer, 4 × 6 in", "a6": "A6 sheet"}


class NothingToPrint(BadInput):
    """There is nothing to print among these. Buy their labels first; a scanned label is not printed again."""


LabelLike = Any
"""A row of the vault, taken by its field names: doors import no vault."""


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers of /labels and of giving a label back."""
    return [*_lists(pages), *_give_backs(pages)]


def _lists(pages: Pages) -> list[BaseRouteHandler]:
    counter = pages.counter

    @get("/a/{place:str}/labels", name="labels")
    async def listed(request: Ask) -> Answer:
        trail = read_trail(request)

        async def verb(box: Box) -> Owned[Any]:
            before = parse(Kind.LABEL, trail[-1]) if trail else None
            rows = await list_labels(box, before=before, most=PAGE)
            return gather((rows, await count_labels(box), await read_setting(box, LABEL_STOCK, str)))

        return await pages.show(Visit(request, "labels"), verb, partial(_sheet, trail=trail, counter=counter))

    @post("/a/{place:str}/labels/print", name="print_labels", status_code=200)
    async def printed(request: Ask) -> Answer:
        form = await request.form()
        asked = {name: [str(value) for value in form.getall(name, [])] for name in ("label", "order", "batch")}
        which, stock, part = (str(form.get(name, "")) for name in ("which", "format", "part"))

        async def verb(box: Box) -> Owned[bytes]:
            ids = await _chosen(box, asked, which, int(part) if part in _PARTS else 0)
            return await print_labels(box, counter, ids, _STOCKS[await _remembered(box, stock)])

        return await pages.document(Visit(request, "labels"), verb, Paper(PDF, "labels.pdf", inline=True, writes=True))

    return [listed, printed]


def _give_backs(pages: Pages) -> list[BaseRouteHandler]:
    @get("/a/{place:str}/orders/{order_id:str}/void", name="void_question")
    async def question(request: Ask) -> Answer:
        visit = Visit(request, "labels")
        return await pages.show(visit, lambda box: _live_label(box, visit.id(Kind.ORDER, "order_id")), _question)

    @post("/a/{place:str}/orders/{order_id:str}/void", name="void_label")
    async def give_back(request: Ask) -> Answer:
        label = str((await request.form()).get("label", ""))
        return await pages.act(
            Visit(request, "labels"),
            lambda box: void_label(box, pages.counter, parse(Kind.LABEL, label)),
            lambda voided: done(f"/orders/{voided.order_id}", "given-back"),
        )

    return [question, give_back]


async def _chosen(box: Box, asked: dict[str, list[str]], which: str, part: int) -> list[Id]:
    """Return the labels that a form names: ticked ones, those of ticked orders, a part of a batch, or all waiting."""
    if which == "not-printed":
        return (await _waiting(box))[:MOST_PRINTED]
    ids = [parse(Kind.LABEL, text) for text in asked["label"][: MOST_PRINTED + 1]]
    for text in asked["batch"][:1]:
        whole = box.open(await labels_of_batch(box, parse(Kind.BATCH, text)))
        ids.extend(row.label_id for row in whole[part * MOST_PRINTED : (part + 1) * MOST_PRINTED])
    for text in asked["order"][:MOST_PRINTED]:
        rows = box.open(await labels_of_order(box, parse(Kind.ORDER, text)))
        ids.extend(row.label_id for row in rows if row.voided_at is None and row.first_scan_at is None)
    if not ids:
        raise NothingToPrint
    return ids


async def _waiting(box: Box) -> list[Id]:
    """Return the labels never printed, as they were bought: oldest first, a batch as its orders were chosen."""
    rows: list[LabelLike] = []
    before: Id | None = None
    more = True
    while more:
        page = box.open(await list_labels(box, before=before, most=_AT_ONCE, waiting=True))
        rows.extend(row for row in page if row.first_scan_at is None)
        more = len(page) == _AT_ONCE
        before = page[-1].label_id if page else None
    places: dict[Id, int] = {}
    for batch in dict.fromkeys(row.batch_id for row in rows if row.batch_id):
        chosen = box.open(await labels_of_batch(box, batch))
        places.update((row.label_id, place) for place, row in enumerate(chosen))
    began = {row.batch_id: row.bought_at for row in rows}  # newest first, so the first label of each batch is kept
    rows.sort(key=lambda row: (began[row.batch_id] if row.batch_id else row.bought_at, places.get(row.label_id, 0)))
    return [row.label_id for row in rows]


async def _remembered(box: Box, stock: str) -> str:
    """Return the paper to print on: the one just chosen, which is kept, or the one kept before."""
    kept = box.open(await read_setting(box, LABEL_STOCK, str)) or STOCKS[0]
    if not stock or stock == kept:
        return kept
    return box.open(await write_label_stock(box, stock))


async def _live_label(box: Box, order_id: Id) -> Owned[LabelLike]:
    """Return the label that an order has now and that can be given back. Raises `NotFound`, `LabelScanned`."""
    found = await labels_of_order(box, order_id)
    live = next((row for row in box.open(found) if row.voided_at is None), None)
    if live is None:
        raise NotFound
    if live.first_scan_at is not None:
        raise LabelScanned
    return render(lambda rows: next(row for row in rows if row.voided_at is None), found)


def _question(label: LabelLike) -> Sheet:
    view = Confirm(
        f"Give label {label.tracking_number} back?",
        (
            f"{pounds(label.price_pence)} goes back to your balance at once, and the order can be bought again.",
            "Please destroy the printed label: if it is posted all the same, its first scan is reported.",
        ),
        f"/orders/{label.order_id}/void",
        "Give it back",
        f"/orders/{label.order_id}",
        "The order",
        (("label", str(label.label_id)),),
        grave=True,
    )
    return Sheet("Give a label back", Section.LABELS, view)


def _sheet(
    found: tuple[tuple[LabelLike, ...], LabelCounts, str | None], trail: tuple[str, ...], counter: Counter
) -> Sheet:
    rows, counts, stock = found
    last = str(rows[-1].label_id) if rows else ""
    view = sending.Labels(
        tuple(_row(row, counter) for row in rows),
        stock_choices(stock or STOCKS[0]),
        pager(trail, len(rows), counts.total, PAGE, last),
        counts.not_printed,
        MOST_PRINTED,
    )
    return Sheet("Labels", Section.LABELS, view)


def stock_choices(kept: str) -> tuple[Choice, ...]:
    """Return the papers to choose from, the one that is kept chosen."""
    return tuple(Choice(each, _STOCK_WORDS[each], chosen=each == kept) for each in STOCKS)


def _row(row: LabelLike, counter: Counter) -> sending.LabelRow:
    return sending.LabelRow(
        str(row.label_id),
        str(row.order_id),
        row.content.customer_reference or "without a reference",
        row.content.recipient[0] if row.content.recipient else "",
        service_words(counter.pack, row.service_code)[0],
        row.tracking_number,
        row.bought_at,
        1 if row.printed_at else 0,
        label_state(row.status, row.printed_at, row.voided_at, row.first_scan_at),
        can_print=row.voided_at is None and row.first_scan_at is None,
    )


def label_state(
    status: str, printed_at: datetime | None, voided_at: datetime | None, first_scan_at: datetime | None
) -> State:
    """Say how a label fares: its own life until the network has it, and the parcel's from then on."""
    if voided_at is not None:
        return state_of(Status(status), misused=True) if first_scan_at else State("Given back")
    if first_scan_at is not None:
        return state_of(Status(status))
    return State("Printed", Tone.GOOD) if printed_at else State("Not printed", Tone.WAIT)
