"""The operator's staff: prices to confirm, and totals without personal data.

Every page of the staff carries a visible band. Nothing here names a customer's recipient.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec

from pillarbox.web.views.frame import State, View


class PriceStep(msgspec.Struct, frozen=True, gc=False):
    """One price of a table: gross pence for everything up to a weight in grams."""

    max_g: int
    gross_pence: int


class DoubtfulPrice(msgspec.Struct, frozen=True, gc=False):
    """A table of the tariff that someone must compare: what for, the figures, why it is doubtful, its source.

    `id` and `fingerprint` name exactly these figures. `held`: it is not sold from until `confirmed`.
    """

    id: str
    fingerprint: str
    service: str
    what: str
    steps: tuple[PriceStep, ...]
    doubt: str
    source: str
    valid_from: date
    state: State
    held: bool = False
    confirmed: bool = False


class StaffPrices(View, frozen=True):
    """`staff_prices.html`: posts `id` and `fingerprint` to `/prices`, which confirms a table as it was looked at.

    `confirmed` of `total` doubtful tables are confirmed; `held` are not sold from until they are.
    """

    TEMPLATE: ClassVar[str] = "staff_prices.html"
    prices: tuple[DoubtfulPrice, ...]
    confirmed: int
    total: int
    held: int


class Figure(msgspec.Struct, frozen=True, gc=False):
    """One total: its words, the number, pence or not, and a note on what is counted."""

    words: str
    number: int
    pence: bool = False
    note: str = ""


class DayTotals(msgspec.Struct, frozen=True, gc=False):
    """One day's totals over all accounts, without anybody's data."""

    day: date
    labels: int
    paid_pence: int
    refunded_pence: int
    topped_up_pence: int


class StaffTotals(View, frozen=True):
    """`staff_totals.html`: the operator's totals; `as_of` is when they were counted."""

    TEMPLATE: ClassVar[str] = "staff_totals.html"
    figures: tuple[Figure, ...]
    days: tuple[DayTotals, ...]
    as_of: datetime
