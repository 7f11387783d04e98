from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from pillarbox.desk.balance import LedgerPageUnusable, list_ledger, read_balance, read_receipt
from pillarbox.desk.buy import KeyReused
from pillarbox.desk.top_up import TopUpUnusable, read_top_up, top_up_limits
from pillarbox.desk.void_label import void_label
from pillarbox.gate.admit import Knock
from pillarbox.kernel.errors import Denied, NotFound
from pillarbox.outside.test_payments import CallbackNotGenuine, TestCard

pytestmark = pytest.mark.anyio


async def test_a_top_up_is_credited_when_the_provider_says_so(shop):
    begun = await shop.begin(2500)
    assert await shop.balance() == 0
    (called,) = shop.pay(begun)
    settled = await shop.callback(called.body, called.headers)
    assert (settled.status, settled.paid_pence) == ("paid", 2500)
    assert shop.audit() == {"paid_in": -2500, "prepaid": 2500}
    seen = await shop.do(lambda box: read_top_up(box, begun.top_up.top_up_id), "money:read")
    assert seen.status == "paid"
    assert seen.settled_at is not None


async def test_it_is_credited_once_however_often_the_provider_calls(shop):
    begun = await shop.begin(1000)
    calls = [*shop.pay(begun, TestCard.PAID_TWICE), *shop.pay(begun)]
    await asyncio.gather(*[shop.callback(each.body, each.headers) for each in calls * 2])
    assert await shop.balance() == 1000
    shop.audit()


async def test_a_declined_payment_credits_nothing_until_another_card_pays(shop):
    begun = await shop.begin(1000)
    (declined,), (paid,) = shop.pay(begun, TestCard.DECLINED), shop.pay(begun)
    assert (await shop.callback(declined.body, declined.headers)).status == "declined"
    assert await shop.balance() == 0
    assert (await shop.callback(paid.body, paid.headers)).status == "paid"
    assert (await shop.callback(declined.body, declined.headers)).status == "paid"
    assert await shop.balance() == 1000


async def test_another_amount_is_refused_and_stands_in_the_journal(shop):
    begun = await shop.begin(1000)
    (called,) = shop.pay(begun, TestCard.OTHER_AMOUNT)
    settled = await shop.callback(called.body, called.headers)
    assert (settled.status, settled.paid_pence) == ("mismatched", 999)
    (right,) = shop.pay(begun)
    assert (await shop.callback(right.body, right.headers)).status == "mismatched"
    assert shop.audit() == {}
    seen = shop.rows(
        "select f.names from journal.line l join journal.field_set f using (field_set) "
        "where l.owner_account = $account and l.viewer_kind = 'payment'"
    )
    assert ("top_up:mismatched",) in seen


async def test_a_forged_or_old_callback_is_not_heard(shop):
    begun = await shop.begin(1000)
    (called,) = shop.pay(begun)
    with pytest.raises(CallbackNotGenuine):
        await shop.callback(called.body.replace(b"1000", b"9000"), called.headers)
    with pytest.raises(CallbackNotGenuine):
        await shop.callback(called.body, {})
    at = shop.counter.payments.clock()
    old = replace(shop.counter.payments, clock=lambda: at + timedelta(minutes=6))
    with pytest.raises(CallbackNotGenuine):
        old.verify(called.body, called.headers)
    assert await shop.balance() == 0


async def test_a_callback_reaches_its_own_top_up_and_nothing_else(shop):
    """The narrow box of a payment sees no order, no label and no other top-up of the account."""
    from pillarbox.vault import money, orders, parcels

    await shop.fund(1000)
    label = await shop.buy(await shop.order())
    other, begun = await shop.begin(700), await shop.begin(800)

    async def look(box):
        await box.enter()
        found = [
            await box.maybe(orders.SQL["order_by_id"], orders.OrderRow, order_id=label.order_id),
            await box.maybe(parcels.SQL["label_by_id"], parcels.LabelRow, label_id=label.label_id),
            await box.maybe(money.SQL["top_up_by_id"], money.TopUpRow, top_up_id=other.top_up.top_up_id),
        ]
        own = await box.maybe(money.SQL["top_up_by_id"], money.TopUpRow, top_up_id=begun.top_up.top_up_id)
        assert own is not None
        return box.own(found == [None, None, None], "top_up:nothing")

    knock = Knock("payments")
    assert await shop.house.gate.serve_payment(knock, "test", begun.top_up.reference, look) is True


async def test_an_unknown_payment_opens_nothing(shop):
    async def never(box):
        await box.enter()
        raise AssertionError

    with pytest.raises(Denied):
        await shop.house.gate.serve_payment(Knock("payments"), "test", "tp_nobody", never)


async def test_the_same_key_is_one_top_up(shop, rival):
    first, again = await shop.begin(1000, "k"), await shop.begin(1000, "k")
    assert again.top_up.top_up_id == first.top_up.top_up_id
    assert again.pay_url == first.pay_url
    with pytest.raises(KeyReused):
        await shop.begin(1001, "k")
    assert (await rival.begin(1000, "k")).top_up.reference != first.top_up.reference
    (called,) = shop.pay(first)
    await shop.callback(called.body, called.headers)
    assert (await shop.begin(1000, "k")).pay_url == ""


async def test_beginning_at_once_under_one_key_is_one_top_up(shop):
    begun = await asyncio.gather(*[shop.begin(1000, "k") for _ in range(5)])
    assert len({each.top_up.top_up_id for each in begun}) == 1
    assert shop.rows("select count(*) from vault.top_up where account_id = $account") == [(1,)]


async def test_limits_hold(shop):
    limits = top_up_limits()
    for pence in (limits.least_pence - 1, limits.most_pence + 1, 0, -500):
        with pytest.raises(TopUpUnusable):
            await shop.begin(pence)
    assert all(limits.least_pence <= each <= limits.most_pence for each in limits.quick_pence)


async def test_the_ledger_reads_as_one_line_each_with_vat_and_balance(shop):
    await shop.fund(1000)
    label = await shop.buy(await shop.order(), "TOLP48")
    await shop.do(lambda box: void_label(box, shop.counter, label.label_id))
    lines = await shop.do(list_ledger, "money:read")
    price, vat = label.price_pence, label.vat_pence
    assert [(x.reason, x.pence, x.vat_pence, x.balance_pence) for x in lines] == [
        ("void", price, vat, 1000),
        ("postage", -price, vat, 1000 - price),
        ("top_up", 1000, 0, 1000),
    ]
    assert [x.label_id for x in lines] == [label.label_id, label.label_id, None]
    assert lines[2].top_up_id is not None
    assert lines[1].tracking_number == label.tracking_number


async def test_the_ledger_is_read_page_by_page(shop):
    await shop.fund(5000)
    for _ in range(6):
        await shop.buy(await shop.order())
    whole = await shop.do(list_ledger, "money:read")
    pages, before = [], None
    while page := await shop.do(lambda box, at=before: list_ledger(box, before=at, most=3), "money:read"):
        pages.append(page)
        before = page[-1].transfer_id
    assert [len(page) for page in pages] == [3, 3, 1]
    assert tuple(line for page in pages for line in page) == whole
    with pytest.raises(LedgerPageUnusable):
        await shop.do(lambda box: list_ledger(box, most=0), "money:read")


async def test_a_receipt_splits_net_and_vat_and_is_only_its_owners(shop, rival):
    await shop.fund(1000)
    label = await shop.buy(await shop.order(), "TOLP48")
    bought, paid_in = await shop.do(list_ledger, "money:read")
    receipt = await shop.do(lambda box: read_receipt(box, bought.transfer_id), "money:read")
    assert receipt.net_pence + receipt.vat_pence == label.price_pence
    assert (receipt.vat, receipt.tracking_number) == ("standard", label.tracking_number)
    with pytest.raises(NotFound):
        await rival.do(lambda box: read_receipt(box, bought.transfer_id), "money:read")
    with pytest.raises(NotFound):
        await shop.do(lambda box: read_receipt(box, paid_in.transfer_id), "money:read")


async def test_an_account_without_money_has_empty_books(shop):
    assert (await shop.do(read_balance, "money:read")).prepaid_pence == 0
    assert await shop.do(list_ledger, "money:read") == ()
