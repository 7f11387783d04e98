"""Rows of a mapped file to draft orders, one after another.

The file is gone through twice. The first pass counts rows and finds orders whose rows are scattered or partly unusable;
the second yields each order as soon as its last row has come, and every unusable row as a problem with its line.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator

import msgspec

from pillarbox.postage.orderfile.build import Gathered, build_order
from pillarbox.postage.orderfile.cells import DAMAGED, is_plain
from pillarbox.postage.orderfile.draft import Defaults, DraftOrder, Problem
from pillarbox.postage.orderfile.errors import (
    MAX_BROKEN_ROWS,
    MAX_CELL_CHARS,
    MAX_ROWS,
    OrderFileTooBroken,
    OrderFileTooManyRows,
)
from pillarbox.postage.orderfile.lines import Broken
from pillarbox.postage.orderfile.mapping import Mapping
from pillarbox.postage.orderfile.plan import Plan, Row, make_plan
from pillarbox.postage.orderfile.shape import FileShape, RawRow, row_source

Checked = tuple[int, Row | Problem, str]
"""Line, the row's cleaned cells by field or what is wrong with it, and its order reference."""


class _Survey(msgspec.Struct):
    last_line: dict[str, int] = {}
    spoiled: dict[str, int] = {}
    rows: int = 0


def read_orders(data: bytes, shape: FileShape, mapping: Mapping, defaults: Defaults) -> Iterator[DraftOrder | Problem]:
    """Yield a draft for every order and a problem for every row that is no part of one, about in the file's order.

    Raises `ColumnMissing` at once when the mapping does not fit, `OrderFileTooManyRows` or `OrderFileTooBroken` before
    the first draft. An order of several rows comes at its last row, wherever that is. Of an order with an unusable row,
    the draft has the problem `order-incomplete`.
    """
    plan = make_plan(shape, mapping, defaults)
    return _read(plan, row_source(data, shape))


def _read(plan: Plan, source: Callable[[], Iterator[RawRow]]) -> Iterator[DraftOrder | Problem]:
    survey = _survey(plan, source())
    last_line, spoiled = survey.last_line, survey.spoiled
    held: dict[str, list[tuple[int, Row]]] = {}
    group: list[tuple[int, Row]] = []
    group_key = ""
    for line, row, key in _checked(plan, source()):
        if isinstance(row, Problem):
            yield row
            continue
        if key and key == group_key:
            group.append((line, row))
            continue
        if group:
            yield build_order(plan, Gathered(group_key, group, spoiled.get(group_key) if spoiled else None))
            group, group_key = [], ""
        if last_line and key in last_line:
            rows = held.setdefault(key, [])
            rows.append((line, row))
            if line == last_line[key]:
                yield build_order(plan, Gathered(key, held.pop(key), spoiled.get(key)))
            continue
        group, group_key = [(line, row)], key
    if group:
        yield build_order(plan, Gathered(group_key, group, spoiled.get(group_key)))


def _survey(plan: Plan, rows: Iterator[RawRow]) -> _Survey:
    """Find the orders whose rows do not stand together, the last line of each, and orders with unusable rows."""
    survey = _Survey()
    seen: set[str] = set()
    present, broken = "", 0
    for line, row, key in _checked(plan, rows, keys_only=True):
        survey.rows += 1
        if survey.rows > MAX_ROWS:
            raise OrderFileTooManyRows
        if isinstance(row, Problem):
            broken += 1
            if broken > MAX_BROKEN_ROWS:
                raise OrderFileTooBroken
        if not key:
            present = ""
        elif isinstance(row, Problem):
            survey.spoiled.setdefault(key, line)
        elif key != present:
            present = key
            if key in seen:
                survey.last_line[key] = line
            else:
                seen.add(key)
        elif key in survey.last_line:
            survey.last_line[key] = line
    return survey


def _checked(plan: Plan, rows: Iterator[RawRow], *, keys_only: bool = False) -> Iterator[Checked]:
    """Yield every row that says anything, checked for its form; with `keys_only` good rows come uncleaned."""
    width, summary, reference, cells = plan.width, plan.summary, plan.reference, plan.cells
    first = reference[0] if reference else width
    for line, row in rows:
        if isinstance(row, Broken):
            yield line, Problem(line, None, None, row.code, row.message), _key_of_broken(plan, row)
            continue
        joined = "".join(row)
        if not joined or joined.isspace() or (summary and summary.fullmatch(joined.strip())):
            continue
        if len(row) != width or len(joined) > MAX_CELL_CHARS or DAMAGED in joined:
            problem = _form_problem(plan, line, row)
            if problem:
                yield line, problem, plan.key(row)
                continue
        if not plan.shape.quoted and '"' in joined:
            row[:] = [_unquoted(cell) for cell in row]
        row.append("")
        key = row[first].strip()
        if reference and not (key and is_plain(key)):
            key = plan.key(row)
        yield line, row if keys_only else cells(row, plain=is_plain(joined)), key


def _form_problem(plan: Plan, line: int, row: Row) -> Problem | None:
    """Check length, cell size and damaged text; trims the empty cells with which every row of this file ends."""
    width, header = plan.width, plan.shape.header
    if len(row) == plan.shape.row_cells and not any(cell.strip() for cell in row[width:]):
        del row[width:]
    if len(row) < width:
        message = f"This row has {len(row)} of {width} columns. The file may have been cut off; download it again."
        return Problem(line, header[len(row)], None, "row-short", message)
    if len(row) > width:
        message = f"This row has {len(row)} cells but the file {width} columns. A cell with a separator needs quotes."
        return Problem(line, None, None, "row-long", message)
    for i, (name, cell) in enumerate(zip(header, row, strict=True)):
        if len(cell) > MAX_CELL_CHARS:
            return Problem(line, name, None, "cell-too-long", "This cell has more than 32,767 characters.")
        if DAMAGED in cell and i in plan.used:
            message = "Some letters here cannot be read. Save the file as CSV UTF-8 and try again."
            return Problem(line, name, None, "text-damaged", message)
    return None


def _key_of_broken(plan: Plan, row: Broken) -> str:
    """Find the order a broken row belongs to, by reading its first line without minding the quotes."""
    try:
        return plan.key(next(csv.reader([row.text], delimiter=plan.shape.delimiter), []))
    except csv.Error:
        return ""


def _unquoted(cell: str) -> str:
    """Take off the quotes a spreadsheet has put round a cell of a format that knows no quoting.

    Quotes inside must be doubled then; in `"Best" mug, "blue"` they are the seller's own and stay.
    """
    inside = cell[1:-1]
    if len(cell) < 2 or not cell.startswith('"') or not cell.endswith('"') or '"' in inside.replace('""', ""):
        return cell
    return inside.replace('""', '"')
