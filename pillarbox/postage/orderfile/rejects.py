"""A file of just the rows that were left out, with the reason beside each, to mend and send again.

It is CSV in UTF-8 with a byte order mark, so that Excel opens it, and no cell can be calculated as a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from typing import Final

from pillarbox.postage.orderfile.cells import formula_safe
from pillarbox.postage.orderfile.draft import DraftOrder, Problem
from pillarbox.postage.orderfile.lines import Broken
from pillarbox.postage.orderfile.shape import FileShape, row_source

PROBLEM_COLUMN: Final = "Problem"


def reasons_by_line(left_out: Iterable[DraftOrder | Problem]) -> dict[int, str]:
    """Turn left-out orders and rows into the sentence for each line; every row of a left-out order is given back."""
    reasons: dict[int, list[str]] = {}
    for entry in left_out:
        if isinstance(entry, Problem):
            reasons.setdefault(entry.line, []).append(_sentence(entry))
            continue
        for line in entry.lines:
            reasons.setdefault(line, []).extend(_sentence(p) for p in entry.problems)
    return {line: " ".join(dict.fromkeys(sentences)) for line, sentences in reasons.items()}


def rejects_csv(data: bytes, shape: FileShape, reasons: MappingOf[int, str]) -> Iterator[bytes]:
    """Yield the CSV of the rows at these lines (as in `Problem.line` and `DraftOrder.lines`) in their order.

    The columns are the file's own, then `Problem`; one from an earlier round is replaced. A row that could not be split
    into cells stands whole in the first one.
    """
    keep = [i for i, name in enumerate(shape.header) if name != PROBLEM_COLUMN]
    yield "\ufeff".encode() + _csv_line([shape.header[i] for i in keep] + [PROBLEM_COLUMN])
    for line, row in row_source(data, shape)():
        if line not in reasons:
            continue
        cells = [row.text] if isinstance(row, Broken) else row
        chosen = [cells[i] if i < len(cells) else "" for i in keep]
        yield _csv_line([*chosen, " ".join([reasons[line], *_beyond(cells, len(shape.header))])])


def _beyond(cells: list[str], width: int) -> list[str]:
    """Keep what stood beyond the last column, so that nothing is lost."""
    extra = [cell for cell in cells[width:] if cell]
    return ["Beyond the last column: " + " | ".join(extra)] if extra else []


def _csv_line(cells: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow([formula_safe(cell) for cell in cells])
    return text.getvalue().encode("utf-8", "replace")


def _sentence(problem: Problem) -> str:
    return f"{problem.column}: {problem.message}" if problem.column else problem.message
