"""The operator's staff: prices to confirm, totals without personal data, and the scan that feeds tracking.

Every page of the staff carries a visible band. Nothing here names a customer's recipient.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec

from pillarbox.web.views.frame import Choice, View


class DoubtfulPrice(msgspec.Struct, frozen=True, gc=False):
    """A price of the tariff that someone must confirm: what for, how much, why it is doubtful, its source."""

    id: str
    service: str
    what: str
    gross_pence: int
    doubt: str
    source: str
    valid_from: date


class StaffPrices(View, frozen=True):
    """`staff_prices.html`: posts `id` and `answer` (`right` or `wrong`) to `/prices`, and `pounds-{id}` when
    wrong.

    `confirmed` of `total` prices are sure.
    """

    TEMPLATE: ClassVar[str] = "staff_prices.html"
    prices: tuple[DoubtfulPrice, ...]
    confirmed: int
    total: int


class Figure(msgspec.Struct, frozen=True, gc=False):
    """One total: its words, the number, pence or not, and a note on what is counted."""

    words: str
    number: int
    pence: bool = False
    note: str = ""


class DayTotals(msgspec.Struct, frozen=True, gc=False):
    """One day's totals over all accounts, without anybody's data."""

    day: date
    orders: int
    labels: int
    paid_pence: int
    refunded_pence: int


class StaffTotals(View, frozen=True):
    """`staff_totals.html`: the operator's totals; `as_of` is when they were counted."""

    TEMPLATE: ClassVar[str] = "staff_totals.html"
    figures: tuple[Figure, ...]
    days: tuple[DayTotals, ...]
    as_of: datetime


class Scanned(msgspec.Struct, frozen=True, gc=False):
    """A scan just taken: number, what it meant in words, when, and whether it was refused."""

    tracking_number: str
    words: str
    at: datetime
    refused: bool = False


class StaffScan(View, frozen=True):
    """`staff_scan.html`: posts `number`, `event` and `place` to `/scan`; the field is ready for a scanner gun."""

    TEMPLATE: ClassVar[str] = "staff_scan.html"
    events: tuple[Choice, ...]
    place: str = ""
    number: str = ""
    recent: tuple[Scanned, ...] = ()
