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
_Key: TypeAlias = tuple[bytes, tuple[int, ...]]
_Prepared: TypeAlias = tuple[_Key, bytes]

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

    __slots__ = ("_connection", "_pg", "_prepared", "_unnamed", "clean")

    def __init__(self, connection: psycopg.AsyncConnection[Any], unnamed: frozenset[bytes] = frozenset()) -> None:
        """The connection must be idle and outside any pipeline.

        `unnamed` texts are sent whole each time: what has a name can be given another meaning by SQL (`prepare p7 as`).
        """
        self._connection = connection
        self._pg = connection.pgconn
        self._unnamed = unnamed
        self._prepared: dict[tuple[bytes, tuple[int, ...]], bytes] = {}
        self._pg.enter_pipeline_mode()
        self.clean = True
        """False from the first byte of a trip until its last answer is in, and for good when it never comes."""

    async def trip(self, statements: Sequence[Sent]) -> list[Reply]:
        """Send statements, wait, and return their replies. Raises the first refusal, translated.

        After an error the transaction is broken and only a rollback helps. A trip cut short (cancelled, or a value that
        cannot be sent) leaves answers on the way that belong to nobody else: every later trip raises `DatabaseAway`.
        """
        if not self.clean:
            raise DatabaseAway
        self.clean = False
        expected: list[_Prepared | None] = []
        transformers: list[Any] = []
        fresh: dict[_Key, bytes] = {}
        try:
            for text, values in statements:
                transformers.append(self._send(text, values, fresh, expected))
            self._pg.pipeline_sync()
            results = await self._results(len(expected))
        except psycopg.Error as error:
            raise translate(error) from error
        self.clean = True
        return self._read(expected, results, transformers)

    def _send(
        self, text: bytes, values: Sequence[Any], fresh: dict[_Key, bytes], expected: list[_Prepared | None]
    ) -> Any:
        transformer = Transformer(self._connection)
        params = formats = None
        types: tuple[int, ...] = ()
        if values:
            params = transformer.dump_sequence(values, [_AUTO] * len(values))
            types, formats = tuple(transformer.types or ()), transformer.formats
        if text in self._unnamed:
            self._pg.send_query_params(text, params, types, formats, Format.BINARY)
        else:
            key = (text, types)
            name = self._prepared.get(key) or fresh.get(key)
            if name is None:
                name = fresh[key] = b"p%d" % (len(self._prepared) + len(fresh))
                self._pg.send_prepare(name, text, types)
                expected.append((key, name))
            self._pg.send_query_prepared(name, params, formats, Format.BINARY)
        expected.append(None)
        return transformer

    def _read(
        self,
        expected: list[_Prepared | None],
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
            pg.consume_input()  # the server may wait for us to read before it reads any more
        while True:
            # Look before waiting: consuming while we flushed may have sent the last byte and read the last answer, and
            # then nothing more would ever come to wake us.
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
                if len(results) > count:  # COPY in a pipeline answers for ever
                    raise DatabaseAway
            await _ready(loop, pg.socket, write=False)
            pg.consume_input()


_AUTO: Final = psycopg.adapt.PyFormat.AUTO


async def _ready(loop: asyncio.AbstractEventLoop, socket: int, *, write: bool) -> None:
    """Wait until the socket can be read, or, with `write`, written."""
    waiter = loop.create_future()
    loop.add_reader(socket, _wake, waiter)
    if write:
        loop.add_writer(socket, _wake, waiter)
    try:
        await waiter
    finally:
        loop.remove_reader(socket)
        if write:
            loop.remove_writer(socket)


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
