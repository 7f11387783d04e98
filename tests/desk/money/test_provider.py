from __future__ import annotations

import pytest

from pillarbox.kernel.errors import NotFound
from pillarbox.outside.test_payments import SLOW_S, CardUnknown, TestCard, TestPayments

pytestmark = pytest.mark.anyio

PROVIDER = TestPayments(b"a" * 32, "http://here.example")


async def begun(key="k", pence=1234):
    return await PROVIDER.start(idempotency_key=key, pence=pence, return_url="http://here.example/money")


async def test_one_key_is_one_payment():
    assert await begun() == await begun()
    assert (await begun("other")).reference != (await begun()).reference


async def test_the_page_knows_its_payment_without_anything_stored():
    started = await begun()
    token = started.pay_url.rpartition("/")[2]
    payment = PROVIDER.open(token)
    assert (payment.reference, payment.pence) == (started.reference, 1234)
    assert payment.return_url == "http://here.example/money"


async def test_an_altered_address_names_no_payment():
    token = (await begun()).pay_url.rpartition("/")[2]
    at = len(token) // 2
    altered = token[:at] + ("0" if token[at] != "0" else "1") + token[at + 1 :]
    for bad in (altered, token[:-1], token + "0", "", "x" * 10, "!" * 60):
        with pytest.raises(NotFound):
            PROVIDER.open(bad)
    with pytest.raises(NotFound):
        TestPayments(b"b" * 32, "http://here.example").open(token)


async def test_every_card_does_what_its_button_says():
    token = (await begun()).pay_url.rpartition("/")[2]
    told = {}
    for card in TestCard:
        assert card.words
        called = PROVIDER.pay(token, f" {card.value[:4]} {card.value[4:]}")
        outcome = [PROVIDER.verify(each.body, each.headers) for each in called]
        told[card] = [(each.paid, each.pence) for each in outcome]
    assert told == {
        TestCard.PAID: [(True, 1234)],
        TestCard.DECLINED: [(False, 0)],
        TestCard.PAID_TWICE: [(True, 1234)] * 2,
        TestCard.SLOW: [(True, 1234)],
        TestCard.OTHER_AMOUNT: [(True, 1233)],
    }
    assert PROVIDER.pay(token, TestCard.SLOW)[0].after_s == SLOW_S
    with pytest.raises(CardUnknown):
        PROVIDER.pay(token, "4242424242424242")
