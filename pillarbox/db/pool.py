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
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from pillarbox.db.errors import DatabaseAway, translate
from pillarbox.db.statement import Statement
from pillarbox.kernel.ids import Id

Row = tuple[Any, ...]
Call = tuple[Statement, Mapping[str, Any]]

_UUID_OID: Final = psycopg.adapters.types["uuid"].oid
_BEGIN: Final = b"BEGIN"
_COMMIT: Final = b"COMMIT"
_ROLLBACK: Final = b"ROLLBACK"
_RESET: Final = b"RESET ALL"
_TRACES: Final = b"SELECT gate.leaves_traces()"


class _IdDumper(Dumper):
    """Ids travel as the 16 bytes of a uuid."""

    format = Format.BINARY
    oid = _UUID_OID

    def dump(self, obj: Id) -> Buffer | None:
        return obj.raw


class _UuidLoader(Loader):
    """A uuid comes back as its 16 bytes; the vault knows which kind of id it is."""

    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


class Reply:
    """The answer to one call: its rows and how many rows it touched."""

    __slots__ = ("count", "rows")

    def __init__(self, rows: list[Row], count: int) -> None:
        """`rows` is empty for statements that return none."""
        self.rows = rows
        self.count = count


class Transaction:
    """One transaction on one lent connection. Not for sharing between tasks."""

    __slots__ = ("_begun", "_connection", "_on_traces")

    def __init__(self, connection: psycopg.AsyncConnection[Row], on_traces: Callable[[], None]) -> None:
        """Nothing is sent until the first `run`."""
        self._connection = connection
        self._on_traces = on_traces
        self._begun = False

    async def run(self, *calls: Call) -> list[Reply]:
        """Send calls in one round trip, the transaction's begin before the first. Raises translated errors."""
        cursors = []
        try:
            async with self._connection.pipeline():
                if not self._begun:
                    self._begun = True
                    await self._connection.execute(_BEGIN, prepare=True)
                for statement, given in calls:
                    cursor = psycopg.AsyncRawCursor(self._connection)
                    cursor.format = Format.BINARY
                    await cursor.execute(statement.text, [given[name] for name in statement.parameters], prepare=True)
                    cursors.append(cursor)
            return [Reply(await c.fetchall() if c.description is not None else [], c.rowcount) for c in cursors]
        except psycopg.Error as error:
            raise translate(error) from error

    async def copy_in(self, text: bytes, rows: AsyncIterator[bytes]) -> None:
        """Stream binary COPY data; for the import role, which may hold a temporary table."""
        try:
            async with psycopg.AsyncCursor(self._connection).copy(text) as copy:
                async for chunk in rows:
                    await copy.write(chunk)
        except psycopg.Error as error:
            raise translate(error) from error

    async def finish(self, *, commit: bool) -> None:
        """End the transaction and let the connection forget; one that carries traces is closed and reported."""
        try:
            async with self._connection.pipeline():
                if self._begun:
                    await self._connection.execute(_COMMIT if commit else _ROLLBACK, prepare=True)
                await self._connection.execute(_RESET, prepare=True)
                traces = await self._connection.execute(_TRACES, prepare=True)
            row = await traces.fetchone()
        except psycopg.Error as error:
            raise translate(error) from error
        if row != (False,):
            await self._connection.close()
            self._on_traces()


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
        transaction = Transaction(connection, self._on_traces)
        clean = False
        try:
            yield transaction
            clean = True
        finally:
            if not clean or self._single_use or connection.info.transaction_status != 0:
                await asyncio.shield(connection.close())
            await self._pool.putconn(connection)


async def _configure(connection: psycopg.AsyncConnection[Any]) -> None:
    connection.prepare_threshold = 0
    connection.prepared_max = 400
    connection.adapters.register_dumper(Id, _IdDumper)
    connection.adapters.register_loader("uuid", _UuidLoader)
