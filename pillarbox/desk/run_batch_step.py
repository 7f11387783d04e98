"""The worker's part of a batch: buy its next orders in one transaction, each judged and paid by itself.

Orders, labels, payments and the batch's own count are written together, so a worker that is killed has either done a
step whole or not at all; the next one goes on from there.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pillarbox.desk.counter import Counter
from pillarbox.desk.sale import (
    BalanceTooLow,
    Purchase,
    Sale,
    Write,
    check_sale,
    label_columns,
    number_of,
    ship_from_of,
    today,
    writes_of,
)
from pillarbox.kernel.errors import BadInput, Conflict, PillarboxError
from pillarbox.kernel.ids import Id, Kind
from pillarbox.postage.address import Address
from pillarbox.vault import money, parcels
from pillarbox.vault.batches import PROBLEM, SQL, BatchRow, ItemName, OrderForSale, Problem
from pillarbox.vault.box import Box
from pillarbox.vault.parcels import NumbersExhausted
from pillarbox.vault.settings import SettingRow

__all__ = ["STEP", "NumbersExhausted", "OrderFault", "fail_batch_item", "run_batch_step"]

STEP: Final = 25
"""Orders of one transaction: about 20 ms, during which a single purchase of the same account may have to wait."""


class OrderFault(PillarboxError):
    """Something went wrong on our side with this order. Nothing was charged; please try to buy it by itself."""


@dataclass(slots=True)
class _Step:
    """What one step has decided: orders that can be sold, by their place, and those that cannot."""

    batch: BatchRow
    sales: dict[int, Sale] = field(default_factory=dict)
    failed: dict[int, tuple[Id, PillarboxError]] = field(default_factory=dict)


async def run_batch_step(box: Box, counter: Counter, batch_id: Id, *, most: int = STEP) -> bool:
    """Buy the next orders of a batch, in the box of its job; return whether more wait.

    What is wrong with an order is written down beside it. What the database refuses (numbers that have run out) fails
    the step whole: try again in a fresh transaction with `most` 1, then call `fail_batch_item` with the error. Raises
    `NotFound` and `NumbersExhausted`.
    """
    await box.enter()
    (found, items, said) = await box.both(
        (SQL["batch_for_step"], BatchRow),
        (SQL["waiting_items"], OrderForSale),
        (parcels.SQL["ship_from"], SettingRow),
        batch_id=batch_id,
        most=most,
    )
    batches, waiting = box.open(found), box.open(items)
    if not batches or not waiting:
        return False
    step = _Step(batches[0])
    _judge(step, waiting, counter, ship_from_of(box.open(said)))
    numbers = await _number(box, counter, step)
    await _afford(box, step)
    await _write(box, counter, step, numbers)
    return step.batch.bought + step.batch.failed + len(waiting) < step.batch.total


def _judge(step: _Step, waiting: Sequence[OrderForSale], counter: Counter, ship_from: Address | None) -> None:
    day = today(counter)
    for order in sorted(waiting, key=lambda each: each.place):
        try:
            step.sales[order.place] = check_sale(order, counter, step.batch.service_code, ship_from, day)
        except (BadInput, Conflict) as error:
            step.failed[order.place] = (order.order_id, error)


async def _number(box: Box, counter: Counter, step: _Step) -> dict[int, tuple[Id, str, bool]]:
    """Lease a number for each sale, range by range in a fixed order, as every purchase takes orders, range, balance."""
    numbers: dict[int, tuple[Id, str, bool]] = {}
    wanted = Tally(sale.indicator for sale in step.sales.values())
    for indicator, count in sorted(wanted.items()):
        places = [place for place, sale in step.sales.items() if sale.indicator == indicator]
        ids = [box.mint(Kind.LABEL) for _ in places]
        leased = await box.one(
            parcels.SQL["lease_number"], parcels.Lease, label_id=ids[0], indicator=indicator, wanted=count
        )
        lease = box.open(leased)
        for at, (place, label_id) in enumerate(zip(places, ids, strict=True)):
            numbers[place] = (label_id, number_of(step.sales[place], counter, lease, at), lease.specimen)
    return numbers


async def _afford(box: Box, step: _Step) -> None:
    """Take sales that the balance does not reach out of the step; later, cheaper ones may still fit."""
    rows = box.open(await box.figures(money.SQL["prepaid_for_spending"], "book:balance"))
    left = rows[0][0] if rows else 0
    for place, sale in list(step.sales.items()):
        if sale.offer.price_pence > left:
            step.failed[place] = (sale.order_id, BalanceTooLow(sale.offer.price_pence - left))
            del step.sales[place]
        else:
            left -= sale.offer.price_pence


async def _write(box: Box, counter: Counter, step: _Step, numbers: dict[int, tuple[Id, str, bool]]) -> None:
    now, batch_id = counter.clock(), step.batch.batch_id
    writes: list[Write] = []
    for place, sale in step.sales.items():
        label_id, tracking, specimen = numbers[place]
        bought = Purchase(sale, label_id, tracking, specimen, f"{batch_id}:{place}", now, batch_id)
        writes.append((parcels.SQL["insert_label"], label_columns(box, counter, bought)))
        writes.extend(writes_of(box, bought))
        writes.append(_settled(batch_id, place, "bought"))
    writes.extend(_failure(box, batch_id, place, *failed) for place, failed in step.failed.items())
    writes.append(_advance(step.batch, list(step.sales.values()), len(step.failed)))
    await box.write_all(*writes)


def _settled(batch_id: Id, place: int, status: str, code: str | None = None, problem: bytes | None = None) -> Write:
    return SQL["settle_item"], {
        "batch_id": batch_id,
        "seq": place,
        "status": status,
        "code": code,
        "problem": problem,
    }


def _failure(box: Box, batch_id: Id, place: int, order_id: Id, error: PillarboxError) -> Write:
    return _settled(batch_id, place, "failed", error.code, box.seal(order_id, PROBLEM, Problem(error.detail)))


def _advance(batch: BatchRow, sales: Sequence[Sale], failed: int) -> Write:
    return SQL["advance_batch"], {
        "batch_id": batch.batch_id,
        "bought": len(sales),
        "failed": failed,
        "charged_pence": sum(sale.offer.price_pence for sale in sales),
    }


async def fail_batch_item(box: Box, batch_id: Id, error: PillarboxError) -> bool:
    """Write the next waiting order of a batch off, after a step of one had failed with `error`; say if more wait."""
    await box.enter()
    found, items = await box.both((SQL["batch_for_step"], BatchRow), (SQL["next_item"], ItemName), batch_id=batch_id)
    batches, waiting = box.open(found), box.open(items)
    if not batches or not waiting:
        return False
    batch: BatchRow = batches[0]
    order: ItemName = waiting[0]
    await box.write_all(_failure(box, batch_id, order.place, order.order_id, error), _advance(batch, (), 1))
    return batch.bought + batch.failed + 1 < batch.total
