"""Paging through lists that continue below their last row: the address remembers the pages on the way, so that there
is a way back.

A trail is what the pages before this one ended with (`?below=lbl_…&below=lbl_…`), the newest page having none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request

from pillarbox.kernel.errors import BadInput
from pillarbox.web.views import Pager

BELOW: Final = "below"
_LONGEST: Final = 60
"""Pages that an address can remember; whoever looks further back searches."""


class TrailTooLong(BadInput):
    """That is as far back as this list pages. Use the search to find something older."""


def read_trail(request: Request[Any, Any, Any]) -> tuple[str, ...]:
    """Return the trail of a request's address. Raises `TrailTooLong`."""
    trail = tuple(str(each) for each in request.query_params.getall(BELOW, []))
    if len(trail) > _LONGEST:
        raise TrailTooLong
    return trail


def pager(trail: Sequence[str], shown: int, total: int, page: int, last: str, **kept: str) -> Pager:
    """Say where a page of `page` rows stands, `shown` of them filled and the `last` one named; `kept` are filters."""
    if not shown:
        return Pager(0, 0, total, _query(trail[:-1], kept) if trail else "")
    first = len(trail) * page + 1
    end = first + shown - 1
    more = _query((*trail, last), kept) if end < total and len(trail) < _LONGEST else ""
    return Pager(first, end, total, _back(trail, kept), more)


def _back(trail: Sequence[str], kept: dict[str, str]) -> str:
    if not trail:
        return ""
    return _query(trail[:-1], kept) or "newest=yes"


def _query(trail: Sequence[str], kept: dict[str, str]) -> str:
    return urlencode([*((name, value) for name, value in kept.items() if value), *((BELOW, each) for each in trail)])
