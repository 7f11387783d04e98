"""How many answers a second one web worker gives over HTTP, each beside its limit, on a fresh installation.

`python -m bench.api [seconds]`: eight keep-alive connections from this process, one Granian worker, one database, all
on one machine. `layers` is what binding, row security, unsealing, release and the journal leave of the bare rate.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable

import msgspec
import psycopg

from bench.ground import Ground, ground, load_for, memory_mb, serving
from pillarbox.desk.create_order import create_order
from pillarbox.desk.new_order import NewOrder, ParcelFields, check_order
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Knock

ORDERS = 2_000
ADDRESS = {"name": "Zoë Example", "line1": "12 Maple Street", "town": "York", "postcode": "YO1 7HH", "country": "GB"}
BODY = msgspec.json.encode(
    {
        "recipient": ADDRESS,
        "reference": "A-1",
        "parcel": {"weight_g": 450, "format": "parcel"},
        "items": [{"title": "Mug"}],
    }
)


def request(method: str, path: str, key: str, body: bytes = b"", more: Iterable[str] = ()) -> bytes:
    """Write one HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Authorization: Bearer {key}", *more]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def orders(on: Ground) -> list[str]:
    """Make the orders that are read."""
    ids: list[str] = []
    for n in range(0, ORDERS, 100):

        async def hundred(box: Box, n: int = n) -> Owned[None]:
            await box.enter()
            for i in range(n, n + 100):
                order = NewOrder(
                    recipient=ADDRESS, reference=f"B-{i}", parcel=ParcelFields(weight_g=450, format="parcel")
                )
                ids.append(str(box.open(await create_order(box, check_order(order))).order_id))
            return box.own(None, "bench:orders")

        await on.house.gate.serve(Knock("api", on.key), "orders:write", hundred)
    return ids


def bare_table(on: Ground) -> tuple[int, list[str]]:
    """Copy the orders into a table without any layer; return its account and ids."""
    with psycopg.connect(on.administrator, autocommit=True) as admin:
        admin.execute("create sequence bare_number")
        admin.execute(
            "create table bare (account_id bigint, id uuid, number bigint, body text, "
            "primary key (account_id, id), unique (account_id, number))"
        )
        admin.execute(
            "insert into bare select account_id, order_id, nextval('bare_number'), %s from vault.order", [BODY.decode()]
        )
        rows = admin.execute("select account_id, id::text from bare").fetchall()
    return rows[0][0], [r[1] for r in rows]


async def measure(seconds: float) -> None:
    """Print one line for each question."""
    async with ground() as on:
        ids = await orders(on)
        account, bare_ids = bare_table(on)
        environment = {
            "PILLARBOX_DATA": str(on.root),
            "PILLARBOX_DATABASE_URL": on.administrator,
            "PILLARBOX_LOG_LEVEL": "error",
        }
        ours: dict[str, float] = {}
        with serving("pillarbox.main.serving:app", environment) as (port, process):
            for name, asked in (
                ("GET one order", [request("GET", f"/v1/orders/{i}", on.key) for i in ids]),
                ("list 20 orders", [request("GET", "/v1/orders?limit=20", on.key)]),
                ("create an order", [request("POST", "/v1/orders", on.key, BODY)]),
            ):
                await load_for(port, asked, seconds / 4)
                ours[name], wrong = await load_for(port, asked, seconds)
                if wrong:
                    print(f"{name}: {wrong} answers were not 2xx")
            print(f"memory of the worker: {memory_mb(process):.0f} MB")
        with serving("bench.bare:app", {"BARE_CONNINFO": on.administrator, "BARE_ACCOUNT": str(account)}, "/page") as (
            port,
            _,
        ):
            for name, asked in (
                ("GET one order", [request("GET", f"/one/{i}", "x") for i in bare_ids]),
                ("list 20 orders", [request("GET", "/page", "x")]),
                ("create an order", [request("POST", "/add", "x", BODY)]),
            ):
                await load_for(port, asked, seconds / 4)
                bare, _ = await load_for(port, asked, seconds)
                print(f"{name}: {ours[name]:,.0f}/s; bare {bare:,.0f}/s; layers leave {ours[name] / bare:.2f}")


if __name__ == "__main__":
    asyncio.run(measure(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0))
