"""Connections: opened once, lent for one transaction, and made to forget before the next customer meets them.

A `Transaction` pipelines: begin, the gate's entry and the first statements are one round trip; commit and forgetting
are another. A connection that still carries traces of its last user is closed, never lent again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper, Loader
from psycopg.pq import Format
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from pillarbox.db import column
from pillarbox.db.errors import DatabaseAway, translate
from pillarbox.db.statement import Statement
from pillarbox.db.wire import Reply, Row, Sent, Wire
from pillarbox.kernel.ids import Id

Call = tuple[Statement, Mapping[str, Any]]

_UUID_OID: Final = psycopg.adapters.types["uuid"].oid
_BEGIN: Final[Sent] = (b"BEGIN", ())
_COMMIT: Final[Sent] = (b"COMMIT", ())
_ROLLBACK: Final[Sent] = (b"ROLLBACK", ())
_RESET: Final[Sent] = (b"RESET ALL", ())
_TRACES: Final[Sent] = (b"SELECT gate.leaves_traces()", ())
_UNNAMED: Final = frozenset((_TRACES[0],))
"""The check itself must not be what hostile SQL has prepared under its name."""


class _IdDumper(Dumper):
    """Ids travel as the 16 bytes of a uuid."""

    format = Format.BINARY
    oid = _UUID_OID

    def dump(self, obj: Id) -> Buffer | None:
        return obj.raw


class _IdInListDumper(Dumper):
    """Ids in a list travel as the text of a uuid, because the driver writes lists as text."""

    oid = _UUID_OID

    def dump(self, obj: Id) -> Buffer | None:
        return obj.raw.hex().encode()


class _UuidLoader(Loader):
    """A uuid comes back as its 16 bytes; the vault knows which kind of id it is."""

    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


class TransactionOver(Exception):
    """This transaction has ended; a statement after the one called last is a fault in the verb."""


class Transaction:
    """One transaction on one lent connection. Not for sharing between tasks."""

    __slots__ = ("_begun", "_connection", "_on_traces", "_wire", "finished")

    def __init__(self, connection: psycopg.AsyncConnection[Row], wire: Wire, on_traces: Callable[[], None]) -> None:
        """Nothing is sent until the first `run`."""
        self._connection = connection
        self._wire = wire
        self._on_traces = on_traces
        self._begun = False
        self.finished = False

    async def run(self, *calls: Call, last: bool = False) -> list[Reply]:
        """Send calls in one round trip, the transaction's begin before the first. Raises translated errors.

        `last` says that nothing follows: commit and forgetting travel in the same round trip.
        """
        if self.finished:
            raise TransactionOver
        sent = [_sent(call) for call in calls]
        if not self._begun:
            sent.insert(0, _BEGIN)
        if last:
            sent += [_COMMIT, _RESET, _TRACES]
        begun, self._begun = self._begun, True
        replies = await self._wire.trip(sent)
        if last:
            self._begun = False
            self._conclude(replies[-1])
        start = 0 if begun else 1
        return replies[start : start + len(calls)]

    async def run_alone(self, call: Call) -> Reply:
        """Run one statement as a transaction of its own, for a role that serves no customer."""
        (reply,) = await self._wire.trip([_sent(call)])
        self.finished = True
        return reply

    async def copy_in(self, text: bytes, chunks: AsyncIterator[bytes]) -> None:
        """Stream COPY data; for the import role, which may hold a temporary table."""
        self._wire.leave_pipeline()
        try:
            async with psycopg.AsyncCursor(self._connection).copy(text) as copy:
                async for chunk in chunks:
                    await copy.write(chunk)
        except psycopg.Error as error:
            raise translate(error) from error
        self._wire.enter_pipeline()

    async def finish(self, *, commit: bool) -> None:
        """End the transaction and let the connection forget; one that carries traces is closed and reported."""
        if self.finished:
            return
        ending = (_COMMIT if commit else _ROLLBACK,) if self._begun else ()
        *_, traces = await self._wire.trip([*ending, _RESET, _TRACES])
        self._conclude(traces)

    async def give_up(self) -> None:
        """Roll back after a failure, which stays the one that is raised: what cannot be rolled back is closed."""
        with contextlib.suppress(DatabaseAway, psycopg.Error):
            await self.finish(commit=False)

    def _conclude(self, traces: Reply) -> None:
        self.finished = traces.rows == [(False,)]
        if not self.finished:
            self._on_traces()


def _sent(call: Call) -> Sent:
    statement, given = call
    return statement.text, [given[name] for name in statement.parameters]


class Pool:
    """Connections of one database role."""

    def __init__(
        self,
        conninfo: str,
        *,
        size: int,
        on_traces: Callable[[], None],
        single_use: bool = False,
    ) -> None:
        """`on_traces` is told when a connection had to be closed; `single_use` closes every one after its use."""
        self._on_traces = on_traces
        self._single_use = single_use
        self._returning: set[asyncio.Task[None]] = set()
        self._wires: WeakKeyDictionary[psycopg.AsyncConnection[Any], Wire] = WeakKeyDictionary()
        self._pool = AsyncConnectionPool(
            conninfo,
            min_size=0 if single_use else size,
            max_size=size,
            open=False,
            configure=_configure,
            kwargs={"autocommit": True},
            timeout=10,
        )

    async def open(self) -> None:
        """Open the connections. Raises `DatabaseAway`."""
        try:
            await self._pool.open(wait=True, timeout=10)
        except PoolTimeout as error:
            raise DatabaseAway from error

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    @contextlib.asynccontextmanager
    async def lend(self) -> AsyncIterator[Transaction]:
        """Lend a connection for one transaction; the borrower calls `finish`, or it is rolled back here."""
        try:
            connection = await self._pool.getconn()
        except PoolTimeout as error:
            raise DatabaseAway from error
        wire = self._wires.get(connection)
        if wire is None:
            wire = self._wires[connection] = Wire(connection, _UNNAMED)
        transaction = Transaction(connection, wire, self._on_traces)
        try:
            yield transaction
        finally:
            fit = transaction.finished and wire.clean and not self._single_use
            returning = asyncio.create_task(self._take_back(connection, fit=fit))
            self._returning.add(returning)
            returning.add_done_callback(self._returning.discard)
            await asyncio.shield(returning)  # a borrower who is cancelled twice must not take the connection along

    async def _take_back(self, connection: psycopg.AsyncConnection[Any], *, fit: bool) -> None:
        if not fit:
            await connection.close()
        await self._pool.putconn(connection)


async def _configure(connection: psycopg.AsyncConnection[Any]) -> None:
    connection.prepare_threshold = None
    connection.adapters.register_dumper(Id, _IdInListDumper)
    connection.adapters.register_dumper(Id, _IdDumper)  # the later one is for ids that stand alone
    connection.adapters.register_loader("uuid", _UuidLoader)
    column.register(connection.adapters)
