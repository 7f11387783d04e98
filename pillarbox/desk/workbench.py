"""The list of orders that people work at: a page of it with prices as they stand now, and true counts beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec

from pillarbox.desk.counter import Counter
from pillarbox.desk.quote import parcel_of
from pillarbox.desk.read_order import NEWEST, STATES, StateUnknown
from pillarbox.desk.settings import read_setting, write_setting
from pillarbox.desk.track import service_words
from pillarbox.kernel.clock import london_date
from pillarbox.kernel.errors import BadInput, Conflict
from pillarbox.kernel.ids import Id
from pillarbox.postage.country import by_iso2
from pillarbox.postage.quote import price_for
from pillarbox.postage.search_words import words_asked
from pillarbox.vault.box import Box
from pillarbox.vault.orders import SQL as ORDERS
from pillarbox.vault.orders import OrderRow
from pillarbox.vault.owned import Owned, render
from pillarbox.vault.workbench import SQL

PAGE: Final = 50
MEND: Final = "mend"
"""Beside the states: new orders that lack something before a label can be bought."""
COLUMNS: Final = ("to", "parcel", "service", "price", "tracking")
_USUAL_COLUMNS: Final = ("to", "parcel", "service", "price")
_COLUMNS: Final = "order columns"


class ColumnUnknown(BadInput):
    """There is no such column. Use to, parcel, service, price or tracking."""


class WorkAsked(msgspec.Struct, frozen=True):
    """Which orders: below a number, in a state (or `mend`), of an import, carrying every word of a search."""

    before: int = NEWEST
    state: str = ""
    import_id: Id | None = None
    search: str = ""


class Outlook(msgspec.Struct, frozen=True, gc=False):
    """What buying an order's label would mean now, or what it did cost.

    `price_pence` is gross, None while there is none; `problem` says in a sentence why it cannot be bought as it is.
    """

    service: str
    speed: str = ""
    price_pence: int | None = None
    vat_pence: int = 0
    cover_pence: int = 0
    problem: str = ""


class WorkLine(msgspec.Struct, frozen=True, gc=False):
    """One order of the list with its outlook."""

    order: OrderRow
    outlook: Outlook


class Workbench(msgspec.Struct, frozen=True, gc=False):
    """A page of the list. `counts` is by state, `mend` of it the new ones to mend; `matching` what the filters leave.

    `columns` are those that people chose to see.
    """

    lines: tuple[WorkLine, ...]
    counts: dict[str, int]
    mend: int
    matching: int
    columns: tuple[str, ...]

    @property
    def everything(self) -> int:
        """How many orders there are at all."""
        return sum(self.counts.values())


async def workbench(box: Box, counter: Counter, asked: WorkAsked) -> Owned[Workbench]:
    """Return a page of at most 50 orders, newest first. Raises `StateUnknown`."""
    if asked.state and asked.state not in {*STATES, MEND}:
        raise StateUnknown(field="state")
    await box.enter()
    tokens = box.tokens(words_asked(asked.search))
    mend = asked.state == MEND
    given: dict[str, Any] = {
        "state": ("new" if mend else asked.state) or None,
        "import_id": asked.import_id,
        "mend": mend,
    }
    rows = await box.all(
        SQL["work_found" if tokens else "work_page"], OrderRow, before=asked.before, most=PAGE, tokens=tokens, **given
    )
    counts = await box.figures(ORDERS["order_counts"], "order:count")
    to_mend = await box.figures(SQL["mend_total"], "order:count")
    matching = await _matching(box, asked, tokens, given)
    columns = await read_setting(box, _COLUMNS, tuple[str, ...])
    day = london_date(counter.clock())
    return render(_page, rows, counts, to_mend, matching, columns, counter=counter, day=day, asked=asked)


async def _matching(box: Box, asked: WorkAsked, tokens: list[bytes], given: dict[str, Any]) -> Owned[tuple[Any, ...]]:
    """Count what the filters leave, where the counts by state do not say it already."""
    if tokens:
        return await box.figures(SQL["found_total"], "order:count", tokens=tokens, **given)
    if asked.import_id is not None:
        return await box.figures(SQL["import_total"], "order:count", **given)
    return box.own((), "order:count")


async def write_columns(box: Box, columns: Sequence[str]) -> Owned[tuple[str, ...]]:
    """Keep which columns the list shows, in their fixed order. Raises `ColumnUnknown`."""
    if not set(columns) <= set(COLUMNS):
        raise ColumnUnknown(field="column")
    kept = tuple(column for column in COLUMNS if column in columns)
    await write_setting(box, _COLUMNS, kept)
    return box.own(kept, "setting:columns")


def outlook(order: OrderRow, counter: Counter, day: date) -> Outlook:
    """Say what an order's label costs: paid already, or what it would cost on a London day with its service."""
    service, speed = service_words(counter.pack, order.service_code) if order.service_code else ("", "")
    if order.label_id is not None:
        return Outlook(service, speed, order.price_pence)
    if order.state != "new":
        return Outlook(service, speed)
    try:
        parcel = parcel_of(order)
        if order.customs_missing:
            return Outlook(service, speed, problem="Say what is inside, for the customs form.")
        if not order.service_code:
            return Outlook("")
        offer = price_for(
            order.service_code,
            parcel,
            by_iso2(order.country),
            day,
            counter.pack,
            confirmed=counter.confirmed_prices,
        )
    except (BadInput, Conflict) as error:
        return Outlook(service, speed, problem=error.detail)
    return Outlook(offer.name, offer.speed or "", offer.price_pence, offer.vat_pence, offer.cover_pence)


def _page(
    rows: tuple[OrderRow, ...],
    counts: tuple[tuple[str, int], ...],
    to_mend: tuple[tuple[int], ...],
    matching: tuple[tuple[int], ...],
    columns: tuple[str, ...] | None,
    *,
    counter: Counter,
    day: date,
    asked: WorkAsked,
) -> Workbench:
    by_state, mend = dict(counts), to_mend[0][0] if to_mend else 0
    filtered = bool(words_asked(asked.search)) or asked.import_id is not None
    known = {"": sum(by_state.values()), MEND: mend, **by_state}.get(asked.state, 0)
    return Workbench(
        tuple([WorkLine(row, outlook(row, counter, day)) for row in rows]),
        by_state,
        mend,
        (matching[0][0] if matching else 0) if filtered else known,
        _USUAL_COLUMNS if columns is None else columns,
    )
