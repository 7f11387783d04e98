from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.desk.buy import KeyReused, OrderHasLiveLabel
from pillarbox.desk.quote import QuoteAsked, quote_fields
from pillarbox.desk.sale import BalanceTooLow
from pillarbox.desk.void_label import LabelVoided, void_label
from pillarbox.outside.test_payments import TestCard

pytestmark = pytest.mark.anyio

ORDERS = st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("top_up"), st.sampled_from([500, 640, 1000]), st.sampled_from(list(TestCard))),
        st.tuples(st.just("buy"), ORDERS, st.sampled_from(["OLP2", "TOLP48"]), st.sampled_from(["k1", "k2", "k3"])),
        st.tuples(st.just("void"), ORDERS),
    ),
    min_size=6,
    max_size=12,
)


class Told:
    """What the ledger ought to be, from the steps alone."""

    def __init__(self) -> None:
        self.balance = 0
        self.live = {}
        self.bought = {}


@settings(derandomize=True, deadline=None, max_examples=12)
@given(steps=STEPS)
async def test_no_sequence_of_steps_unbalances_the_books(open_shop, steps):
    shop, told = await open_shop(), Told()
    orders = [await shop.order() for _ in range(3)]
    for kind, *given_ in steps:
        await {"top_up": top_up, "buy": buy, "void": void}[kind](shop, told, orders, *given_)
        assert await shop.balance() == told.balance
    shop.audit()


def price_of(shop, service):
    offers = quote_fields(shop.counter, QuoteAsked(weight_g=400, format="small parcel")).value.offers
    return next(offer.price_pence for offer in offers if offer.code == service)


async def top_up(shop, told, orders, pence, card):
    for called in shop.pay(await shop.begin(pence), card):
        await shop.callback(called.body, called.headers)
    if card not in (TestCard.DECLINED, TestCard.OTHER_AMOUNT):
        told.balance += pence


async def buy(shop, told, orders, order, service, key):
    earlier = told.bought.get((order, key))
    if earlier is not None and earlier.service_code != service:
        with pytest.raises((KeyReused, OrderHasLiveLabel)):
            await shop.buy(orders[order], service, key)
        return
    if earlier is None and order in told.live:
        with pytest.raises(OrderHasLiveLabel):
            await shop.buy(orders[order], service, key)
        return
    price = price_of(shop, service)
    if earlier is None and price > told.balance:
        with pytest.raises(BalanceTooLow) as refused:
            await shop.buy(orders[order], service, key)
        assert refused.value.missing_pence == price - told.balance
        return
    label = await shop.buy(orders[order], service, key)
    if earlier is not None:
        assert label.label_id == earlier.label_id
        return
    told.balance -= label.price_pence
    told.bought[order, key] = told.live[order] = label


async def void(shop, told, orders, order):
    label = told.live.pop(order, None)
    if label is not None:
        await shop.do(lambda box: void_label(box, shop.counter, label.label_id))
        told.balance += label.price_pence
        return
    cancelled = [x for (of, _), x in told.bought.items() if of == order]
    for label in cancelled:
        with pytest.raises(LabelVoided):
            await shop.do(lambda box, x=label: void_label(box, shop.counter, x.label_id))
