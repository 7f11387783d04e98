"""Money on the pages: topping up with every test card, the ledger, receipts, and that it is nobody else's."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from pillarbox.outside.test_payments import TestCard
from pillarbox.web import test_payment
from tests.conftest import People
from tests.doors.conftest import heading
from tests.doors.selling import buy_one, orders, path_of, pay

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("people")]


async def test_a_new_account_is_told_how_money_works(browse: Any, newcomer: Any) -> None:
    async with browse(await newcomer("new")) as browser:
        page = await browser.get("/money")
        assert heading(page) == "Money"
        assert "£0.00" in page.text
        assert "Nothing has moved yet" in page.text


@pytest.mark.parametrize(
    ("card", "words", "balance"),
    [
        (TestCard.PAID, "Your balance was topped up", "£12.50"),
        (TestCard.PAID_TWICE, "Your balance was topped up", "£12.50"),
        (TestCard.DECLINED, "was declined", "£0.00"),
        (TestCard.OTHER_AMOUNT, "Another amount was paid", "£0.00"),
    ],
)
async def test_topping_up(browse: Any, newcomer: Any, card: TestCard, words: str, balance: str) -> None:
    async with browse(await newcomer("payer")) as browser:
        page = await pay(browser, card, amount="£12.50")
        assert heading(page) == "Money"
        assert words in page.text
        assert f'class="big-sum">{balance}<' in page.text


async def test_a_slow_provider_is_waited_for(browse: Any, newcomer: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("pillarbox.outside.test_payments.SLOW_S", 1)
    async with browse(await newcomer("slow")) as browser:
        page = await pay(browser, TestCard.SLOW, quick="1000")
        assert "has not been confirmed yet" in page.text
        assert 'class="big-sum">£0.00<' in page.text
        await asyncio.gather(*test_payment._LATER)
        assert 'class="big-sum">£10.00<' in (await browser.get("/money")).text


@pytest.mark.parametrize("amount", ["", "a lot", "4.99", "750.01", "-20", "1e3", "20,5,0.001.2"])
async def test_an_amount_that_cannot_be_paid_stands_beside_its_field(browse: Any, people: People, amount: str) -> None:
    async with browse(people.owner) as browser:
        page = await browser.post("/money/top-up", {"amount": amount})
        assert page.status_code == 422
        assert 'id="e-amount"' in page.text
        assert f'value="{amount}"' in page.text


async def test_the_test_page_takes_only_its_own_addresses_and_cards(browse: Any, people: People) -> None:
    async with browse(people.owner) as browser:
        sent = await browser.post("/money/top-up", {"quick": "1000"})
        path = path_of(sent)
        assert (await browser.http.get(path)).status_code == 200
        bent = path[:-1] + ("a" if path[-1] != "a" else "b")
        assert (await browser.http.get(bent)).status_code == 404
        assert (await browser.http.get("/test-payments/x")).status_code == 404
        real = await browser.http.post(path, data={"card": "4242424242424242", "_csrf_token": browser.csrf})
        assert real.status_code == 422
        assert "not one of the test cards" in real.text
        forged = await browser.http.post(path, data={"card": TestCard.PAID.value})
        assert forged.status_code == 403


async def test_the_ledger_and_its_receipts(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("ledger")
    (order,) = await orders(house, person, "LEDGER-1")
    async with browse(person) as browser:
        await pay(browser)
        await buy_one(browser, order)
        page = await browser.get("/money")
        assert "2 lines" in page.text
        path = re.search(r"/money/receipts/ent_[0-9a-z]{26}", page.text)[0]  # type: ignore[index]
        receipt = await browser.get(path)
        assert heading(receipt) == "Receipt"
        assert "1 × Tracked 48, small parcel, " in receipt.text
        assert "VAT 20 %" in receipt.text
        assert "Paid from the prepaid balance." in receipt.text
        label = re.search(r"lbl_[0-9a-z]{26}", (await browser.get("/labels")).text)[0]  # type: ignore[index]
        await browser.post(f"/orders/{order}/void", {"label": label})
        page = await browser.get("/money")
        assert "Given back: Tracked 48" in page.text
        credit = next(p for p in re.findall(r"/money/receipts/ent_\w+", page.text) if p != path)
        assert heading(await browser.get(credit)) == "Credit note"


async def test_a_receipt_is_nobody_elses(browse: Any, newcomer: Any, people: People, house: Any) -> None:
    person = await newcomer("receipts")
    (order,) = await orders(house, person, "R-1")
    async with browse(person) as owner, browse(people.stranger) as stranger:
        await pay(owner)
        await buy_one(owner, order)
        path = re.search(r"/money/receipts/ent_\w+", (await owner.get("/money")).text)[0]  # type: ignore[index]
        assert (await owner.get(path)).status_code == 200
        theirs, nobodys = await stranger.get(path), await stranger.get("/money/receipts/ent_" + "0" * 26)
        assert theirs.status_code == 404
        assert theirs.content == nobodys.content


async def test_coming_back_with_anothers_key_finds_nothing(browse: Any, newcomer: Any, people: People) -> None:
    async with browse(await newcomer("keyed")) as owner, browse(people.stranger) as stranger:
        sent = await owner.post("/money/top-up", {"quick": "1000"})
        paid = await owner.http.post(path_of(sent), data={"card": TestCard.PAID.value, "_csrf_token": owner.csrf})
        key = path_of(paid).rpartition("=")[2]
        assert (await owner.get("/money/back", key=key)).status_code == 303
        theirs, nobodys = await stranger.get("/money/back", key=key), await stranger.get("/money/back", key="0" * 32)
        assert theirs.status_code == 404
        assert theirs.content == nobodys.content
