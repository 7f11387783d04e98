"""What tests of tracking need: an order with a label, made by raw statements as buying makes it, and ways to scan it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from pillarbox.db.statement import Statement, parse
from pillarbox.desk.counter import Counter, PaymentOutcome, PaymentStarted
from pillarbox.desk.create_order import create_order
from pillarbox.desk.new_order import NewOrder, check_order
from pillarbox.desk.record_event import EventTaken, record_event
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Knock
from pillarbox.kernel.ids import Id, Kind
from pillarbox.main.house import House
from pillarbox.postage.operator_pack import load_pack
from pillarbox.postage.s10 import S10
from pillarbox.vault.crossings import SQL as CROSSINGS

NOW = datetime.now(UTC).replace(microsecond=0)
BOUGHT = NOW - timedelta(days=10)
_serials = itertools.count(1)


class NoPayments:
    name = "none"

    async def start(self, *, idempotency_key: str, pence: int, return_url: str) -> PaymentStarted:
        raise NotImplementedError

    def verify(self, body: bytes, headers: Any) -> PaymentOutcome:
        raise NotImplementedError


def counter(now: datetime = NOW) -> Counter:
    return Counter(load_pack(), NoPayments(), b"k" * 32, clock=lambda: now)


def sql(text: str) -> Statement:
    return parse(f"-- name: it\n-- For a test.\n{text}\n", "test")["it"]


RECIPIENT = {"name": "Hester Quill", "line1": "12 Kiln Lane", "town": "Swansea", "postcode": "SA1 1AA"}
LINES = ("Hester Quill", "12 Kiln Lane", "SWANSEA", "SA1 1AA")


class Posted(msgspec.Struct, frozen=True):
    order_id: Id
    label_id: Id
    number: str


class Snapshot(msgspec.Struct, frozen=True):
    recipient: tuple[str, ...]
    service: str = "Tracked 24"


_INSERT = sql(
    "insert into vault.parcel (account_id, parcel_id, order_id, idempotency_key, tracking_number, service_code, format,"
    " weight_g, country, price_pence, vat_pence, vat, price_table, bought_at, status_at, label)"
    " values (:account, :label_id, :order_id, 'k', :number, 'TOLP24', 'small_parcel', 500, 'GB', 400, 0, 'exempt', 't',"
    " :bought_at, :bought_at, :label)"
)
_STATE = sql("update vault.order set state = :state where account_id = :account and order_id = :order_id")
_VOID = sql(
    "update vault.parcel set voided_at = :at, status = 'label_cancelled', status_at = :at"
    " where account_id = :account and parcel_id = :label_id"
)


async def posted(house: House, session: str, reference: str = "A-1") -> Posted:
    number = str(S10("ZT", next(_serials)))

    async def work(box: Box) -> Owned[Posted]:
        await box.enter()
        order = check_order(NewOrder(recipient=RECIPIENT, reference=reference))
        made = box.open(await create_order(box, order))
        label_id = box.mint(Kind.LABEL)
        label = box.seal(label_id, "label", Snapshot(LINES))
        given = {"label_id": label_id, "order_id": made.order_id, "number": number}
        await box.write(_INSERT, bought_at=BOUGHT, label=label, **given)
        await box.write(_STATE, order_id=made.order_id, state="label_generated")
        await box.ask(CROSSINGS["register_tracking"], number=number, label_id=label_id)
        return box.own(Posted(made.order_id, label_id, number), "label:none")

    made: Posted = await house.gate.serve(Knock("pages", session), "orders:write", work)
    return made


async def void(house: House, session: str, label_id: Id, at: datetime) -> None:
    async def work(box: Box) -> Owned[int]:
        return box.own(await box.write(_VOID, label_id=label_id, at=at), "label:none")

    await house.gate.serve(Knock("pages", session), "orders:write", work)


async def scan(
    house: House, network: str, number: str, code: str, at: datetime, place: str = "Leeds", **more: str
) -> EventTaken:
    async def work(box: Box) -> Owned[EventTaken]:
        return await record_event(box, counter(), code, at, place=place, **more)

    taken: EventTaken = await house.gate.serve_scan(Knock("network", network), number, work)
    return taken
