"""A cancelled request (ChatGPT 2023): its connection is never lent again while its answers are still on the way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import pytest

from pillarbox.db.errors import DatabaseAway
from pillarbox.db.pool import Pool, Transaction
from pillarbox.db.statement import Statement
from pillarbox.main.house import conninfo
from tests.conftest import Installation, Person

pytestmark = pytest.mark.anyio
Orders = Callable[[Person], UUID]


def raw(sql: str) -> Statement:
    return Statement("plain", "a statement of this test", sql.encode(), ())


SLOW = raw("select 'of the cancelled one' from pg_sleep(0.05)")


@pytest.fixture
async def one(installation: Installation) -> AsyncIterator[Pool]:
    """A pool of one connection: whoever comes next is lent what the last one left."""
    pool = Pool(conninfo(installation.settings, installation.secrets, "app"), size=1, on_traces=lambda: None)
    await pool.open()
    yield pool
    await pool.close()


async def next_customer(pool: Pool) -> list[list[tuple[Any, ...]]]:
    async with pool.lend() as tx:
        replies = await tx.run((raw("select 'mine'"), {}), (raw("select 'mine too'"), {}))
        await tx.finish(commit=True)
    return [reply.rows for reply in replies]


async def a_read(tx: Transaction) -> None:
    await tx.run((raw("select 1"), {}))
    await tx.run((SLOW, {}))
    await tx.finish(commit=True)


async def a_read_that_carries_its_commit(tx: Transaction) -> None:
    await tx.run((raw("select 1"), {}))
    await tx.run((SLOW, {}), last=True)


@pytest.mark.parametrize("work", [a_read, a_read_that_carries_its_commit])
async def test_a_trip_cancelled_on_the_way_leaves_nothing_to_the_next(
    work: Callable[[Transaction], Any], one: Pool
) -> None:
    """The answers on their way fit the rollback's in number, and once they were taken for them."""
    async with one.lend() as tx:
        await work(tx)  # once in peace, so that everything but the rollback is prepared
    deceived = []

    async def request() -> None:
        async with one.lend() as tx:
            try:
                await work(tx)
            except asyncio.CancelledError:
                with contextlib.suppress(DatabaseAway):
                    await tx.finish(commit=False)
                    deceived.append(tx)
                raise

    task = asyncio.create_task(request())
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert deceived == []
    for _ in range(3):
        assert await next_customer(one) == [[("mine",)], [("mine too",)]]


@pytest.mark.parametrize("moment", [0, 0.001, 0.004, 0.01, 0.02, 0.05])
async def test_a_pool_keeps_its_connections_however_often_requests_are_cancelled(moment: float, one: Pool) -> None:
    for again in (1, 2, 2):

        async def request() -> None:
            async with one.lend() as tx:
                await a_read(tx)

        task = asyncio.create_task(request())
        await asyncio.sleep(moment)
        for _ in range(again):
            task.cancel()
            await asyncio.sleep(0)
        with contextlib.suppress(asyncio.CancelledError):
            await task
    async with asyncio.timeout(5):
        assert await next_customer(one) == [[("mine",)], [("mine too",)]]
