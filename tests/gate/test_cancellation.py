"""A cancelled request (ChatGPT 2023): its connection is never lent again while its answers are still on the way."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import pytest

from pillarbox.db.errors import DatabaseAway
from pillarbox.db.pool import Pool, Transaction
from pillarbox.db.statement import Statement
from pillarbox.desk.read_order import read_order
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Knock
from pillarbox.kernel.ids import Id, Kind
from pillarbox.main.house import House, conninfo
from tests.conftest import Installation, People, Person

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


async def test_a_thousand_requests_of_two_accounts_cancelled_at_random_each_get_their_own_answer(
    house: House, people: People, an_order: Orders
) -> None:
    """Pairs of the same moment, on few connections, a third of them cancelled at any await on the way."""
    chance = random.Random(2023)
    both = (people.owner, people.stranger)

    async def request(who: Person, *, last: bool) -> str:
        async def work(box: Box) -> Owned[Any]:
            if not last:
                await box.enter()
            return await read_order(box, Id(Kind.ORDER, an_order(who).bytes), last=last)

        row = await house.gate.serve(Knock("api", who.session), "orders:read", work)
        assert row.order_id.raw == an_order(who).bytes
        return "answered"

    async def one_of_them(number: int) -> str:
        task = asyncio.create_task(request(both[number % 2], last=chance.random() < 0.5))
        if chance.random() < 0.34:
            for _ in range(chance.randrange(30)):
                await asyncio.sleep(0)
            await asyncio.sleep(chance.choice((0, 0, 0.001, 0.004)))
            task.cancel()
            if chance.random() < 0.3:
                await asyncio.sleep(0)
                task.cancel()
        try:
            return await task
        except asyncio.CancelledError:
            return "cancelled"

    outcomes: list[str] = []
    for start in range(0, 1000, 20):
        outcomes += await asyncio.gather(*(one_of_them(n) for n in range(start, start + 20)))
    assert outcomes.count("cancelled") > 50
    assert outcomes.count("answered") > 600
    assert len(outcomes) == 1000
