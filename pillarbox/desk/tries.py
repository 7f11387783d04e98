"""Counts guesses for a name within a while, so that guessing stops being worth it.

Kept in the memory of one process and bounded: the names guessed longest ago are forgotten first. Several processes
count apart. A guess is counted before its answer is known, so that many at once find no gap.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from pillarbox.kernel.errors import PillarboxError

_NAMES: Final = 20_000
POSTCODES: Final = 10
"""Wrong postcodes for one tracking number in `SECONDS`: there are about 1.8 million in the UK to guess from."""
SECONDS: Final = 3600.0


class TriedTooOften(PillarboxError):
    """Too many postcodes were tried for this parcel. Please try again in an hour."""


class Tries:
    """At most `most` guesses for one name within `seconds`; `clock` is in seconds and never goes back."""

    __slots__ = ("_clock", "_guesses", "_most", "_seconds")

    def __init__(
        self, most: int = POSTCODES, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Nothing has been guessed yet."""
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._guesses: OrderedDict[str, list[float]] = OrderedDict()

    def guess(self, name: str) -> None:
        """Count a guess. Raises `TriedTooOften` when none is left for this name just now."""
        now = self._clock()
        recent = [at for at in self._guesses.get(name, ()) if at > now - self._seconds]
        if len(recent) >= self._most:
            raise TriedTooOften
        self._guesses[name] = [*recent, now]
        self._guesses.move_to_end(name)
        if len(self._guesses) > _NAMES:
            self._guesses.popitem(last=False)

    def right(self, name: str) -> None:
        """Take the last guess back: it was right."""
        guesses = self._guesses.get(name)
        if guesses:
            guesses.pop()
