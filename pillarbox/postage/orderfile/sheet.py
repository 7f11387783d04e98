"""Rows of an XLSX workbook as text, in the form a CSV would give them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from pillarbox.postage.orderfile.errors import OrderFileUnreadable
from pillarbox.postage.orderfile.unpack import check_workbook

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_DAMAGED_DIGITS: Final = 10**15
"""From here on a spreadsheet keeps only 15 digits of a number."""

Value = int | float | str | bool | time | date | datetime | timedelta


def is_zip(data: bytes) -> bool:
    """Say whether these bytes begin like a ZIP, which among order files means XLSX."""
    return data.startswith(b"PK\x03\x04")


def open_workbook(data: bytes) -> CalamineWorkbook:
    """Check and open a workbook. Raises `OrderFileUnreadable`, `WorkbookTooLarge` or `OrderFileTooManyRows`."""
    check_workbook(data)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (CalamineError, ValueError, OSError) as error:
        raise OrderFileUnreadable("This workbook cannot be read. Save it as CSV and try again.") from error


def open_sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    """Open one sheet. Raises `OrderFileUnreadable`."""
    from python_calamine import CalamineError

    try:
        return workbook.get_sheet_by_name(name)
    except (CalamineError, ValueError, OSError) as error:
        raise OrderFileUnreadable("This sheet cannot be read. Save it as CSV and try again.") from error


def sheet_rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """Yield every row of a sheet from line 1 and column A on, as texts."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield left + [value if type(value) is str else as_text(value) for value in row]


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
