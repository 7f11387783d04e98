"""What a file is, found out by looking: encoding, delimiter, header line, shop.

The header is the line with the most column names we know; lines above it (a blank, `sep=;`, a title) are skipped. With
no known name anywhere, the delimiter that splits the first lines most evenly is taken and its first line is the header.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import islice
from typing import Final

import msgspec

from pillarbox.postage.orderfile.cells import clean
from pillarbox.postage.orderfile.encoding import check_bytes, check_text, detect_encoding
from pillarbox.postage.orderfile.errors import MAX_COLUMNS, OrderFileUnreadable, OrderFileWithoutRows
from pillarbox.postage.orderfile.lines import Broken, open_text, text_rows
from pillarbox.postage.orderfile.sheet import is_zip, open_sheet, open_workbook, sheet_rows
from pillarbox.postage.orderfile.shops import Shop, known_names, normal, recognise

_DELIMITERS: Final = (",", ";", "\t", "|")
_SEP: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_LOOK_CHARS: Final = 131_072
_LOOK_LINES: Final = 40
_SAMPLE_ROWS: Final = 20
_MAX_SHEETS: Final = 20
_MAX_NAME: Final = 200


RawRow = tuple[int, list[str] | Broken]


class FileShape(msgspec.Struct, frozen=True):
    """How to read one file. Lines count from 1; `header_lines` is how many physical lines the header takes.

    `header` has a name for every column, made unique ("Name", "Name (2)", "Column 5"). `sample` holds the first rows
    with their lines, for the preview. `row_cells` is how many cells a row may have when those beyond the header are
    empty: some programs end every row with separators. `encoding_sure` is False when it is only the likeliest.
    """

    encoding: str
    delimiter: str
    shop: Shop | None
    header: tuple[str, ...]
    header_line: int
    xlsx: bool
    header_lines: int = 1
    quoted: bool = True
    encoding_sure: bool = True
    sheet: str = ""
    row_cells: int = 0
    sample: tuple[tuple[int, tuple[str, ...]], ...] = ()


def file_digest(data: bytes) -> str:
    """Return 32 hexadecimal digits that are the same only for the same bytes: the same file sent twice."""
    return blake2b(data, digest_size=16, person=b"pillarbox file").hexdigest()


def sniff(data: bytes) -> FileShape:
    """Find out what a file is. Raises the `BadInput` errors of `errors.py`; the message tells people what to do."""
    check_bytes(data)
    shape, rows = _sniff_sheet(data) if is_zip(data) else _sniff_text(data)
    sample: list[tuple[int, tuple[str, ...]]] = []
    empty = True
    for line, row in rows:
        empty = empty and not isinstance(row, Broken) and not any(row)
        if not isinstance(row, Broken) and any(row):
            sample.append((line, tuple(row)))
        if len(sample) == _SAMPLE_ROWS:
            break
    if empty:
        raise OrderFileWithoutRows
    return msgspec.structs.replace(shape, sample=tuple(sample), row_cells=_row_cells(shape, [row for _, row in sample]))


def _row_cells(shape: FileShape, rows: list[tuple[str, ...]]) -> int:
    """Allow more cells than the header has names only if the header has them too, or every row to the same number."""
    width = len(shape.header)
    lengths = {len(row) for row in rows}
    if len(lengths) == 1 and not any("".join(row[width:]).strip() for row in rows):
        return max(shape.row_cells, *lengths)
    return shape.row_cells


def row_source(data: bytes, shape: FileShape) -> Callable[[], Iterator[RawRow]]:
    """Return a function that gives every row under the header, from the first one at each call; opens a workbook once.

    Rows come with their line and cells untouched, blank lines as empty lists.
    """
    after = shape.header_line + shape.header_lines - 1
    if shape.xlsx:
        sheet = open_sheet(open_workbook(data), shape.sheet)
        return lambda: islice(enumerate(sheet_rows(sheet), 1), after, None)
    return lambda: text_rows(data, shape.encoding, shape.delimiter, quoted=shape.quoted, skip_lines=after)


def _sniff_text(data: bytes) -> tuple[FileShape, Iterator[RawRow]]:
    encoding, sure = detect_encoding(data)
    text = open_text(data, encoding).read(_LOOK_CHARS)
    check_text(text)
    lines = list(islice(io.StringIO(text, newline=""), _LOOK_LINES))
    delimiters: tuple[str, ...] = _DELIMITERS
    first = next((i for i, line in enumerate(lines) if line.strip("\r\n\ufeff ")), 0)
    told = _SEP.fullmatch(lines[first].strip("\r\n\ufeff ") + "\n") if lines else None
    if told and told[1] != '"' and not told[1].isalnum():
        delimiters, first = (told[1],), first + 1
    delimiter, at = _find_header(lines, first, delimiters)
    cells, taken = _one_row(lines[at:], delimiter)
    header = unique_names(cells)
    shop = recognise(header)
    shape = FileShape(
        encoding=encoding,
        delimiter=delimiter,
        shop=shop,
        header=header,
        header_line=at + 1,
        header_lines=taken,
        xlsx=False,
        quoted=not (shop is Shop.AMAZON and delimiter == "\t"),
        encoding_sure=sure,
        row_cells=len(cells),
    )
    return shape, row_source(data, shape)()


def _sniff_sheet(data: bytes) -> tuple[FileShape, Iterator[RawRow]]:
    workbook = open_workbook(data)
    best, shape, rows = -1, None, None
    for name in workbook.sheet_names[:_MAX_SHEETS]:
        sheet = open_sheet(workbook, name)
        head = list(islice(sheet_rows(sheet), _LOOK_LINES))
        at = max(range(len(head)), key=lambda i: (_known(head[i]), any(head[i])), default=None)
        if at is not None and any(head[at]) and _known(head[at]) > best:
            best, header, rows = _known(head[at]), unique_names(head[at]), enumerate(sheet_rows(sheet), 1)
            shape = FileShape("xlsx", "", recognise(header), header, at + 1, xlsx=True, sheet=name)
            shape = msgspec.structs.replace(shape, row_cells=len(head[at]))
    if shape is None or rows is None:
        raise OrderFileUnreadable("There is nothing in this workbook. Choose the one with your orders.")
    return shape, islice(rows, shape.header_line, None)


def unique_names(cells: list[str]) -> tuple[str, ...]:
    """Name every column once: cleaned, empty ones by number, repeated ones with a count. Empty ones at the end go."""
    if len(cells) > MAX_COLUMNS:
        raise OrderFileUnreadable(f"This file has more than {MAX_COLUMNS} columns.")
    names = [clean(cell)[:_MAX_NAME] for cell in cells]
    while names and not names[-1]:
        names.pop()
    seen: Counter[str] = Counter()
    taken = set(names)
    result = []
    for i, name in enumerate(names, 1):
        base = name or f"Column {i}"
        seen[base] += 1
        unique = base
        while seen[base] > 1 and (unique == base or unique in taken):
            unique = f"{base} ({seen[base]})"
            if unique in taken:
                seen[base] += 1
        taken.add(unique)
        result.append(unique)
    return tuple(result)


def _known(cells: list[str]) -> int:
    return len({normal(cell[:_MAX_NAME]) for cell in cells if cell} & known_names())


def _one_row(lines: list[str], delimiter: str) -> tuple[list[str], int]:
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        return next(reader), reader.line_num
    except (csv.Error, StopIteration):
        return [], 1


def _find_header(lines: list[str], first: int, delimiters: tuple[str, ...]) -> tuple[str, int]:
    best, found = 1, None
    for at in range(first, len(lines)):
        for delimiter in delimiters:
            score = _known(_one_row(lines[at : at + 10], delimiter)[0])
            if score > best:
                best, found = score, (delimiter, at)
    return found or _most_even(lines, first, delimiters)


def _most_even(lines: list[str], first: int, delimiters: tuple[str, ...]) -> tuple[str, int]:
    """Without a known name: the delimiter whose commonest number of cells (two or more) covers the most lines."""
    best, found = 0, None
    for delimiter in delimiters:
        counts = [len(_one_row([line], delimiter)[0]) for line in lines[first:]]
        many = Counter(n for n in counts if n > 1)
        if many:
            width, times = many.most_common(1)[0]
            if times > best:
                best, found = times, (delimiter, first + counts.index(width))
    if found is None:
        raise OrderFileUnreadable("We find no columns in this file. Save it as CSV or XLSX and try again.")
    return found
