"""Buy many labels: first what it would cost and what cannot be bought, then a batch that a worker carries out.

Good orders are not held up by bad ones, and a bad one costs nothing. `run_batch_step` is the worker's part.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from pillarbox.desk.balance import balance_pence
from pillarbox.desk.buy import KeyReused, KeyUnusable
from pillarbox.desk.counter import Counter
from pillarbox.desk.sale import Sale, check_sale, ship_from_of, today
from pillarbox.kernel.errors import BadInput, Conflict, NotFound
from pillarbox.kernel.ids import Id, Kind
from pillarbox.postage.parcel import Format
from pillarbox.postage.price_sheet import Offer
from pillarbox.vault import crossings, parcels
from pillarbox.vault.batches import SQL, BatchRow, FailedItem, OrderForSale
from pillarbox.vault.box import Box
from pillarbox.vault.owned import Owned
from pillarbox.vault.settings import SettingRow

MOST: Final = 5_000
"""Orders of one batch: a preview of so many takes about half a second."""
TASK: Final = "buy_batch"
"""The worker's task; the job's object is the batch."""


class OrdersUncountable(BadInput):
    """Choose 1 to 5,000 orders."""


class BuyLine(msgspec.Struct, frozen=True, gc=False):
    """Labels of one service, format and price in a purchase. Gross pence; `vat_pence` is the VAT within the total."""

    service_code: str
    service_name: str
    format: Format
    pieces: int
    each_pence: int
    total_pence: int
    vat_pence: int


class LeftOut(msgspec.Struct, frozen=True, gc=False):
    """An order that cannot be bought as it is, with a code for programs and the sentence that helps."""

    order_id: Id
    number: int
    reference: str
    code: str
    detail: str


class BuyPreview(msgspec.Struct, frozen=True, gc=False):
    """What buying these orders would mean. `order_ids` are those that can be bought, as asked; nothing is held yet."""

    order_ids: tuple[Id, ...]
    lines: tuple[BuyLine, ...]
    total_pence: int
    vat_pence: int
    balance_pence: int
    left_out: tuple[LeftOut, ...]

    @property
    def after_pence(self) -> int:
        """The balance afterwards; below 0 it does not reach."""
        return self.balance_pence - self.total_pence

    @property
    def missing_pence(self) -> int:
        """What must be topped up first."""
        return max(0, -self.after_pence)


async def preview_buy(box: Box, counter: Counter, order_ids: Sequence[Id], service_code: str = "") -> Owned[BuyPreview]:
    """Price orders with one service, or each with its own where `service_code` is empty. Nothing is written.

    Raises `NotFound` when one of them is not there, `ServiceUnknown`, `OrdersUncountable`.
    """
    wanted = _wanted(order_ids, counter, service_code)
    found, said = await box.both(
        (SQL["order_sales"], OrderForSale),
        (parcels.SQL["ship_from"], SettingRow),
        order_ids=wanted,
    )
    orders = {order.order_id: order for order in box.open(found)}
    if len(orders) != len(wanted):
        raise NotFound
    balance = await balance_pence(box)
    ship_from, day = ship_from_of(box.open(said)), today(counter)
    sales: list[Sale] = []
    left_out: list[LeftOut] = []
    for order in (orders[order_id] for order_id in wanted):
        try:
            sales.append(check_sale(order, counter, service_code, ship_from, day))
        except (BadInput, Conflict) as error:
            reference = order.addressee.reference
            left_out.append(LeftOut(order.order_id, order.place, reference, error.code, error.detail))
    preview = BuyPreview(
        tuple(sale.order_id for sale in sales),
        _lines(sale.offer for sale in sales),
        sum(sale.offer.price_pence for sale in sales),
        sum(sale.offer.vat_pence for sale in sales),
        balance,
        tuple(left_out),
    )
    return box.own(preview, "order:reference,price_pence", wanted)


def _lines(offers: Iterable[Offer]) -> tuple[BuyLine, ...]:
    tally = Tally(offers)
    return tuple(
        BuyLine(
            offer.code,
            offer.name,
            offer.format,
            pieces,
            offer.price_pence,
            offer.price_pence * pieces,
            offer.vat_pence * pieces,
        )
        for offer, pieces in sorted(tally.items(), key=lambda each: (each[0].code, each[0].price_pence))
    )


async def start_batch(
    box: Box, counter: Counter, order_ids: Sequence[Id], service_code: str, idempotency_key: str
) -> Owned[BatchRow]:
    """Put a batch down for the worker; the same key again returns the same batch. An order named twice counts once.

    `service_code` "" takes each order's own wish. Nothing is charged yet: each label is paid when it is made. Raises
    `NotFound` when an order is not there, `ServiceUnknown`, `OrdersUncountable`, `KeyUnusable`, `KeyReused`.
    """
    wanted = _wanted(order_ids, counter, service_code)
    if not 1 <= len(idempotency_key) <= 200:
        raise KeyUnusable(field="idempotency_key")
    await box.enter()
    batch_id = box.mint(Kind.BATCH)
    new = {
        "batch_id": batch_id,
        "idempotency_key": idempotency_key,
        "service_code": service_code,
        "total": len(wanted),
    }
    if not await box.write(SQL["insert_batch"], **new):
        earlier = await box.one(SQL["batch_by_key"], BatchRow, idempotency_key=idempotency_key)
        if (box.open(earlier).service_code, box.open(earlier).total) != (service_code, len(wanted)):
            raise KeyReused(field="idempotency_key")
        return earlier
    if await box.write(SQL["insert_batch_items"], batch_id=batch_id, order_ids=wanted) != len(wanted):
        raise NotFound
    await box.ask(crossings.SQL["enqueue"], task=TASK, object=batch_id, run_lock=str(batch_id))
    return await box.one(SQL["batch_by_id"], BatchRow, batch_id=batch_id)


def _wanted(order_ids: Sequence[Id], counter: Counter, service_code: str) -> list[Id]:
    wanted = list(dict.fromkeys(order_ids))
    if not 1 <= len(wanted) <= MOST:
        raise OrdersUncountable(field="orders")
    if service_code:
        counter.pack.service(service_code)
    return wanted


async def read_batch(box: Box, batch_id: Id) -> Owned[BatchRow]:
    """Return how far a batch has come. Raises `NotFound`."""
    return await box.one(SQL["batch_by_id"], BatchRow, batch_id=batch_id)


async def failed_items(box: Box, batch_id: Id) -> Owned[tuple[FailedItem, ...]]:
    """Return the orders of a batch that were not bought so far, and why, in the order they were chosen."""
    return await box.all(SQL["failed_items"], FailedItem, batch_id=batch_id)
