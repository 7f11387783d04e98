"""The sentences for what is wrong in a row, each with where it stands and how to mend it."""

from __future__ import annotations

from typing import Final

from pillarbox.postage.orderfile.draft import Problem
from pillarbox.postage.orderfile.mapping import FIELDS
from pillarbox.postage.orderfile.plan import LIMITS, Plan

DATE_WORDS: Final = {
    "unreadable": "{!r} is not a date we can read here. Write it like 20/11/2026 or 2026-11-20.",
    "ambiguous": "{!r} could be two different days. Say whether this file writes the day or the month first.",
}

DAMAGED_WORDS: Final = (
    "A spreadsheet has shortened this long number to {!r}. Download the file again and import it without opening it."
)

_PRICE_WORDS: Final = {
    "unreadable": "{!r} is not an amount of money we can read. Write it like 12.50.",
    "ambiguous": "{!r} could be two different amounts. Say whether this file writes decimals with a point or a comma.",
}

_WEIGHT_WORDS: Final = {
    "unreadable": "{!r} is not a weight we can read. Write it like 0.450 or 450 g.",
    "ambiguous": "{!r} could be two different weights. Say whether this file writes decimals with a point or a comma.",
    "unit-missing": "{!r} has no unit. Say whether this column is in grams or kilograms.",
}


def problem(plan: Plan, line: int, field: int, code: str, message: str) -> Problem:
    """Make a problem of one field, with the name its column has in this file."""
    return Problem(line, plan.column(field), FIELDS[field], code, message)


def price_problem(plan: Plan, line: int, field: int, wrong: str, text: str) -> Problem:
    """Say why a price could not be read: `price-unreadable` or `price-ambiguous`."""
    return problem(plan, line, field, f"price-{wrong}", _PRICE_WORDS[wrong].format(text[:40]))


def weight_problem(plan: Plan, line: int, field: int, wrong: str, text: str) -> Problem:
    """Say why a weight could not be read: `weight-unreadable`, `weight-ambiguous` or `weight-unit-missing`."""
    return problem(plan, line, field, f"weight-{wrong}", _WEIGHT_WORDS[wrong].format(text[:40]))


def length_problem(plan: Plan, line: int, field: int) -> Problem:
    """Say that a cell is longer than its field may be."""
    words = f"This is longer than {LIMITS[field]} characters. Shorten it."
    return problem(plan, line, field, "too-long", words)
