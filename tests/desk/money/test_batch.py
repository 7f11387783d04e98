from __future__ import annotations

import asyncio

import pytest

from pillarbox.desk.buy import KeyReused
from pillarbox.desk.buy_many import failed_items, preview_buy, read_batch, start_batch
from pillarbox.desk.new_order import ParcelFields
from pillarbox.desk.print_labels import labels_of_batch, print_labels
from pillarbox.desk.read_order import read_order
from pillarbox.kernel.errors import NotFound
from pillarbox.kernel.ids import Id, Kind

pytestmark = pytest.mark.anyio


async def start(shop, orders, service="OLP2", key="batch"):
    return await shop.do(lambda box: start_batch(box, shop.counter, orders, service, key))


async def finished(shop, batch):
    for _ in range(200):
        row = await shop.do(lambda box: read_batch(box, batch.batch_id))
        if row.status == "done":
            return row
        await asyncio.sleep(0.05)
    raise AssertionError("the batch did not end")


async def test_a_preview_says_what_it_costs_and_what_is_left_out(shop):
    await shop.fund(500)
    good = [await shop.order() for _ in range(3)]
    bad = await shop.order(parcel=ParcelFields(), reference="heavy?")
    seen = await shop.do(lambda box: preview_buy(box, shop.counter, [*good, bad], "OLP2"))
    (line,) = seen.lines
    assert seen.order_ids == tuple(good)
    assert (line.pieces, line.total_pence) == (3, seen.total_pence)
    assert [(each.order_id, each.code, each.reference) for each in seen.left_out] == [(bad, "weight-missing", "heavy?")]
    assert seen.after_pence == 500 - seen.total_pence
    assert seen.missing_pence == max(0, seen.total_pence - 500) > 0


async def test_a_preview_may_take_each_orders_own_wish(shop):
    orders = [await shop.order(service_code="OLP2"), await shop.order(service_code="TOLP48"), await shop.order()]
    seen = await shop.do(lambda box: preview_buy(box, shop.counter, orders))
    assert {line.service_code for line in seen.lines} == {"OLP2", "TOLP48"}
    assert [each.code for each in seen.left_out] == ["service-not-chosen"]


async def test_good_orders_are_bought_and_bad_ones_named(shop, worker):
    await shop.fund(20000)
    good = [await shop.order(service_code=("OLP2", "TOLP48")[n % 2]) for n in range(28)]
    bad = [await shop.order(parcel=ParcelFields(), reference="no weight"), await shop.order()]
    batch = await start(shop, [*good[:14], *bad, *good[14:]], service="")
    row = await finished(shop, batch)
    assert (row.total, row.bought, row.failed) == (30, 28, 2)
    failed = await shop.do(lambda box: failed_items(box, batch.batch_id))
    assert [(f.order_id, f.code) for f in failed] == [(bad[0], "service-not-chosen"), (bad[1], "service-not-chosen")]
    assert failed[0].problem.detail
    assert failed[0].addressee.reference == "no weight"
    assert shop.audit()["prepaid"] == 20000 - row.charged_pence
    labels = await shop.do(lambda box: labels_of_batch(box, batch.batch_id))
    assert len(labels) == 28
    pdf = await shop.do(lambda box: print_labels(box, shop.counter, [each.label_id for each in labels]))
    assert [pdf.find(str(each.label_id).encode()) for each in labels] == sorted(
        pdf.find(str(each.label_id).encode()) for each in labels
    )


async def test_what_the_balance_does_not_reach_is_left_new(shop, worker):
    await shop.fund(1000)
    orders = [await shop.order() for _ in range(5)]
    batch = await start(shop, orders)
    row = await finished(shop, batch)
    assert row.bought == 1000 // (row.charged_pence // row.bought)
    failed = await shop.do(lambda box: failed_items(box, batch.batch_id))
    assert {f.code for f in failed} == {"balance-too-low"}
    assert (await shop.do(lambda box: read_order(box, failed[0].order_id), "orders:read")).state == "new"
    shop.audit()


async def test_the_same_key_is_one_batch(shop, worker):
    await shop.fund(1000)
    orders = [await shop.order(), await shop.order()]
    first = await start(shop, orders)
    again = await start(shop, orders)
    assert again.batch_id == first.batch_id
    with pytest.raises(KeyReused):
        await start(shop, orders[:1])
    await finished(shop, first)
    assert shop.rows("select count(*) from vault.parcel where account_id = $account") == [(2,)]


async def test_two_batches_of_the_same_orders_buy_each_once(shop, worker):
    await shop.fund(10000)
    orders = [await shop.order() for _ in range(12)]
    one, two = await start(shop, orders, key="one"), await start(shop, orders[::-1], key="two")
    rows = await finished(shop, one), await finished(shop, two)
    assert sum(row.bought for row in rows) == 12
    assert sum(row.failed for row in rows) == 12
    shop.audit()


async def test_a_strangers_order_cannot_be_put_in(shop, rival):
    order, own = await shop.order(), await rival.order()
    for work in (
        lambda box: start_batch(box, rival.counter, [own, order], "OLP2", "k"),
        lambda box: preview_buy(box, rival.counter, [own, order], "OLP2"),
    ):
        with pytest.raises(NotFound):
            await rival.do(work)
    assert rival.rows("select count(*) from vault.batch where account_id = $account") == [(0,)]


async def test_one_order_that_fails_us_does_not_stop_the_others(shop, worker, office):
    """Numbers of one service run out: its orders are written off by name, the others are bought."""
    await shop.fund(10000)
    shop.rows("select 1")
    orders = [
        await shop.order(service_code="OLP2"),
        await shop.order(service_code="OLP1SF"),
        await shop.order(service_code="OLP2"),
    ]
    with shop.no_numbers("DP"):
        row = await finished(shop, await start(shop, orders, service=""))
    assert (row.bought, row.failed) == (2, 1)
    shop.audit()


async def test_an_order_that_nobody_can_read_is_written_off_alone(shop, worker):
    """A damaged seal fails the reading itself; the orders before and after it are bought all the same."""
    await shop.fund(10000)
    orders = [await shop.order() for _ in range(4)]
    shop.write(f"update vault.order set contents = contents || 'x' where order_id = '{orders[2].raw.hex()}'")
    row = await finished(shop, await start(shop, orders))
    assert (row.bought, row.failed) == (3, 1)
    shop.audit()


async def test_a_batch_is_only_its_own_accounts(shop, rival):
    with pytest.raises(NotFound):
        await rival.do(lambda box: read_batch(box, Id(Kind.BATCH, bytes(16))))
    batch = await start(shop, [await shop.order()])
    with pytest.raises(NotFound):
        await rival.do(lambda box: read_batch(box, batch.batch_id))
