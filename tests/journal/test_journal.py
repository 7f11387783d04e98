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
