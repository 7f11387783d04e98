from __future__ import annotations

import asyncio

import pytest

from pillarbox.desk.buy import KeyReused, OrderHasLiveLabel
from pillarbox.desk.new_order import ParcelFields
from pillarbox.desk.quote import WeightMissing
from pillarbox.desk.read_order import OrdersAsked, list_orders, read_order
from pillarbox.desk.sale import BalanceTooLow, CustomsMissing, OrderNotForSale, PriceChanged
from pillarbox.kernel.errors import NotFound
from pillarbox.postage.quote import ServiceDeclined
from pillarbox.postage.s10 import parse

pytestmark = pytest.mark.anyio


async def test_a_label_is_bought_and_paid(shop):
    await shop.fund(1000)
    order = await shop.order(reference="A-1")
    label = await shop.buy(order, "TOLP48")
    assert label.order_id == order
    assert str(parse(label.tracking_number)) == label.tracking_number
    assert 0 < label.vat_pence < label.price_pence
    assert shop.audit() == {
        "paid_in": -1000,
        "prepaid": 1000 - label.price_pence,
        "postage": label.price_pence - label.vat_pence,
        "vat": label.vat_pence,
    }
    seen = await shop.do(lambda box: read_order(box, order), "orders:read")
    assert (seen.state, seen.label_id) == ("label_generated", label.label_id)


async def test_an_exempt_service_books_no_vat(shop):
    await shop.fund(1000)
    label = await shop.buy(await shop.order(), "OLP2")
    assert label.vat == "exempt"
    assert "vat" not in shop.audit()


async def test_the_order_is_found_by_its_tracking_number(shop):
    await shop.fund(1000)
    order = await shop.order()
    number = (await shop.buy(order)).tracking_number
    found = await shop.do(lambda box: list_orders(box, OrdersAsked(search=number.lower())), "orders:read")
    assert [line.order_id for line in found] == [order]


async def test_the_same_key_gives_the_same_label(shop):
    await shop.fund(1000)
    order = await shop.order()
    first = await shop.buy(order, key="k")
    assert await shop.buy(order, key="k") == first
    with pytest.raises(KeyReused):
        await shop.buy(order, "OLP1", key="k")
    assert shop.audit()["prepaid"] == 1000 - first.price_pence


async def test_a_second_purchase_is_refused_and_names_the_label(shop):
    await shop.fund(1000)
    order = await shop.order()
    first = await shop.buy(order)
    with pytest.raises(OrderHasLiveLabel, match=str(first.label_id)) as refused:
        await shop.buy(order)
    assert refused.value.label_id == first.label_id
    shop.audit()


@pytest.mark.parametrize("same_key", [True, False])
async def test_buying_twice_at_once_charges_once(shop, same_key):
    await shop.fund(2000)
    order = await shop.order()
    asked = [shop.buy(order, key="k" if same_key else f"k{n}") for n in range(6)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    labels = {a.label_id for a in answers if not isinstance(a, BaseException)}
    refused = [a for a in answers if isinstance(a, BaseException)]
    assert len(labels) == 1
    assert len(refused) == (0 if same_key else 5)
    assert all(isinstance(each, OrderHasLiveLabel) for each in refused)
    assert shop.rows("select count(*) from vault.parcel where account_id = $account") == [(1,)]
    shop.audit()


async def test_many_orders_at_once_never_overdraw(shop):
    await shop.fund(1000)
    orders = [await shop.order() for _ in range(8)]
    answers = await asyncio.gather(*[shop.buy(order) for order in orders], return_exceptions=True)
    bought = [a for a in answers if not isinstance(a, BaseException)]
    assert all(isinstance(a, BalanceTooLow) for a in answers if a not in bought)
    assert len(bought) == 1000 // bought[0].price_pence < 8
    shop.audit()


async def test_too_low_a_balance_says_exactly_how_much_is_missing(shop):
    order = await shop.order()
    with pytest.raises(BalanceTooLow) as nothing:
        await shop.buy(order)
    await shop.fund(500)
    price = nothing.value.missing_pence
    while await shop.balance() >= price:
        await shop.buy(await shop.order())
    left = await shop.balance()
    with pytest.raises(BalanceTooLow, match="nothing was charged") as short:
        await shop.buy(order)
    assert short.value.missing_pence == price - left
    assert (await shop.do(lambda box: read_order(box, order), "orders:read")).state == "new"
    shop.audit()


async def test_what_cannot_be_sold_costs_nothing(shop):
    await shop.fund(1000)
    abroad = {"name": "Jean", "line1": "1 rue", "town": "Paris", "postcode": "75001", "country": "FR"}
    for order, service, error in (
        (await shop.order(parcel=ParcelFields()), "OLP2", WeightMissing),
        (await shop.order(), "ISOLP", ServiceDeclined),
        (await shop.order(recipient=abroad), "ISOLP", CustomsMissing),
    ):
        with pytest.raises(error):
            await shop.buy(order, service)
    with pytest.raises(PriceChanged):
        await shop.buy(await shop.order(), agreed_pence=1)
    assert shop.audit()["prepaid"] == 1000
    assert shop.rows("select count(*) from vault.parcel where account_id = $account") == [(0,)]


async def test_a_cancelled_order_is_not_sold(shop):
    from pillarbox.desk.change_order import cancel_order

    await shop.fund(1000)
    order = await shop.order()
    await shop.do(lambda box: cancel_order(box, order), "orders:write")
    with pytest.raises(OrderNotForSale):
        await shop.buy(order)


async def test_a_strangers_order_is_not_there(shop, rival):
    await rival.fund(1000)
    order = await shop.order()
    with pytest.raises(NotFound):
        await rival.buy(order)
    assert rival.audit()["prepaid"] == 1000
