"""What the operator's staff do: confirm doubtful prices and read the day's totals. Nothing here names a customer.

Doors serve these with the scope `staff`; the database checks once more that a person of the operator is asking.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import msgspec

from pillarbox.desk.counter import Counter
from pillarbox.kernel.clock import london_date
from pillarbox.kernel.errors import BadInput, Conflict
from pillarbox.postage.tariff import Table
from pillarbox.vault.box import Box
from pillarbox.vault.crossings import SQL as CROSSINGS
from pillarbox.vault.public import Public, Source

LONGEST: Final = timedelta(days=366)


class PriceHasChanged(Conflict):
    """This price table is not in doubt, or has changed since you looked. Read the list again."""


class SpanUnusable(BadInput):
    """Ask for totals of up to 366 days, the first not after the last."""


class DoubtfulTable(msgspec.Struct, frozen=True, gc=False):
    """A price table that somebody must compare with the operator's own list; `held` while it may not be sold from."""

    table: Table
    service_names: tuple[str, ...]
    confirmed: bool
    held: bool


class DayTotal(msgspec.Struct, frozen=True, gc=False):
    """Bookings of one reason on one London day, over all accounts. Pence are gross sums of the bookings."""

    day: date
    reason: str
    bookings: int
    pence: int


async def doubtful_prices(box: Box, counter: Counter) -> Public[tuple[DoubtfulTable, ...]]:
    """Return the doubtful tables in force today, those held back first, with what the database says of each now."""
    confirmed = frozenset(fingerprint for _, fingerprint in await box.ask_all(CROSSINGS["confirmed_prices"]))
    tables = counter.pack.doubtful_tables(london_date(counter.clock()))
    return Public(tuple(_doubtful(table, counter, confirmed) for table in tables), Source.OPERATOR)


async def confirm_price(box: Box, counter: Counter, table_key: str, fingerprint: str) -> Public[DoubtfulTable]:
    """Confirm a table as it was looked at; twice is the same. It is sold once every process has read it again.

    Raises `PriceHasChanged`, and `NotAllowed` for anyone but the operator's staff.
    """
    tables = counter.pack.doubtful_tables(london_date(counter.clock()))
    table = next((t for t in tables if t.key == table_key and t.fingerprint == fingerprint), None)
    if table is None:
        raise PriceHasChanged
    await box.ask(CROSSINGS["confirm_price"], table_key=table_key, fingerprint=fingerprint)
    return Public(_doubtful(table, counter, frozenset({fingerprint})), Source.OPERATOR)


async def operator_totals(box: Box, first_day: date, last_day: date) -> Public[tuple[DayTotal, ...]]:
    """Return the operator's totals by London day and reason. Raises `SpanUnusable`, and `NotAllowed` as above."""
    if not timedelta() <= last_day - first_day < LONGEST:
        raise SpanUnusable(field="first_day")
    rows = await box.ask_all(CROSSINGS["operator_totals"], first_day=first_day, last_day=last_day)
    return Public(tuple(DayTotal(*row) for row in rows), Source.OPERATOR)


def _doubtful(table: Table, counter: Counter, confirmed: frozenset[str]) -> DoubtfulTable:
    names = dict.fromkeys(s.name for s in counter.pack.services.values() if s.tariff == table.service)
    known = table.fingerprint in confirmed
    return DoubtfulTable(table, tuple(names), known, bool(table.held_because) and not known)
