"""Cursors: where the next page of a list begins, as text that a program hands back without looking into it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import Id, IdUnreadable, Kind, parse

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_MOST_DIGITS: Final = 18


class CursorUnreadable(BadInput):
    """This cursor is not one of ours. Leave it out to begin at the beginning."""


def number_before(cursor: str, start: int) -> int:
    """Read a cursor that is a number; an empty one is `start`. Raises `CursorUnreadable`."""
    return _number(cursor) if cursor else start


def id_before(cursor: str, kind: Kind) -> Id | None:
    """Read a cursor that is an id; an empty one is None. Raises `CursorUnreadable`."""
    if not cursor:
        return None
    try:
        return parse(kind, cursor)
    except IdUnreadable as error:
        raise CursorUnreadable(field="cursor") from error


def line_cursor(at: datetime, line: int) -> str:
    """Write where a line of the record stands."""
    return f"{(at - _EPOCH) // _MICROSECOND}-{line}"


def line_before(cursor: str) -> tuple[datetime, int]:
    """Read `line_cursor`'s form. Raises `CursorUnreadable`."""
    at, _, line = cursor.partition("-")
    try:
        return _EPOCH + _number(at) * _MICROSECOND, _number(line)
    except OverflowError as error:
        raise CursorUnreadable(field="cursor") from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise CursorUnreadable(field="cursor")
    return int(text)
