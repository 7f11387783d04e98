"""Connections: opened once, lent for one transaction, and made to forget before the next customer meets them.

A `Transaction` pipelines: begin, the gate's entry and the first statements are one round trip; commit and forgetting
are another. A connection that still carries traces of its last user is closed, never lent again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper, Loader
from psycopg.pq import Format

from pillarbox.db import column
from pillarbox.db.errors import DatabaseAway
from pillarbox.db.statement import Statement
from pillarbox.db.wire import Reply, Sent, Wire
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
_PATIENCE: Final = 10.0
"""Seconds to wait for a connection."""
_Connected = tuple[psycopg.AsyncConnection[Any], Wire]


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

    __slots__ = ("_begun", "_on_traces", "_wire", "finished")

    def __init__(self, wire: Wire, on_traces: Callable[[], None]) -> None:
        """Nothing is sent until the first `run`."""
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
    """Connections of one database role: a few that are kept open, lent to one transaction each.

    Lending and taking back happen without waiting wherever a connection is free, so a borrower who is cancelled has no
    moment in which to lose it; what is not fit to be lent again is closed, and the next borrower gets a new one.
    """

    def __init__(self, conninfo: str, *, size: int, on_traces: Callable[[], None]) -> None:
        """`on_traces` is told when a connection had to be closed because of what its user left in it."""
        self._conninfo = conninfo
        self._size = size
        self._on_traces = on_traces
        self._free = asyncio.Semaphore(size)
        self._idle: list[_Connected] = []
        self._closing: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Open the connections. Raises `DatabaseAway` when the server does not answer within ten seconds."""
        self._idle = list(await asyncio.gather(*(self._connect() for _ in range(self._size))))

    async def close(self) -> None:
        """Close every connection that is not lent."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(connection.close() for connection, _ in idle), *self._closing)

    @contextlib.asynccontextmanager
    async def lend(self) -> AsyncIterator[Transaction]:
        """Lend a connection for one transaction; the borrower calls `finish`, or the connection is closed here.

        Raises `DatabaseAway` when none is free, or none can be made, within ten seconds.
        """
        await self._wait()
        try:
            connected = self._idle.pop() if self._idle else await self._connect()
        except BaseException:
            self._free.release()
            raise
        connection, wire = connected
        transaction = Transaction(wire, self._on_traces)
        try:
            yield transaction
        finally:
            if transaction.finished and wire.clean and not connection.closed:
                self._idle.append(connected)
                self._free.release()
            else:
                closing = asyncio.create_task(self._take_away(connection))
                self._closing.add(closing)
                closing.add_done_callback(self._closing.discard)
                await asyncio.shield(closing)  # a borrower who is cancelled twice must not take the place along

    async def _wait(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._free.acquire()
        except TimeoutError as error:
            raise DatabaseAway from error

    async def _connect(self) -> _Connected:
        try:
            async with asyncio.timeout(_PATIENCE):
                connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
        except (psycopg.OperationalError, TimeoutError) as error:
            raise DatabaseAway from error
        _configure(connection)
        return connection, Wire(connection, _UNNAMED)

    async def _take_away(self, connection: psycopg.AsyncConnection[Any]) -> None:
        try:
            await connection.close()
        finally:
            self._free.release()


def _configure(connection: psycopg.AsyncConnection[Any]) -> None:
    connection.prepare_threshold = None
    connection.adapters.register_dumper(Id, _IdInListDumper)
    connection.adapters.register_dumper(Id, _IdDumper)  # the later one is for ids that stand alone
    connection.adapters.register_loader("uuid", _UuidLoader)
    column.register(connection.adapters)
