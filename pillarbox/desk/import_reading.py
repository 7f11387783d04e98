"""One order file being gone through, kept in the worker's memory between the steps of its import.

The order in which drafts come is always the same for one file and mapping, so the number of rows read is all that has
to be remembered to go on exactly where a killed worker stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import islice
from typing import Final

from pillarbox.desk.drafted import judge
from pillarbox.desk.new_order import CheckedOrder
from pillarbox.kernel.ids import Id
from pillarbox.postage.orderfile import DraftOrder, Problem, read_orders
from pillarbox.vault.imports import ImportSettings

SLICE: Final = 100
"""Orders checked before others on the event loop, and the socket to the database, get their turn: about 5 ms."""

Judged = tuple[DraftOrder | None, CheckedOrder | tuple[Problem, ...], tuple[int, ...]]
"""The draft, unless the row could not be read at all; the order or what is wrong; its lines."""


class Reading:
    """The file of one import. Made by `open_import`; not for sharing between tasks."""

    __slots__ = ("_ahead", "_drafts", "_settings", "import_id", "rows_done")

    def __init__(self, import_id: Id, settings: ImportSettings, data: bytes) -> None:
        """Nothing is read yet; `start` goes to where the import stands."""
        self.import_id = import_id
        self.rows_done = 0
        self._settings = settings
        self._drafts: Iterator[DraftOrder | Problem] = read_orders(
            data, settings.shape, settings.mapping, settings.parcel
        )
        self._ahead: list[Judged] = []

    async def start(self, rows_read: int) -> None:
        """Go through the file once, as the reader does before its first draft, and past what was stored before."""
        await asyncio.to_thread(self._skip, rows_read)

    def _skip(self, rows_read: int) -> None:
        first = next(self._drafts, None)
        if first is None:
            return
        drafts = self._drafts
        if rows_read == 0:
            self._ahead.append(self._judge(first))
            return
        self.rows_done = _rows(first)
        while self.rows_done < rows_read:
            self.rows_done += _rows(next(drafts))

    async def look_ahead(self, most: int, until: asyncio.Task[object] | None = None) -> None:
        """Check orders until `most` wait to be stored, the file ends or `until` is done."""
        while len(self._ahead) < most and not (until is not None and until.done()):
            slice_ = [self._judge(entry) for entry in islice(self._drafts, min(SLICE, most - len(self._ahead)))]
            if not slice_:
                return
            self._ahead.extend(slice_)
            await asyncio.sleep(0)

    async def take(self, most: int) -> list[Judged]:
        """Return the next orders, at most `most`; none means the file has ended."""
        await self.look_ahead(most)
        taken, self._ahead = self._ahead[:most], self._ahead[most:]
        return taken

    def _judge(self, entry: DraftOrder | Problem) -> Judged:
        if isinstance(entry, Problem):
            return None, (entry,), (entry.line,)
        return entry, judge(entry, self._settings.mapping, take_sent=self._settings.take_sent), entry.lines


def _rows(entry: DraftOrder | Problem) -> int:
    return 1 if isinstance(entry, Problem) else len(entry.lines)
