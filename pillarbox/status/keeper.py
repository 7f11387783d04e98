"""What keeps the page true: takes the spool in every half second and publishes anew whenever something changed.

All of it runs in one place, one turn at a time, so a request never waits for the disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from pathlib import Path
from typing import Final

from pillarbox.kernel.clock import Clock
from pillarbox.status import spool
from pillarbox.status.contract import Page
from pillarbox.status.publication import Document, publish
from pillarbox.status.store import Store

EVERY_SECONDS: Final = 0.5
STALE_AFTER_SECONDS: Final = 10.0
"""Without a good turn for this long the process says of itself that it is not well."""
_AGAIN_AFTER_SECONDS: Final = 60.0

_log = logging.getLogger(__name__)


class Keeper:
    """Holds the store and the published documents. `documents` is replaced whole, never changed."""

    def __init__(self, store: Store, spool_directory: Path, page: Page, clock: Clock) -> None:
        """Publish once from the store as it stands; makes the spool directory if it is not there."""
        spool_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._store, self._spool, self._page, self._clock = store, spool_directory, page, clock
        self._version = store.version()
        self._behind = False
        self._published = self._good = time.monotonic()
        # A turn runs in a thread that cannot be interrupted, and SQLite crashes if its file is closed under it.
        self._turning = threading.Lock()
        self._stop = asyncio.Event()
        self.documents: dict[str, Document] = publish(store.snapshot(), page, clock())

    @property
    def well(self) -> bool:
        """Whether the spool was read and the store answered lately."""
        return time.monotonic() - self._good < STALE_AFTER_SECONDS

    def turn(self) -> bool:
        """Take in what waits and publish if anything changed or a minute went by; return whether records came.

        Raises `OSError` or `sqlite3.Error` when spool or store cannot be used; what was taken stays taken.
        """
        with self._turning:
            return self._turn()

    def _turn(self) -> bool:
        came = False
        for path, record in spool.waiting(self._spool):
            try:
                fresh = self._store.take(record)
            except (spool.RecordRefused, UnicodeError) as refused:
                spool.refuse(path, str(refused))
                continue
            came = came or fresh
            self._behind = self._behind or fresh
            with contextlib.suppress(OSError):  # it is taken; if it stays, its id keeps it from counting again
                path.unlink(missing_ok=True)
        version = self._store.version()
        now = time.monotonic()
        if self._behind or version != self._version or now - self._published > _AGAIN_AFTER_SECONDS:
            self.documents = publish(self._store.snapshot(), self._page, self._clock())
            self._version, self._published, self._behind = version, now, False
        self._good = now
        return came

    async def run(self) -> None:
        """Take turns until `stop`. A turn that fails is logged and tried again; the last documents stay."""
        while not self._stop.is_set():
            try:
                await asyncio.to_thread(self.turn)
            except Exception:  # noqa: BLE001 - the page outlives any mistake: /healthz tells, the documents stay
                _log.exception("a turn failed")
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stop.wait(), EVERY_SECONDS)

    def stop(self) -> None:
        """Let `run` return after the turn it is in."""
        self._stop.set()

    def close(self) -> None:
        """Close the store, once no turn is under way."""
        with self._turning:
            self._store.close()
