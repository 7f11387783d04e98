"""Rows of an XLSX workbook as text, and the checks that must come before opening one.

A workbook is a ZIP of XML. Before the reader sees it, everything inside is unpacked once in pieces and counted, because
the sizes a ZIP declares may lie; the outermost cell of each sheet is looked up, because the reader fills the whole
rectangle up to it; and what shared texts would come to is added up, because one long text may be used a million times.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from pillarbox.postage.orderfile.errors import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEET_CELLS,
    MAX_UNPACKED_BYTES,
    OrderFileTooManyRows,
    OrderFileUnreadable,
    WorkbookTooLarge,
)

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_CHUNK: Final = 1 << 20
_OVERLAP: Final = 64
_MAX_PARTS: Final = 2_000
_CELL: Final = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{1,8})(\d{1,10})\s*["']""")
_SHARED_USE: Final = re.compile(rb"""\bt\s*=\s*["']s["']""")
_DAMAGED_DIGITS: Final = 10**15
"""From here on a spreadsheet keeps only 15 digits of a number."""

Value = int | float | str | bool | time | date | datetime | timedelta


def is_zip(data: bytes) -> bool:
    """Say whether these bytes begin like a ZIP, which among order files means XLSX."""
    return data.startswith(b"PK\x03\x04")


def open_workbook(data: bytes) -> CalamineWorkbook:
    """Check and open a workbook. Raises `OrderFileUnreadable`, `WorkbookTooLarge` or `OrderFileTooManyRows`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        raise OrderFileUnreadable("This workbook is damaged. Download it again, or save it as CSV.") from error
    return _open(data)


def sheet_rows(workbook: CalamineWorkbook, name: str, limit: int | None = None) -> Iterator[list[str]]:
    """Yield every row (or the first `limit`) of a sheet from line 1 on, as texts. Raises `OrderFileUnreadable`."""
    from python_calamine import CalamineError

    try:
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=limit)
    except (CalamineError, ValueError) as error:
        raise OrderFileUnreadable("This sheet is damaged. Save it as CSV and try again.") from error
    for row in rows:
        yield [value if type(value) is str else as_text(value) for value in row]


def as_text(value: Value) -> str:
    """Write a cell's value as a CSV would: 3.0 is `3`, a day `2026-11-20`, a number too long to be true `1.23E+15`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if abs(value) >= _DAMAGED_DIGITS:
            return f"{value:.5E}"
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    return str(value) if isinstance(value, timedelta) else value.isoformat()


def _open(data: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (CalamineError, ValueError, OSError) as error:
        raise OrderFileUnreadable("This workbook cannot be read. Save it as CSV and try again.") from error


def _check_archive(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if not any(name.lower() == "xl/workbook.xml" for name in names):
        raise OrderFileUnreadable("This is a ZIP file, not a workbook. Unpack it and choose the table inside.")
    if len(names) != len(parts) or len(parts) > _MAX_PARTS:
        raise OrderFileUnreadable("This workbook is damaged. Save it as CSV and try again.")
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise WorkbookTooLarge
    unpacked = shared_uses = longest = 0
    for part in parts:
        counted = _check_part(archive, part)
        unpacked += counted[0]
        if unpacked > MAX_UNPACKED_BYTES:
            raise WorkbookTooLarge
        shared_uses += counted[1]
        longest = max(longest, counted[2])
    if shared_uses * longest > MAX_UNPACKED_BYTES * 8:
        raise WorkbookTooLarge


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, int, int]:
    """Unpack one part in pieces; return its size, how often it uses shared texts, and its longest shared text.

    Reading to the end also compares the checksum, so a part that is longer than it declares is refused as damaged.
    """
    name = part.filename.lower()
    size = uses = longest = column = row = 0
    tail, text_length = b"", 0
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if "sharedstrings" in name:
                text_length, longest = _longest_text(chunk, text_length, longest)
            elif name.endswith(".xml"):
                for letters, digits in set(_CELL.findall(tail + chunk)):
                    column, row = max(column, _column_number(letters)), max(row, int(digits))
                uses += len(_SHARED_USE.findall(chunk))
                _check_area(row, column)
                tail = chunk[-_OVERLAP:]
    return size, uses, max(longest, text_length)


def _check_area(rows: int, columns: int) -> None:
    if rows > MAX_ROWS + 1_000:
        raise OrderFileTooManyRows
    if columns > MAX_COLUMNS or rows * columns > MAX_SHEET_CELLS:
        raise WorkbookTooLarge


def _longest_text(chunk: bytes, running: int, longest: int) -> tuple[int, int]:
    """Measure the texts between closing `si` marks; return the length still open and the longest so far."""
    first, *rest = chunk.split(b"</si>")
    running += len(first)
    if rest:
        longest = max(longest, running, *map(len, rest[:-1]), 0)
        running = len(rest[-1])
    return running, longest


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
