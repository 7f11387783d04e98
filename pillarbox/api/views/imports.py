"""What the API shows of imports: how far one has come, what was left out and why, a row to mend."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from pillarbox.desk.mend_row import RowToMend
from pillarbox.kernel.ids import Id
from pillarbox.postage.orderfile import Mapping, SkuParcel


class ImportView(msgspec.Struct, frozen=True):
    """One import. `status` is uploaded, running, done or failed; `rows_total` is an estimate until it is done.

    `columns` are the file's own; `mapping` says which of them holds what; `parcel` is assumed where the file and the
    products say nothing (grams, mm). `duplicates` and `problems` count orders still left out.
    """

    id: Id
    created_at: datetime
    status: str
    name: str
    shop: str | None
    encoding: str
    columns: tuple[str, ...]
    mapping: Mapping
    parcel: SkuParcel
    rows_total: int
    rows_read: int
    orders_made: int
    duplicates: int
    problems: int
    finished_at: datetime | None
    failure: str | None


class ImportList(msgspec.Struct, frozen=True):
    """The latest imports, newest first."""

    data: tuple[ImportView, ...]


class Cause(msgspec.Struct, frozen=True):
    """How many orders were left out for one cause, with the sentence of the first."""

    code: str
    field: str | None
    column: str | None
    message: str
    count: int


class LeftOutRow(msgspec.Struct, frozen=True):
    """One thing wrong with the order that begins at `line` (from 1): our field, the file's column, a sentence."""

    line: int
    code: str
    field: str | None
    column: str | None
    message: str


class ProblemPage(msgspec.Struct, frozen=True):
    """What was left out: all causes, the commonest first, and a page of rows; `next_cursor` is null on the last."""

    causes: tuple[Cause, ...]
    data: tuple[LeftOutRow, ...]
    next_cursor: str | None


class RowView(msgspec.Struct, frozen=True):
    """A left-out order as it stands, by field, and what is wrong with it."""

    line: int
    fields: dict[str, str]
    problems: tuple[LeftOutRow, ...]


def import_view(row: Any) -> ImportView:
    """View of one import."""
    settings = row.settings
    parcel = settings.parcel
    return ImportView(
        row.import_id,
        row.created_at,
        row.status,
        settings.name,
        row.shop,
        row.encoding,
        settings.shape.header,
        settings.mapping,
        SkuParcel(parcel.weight_g, parcel.format, parcel.length_mm, parcel.width_mm, parcel.height_mm),
        row.rows_total,
        row.rows_read,
        row.orders_made,
        row.duplicates,
        row.problems,
        row.finished_at,
        row.failure,
    )


def import_list(rows: tuple[Any, ...]) -> ImportList:
    """View of the latest imports."""
    return ImportList(tuple([import_view(row) for row in rows]))


def problem_page(found: tuple[tuple[Any, ...], tuple[Any, ...], int]) -> ProblemPage:
    """View of the causes, a page of rows and its limit."""
    groups, rows, limit = found
    causes = tuple([Cause(g.code, g.field, g.column, g.message, g.count) for g in groups])
    data = tuple([_left_out(row.content.problem) for row in rows])
    return ProblemPage(causes, data, str(rows[-1].seq) if len(rows) == limit else None)


def row_view(row: RowToMend) -> RowView:
    """View of a left-out order."""
    return RowView(row.line, row.fields, tuple([_left_out(problem) for problem in row.problems]))


def _left_out(problem: Any) -> LeftOutRow:
    return LeftOutRow(problem.line, problem.code, problem.field, problem.column, problem.message)
