"""The journal: durable before anybody is told, chained, and telling when somebody has touched it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
import pytest

from pillarbox.db.pool import Pool
from pillarbox.journal.line import Line, Viewer
from pillarbox.journal.writer import Journal
from pillarbox.main.house import conninfo
from tests.conftest import Installation

pytestmark = pytest.mark.anyio
VIEWER = Viewer(11, None, None, "session", b"device")


def line(owner: int = 11, request: bytes | None = None) -> Line:
    return Line(
        VIEWER,
        owner,
        "api",
        "order:addressee",
        request or secrets.token_bytes(16),
        "offered",
        (secrets.token_bytes(16),),
    )


@pytest.fixture
async def journal(installation: Installation) -> AsyncIterator[Journal]:
    pool = Pool(conninfo(installation.settings, installation.secrets, "journal"), size=1, on_traces=lambda: None)
    await pool.open()
    journal = Journal(pool)
    await journal.start()
    yield journal
    await journal.stop()
    await pool.close()


def stored(installation: Installation, request: bytes) -> list[tuple[object, ...]]:
    with psycopg.connect(installation.administrator) as connection:
        sql = "select owner_account, ids, at from journal.line where request = %s"
        return connection.execute(sql, [UUID(bytes=request)]).fetchall()


async def test_a_line_is_there_when_the_future_is_done(journal: Journal, installation: Installation) -> None:
    request = secrets.token_bytes(16)
    wanted = line(request=request)
    await journal.append(wanted)
    ((owner, ids, _),) = stored(installation, request)
    assert (owner, ids) == (11, [UUID(bytes=wanted.ids[0])])


async def test_lines_of_one_moment_share_a_commit(journal: Journal, installation: Installation) -> None:
    requests = [secrets.token_bytes(16) for _ in range(50)]
    await asyncio.gather(*(journal.append(line(request=r)) for r in requests))
    moments = {stored(installation, r)[0][2] for r in requests}
    assert len(moments) < 10


async def test_the_chain_holds_and_tells_when_a_line_was_changed(journal: Journal, installation: Installation) -> None:
    request = secrets.token_bytes(16)
    for each in (line(), line(request=request), line()):
        await journal.append(each)
    broken = "select * from journal.broken_batches(%s)"
    with psycopg.connect(installation.administrator) as connection:
        assert connection.execute(broken, [journal._chain]).fetchall() == []
        connection.execute("update journal.line set owner_account = 12 where request = %s", [UUID(bytes=request)])
        assert connection.execute(broken, [journal._chain]).fetchall() == [(2,)]
        connection.rollback()
        connection.execute("delete from journal.batch where chain = %s and seq = 2", [journal._chain])
        assert connection.execute(broken, [journal._chain]).fetchall() == [(3,)]
        connection.rollback()


async def test_no_line_of_one_writer_lies_between_those_of_another(installation: Installation) -> None:
    """Two batches of the same microsecond would otherwise each count the other's lines as forged."""
    sql = """select journal.append(gen_random_uuid(), array_agg(1::bigint), array_agg(null::uuid), array_agg(null::uuid),
      array_agg('session'::text), array_agg(null::bytea), array_agg(1::bigint), array_agg('api'::text), array_agg(1),
      array_agg(gen_random_uuid()), array_agg('offered'::text), array_agg('{}'::text), '{}')
      from generate_series(1, 3000)"""

    async def write() -> None:
        async with await psycopg.AsyncConnection.connect(installation.administrator) as connection:
            await connection.execute(sql)

    await asyncio.gather(*(write() for _ in range(4)))
    with psycopg.connect(installation.administrator) as connection:
        crossed = """select 1 from journal.batch a join journal.batch b on (a.chain, a.seq) <> (b.chain, b.seq)
                     and b.first_line between a.first_line and a.last_line"""
        assert connection.execute(crossed).fetchall() == []
        chains = connection.execute("select distinct chain from journal.batch").fetchall()
        for chain in chains:
            assert connection.execute("select * from journal.broken_batches(%s)", chain).fetchall() == []


async def test_a_new_day_does_not_wait_for_whoever_reads_the_record(installation: Installation) -> None:
    with (
        psycopg.connect(installation.administrator) as reader,
        psycopg.connect(installation.administrator) as writer,
    ):
        reader.execute("select count(*) from journal.line")
        writer.execute("set local lock_timeout = '2s'")
        writer.execute("select journal.partition_for('2031-03-30')")
        (bounds,) = writer.execute(
            "select pg_get_expr(relpartbound, oid) from pg_class where oid = 'journal.line_20310330'::regclass"
        ).fetchone() or ("",)
        assert "2031-03-30 00:00:00+00" in bounds
        assert "2031-03-31 00:00:00+00" in bounds
        writer.rollback()


async def test_two_writers_meet_at_midnight(installation: Installation) -> None:
    async def write() -> None:
        async with await psycopg.AsyncConnection.connect(installation.administrator) as connection:
            await connection.execute("select journal.partition_for('2031-04-01')")

    await asyncio.gather(*(write() for _ in range(4)))


async def test_the_journals_commits_are_durable_whatever_the_server_does_for_others(installation: Installation) -> None:
    with psycopg.connect(conninfo(installation.settings, installation.secrets, "journal")) as connection:
        assert connection.execute("show synchronous_commit").fetchone() == ("on",)


async def test_deliveries_are_noted(journal: Journal, installation: Installation) -> None:
    request = secrets.token_bytes(16)
    await journal.append(line(request=request))
    journal.delivered(request)
    await journal.append(line())
    with psycopg.connect(installation.administrator) as connection:
        sql = "select count(*) from journal.delivered where request = %s"
        assert connection.execute(sql, [UUID(bytes=request)]).fetchone() == (1,)


async def test_the_journals_role_can_do_nothing_else(installation: Installation) -> None:
    with psycopg.connect(
        conninfo(installation.settings, installation.secrets, "journal"), autocommit=True
    ) as connection:
        for sql in (
            "select * from journal.line",
            "delete from journal.line",
            "update journal.line set surface = ''",
            "select * from journal.batch",
            'select * from vault."order"',
            "select gate.enter('x', 'api')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(sql)
