"""Rows of a delimited text file, one after another, with the physical line on which each begins.

Quotes are read strictly. A row whose quoting breaks (a file cut in the middle, a stray quote) comes out as `Broken`,
and reading goes on at the line after the one where it began, so that a single forgotten quote cannot swallow the rest.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from pillarbox.postage.orderfile.errors import MAX_ROW_CHARS, MAX_ROW_LINES

if TYPE_CHECKING:
    from _csv import Reader

_MAX_REREAD: Final = 20_000
"""Lines read twice in one file; after that reading goes on where it stopped, or a hostile file would cost n squared."""


class Broken(msgspec.Struct, frozen=True, gc=False):
    """A row that could not be split into cells: a code, a sentence and its first physical line as it stands."""

    code: str
    message: str
    text: str


class _RowTooBig(Exception):
    pass


class _Feed:
    """Hands physical lines to the csv reader and keeps those of the present row, to go back if it breaks."""

    def __init__(self, source: Iterator[str], line: int) -> None:
        self._source = source
        self._again: list[str] = []
        self._budget = _MAX_REREAD
        self.kept: list[str] = []
        self.before = line
        """Lines of the file before the first one of the present call of `lines`."""

    def lines(self) -> Iterator[str]:
        """Give the lines; ends with `_RowTooBig` when one row has taken too many or too long ones."""
        kept, keep = self.kept, self.kept.append
        while self._again:
            keep(self._again.pop())
            if len(kept) > MAX_ROW_LINES:
                raise _RowTooBig
            yield kept[-1]
        for line in self._source:
            keep(line)
            if len(kept) > MAX_ROW_LINES or len(line) > MAX_ROW_CHARS:
                raise _RowTooBig
            yield line

    def go_back(self, first: int) -> None:
        """Arrange that the next call of `lines` begins after line `first`, where the present row began."""
        rest = self.kept[1:]
        self.before = first
        if len(rest) <= self._budget:
            self._budget -= len(rest)
            self._again.extend(reversed(rest))
        else:
            self.before += len(rest)


def open_text(data: bytes, encoding: str) -> io.TextIOWrapper:
    """Open bytes as text with line ends untouched; what cannot be decoded becomes U+FFFD."""
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline="")


def text_rows(
    data: bytes, encoding: str, delimiter: str, *, quoted: bool, skip_lines: int
) -> Iterator[tuple[int, list[str] | Broken]]:
    """Yield (line, cells) after the first `skip_lines` physical lines; empty lines come as empty lists."""
    feed = _Feed(islice(open_text(data, encoding), skip_lines, None), skip_lines)
    kept = feed.kept
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    while True:
        reader = csv.reader(feed.lines(), delimiter=delimiter, quoting=quoting, strict=True)
        before = feed.before + 1
        try:
            for row in reader:
                yield before + reader.line_num - len(kept), row
                kept.clear()
        except (csv.Error, _RowTooBig) as error:
            text, line = kept[0][:MAX_ROW_CHARS].rstrip("\r\n"), before + _given(reader, error) - len(kept)
            feed.go_back(line)
            kept.clear()
            yield line, Broken(*_reason(error), text)
        else:
            return


def _given(reader: Reader, error: Exception) -> int:
    """Count the lines the reader was given, with the one that `_RowTooBig` kept from it."""
    return reader.line_num + isinstance(error, _RowTooBig)


_TOO_LONG: Final = "row-too-long", "This row is too long: a quote may have been opened and never closed."
_CUT: Final = "row-cut", "This row has a quote that is never closed. The file may have been cut off; download it again."
_QUOTES: Final = (
    "quotes-broken",
    'A quotation mark in this row is out of place. Inside a quoted cell write it twice: "".',
)


def _reason(error: Exception) -> tuple[str, str]:
    """Translate what the csv reader says: its messages are the only thing that tells its errors apart."""
    if str(error) == "unexpected end of data":
        return _CUT
    return _TOO_LONG if isinstance(error, _RowTooBig) or str(error).startswith("field larger") else _QUOTES
