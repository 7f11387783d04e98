"""Buy one label for one order: price, charge, number, seal and enter it in the directory, all or nothing.

One transaction: reads with their locks in one round trip, all writes in another. The key makes it safe to ask again;
the lock on the order makes it safe to ask twice at once.
"""

from __future__ import annotations

from pillarbox.desk.balance import balance_pence
from pillarbox.desk.counter import Counter
from pillarbox.desk.label_words import number_kind
from pillarbox.desk.sale import (
    BalanceTooLow,
    PriceChanged,
    Purchase,
    Sale,
    check_sale,
    label_columns,
    number_of,
    ship_from_of,
    today,
    writes_of,
)
from pillarbox.kernel.errors import BadInput, Conflict, NotFound
from pillarbox.kernel.ids import Id, Kind
from pillarbox.postage.s10 import indicator_for
from pillarbox.vault import orders
from pillarbox.vault.box import Box
from pillarbox.vault.orders import OrderRow
from pillarbox.vault.owned import Owned
from pillarbox.vault.parcels import SQL, LabelRow, Lease
from pillarbox.vault.settings import SettingRow


class KeyUnusable(BadInput):
    """An idempotency key has 1 to 200 characters."""


class KeyReused(Conflict):
    """This idempotency key was used for something else. Use a fresh one for each purchase."""


class OrderHasLiveLabel(Conflict):
    """This order has a label already. Print that one again, or void it first."""

    def __init__(self, label_id: Id) -> None:
        """`label_id` is the live label, of this same account."""
        self.label_id = label_id
        super().__init__(f"This order has the label {label_id} already. Print that one again, or void it first.")


async def buy(
    box: Box,
    counter: Counter,
    order_id: Id,
    service_code: str,
    idempotency_key: str,
    *,
    agreed_pence: int | None = None,
) -> Owned[LabelRow]:
    """Buy the label of a new order from the prepaid balance. The same key again returns the same label.

    `agreed_pence` is the gross price that the buyer was shown, if any. Raises `NotFound`, `OrderHasLiveLabel`,
    `KeyReused`, `KeyUnusable`, `PriceChanged`, `BalanceTooLow`, `NumbersExhausted` and what `check_sale` raises.
    """
    if not 1 <= len(idempotency_key) <= 200:
        raise KeyUnusable(field="idempotency_key")
    indicator = indicator_for(number_kind(counter.pack.service(service_code)))
    await box.enter()
    label_id = box.mint(Kind.LABEL)
    found, labels, said, leased = await box.both(
        (orders.SQL["order_for_change"], OrderRow),
        (SQL["label_of_order"], LabelRow),
        (SQL["ship_from"], SettingRow),
        (SQL["lease_number"], Lease),
        order_id=order_id,
        idempotency_key=idempotency_key,
        label_id=label_id,
        indicator=indicator,
        wanted=1,
    )
    order = next(iter(box.open(found)), None)
    if order is None:
        raise NotFound
    earlier = _earlier(box.open(labels), idempotency_key, service_code)
    if earlier is not None:
        return await box.one(SQL["label_by_id"], LabelRow, label_id=earlier.label_id)
    sale = check_sale(order, counter, service_code, ship_from_of(box.open(said)), today(counter))
    if agreed_pence not in (None, sale.offer.price_pence):
        raise PriceChanged
    lease = box.open(leased)[0]
    tracking = number_of(sale, counter, lease, 0)
    return await _write(
        box, counter, Purchase(sale, label_id, tracking, lease.specimen, idempotency_key, counter.clock())
    )


def _earlier(labels: tuple[LabelRow, ...], key: str, service_code: str) -> LabelRow | None:
    """Return the label bought under this very key; refuse when another one lives."""
    for label in labels:
        if label.idempotency_key == key:
            if label.service_code != service_code:
                raise KeyReused(field="idempotency_key")
            return label
    if labels:
        raise OrderHasLiveLabel(labels[0].label_id)
    return None


async def _write(box: Box, counter: Counter, bought: Purchase) -> Owned[LabelRow]:
    label, (paid, *_) = await box.one_and_write(
        (SQL["insert_label"], LabelRow, label_columns(box, counter, bought)), *writes_of(box, bought)
    )
    if not paid:
        await _refuse(box, bought.sale)
    return label


async def _refuse(box: Box, sale: Sale) -> None:
    raise BalanceTooLow(sale.offer.price_pence - await balance_pence(box))
