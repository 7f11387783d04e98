"""A worker that runs until it is killed; started by test_killed.py with its installation on stdin."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec

from pillarbox.main.compose import counter_of
from pillarbox.main.house import build, conninfo
from pillarbox.main.secrets import Secrets
from pillarbox.main.settings import Settings
from pillarbox.worker.hands import Hands
from pillarbox.worker.loop import work


async def main() -> None:
    told = msgspec.json.decode(sys.stdin.buffer.read())
    secrets = msgspec.convert(told["secrets"], Secrets)
    settings = Settings(data=Path(told["data"]), database_url=told["url"])
    async with build(settings, secrets, "worker") as house:
        sys.stdout.write("going\n")
        sys.stdout.flush()
        await work(Hands(house.gate, counter_of(settings, secrets)), conninfo(settings, secrets, "worker"))


asyncio.run(main())
