"""How many orders a second one web worker takes from nothing to a printed label over HTTP, and answers for tracking.

`python -m bench.trade [seconds]`: create, buy (priced, paid, numbered) and fetch the label as PDF are three requests; a
cycle is all three. Then the public tracking of those labels by number, and labels drawn in one batch on one core.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import secrets
import sys
import time

from bench.api import ADDRESS, BODY, request
from bench.ground import Ground, ground, load_for, memory_mb, serving
from pillarbox.desk.settings import write_ship_from
from pillarbox.desk.top_up import settle_top_up, start_top_up
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Knock
from pillarbox.main.compose import counter_of
from pillarbox.outside.test_payments import TestCard, TestPayments
from pillarbox.postage.label import LabelContent, render_labels

TOP_UPS = 30
SMALL = BODY.replace(b'"parcel"}', b'"smallParcel"}')
BUY = b'{"service_code":"OLP2"}'


async def money(on: Ground) -> None:
    """Give the merchant an address to send from and a balance to spend."""
    counter = counter_of(on.settings, on.secrets)

    async def address(box: Box) -> Owned[object]:
        await box.enter()
        return await write_ship_from(box, ADDRESS)

    await on.house.gate.serve(Knock("pages", on.session), "settings", address)
    for n in range(TOP_UPS):

        async def begin(box: Box, n: int = n) -> Owned[object]:
            await box.enter()
            return await start_top_up(box, counter, 75_000, f"bench {n}", return_url="/")

        begun = await on.house.gate.serve(Knock("pages", on.session), "money:write", begin)
        token = begun.pay_url.rpartition("/")[2]
        for call in TestPayments(on.secrets.payments, on.settings.address).pay(token, TestCard.PAID.value):
            outcome = counter.payments.verify(call.body, call.headers)
            await on.house.gate.serve_payment(
                Knock("payments"),
                counter.payments.name,
                outcome.reference,
                lambda box, outcome=outcome: settle_top_up(box, outcome),
            )


async def cycles(port: int, key: str, seconds: float, connections: int = 8) -> tuple[float, list[str]]:
    """Create, buy and print round and round; return cycles a second and the tracking numbers."""
    stop, numbers = time.perf_counter() + seconds, []

    async def answer(reader: asyncio.StreamReader) -> bytes:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ", 1)[1].split(b"\r", 1)[0])
        body = await reader.readexactly(length)
        if head[9:10] != b"2":
            raise RuntimeError(body[:200])
        return body

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < stop:
            writer.write(request("POST", "/v1/orders", key, SMALL))
            order = json.loads(await answer(reader))["id"]
            more = [f"Idempotency-Key: {secrets.token_hex(8)}"]
            writer.write(request("POST", f"/v1/orders/{order}/purchase", key, BUY, more))
            label = json.loads(await answer(reader))
            writer.write(request("GET", f"/v1/labels/{label['id']}/pdf", key))
            await answer(reader)
            numbers.append(label["tracking_number"])
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return len(numbers) / (time.perf_counter() - begun), numbers


def labels(count: int) -> str:
    """Draw a batch and say how quickly and how large."""
    tag = "0123456789abcdefghjkmnpqrs"
    one = LabelContent(
        label_id=f"lbl_{tag}",
        order_id=f"ord_{tag}",
        service="Tracked 48",
        format_name="Small parcel",
        weight_g=450,
        tracking="RR000000000GB",
        matrix="TEST",
        recipient=("Zoë Example", "12 Maple Street", "YORK", "YO1 7HH"),
        return_address=("Acme", "1 Return Road", "SWINDON", "SN3 5SD"),
        customer_reference="A-1",
        operator="Example Post",
    )
    contents = [
        dataclasses.replace(
            one,
            tracking=f"RR{i:08d}0GB",
            matrix=f"TEST{i:010d}",
            recipient=(one.recipient[0], f"{i} Maple Street", *one.recipient[2:]),
        )
        for i in range(count)
    ]
    render_labels(contents[:50])
    begun = time.process_time()
    pdf = render_labels(contents).pdf
    return f"{count / (time.process_time() - begun):,.0f} labels/s a core, {len(pdf) / count:,.0f} bytes each"


async def measure(seconds: float) -> None:
    """Print one line for each question."""
    print("labels in a batch:", labels(3_000))
    async with ground() as on:
        await money(on)
        environment = {
            "PILLARBOX_DATA": str(on.root),
            "PILLARBOX_DATABASE_URL": on.administrator,
            "PILLARBOX_LOG_LEVEL": "error",
        }
        with serving("pillarbox.main.serving:app", environment) as (port, process):
            await cycles(port, on.key, seconds / 4)
            rate, numbers = await cycles(port, on.key, seconds)
            print(f"create, price, pay, label as PDF: {rate:,.0f}/s")
            asked = [
                request("GET", f"/v1/tracking/{number}", "x").replace(b"Authorization: Bearer x\r\n", b"")
                for number in numbers
            ]
            await load_for(port, asked, seconds / 4)
            rate, wrong = await load_for(port, asked, seconds)
            print(f"tracking read: {rate:,.0f}/s" + (f", {wrong} not 2xx" if wrong else ""))
            print(f"memory of the worker: {memory_mb(process):.0f} MB")


if __name__ == "__main__":
    asyncio.run(measure(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0))
