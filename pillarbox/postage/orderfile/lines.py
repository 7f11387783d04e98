"""Rows of a delimited text file, one after another, with the physical line on which each begins.

Quotes are read strictly. A row whose quoting breaks (a file cut in the middle, a stray quote) comes out as `Broken`,
and reading goes on at the line after the one where it began, so that a single forgotten quote cannot swallow the rest.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from pillarbox.postage.orderfile.errors import MAX_ROW_CHARS, MAX_ROW_LINES

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
        self.line = line

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._source)
        self.line += 1
        kept = self.kept
        kept.append(line)
        if len(kept) > MAX_ROW_LINES or len(line) > MAX_ROW_CHARS:
            raise _RowTooBig
        return line

    def go_back(self) -> int:
        """Arrange that reading goes on after the present row's first line; return that line's number."""
        first = self.line - len(self.kept) + 1
        rest = self.kept[1:]
        if len(rest) <= self._budget:
            self._budget -= len(rest)
            self._again.extend(reversed(rest))
            self.line = first
        return first


def open_text(data: bytes, encoding: str) -> io.TextIOWrapper:
    """Open bytes as text with line ends untouched; what cannot be decoded becomes U+FFFD."""
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline="")


def text_rows(
    data: bytes, encoding: str, delimiter: str, *, quoted: bool, skip_lines: int
) -> Iterator[tuple[int, list[str] | Broken]]:
    """Yield (line, cells) after the first `skip_lines` physical lines; empty lines come as empty lists."""
    feed = _Feed(islice(open_text(data, encoding), skip_lines, None), skip_lines)
    reader = csv.reader(feed, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE, strict=True)
    kept = feed.kept
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except _RowTooBig:
            yield _broken(feed, *_TOO_LONG)
        except csv.Error as error:
            yield _broken(feed, *_reason(str(error)))
        else:
            yield feed.line - len(kept) + 1, row
        kept.clear()


_TOO_LONG: Final = "row-too-long", "This row is too long: a quote may have been opened and never closed."
_CUT: Final = "row-cut", "This row has a quote that is never closed. The file may have been cut off; download it again."
_QUOTES: Final = (
    "quotes-broken",
    'A quotation mark in this row is out of place. Inside a quoted cell write it twice: "".',
)


def _reason(error: str) -> tuple[str, str]:
    """Translate what the csv reader says: its messages are the only thing that tells its errors apart."""
    if error == "unexpected end of data":
        return _CUT
    return _TOO_LONG if error.startswith("field larger") else _QUOTES


def _broken(feed: _Feed, code: str, message: str) -> tuple[int, Broken]:
    text = feed.kept[0][:MAX_ROW_CHARS].rstrip("\r\n")
    return feed.go_back(), Broken(code, message, text)
