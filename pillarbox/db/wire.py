"""One round trip on one connection: many prepared statements out, one flush, all results back.

psycopg's own pipeline talks to the socket for every statement; a page that costs a sixth of a millisecond cannot
afford that. This keeps psycopg for connecting, adapting and reading, and drives libpq's pipeline itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult

from pillarbox.db.errors import DatabaseAway, translate

Row: TypeAlias = tuple[Any, ...]
Sent = tuple[bytes, Sequence[Any]]

_GOOD: Final = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class Reply:
    """The answer to one statement: its rows, and how many rows it touched."""

    __slots__ = ("count", "rows")

    def __init__(self, rows: list[Row], count: int) -> None:
        """`rows` is empty for statements that return none."""
        self.rows = rows
        self.count = count


class Wire:
    """The pipelined side of one connection. Lives as long as the connection does."""

    __slots__ = ("_connection", "_pg", "_prepared")

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """The connection must be idle and outside any pipeline."""
        self._connection = connection
        self._pg = connection.pgconn
        self._prepared: dict[tuple[bytes, tuple[int, ...]], bytes] = {}
        self._pg.enter_pipeline_mode()

    async def trip(self, statements: Sequence[Sent]) -> list[Reply]:
        """Send statements, wait, and return their replies. Raises the first refusal, translated.

        After an error the transaction is broken and only a rollback helps. A cancelled trip leaves the connection
        unusable; the pool closes it.
        """
        expected: list[tuple[tuple[bytes, tuple[int, ...]], bytes] | None] = []
        transformers: list[Any] = []
        known = self._prepared
        fresh: dict[tuple[bytes, tuple[int, ...]], bytes] = {}
        try:
            for text, values in statements:
                transformer = Transformer(self._connection)
                params = transformer.dump_sequence(values, [_AUTO] * len(values)) if values else None
                types = tuple(transformer.types or ()) if values else ()
                name = known.get((text, types)) or fresh.get((text, types))
                if name is None:
                    name = fresh[text, types] = b"p%d" % (len(known) + len(fresh))
                    self._pg.send_prepare(name, text, types)
                    expected.append(((text, types), name))
                self._pg.send_query_prepared(name, params, transformer.formats if values else None, Format.BINARY)
                expected.append(None)
                transformers.append(transformer)
            self._pg.pipeline_sync()
            results = await self._results(len(expected))
        except psycopg.Error as error:
            raise translate(error) from error
        return self._read(expected, results, transformers)

    def _read(
        self,
        expected: list[tuple[tuple[bytes, tuple[int, ...]], bytes] | None],
        results: list[PGresult],
        transformers: list[Any],
    ) -> list[Reply]:
        replies: list[Reply] = []
        for prepared, result in zip(expected, results, strict=True):
            if result.status not in _GOOD:
                error = psycopg.errors.error_from_result(result)
                raise translate(error) from error
            if prepared is not None:
                self._prepared[prepared[0]] = prepared[1]
                continue
            rows: list[Row] = []
            if result.ntuples:
                transformer = transformers[len(replies)]
                transformer.set_pgresult(result)
                rows = transformer.load_rows(0, result.ntuples, tuple)
            replies.append(Reply(rows, result.command_tuples or 0))
        return replies

    async def _results(self, count: int) -> list[PGresult]:
        """Flush and collect until the sync mark has come back; `count` results stand before it."""
        pg = self._pg
        results: list[PGresult] = []
        loop = asyncio.get_running_loop()
        while pg.flush():
            await _ready(loop, pg.socket, write=True)
        while True:
            await _ready(loop, pg.socket, write=False)
            pg.consume_input()
            while not pg.is_busy():
                result = pg.get_result()
                if result is None:
                    continue
                if result.status == ExecStatus.PIPELINE_SYNC:
                    if len(results) != count:
                        raise DatabaseAway
                    return results
                if result.status == ExecStatus.FATAL_ERROR and pg.status != 0:
                    raise DatabaseAway
                results.append(result)

    def leave_pipeline(self) -> None:
        """Go back to plain mode, for COPY, which a pipeline cannot carry."""
        self._pg.exit_pipeline_mode()

    def enter_pipeline(self) -> None:
        """Return to the pipeline after a COPY."""
        self._pg.enter_pipeline_mode()


_AUTO: Final = psycopg.adapt.PyFormat.AUTO


async def _ready(loop: asyncio.AbstractEventLoop, socket: int, *, write: bool) -> None:
    waiter = loop.create_future()
    add, remove = (loop.add_writer, loop.remove_writer) if write else (loop.add_reader, loop.remove_reader)
    add(socket, _wake, waiter)
    try:
        await waiter
    finally:
        remove(socket)


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
