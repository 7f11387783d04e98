"""Counts what went wrong for a name within a while, so that guessing stops being worth it.

Kept in the memory of one process and bounded: the oldest names are forgotten first. Several processes count apart.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_NAMES: Final = 20_000


class Tries:
    """At most `most` wrong tries for one name within `seconds`; `clock` is in seconds and never goes back."""

    __slots__ = ("_clock", "_most", "_seconds", "_wrong")

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing has been tried yet."""
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()

    def spent(self, name: str) -> bool:
        """Say whether no more tries are left for this name just now."""
        return len(self._recent(name)) >= self._most

    def note(self, name: str) -> None:
        """Write down a wrong try."""
        self._wrong[name] = [*self._recent(name), self._clock()]
        self._wrong.move_to_end(name)
        if len(self._wrong) > _NAMES:
            self._wrong.popitem(last=False)

    def _recent(self, name: str) -> list[float]:
        since = self._clock() - self._seconds
        return [at for at in self._wrong.get(name, []) if at > since]
