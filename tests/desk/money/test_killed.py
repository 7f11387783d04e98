from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from pillarbox.desk.buy_many import read_batch, start_batch

pytestmark = pytest.mark.anyio


async def test_a_buyer_killed_at_any_moment_leaves_the_books_even(open_shop, installation):
    """Three processes at once, each killed without warning while six purchases are under way in it."""
    dice = random.Random(20260506)
    shops = [await open_shop() for _ in range(3)]
    for shop in shops:
        for _ in range(10):
            await shop.fund(75_000)
    await asyncio.gather(*[run_and_kill(shop, installation, dice.uniform(0.02, 0.4)) for shop in shops])
    await asyncio.sleep(0.3)  # the server notices the deaths and ends what was under way
    for shop in shops:
        books = shop.audit()
        assert books["postage"] > 0
        assert shop.rows("select count(*) from vault.parcel where account_id = $account") > [(0,)]


@pytest.mark.slow
async def test_a_worker_killed_within_a_batch_neither_loses_nor_doubles(open_shop, installation):
    """Workers are killed one after the other while a batch runs; the last one brings it to its end."""
    dice, shop = random.Random(20260507), await open_shop()
    for _ in range(12):
        await shop.fund(75_000)
    orders = [await shop.order() for _ in range(1_000)]
    batch = await shop.do(lambda box: start_batch(box, shop.counter, orders, "OLP2", "batch"))
    seen = []
    for _ in range(3):
        worker = await started("killed_worker.py", shop, installation)
        async with asyncio.timeout(60):
            while (await progress(shop, batch)).bought <= sum(seen[-1:]):
                await asyncio.sleep(0.01)
        await asyncio.sleep(dice.uniform(0.0, 0.05))
        worker.kill()
        await worker.wait()
        await asyncio.sleep(0.3)
        # In one statement: the database may still commit what the killed worker had sent.
        ((bought, labels),) = shop.rows(
            "select b.bought, (select count(*) from vault.parcel where account_id = $account)"
            " from vault.batch b where b.account_id = $account"
        )
        seen.append(bought)
        assert bought == labels
        shop.audit()
    assert seen[0] < seen[1] < seen[2] < 1_000
    worker = await started("killed_worker.py", shop, installation)
    async with asyncio.timeout(120):
        while (row := await progress(shop, batch)).status != "done":
            await asyncio.sleep(0.05)
    worker.kill()
    await worker.wait()
    assert (row.bought, row.failed) == (1_000, 0)
    assert 12 * 75_000 - shop.audit()["prepaid"] == row.charged_pence


async def progress(shop, batch):
    return await shop.do(lambda box: read_batch(box, batch.batch_id))


async def run_and_kill(shop, installation, after):
    buyer = await started("killed_buyer.py", shop, installation)
    await asyncio.sleep(after)
    buyer.kill()
    await buyer.wait()


async def started(program, shop, installation):
    """Start a program of this folder and wait until it says that it is going."""
    told = {
        "secrets": msgspec.to_builtins(installation.secrets),
        "data": str(installation.settings.data),
        "url": installation.settings.database_url,
        "recipient": {"name": "Jane", "line1": "1 High Street", "town": "Swindon", "postcode": "SN1 3AB"},
        "key": shop.person.api_key,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).with_name(program)), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    process.stdin.write(msgspec.json.encode(told))
    process.stdin.close()
    assert await process.stdout.readline() == b"going\n"
    return process
