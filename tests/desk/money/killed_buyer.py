"""Buys, prints and voids without end until it is killed; started by test_killed.py with its installation on stdin."""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path

import msgspec

from pillarbox.desk.buy import buy
from pillarbox.desk.create_order import create_order
from pillarbox.desk.new_order import NewOrder, ParcelFields, check_order
from pillarbox.desk.void_label import void_label
from pillarbox.gate.admit import Knock
from pillarbox.main.compose import counter_of
from pillarbox.main.house import build
from pillarbox.main.secrets import Secrets
from pillarbox.main.settings import Settings


async def main() -> None:
    told = msgspec.json.decode(sys.stdin.buffer.read())
    secrets = msgspec.convert(told["secrets"], Secrets)
    settings = Settings(data=Path(told["data"]), database_url=told["url"])
    counter = counter_of(settings, secrets)
    order = check_order(NewOrder(recipient=told["recipient"], parcel=ParcelFields(weight_g=400, format="small parcel")))
    async with build(settings, secrets, "app") as house:

        async def one(name: int) -> None:
            for turn in count():
                knock = lambda: Knock("api", told["key"], check_first=True)  # noqa: E731

                async def write_down(box):
                    return await create_order(box, order)

                made = await house.gate.serve(knock(), "orders:write", write_down)
                label = await house.gate.serve(
                    knock(),
                    "labels",
                    lambda box, m=made, t=turn: buy(box, counter, m.order_id, "TOLP48", f"{name}:{t}"),
                )
                if turn % 3 == 0:
                    await house.gate.serve(knock(), "labels", lambda box, x=label: void_label(box, counter, x.label_id))
                if turn == 1:
                    sys.stdout.write("going\n")
                    sys.stdout.flush()

        await asyncio.gather(*[one(name) for name in range(6)])


asyncio.run(main())
