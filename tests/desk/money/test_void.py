from __future__ import annotations

import asyncio

import pytest

from pillarbox.desk.read_order import read_order
from pillarbox.desk.void_label import LabelScanned, LabelVoided, void_label
from pillarbox.kernel.errors import NotFound

pytestmark = pytest.mark.anyio


async def void(shop, label):
    return await shop.do(lambda box: void_label(box, shop.counter, label.label_id))


async def test_voiding_brings_back_price_and_order(shop):
    await shop.fund(1000)
    order = await shop.order()
    label = await shop.buy(order, "TOLP48")
    voided = await void(shop, label)
    assert voided.voided_at is not None
    assert voided.status == "label_cancelled"
    assert shop.audit() == {"paid_in": -1000, "prepaid": 1000, "postage": 0, "vat": 0}
    assert (await shop.do(lambda box: read_order(box, order), "orders:read")).state == "new"


async def test_it_can_be_bought_again_and_has_another_number(shop):
    await shop.fund(1000)
    order = await shop.order()
    first = await shop.buy(order, key="one")
    await void(shop, first)
    second = await shop.buy(order, key="two")
    assert second.tracking_number != first.tracking_number
    assert (await shop.buy(order, key="one")).label_id == first.label_id
    assert shop.audit()["prepaid"] == 1000 - second.price_pence


async def test_voiding_twice_or_at_once_credits_once(shop):
    await shop.fund(1000)
    label = await shop.buy(await shop.order(), "TOLP48")
    answers = await asyncio.gather(*[void(shop, label) for _ in range(5)], return_exceptions=True)
    assert sum(isinstance(a, LabelVoided) for a in answers) == 4
    assert sum(not isinstance(a, BaseException) for a in answers) == 1
    with pytest.raises(LabelVoided):
        await void(shop, label)
    assert shop.audit()["prepaid"] == 1000


async def test_a_scanned_label_stays(shop):
    await shop.fund(1000)
    label = await shop.buy(await shop.order())
    shop.write(f"update vault.parcel set first_scan_at = now() where tracking_number = '{label.tracking_number}'")
    with pytest.raises(LabelScanned):
        await void(shop, label)
    assert shop.audit()["prepaid"] == 1000 - label.price_pence


async def test_a_strangers_label_is_not_there(shop, rival):
    await shop.fund(1000)
    label = await shop.buy(await shop.order())
    with pytest.raises(NotFound):
        await void(rival, label)
    assert shop.audit()["prepaid"] == 1000 - label.price_pence
