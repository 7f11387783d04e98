"""What arbitrary SQL leaves behind in a connection must not reach the next customer who is lent it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path

import psycopg
import pytest

from pillarbox.db.errors import DatabaseAway
from pillarbox.db.pool import Pool
from pillarbox.db.statement import Statement
from pillarbox.main.house import conninfo
from tests.conftest import Installation, People

pytestmark = pytest.mark.anyio


def raw(sql: str) -> Statement:
    return Statement("hostile", "what an injected expression might run", sql.encode(), ())


@pytest.mark.parametrize(
    "sql",
    [
        "prepare mine as select 1",
        "declare mine cursor with hold for select 1",
        "listen mine",
        "set role pillarbox_customer",
    ],
)
async def test_traces_close_the_connection_and_are_reported(
    sql: str, installation: Installation, people: People
) -> None:
    reports: list[int] = []
    pool = Pool(
        conninfo(installation.settings, installation.secrets, "app"), size=1, on_traces=lambda: reports.append(1)
    )
    await pool.open()
    try:
        pids = []
        for statement in (raw(sql), raw("select 1")):
            async with pool.lend() as tx:
                (pid,) = await tx.run((raw("select pg_backend_pid()"), {}))
                await tx.run((statement, {}))
                await tx.finish(commit=True)
                pids.append(pid.rows[0][0])
        assert reports == [1]
        assert pids[0] != pids[1]
    finally:
        await pool.close()


async def test_settings_are_forgotten(installation: Installation, people: People) -> None:
    pool = Pool(conninfo(installation.settings, installation.secrets, "app"), size=1, on_traces=lambda: None)
    await pool.open()
    try:
        async with pool.lend() as tx:
            await tx.run(
                (raw("select set_config('pillarbox.context', 'x', false), set_config('my.note', 'x', false)"), {})
            )
            await tx.finish(commit=True)
        async with pool.lend() as tx:
            (reply,) = await tx.run(
                (raw("select current_setting('pillarbox.context', true), current_setting('my.note', true)"), {})
            )
            await tx.finish(commit=True)
        assert [x or "" for x in reply.rows[0]] == ["", ""]
    finally:
        await pool.close()


async def test_a_connection_left_in_the_middle_is_never_lent_again(installation: Installation) -> None:
    pool = Pool(conninfo(installation.settings, installation.secrets, "app"), size=1, on_traces=lambda: None)
    await pool.open()
    try:
        with pytest.raises(KeyError):
            async with pool.lend() as tx:
                (first,) = await tx.run((raw("select pg_backend_pid()"), {}))
                raise KeyError
        async with pool.lend() as tx:
            (second,) = await tx.run((raw("select pg_backend_pid()"), {}))
            await tx.finish(commit=True)
        assert first.rows != second.rows
    finally:
        await pool.close()


async def test_a_statement_prepared_under_the_name_of_the_check_itself_is_found(
    installation: Installation, people: People
) -> None:
    """Else it could answer that all is well, while another, under the name of `gate.enter`, keeps the next one's secret."""
    reports: list[int] = []
    pool = Pool(
        conninfo(installation.settings, installation.secrets, "app"), size=1, on_traces=lambda: reports.append(1)
    )
    await pool.open()
    try:
        async with pool.lend() as tx:
            await tx.run((raw("select 1"), {}))
            await tx.finish(commit=True)
        async with pool.lend() as tx:
            (named,) = await tx.run((raw("select name, statement from pg_prepared_statements"), {}))
            for name, statement in named.rows:
                if statement != "BEGIN" and "pg_prepared" not in statement:
                    answer = "false" if "traces" in statement else "1"
                    await tx.run((raw(f"deallocate {name}"), {}))
                    await tx.run((raw(f"prepare {name} as select {answer}"), {}))
            await tx.finish(commit=True)
        assert reports == [1]
    finally:
        await pool.close()


async def test_statements_taken_away_cost_the_next_one_a_try_and_no_more(
    installation: Installation, people: People
) -> None:
    pool = Pool(conninfo(installation.settings, installation.secrets, "app"), size=1, on_traces=lambda: None)
    await pool.open()
    try:
        for sql in ("select 7", "deallocate all"):
            with contextlib.suppress(DatabaseAway):
                async with pool.lend() as tx:
                    await tx.run((raw(sql), {}))
                    await tx.finish(commit=True)
        answers = []
        for _ in range(3):
            try:
                async with pool.lend() as tx:
                    (reply,) = await tx.run((raw("select 7"), {}))
                    await tx.finish(commit=True)
                answers.append(reply.rows)
            except DatabaseAway:
                answers.append([])
        assert answers[-2:] == [[(7,)], [(7,)]]
    finally:
        await pool.close()


async def test_copy_in_a_pipeline_is_an_error_and_no_endless_answer(installation: Installation, people: People) -> None:
    pool = Pool(conninfo(installation.settings, installation.secrets, "app"), size=1, on_traces=lambda: None)
    await pool.open()
    try:
        for sql in ("copy (select 1) to stdout", "copy vault.token from stdin"):
            with pytest.raises((DatabaseAway, psycopg.Error)):
                async with pool.lend() as tx:
                    await tx.run((raw(sql), {}))
        async with pool.lend() as tx:
            (reply,) = await tx.run((raw("select 1"), {}))
            await tx.finish(commit=True)
        assert reply.rows == [(1,)]
    finally:
        await pool.close()


async def test_much_out_and_much_in_at_once_does_not_stand_still(installation: Installation) -> None:
    pool = Pool(conninfo(installation.settings, installation.secrets, "app"), size=1, on_traces=lambda: None)
    await pool.open()
    much = Statement("much", "a long answer", b"select repeat('x', 20000000)", ())
    long = Statement("long", "a long question", b"select length($1::text)", ("words",))
    try:
        async with asyncio.timeout(20), pool.lend() as tx:
            _, told = await tx.run((much, {}), (long, {"words": "y" * 20_000_000}))
            await tx.finish(commit=True)
        assert told.rows == [(20_000_000,)]
    finally:
        await pool.close()


def test_reports_hold_no_contents(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from pillarbox.incidents.detect import Detect

    Detect(tmp_path / "incidents", lambda: datetime(2026, 11, 24, tzinfo=UTC)).traces()
    (file,) = (tmp_path / "incidents").glob("*.json")
    assert json.loads(file.read_text())
