"""The checks a workbook must pass before the spreadsheet reader may open it.

A workbook is a ZIP of XML, and the reader trusts it: it fills the whole rectangle up to the outermost cell, copies a
shared text for every cell that uses it, and ends the process when memory runs out. So everything inside is unpacked
once in pieces and counted (sizes that a ZIP declares may lie), every XML part must be well-formed without a document
type, and the rectangle and the copies are worked out beforehand.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from typing import Final
from xml.parsers import expat

from pillarbox.postage.orderfile import errors as limits
from pillarbox.postage.orderfile.errors import OrderFileTooManyRows, OrderFileUnreadable, WorkbookTooLarge

_CHUNK: Final = 1 << 20
_MAX_PARTS: Final = 2_000
_DAMAGED: Final = "This workbook is damaged. Download it again, or save it as CSV."
_CELL: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_SHARED_CELL: Final = re.compile(rb"""\bt\s*=\s*["']s["'][^<>]*>\s*<v>\s*(\d{1,9})\s*<""")
_SMALL: Final = frozenset(("v", "is", "t", "f", "si", "r", "rPr"))
"""Elements inside cells and texts, by far the most; passing them by at once halves the time."""

_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)


def check_workbook(data: bytes) -> None:
    """Check a workbook. Raises `OrderFileUnreadable`, `WorkbookTooLarge` or `OrderFileTooManyRows`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(archive)
    except (*_BROKEN, EOFError) as error:
        raise OrderFileUnreadable(_DAMAGED) from error


def _check_archive(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise OrderFileUnreadable("This is a ZIP file, not a workbook. Unpack it and choose the table inside.")
    if len(names) != len(parts) or len(parts) > _MAX_PARTS:
        raise OrderFileUnreadable(_DAMAGED)
    if sum(part.file_size for part in parts) > limits.MAX_UNPACKED_BYTES:
        raise WorkbookTooLarge
    unpacked = uses = longest = 0
    for part in parts:
        seen = _Part(part.filename.lower())
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > limits.MAX_UNPACKED_BYTES:
                    raise WorkbookTooLarge
                seen.take(chunk)
        seen.end()
        uses += seen.shared_uses
        longest = max(longest, seen.longest_text)
    if uses * longest > limits.MAX_UNPACKED_BYTES:
        _check_copies(archive, uses, longest)


class _Part:
    """One part of the archive, taken in pieces; reading it to the end has also compared its checksum."""

    def __init__(self, name: str) -> None:
        self.shared_uses = 0
        self.longest_text = 0
        self._open_text = 0
        self._texts = "sharedstrings" in name
        self._is_links = name == "xl/_rels/workbook.xml.rels"
        self._rows = self._columns = self._row = self._column = 0
        self._parser = expat.ParserCreate() if name.endswith((".xml", ".rels")) else None
        if self._parser:
            self._parser.XmlDeclHandler = _check_declaration
            self._parser.StartDoctypeDeclHandler = _refuse_doctype
            self._parser.StartElementHandler = self._start

    def take(self, chunk: bytes) -> None:
        if self._parser:
            self._parser.Parse(chunk)
        if self._texts:
            first, *rest = chunk.split(b"</si>")
            self._open_text += len(first)
            if rest:
                self.longest_text = max(self.longest_text, self._open_text, *map(len, rest[:-1]), 0)
                self._open_text = len(rest[-1])

    def end(self) -> None:
        if self._parser:
            self._parser.Parse(b"", True)  # noqa: FBT003 - expat takes it by place only
        self.longest_text = max(self.longest_text, self._open_text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _SMALL:
            return
        kind = name.rpartition(":")[2]
        if kind == "c":
            self._cell(attributes)
        elif kind == "row":
            told = attributes.get("r")
            self._row = int(told) if told else self._row + 1
            self._column = 0
            self._reach(self._row, 1)
        elif self._is_links and not attributes.get("Target", ".xml").lower().endswith(".xml"):
            raise OrderFileUnreadable("This workbook has macros or foreign parts. Save it as plain XLSX or as CSV.")

    def _cell(self, attributes: dict[str, str]) -> None:
        told = attributes.get("r")
        self._column += 1
        if told:
            match = _CELL.fullmatch(told)
            if match is None:
                raise OrderFileUnreadable(_DAMAGED)
            self._column = max(self._column, _column_number(match[1]))
            self._reach(int(match[2]), self._column)
        self._reach(self._row, self._column)
        if attributes.get("t") == "s":
            self.shared_uses += 1

    def _reach(self, row: int, column: int) -> None:
        """Take note of the outermost cell and refuse a rectangle that is too large."""
        if row <= self._rows and column <= self._columns:
            return
        self._rows, self._columns = max(self._rows, row), max(self._columns, column)
        if self._rows > limits.MAX_ROWS + 1_000:
            raise OrderFileTooManyRows
        if self._columns > limits.MAX_COLUMNS or self._rows * self._columns > limits.MAX_SHEET_CELLS:
            raise WorkbookTooLarge


def _check_copies(archive: zipfile.ZipFile, uses: int, longest: int) -> None:
    """Add up what every use of a shared text would come to; a use that is not plain to see counts as the longest."""
    lengths: list[int] = []
    counts: Counter[int] = Counter()
    for part in archive.infolist():
        content = archive.read(part)
        if "sharedstrings" in part.filename.lower():
            lengths = [len(text) for text in content.split(b"</si>")]
        elif part.filename.lower().endswith(".xml"):
            counts.update(map(int, _SHARED_CELL.findall(content)))
    copies = sum(count * (lengths[i] if i < len(lengths) else longest) for i, count in counts.items())
    if copies + max(0, uses - counts.total()) * longest > limits.MAX_UNPACKED_BYTES:
        raise WorkbookTooLarge


def _check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding and encoding.lower() not in ("utf-8", "us-ascii"):
        raise OrderFileUnreadable(_DAMAGED)


def _refuse_doctype(*_declared: object) -> None:
    raise OrderFileUnreadable(_DAMAGED)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
