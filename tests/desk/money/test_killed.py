from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

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


async def run_and_kill(shop, installation, after):
    told = {
        "secrets": msgspec.to_builtins(installation.secrets),
        "data": str(installation.settings.data),
        "url": installation.settings.database_url,
        "recipient": {"name": "Jane", "line1": "1 High Street", "town": "Swindon", "postcode": "SN1 3AB"},
        "key": shop.person.api_key,
    }
    buyer = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).with_name("killed_buyer.py")), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    buyer.stdin.write(msgspec.json.encode(told))
    buyer.stdin.close()
    assert await buyer.stdout.readline() == b"going\n"
    await asyncio.sleep(after)
    buyer.kill()
    await buyer.wait()
