"""One draft order from its rows.

Values are read where they are certain; everything else becomes a problem with the line and column where it stands. The
way of an order with one row and plain figures is kept short, because files of a hundred thousand of them are usual.
"""

from __future__ import annotations

from hashlib import blake2b
from operator import gt
from typing import Final, NamedTuple

from pillarbox.postage.orderfile.amounts import read_amount, read_weight
from pillarbox.postage.orderfile.cells import is_damaged_number, unguarded
from pillarbox.postage.orderfile.dates import read_date
from pillarbox.postage.orderfile.draft import DraftOrder, Problem, State
from pillarbox.postage.orderfile.items import read_items
from pillarbox.postage.orderfile.parcels import settle_parcel
from pillarbox.postage.orderfile.plan import (
    CANCELLED,
    COMPANY,
    COUNTRY,
    COUNTY,
    CURRENCY,
    DATE,
    DESPATCHED,
    EMAIL,
    FORMAT,
    INSTRUCTIONS,
    LIMITS,
    LINE1,
    LINE2,
    LINE3,
    MAX_FIGURE,
    NAME,
    ORDER_FIELDS,
    PHONE,
    POSTCODE,
    REFERENCE,
    SERVICE_CODE,
    SHIPPING_SERVICE,
    TOTAL,
    TOWN,
    WEIGHT,
    Plan,
    Row,
)  # fmt: skip
from pillarbox.postage.orderfile.problems import (
    DAMAGED_WORDS,
    DATE_WORDS,
    length_problem,
    price_problem,
    problem,
    weight_problem,
)

_MUST_AGREE: Final = (NAME, LINE1, POSTCODE, WEIGHT)
_NOT_YET: Final = frozenset(
    {"unfulfilled", "partial", "partially fulfilled", "pending", "on hold", "no", "false", "0", "--"}
)


class Gathered(NamedTuple):
    """The rows of one order with their lines, and the line of an unusable row of the same order, if there is one."""

    key: str
    rows: list[tuple[int, Row]]
    spoiled_line: int | None


def build_order(plan: Plan, gathered: Gathered) -> DraftOrder:
    """Make the draft of one order; whatever cannot be read is in its `problems`."""
    rows, spoiled = gathered.rows, gathered.spoiled_line
    line, cells = rows[0]
    problems: list[Problem] = []
    if len(rows) > 1:
        cells = _merged(plan, rows, problems)
    if spoiled is not None:
        words = f"Line {spoiled} belongs to this order and cannot be read, so something is missing from it."
        problems.append(Problem(line, None, None, "order-incomplete", words))
    long = _tidy(plan, line, cells, problems)
    day, wrong = read_date(cells[DATE][:MAX_FIGURE], plan.mapping.date_order)
    if wrong:
        problems.append(problem(plan, line, DATE, f"date-{wrong}", DATE_WORDS[wrong].format(cells[DATE][:40])))
    total, currency = _total(plan, line, cells, problems)
    items = read_items(plan, rows, currency, problems, long=long) if plan.has_items else ()
    weight = cells[WEIGHT][:MAX_FIGURE]
    grams, wrong = read_weight(weight, plan.mapping.weight_unit, plan.mapping.decimal) if weight else (None, "")
    if wrong:
        problems.append(weight_problem(plan, line, WEIGHT, wrong, weight))
    parcel = settle_parcel(plan.defaults, grams, cells[FORMAT], items, unread=bool(wrong))
    lines = (line,) if len(rows) == 1 else tuple([n for n, _ in rows])
    key = plan.prefix + (cells[REFERENCE] or _digest(rows))
    return DraftOrder(
        line, lines, key, cells[REFERENCE], day,
        cells[NAME], cells[COMPANY], cells[LINE1], cells[LINE2], cells[LINE3], cells[TOWN], cells[COUNTY],
        cells[POSTCODE], cells[COUNTRY], cells[PHONE], cells[EMAIL],
        parcel.format, cells[SERVICE_CODE], cells[INSTRUCTIONS], cells[SHIPPING_SERVICE],
        items, parcel.weight_g, parcel.weight_from, parcel.length_mm, parcel.width_mm, parcel.height_mm,
        total, currency or (items[0].currency if items else "") or plan.defaults.currency,
        _state(cells) if cells[CANCELLED] or cells[DESPATCHED] else "", tuple(problems),
    )  # fmt: skip


def _tidy(plan: Plan, line: int, cells: Row, problems: list[Problem]) -> bool:
    """Take guards off postcode and telephone, in place; check lengths and long numbers; say if any cell is too long."""
    cells[PHONE] = unguarded(cells[PHONE])
    cells[POSTCODE] = unguarded(cells[POSTCODE])
    long = any(map(gt, map(len, cells), LIMITS))
    if long:
        problems.extend(length_problem(plan, line, f) for f in ORDER_FIELDS if len(cells[f]) > LIMITS[f])
    if "+" in cells[REFERENCE] + cells[PHONE]:
        problems.extend(
            problem(plan, line, f, "number-damaged", DAMAGED_WORDS.format(cells[f]))
            for f in (REFERENCE, PHONE)
            if is_damaged_number(cells[f])
        )
    return long


def _merged(plan: Plan, rows: list[tuple[int, Row]], problems: list[Problem]) -> Row:
    """Fill the first row's empty order cells from the others; report rows of one order that contradict each other."""
    line, first = rows[0]
    cells = first.copy()
    for other, row in rows[1:]:
        for field in ORDER_FIELDS:
            if not cells[field]:
                cells[field] = row[field]
        for field in _MUST_AGREE:
            if row[field] and row[field].casefold() != cells[field].casefold():
                words = f"This row says {row[field][:60]!r}, but line {line} of the same order {cells[field][:60]!r}."
                problems.append(problem(plan, other, field, "order-rows-differ", words))
    return cells


def _total(plan: Plan, line: int, cells: Row, problems: list[Problem]) -> tuple[int | None, str]:
    """Read the order's total and its currency: the currency column's, else the price mark's, else not known here."""
    text, told = cells[TOTAL][:MAX_FIGURE], cells[CURRENCY]
    total, marked, wrong = read_amount(text, plan.mapping.decimal) if text else (None, "", "")
    if wrong:
        problems.append(price_problem(plan, line, TOTAL, wrong, text))
    if told and not (len(told) == 3 and told.isalpha() and told.isascii()):
        words = f"{told[:20]!r} is not a currency. Write its three letters, such as GBP."
        problems.append(problem(plan, line, CURRENCY, "currency-unreadable", words))
        told = ""
    told = told.upper()
    if told and marked and told != marked:
        words = f"The total {text[:40]!r} is not in {told}, which this order gives as its currency."
        problems.append(problem(plan, line, CURRENCY, "currency-differs", words))
    return total, told or marked


def _state(cells: Row) -> State:
    """Tell what the shop says has happened: any cancellation date, any despatch date or a status that is not open."""
    if cells[CANCELLED] and cells[CANCELLED].casefold() not in _NOT_YET:
        return "cancelled"
    return "despatched" if cells[DESPATCHED] and cells[DESPATCHED].casefold() not in _NOT_YET else ""


def _digest(rows: list[tuple[int, Row]]) -> str:
    """Stand in for a missing reference: the same rows have the same digest in every file."""
    text = "\x1e".join("\x1f".join(row) for _, row in rows)
    return "-" + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12, person=b"pillarbox row").hexdigest()
