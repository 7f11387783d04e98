"""The journal's writer: one connection a process, group commit, and the bytes wait for the line.

Everything that wants to leave within the same moment shares one durable commit. Each writer keeps a hash chain of its
own, so that processes do not wait for one another; the database computes the hashes over the rows it stored.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import structlog

from pillarbox.db.pool import Pool, Transaction
from pillarbox.db.statement import load
from pillarbox.journal.line import Line
from pillarbox.kernel.errors import Unavailable

_SQL = load("pillarbox.journal", "journal.sql")
_LOG = structlog.get_logger()
_MOST_LINES = 2_000
_MOST_UNDER_WAY = 10_000
"""Answers that may be on their way at once; of an older one that never went out whole nothing is remembered."""
_DELIVERED_SECONDS = 0.25
_Waiting = tuple[tuple[Line, ...], "asyncio.Future[None]"]


class JournalAway(Unavailable):
    """We cannot record who sees this just now, so we show nothing. Please try again shortly."""


class Journal:
    """Writes lines durably. One for each process."""

    def __init__(self, pool: Pool) -> None:
        """`pool` is of the role that may append and nothing else."""
        self._pool = pool
        self._chain = secrets.token_bytes(16).hex()
        self._waiting: list[_Waiting] = []
        self._delivered: list[bytes] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._fields: dict[str, int] = {}
        self._shown: dict[bytes, bool] = {}

    async def start(self) -> None:
        """Begin writing; called once the event loop runs."""
        self._task = asyncio.create_task(self._write_forever(), name="journal writer")

    async def stop(self) -> None:
        """Write what waits and end."""
        if self._task is not None:
            while self._waiting or self._delivered:
                self._wake.set()
                await asyncio.sleep(0.005)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def append(self, *lines: Line) -> asyncio.Future[None]:
        """Queue lines. The future is done once they are durable; if it raises `JournalAway`, nothing may leave."""
        if self._task is None or self._task.done():
            raise JournalAway
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((lines, done))
        self._shown.update((line.request, True) for line in lines if line.outcome == "offered")
        while len(self._shown) > _MOST_UNDER_WAY:
            del self._shown[next(iter(self._shown))]
        self._wake.set()
        return done

    def delivered(self, request: bytes) -> None:
        """Note that the answer was handed to the network whole. One that showed nobody's data is not worth a note.

        Nobody waits for it, so it goes with the next lines, or by itself a little later.
        """
        if self._shown.pop(request, False):
            if not self._delivered:
                asyncio.get_running_loop().call_later(_DELIVERED_SECONDS, self._wake.set)
            self._delivered.append(request)

    async def _write_forever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting or self._delivered:
                batch, self._waiting = self._waiting[:_MOST_LINES], self._waiting[_MOST_LINES:]
                delivered, self._delivered = self._delivered, []
                await self._write(batch, delivered)

    async def _write(self, batch: list[_Waiting], delivered: list[bytes]) -> None:
        try:
            lines = [line for group, _ in batch for line in group]
            async with self._pool.lend() as tx:
                await self._intern(tx, lines)
                await tx.run_alone((_SQL["append"], self._columns(lines, delivered)))
        except Exception as error:  # noqa: BLE001 - whatever it was, those who wait must be told, and nothing leaves
            for _, done in batch:
                if not done.done():
                    done.set_exception(JournalAway())
            _LOG.error("journal lines could not be written", cause=type(error).__name__, lines=len(batch))
            await asyncio.sleep(0.05)
            return
        for _, done in batch:
            if not done.done():
                done.set_result(None)

    async def _intern(self, tx: Transaction, lines: list[Line]) -> None:
        for names in {line.fields for line in lines} - self._fields.keys():
            reply = await tx.run_alone((_SQL["intern"], {"names": names}))
            self._fields[names] = reply.rows[0][0]

    def _columns(self, lines: list[Line], delivered: list[bytes]) -> dict[str, Any]:
        return {
            "chain": self._chain,
            "viewer_account": [x.viewer.account for x in lines],
            "viewer_person": [_uuid(x.viewer.person) for x in lines],
            "viewer_credential": [_uuid(x.viewer.credential) for x in lines],
            "viewer_kind": [x.viewer.kind for x in lines],
            "device": [x.viewer.device for x in lines],
            "owner_account": [x.owner for x in lines],
            "surface": [x.surface for x in lines],
            "field_set": [self._fields[x.fields] for x in lines],
            "request": [x.request.hex() for x in lines],
            "outcome": [x.outcome for x in lines],
            "ids": ["{" + ",".join([i.hex() for i in x.ids]) + "}" for x in lines],
            "delivered": [r.hex() for r in delivered],
        }


def _uuid(raw: bytes | None) -> str | None:
    return raw.hex() if raw is not None else None
