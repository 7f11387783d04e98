"""Buying on the pages: the last look, one label, a batch, and everything that must not be charged."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pillarbox.desk.new_order import ParcelFields
from tests.conftest import People
from tests.doors.conftest import heading
from tests.doors.selling import buy_one, finished, hidden, orders, pay

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("people")]


def balance(page: Any) -> str:
    return re.search(r'class="rail-balance">.*?<a [^>]*>(.*?)</a>', page.text)[1]  # type: ignore[index]


async def test_one_order_is_shown_its_price_and_bought(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("one")
    (order,) = await orders(house, person, "ONE-1")
    async with browse(person) as browser:
        await pay(browser)
        preview = await browser.post("/buy", {"order": order})
        assert heading(preview) == "Buy this label?"
        assert "Tracked 48" in preview.text
        agreed = hidden(preview, "/buy/confirm")["agreed"][0]
        price = f"£{int(agreed) // 100}.{int(agreed) % 100:02d}"
        assert f"Buy 1 label for {price}" in preview.text
        page = await buy_one(browser, order)
        assert heading(page) == "Order ONE-1"
        assert "The label is bought" in page.text
        assert balance(page) == f"£{(5000 - int(agreed)) // 100}.{(5000 - int(agreed)) % 100:02d}"


async def test_pressing_twice_buys_once(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("twice")
    (order,) = await orders(house, person, "TWICE-1")
    async with browse(person) as browser:
        await pay(browser)
        form = hidden(await browser.post("/buy", {"order": order}), "/buy/confirm")
        first = await browser.post("/buy/confirm", form)
        second = await browser.post("/buy/confirm", form)
        assert first.headers["location"] == second.headers["location"]
        money = await browser.get("/money")
        assert money.text.count("/money/receipts/") == 1


async def test_another_price_than_was_shown_is_not_charged(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("agreed")
    ids = await orders(house, person, "AGREED-1", "AGREED-2")
    async with browse(person) as browser:
        await pay(browser)
        for chosen in (ids[:1], ids):
            form = hidden(await browser.post("/buy", {"order": chosen}), "/buy/confirm")
            for agreed in ("1", "", "free"):
                answer = await browser.post("/buy/confirm", {**form, "agreed": [agreed]})
                assert answer.status_code == 422
                assert "no longer the one you were shown" in answer.text
                assert balance(answer) == "£50.00"


async def test_without_enough_balance_the_way_leads_to_the_top_up(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("poor")
    ids = await orders(house, person, "POOR-1", "POOR-2")
    async with browse(person) as browser:
        for chosen in (ids[:1], ids):
            preview = await browser.post("/buy", {"order": chosen})
            assert "too low" in preview.text
            assert "/buy/confirm" not in preview.text
            assert 'href="' + browser.base + '/money"' in preview.text
        # Whoever makes up the form of the page all the same is refused.
        (one,), total = ids[:1], "100000"
        answer = await browser.post("/buy/confirm", {"order": ids, "service": "", "agreed": total, "key": "k"})
        assert answer.status_code == 422
        assert one in answer.text


async def test_a_service_is_chosen_from_a_table(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("chooser")
    (order,) = await orders(house, person, "CHOOSE-1", service_code="")
    async with browse(person) as browser:
        await pay(browser)
        table = await browser.post("/buy", {"order": order})
        assert heading(table) == "Choose a service"
        assert table.text.count('class="offer"') >= 6
        assert "Cheapest" in table.text
        assert "account customers" not in table.text
        same = await browser.get(f"/orders/{order}/prices")
        assert same.text.count('class="offer"') == table.text.count('class="offer"')
        preview = await browser.post("/buy", {"order": order, "service": "TOLP24"})
        assert "1 × Tracked 24" in preview.text
        bought = await browser.post("/buy/confirm", hidden(preview, "/buy/confirm"))
        page = await browser.http.get(bought.headers["location"])
        assert "Tracked 24" in page.text


async def test_an_order_without_a_weight_has_no_prices_but_a_way_on(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("weightless")
    (order,) = await orders(house, person, "LIGHT-1", service_code="", parcel=ParcelFields())
    async with browse(person) as browser:
        table = await browser.get(f"/orders/{order}/prices")
        assert table.status_code == 200
        assert "Say what this parcel weighs" in table.text
        assert f"/orders/{order}/edit" in table.text


async def test_many_orders_become_a_batch_that_survives_a_reload(
    browse: Any, newcomer: Any, house: Any, worker: Any
) -> None:
    person = await newcomer("many")
    good = await orders(house, person, *(f"MANY-{n}" for n in range(7)), service_code="")
    bad = await orders(house, person, "MANY-BAD", service_code="", parcel=ParcelFields())
    async with browse(person) as browser:
        await pay(browser)
        nothing = await browser.post("/buy", {"order": good + bad})
        assert heading(nothing) == "Nothing to buy yet"
        preview = await browser.post("/buy", {"order": good + bad, "service": "TOLP48"})
        assert "7 × Tracked 48" in preview.text
        assert "1 order not bought" in preview.text
        assert "MANY-BAD" in preview.text
        form = hidden(preview, "/buy/confirm")
        assert sorted(form["order"]) == sorted(good)
        started = await browser.post("/buy/confirm", form)
        again = await browser.post("/buy/confirm", form)
        assert started.headers["location"] == again.headers["location"]
        done = await finished(browser, started.headers["location"])
        assert heading(done) == "7 labels ready"
        assert "7 of 7 done" in done.text
        reloaded = await browser.http.get(started.headers["location"])
        assert heading(reloaded) == "7 labels ready"
        late = await browser.post("/buy/confirm", form)
        assert late.headers["location"] == started.headers["location"]
        pdf = await browser.post("/labels/print", {"batch": started.headers["location"].rpartition("/")[2]})
        assert pdf.headers["content-type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF")
        assert b"/Count 7/" in pdf.content


async def test_a_large_batch_is_printed_in_parts(
    browse: Any, newcomer: Any, house: Any, worker: Any, monkeypatch: Any
) -> None:
    for module in ("labels", "buying_pages"):
        monkeypatch.setattr(f"pillarbox.web.{module}.MOST_PRINTED", 2)
    person = await newcomer("large")
    ids = await orders(house, person, *(f"LARGE-{n}" for n in range(5)))
    async with browse(person) as browser:
        await pay(browser)
        form = hidden(await browser.post("/buy", {"order": ids}), "/buy/confirm")
        started = await browser.post("/buy/confirm", form)
        done = await finished(browser, started.headers["location"])
        assert re.findall(r"Print \d to \d", done.text) == ["Print 1 to 2", "Print 3 to 4", "Print 5 to 5"]
        batch = hidden(done, "/labels/print")["batch"][0]
        counts = []
        for part in range(3):
            pdf = await browser.post("/labels/print", {"batch": batch, "part": str(part)})
            counts.append(int(re.search(rb"/Count (\d+)", pdf.content)[1]))  # type: ignore[index]
        assert counts == [2, 2, 1]
        beyond = await browser.post("/labels/print", {"batch": batch, "part": "3"})
        assert beyond.status_code == 422


async def test_nothing_ticked_says_so(browse: Any, people: People) -> None:
    async with browse(people.owner) as browser:
        answer = await browser.post("/buy")
        page = await browser.http.get(answer.headers["location"])
        assert "Tick the orders first" in page.text


async def test_a_stranger_buys_nothing_of_anybodys(browse: Any, people: People, house: Any) -> None:
    (own,) = await orders(house, people.owner, "OWN-1")
    absent = "ord_" + "0" * 26
    async with browse(people.owner) as owner, browse(people.stranger) as stranger:
        assert (await owner.post("/buy", {"order": own})).status_code == 200
        for path, fields in (
            ("/buy", {}),
            ("/buy", {"service": "TOLP48"}),
            ("/buy/confirm", {"agreed": "355", "key": "k", "service": "TOLP48"}),
        ):
            theirs = await stranger.post(path, {"order": own, **fields})
            nobodys = await stranger.post(path, {"order": absent, **fields})
            assert theirs.status_code == nobodys.status_code == 404
            assert theirs.content == nobodys.content
            mixed = await stranger.post(path, {"order": [own, absent], **fields})
            assert mixed.content == theirs.content
        assert (await owner.get(f"/orders/{own}/prices")).status_code == 200
        theirs = await stranger.get(f"/orders/{own}/prices")
        nobodys = await stranger.get(f"/orders/{absent}/prices")
        assert theirs.status_code == 404
        assert theirs.content == nobodys.content


async def test_a_stranger_sees_no_batch(browse: Any, newcomer: Any, people: People, house: Any, worker: Any) -> None:
    person = await newcomer("batcher")
    ids = await orders(house, person, "B-1", "B-2")
    async with browse(person) as browser, browse(people.stranger) as stranger:
        await pay(browser)
        form = hidden(await browser.post("/buy", {"order": ids}), "/buy/confirm")
        path = (await browser.post("/buy/confirm", form)).headers["location"].removeprefix(browser.base)
        assert (await browser.get(path)).status_code == 200
        theirs, nobodys = await stranger.get(path), await stranger.get("/batches/bat_" + "0" * 26)
        assert theirs.status_code == 404
        assert theirs.content == nobodys.content
        await finished(browser, browser.base + path)


async def test_a_packer_may_buy_but_not_see_the_money(browse: Any, newcomer: Any, house: Any) -> None:
    owner = await newcomer("owning")
    packer = await newcomer("packing", account=owner.account, scopes=("orders:read", "labels"))
    first, second = await orders(house, owner, "PACK-1", "PACK-2")
    async with browse(owner) as own, browse(packer) as mate:
        poor = await mate.post("/buy", {"order": first})
        assert "The balance does not cover this" in poor.text
        forced = {"order": first, "service": "", "agreed": "365", "key": "k"}
        refused = await mate.post("/buy/confirm", forced)
        assert refused.status_code == 422
        assert "Ask whoever looks after the money" in refused.text
        both = await mate.post("/buy/confirm", {**forced, "order": [first, second], "agreed": "730"})
        assert "Ask whoever looks after the money" in both.text
        for page in (poor, refused, both):
            assert "too low" not in page.text
            assert "£0.00" not in page.text
        await pay(own)
        preview = await mate.post("/buy", {"order": first})
        assert "£50.00" not in preview.text
        bought = await mate.post("/buy/confirm", hidden(preview, "/buy/confirm"))
        assert "The label is bought" in (await mate.http.get(bought.headers["location"])).text
        assert (await mate.get("/money")).status_code == 403
        assert (await mate.post("/money/top-up", {"quick": "1000"})).status_code == 403
