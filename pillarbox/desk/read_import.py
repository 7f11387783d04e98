"""Read how an import is getting on, and what was left out: counted by cause, listed by line, as a file to mend."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from pillarbox.desk.preview_import import ProblemGroup
from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import Id
from pillarbox.postage.orderfile import DraftOrder, Problem, reasons_by_line, rejects_csv
from pillarbox.vault.box import Box
from pillarbox.vault.files import load_file
from pillarbox.vault.imports import SQL, ImportRow, ImportSettings, ProblemCount, ProblemRow
from pillarbox.vault.owned import Owned, render

MOST: Final = 200
_ALL: Final = 2**31 - 1


class ProblemPageUnusable(BadInput):
    """A page has 1 to 200 lines."""


async def read_import(box: Box, import_id: Id) -> Owned[ImportRow]:
    """Return one import with its progress. Raises `NotFound`."""
    return await box.one(SQL["import_by_id"], ImportRow, import_id=import_id)


async def list_imports(box: Box, most: int = 20) -> Owned[tuple[ImportRow, ...]]:
    """Return the latest imports, newest first. Raises `ProblemPageUnusable`."""
    _check(most)
    return await box.all(SQL["import_page"], ImportRow, most=most)


async def count_problems(box: Box, import_id: Id) -> Owned[tuple[ProblemGroup, ...]]:
    """Return what was left out, by cause, the commonest first, each with the sentence of its first line."""
    await box.enter()
    counts = await box.all(SQL["problem_groups"], ProblemCount, import_id=import_id)
    firsts = await box.all(
        SQL["problems_by_seq"], ProblemRow, import_id=import_id, seqs=[c.first_seq for c in box.open(counts)]
    )
    return render(_groups, counts, firsts)


def _groups(counts: tuple[ProblemCount, ...], firsts: tuple[ProblemRow, ...]) -> tuple[ProblemGroup, ...]:
    first = {row.seq: row.content.problem for row in firsts}
    return tuple([
        ProblemGroup(
            count.code, count.field, first[count.first_seq].column, first[count.first_seq].message, count.lines,
            (first[count.first_seq].line,),
        )
        for count in counts
    ])  # fmt: skip


async def list_problems(
    box: Box, import_id: Id, *, after: int = 0, most: int = 50, code: str | None = None
) -> Owned[tuple[ProblemRow, ...]]:
    """Return problems in the order they were found, after the `seq` of one, of one cause where a code is given."""
    _check(most)
    return await box.all(SQL["problem_page"], ProblemRow, import_id=import_id, after=after, most=most, code=code)


async def left_out_csv(box: Box, import_id: Id) -> Owned[bytes]:
    """Return the rows that were left out as they stood, with the reason beside each, as CSV to mend and send again.

    No cell of it can be calculated as a formula. Raises `NotFound`.
    """
    await box.enter()
    row = await box.one(SQL["import_by_id"], ImportRow, import_id=import_id)
    problems = await box.all(SQL["problem_page"], ProblemRow, import_id=import_id, after=0, most=_ALL, code=None)
    found = box.open(row)
    data = await load_file(box, found.file_id)
    text = await asyncio.to_thread(_left_out, found.settings, box.open(problems), data)
    return render(lambda _row, _problems: text, row, problems)


def _left_out(settings: ImportSettings, problems: tuple[ProblemRow, ...], data: bytes) -> bytes:
    entries: list[DraftOrder | Problem] = []
    for row in problems:
        what = row.content.problem
        entries.extend([msgspec.structs.replace(what, line=line) for line in row.content.lines])
    return b"".join(rejects_csv(data, settings.shape, reasons_by_line(entries)))


def _check(most: int) -> None:
    if not 1 <= most <= MOST:
        raise ProblemPageUnusable(field="limit")
