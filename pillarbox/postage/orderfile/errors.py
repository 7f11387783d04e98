"""What can be wrong with an order file as a whole, and the limits behind it.

Problems of single rows are values (`Problem`), not errors: one bad row never stops the good ones.
"""

from __future__ import annotations

from typing import Final

from pillarbox.kernel.errors import BadInput

MAX_FILE_BYTES: Final = 50 * 1024 * 1024
MAX_ROWS: Final = 250_000
MAX_BROKEN_ROWS: Final = 20_000

MAX_LINE_ENDS: Final = 2_000_000
"""Eight for every row we take, for cells of several lines; more is a file of blank lines."""

MAX_CELL_CHARS: Final = 32_767
"""As in Excel (its "specifications and limits", characters in a cell), so that a file can still be opened there."""

MAX_ROW_CHARS: Final = 500_000
MAX_ROW_LINES: Final = 500
"""A row may span this many physical lines; more means a quote that is never closed."""

MAX_COLUMNS: Final = 702
"""Excel's last two-letter column, ZZ."""

MAX_SHEET_CELLS: Final = 3_000_000
"""Rows times columns of one XLSX sheet: the reader holds a sheet as a full rectangle."""

MAX_UNPACKED_BYTES: Final = 256 * 1024 * 1024
"""Everything inside an XLSX once unpacked."""


class OrderFileEmpty(BadInput):
    """This file is empty. Please choose the file with your orders."""


class OrderFileWithoutRows(BadInput):
    """This file has column names but no orders under them."""


class OrderFileTooLarge(BadInput):
    """This file is larger than 50 MB. Please split it into smaller ones."""


class OrderFileTooManyRows(BadInput):
    """This file has more than 250,000 rows. Please split it into smaller ones."""


class OrderFileTooBroken(BadInput):
    """More than 20,000 rows of this file cannot be read. Save it as CSV again and check its quotation marks."""


class OrderFileUnreadable(BadInput):
    """This is not a table we can read. Save it as CSV or XLSX and try again."""


class WorkbookTooLarge(BadInput):
    """This workbook unpacks to more than we take. Save the sheet with your orders as CSV and send that."""


class ColumnMissing(BadInput):
    """The saved columns do not fit this file. Check which column holds what."""
