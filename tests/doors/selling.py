"""What tests of buying need: orders that can be bought, money in the balance, and labels, all made as people make them."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

from pillarbox.desk.create_order import create_order
from pillarbox.desk.new_order import NewOrder, ParcelFields, check_order
from pillarbox.gate import Box, gather
from pillarbox.gate.admit import Knock
from pillarbox.outside.test_payments import TestCard
from tests.conftest import Person

HOME = {"name": "Siân Llewellyn", "line1": "1 Wind Street", "town": "Swansea", "postcode": "SA1 1DP", "country": "GB"}
SERVICE = "TOLP48"


async def orders(house: Any, person: Person, *references: str, **rest: Any) -> list[str]:
    """Write orders down and return their ids; each can be bought unless `rest` says otherwise."""
    given: dict[str, Any] = {
        "recipient": HOME,
        "parcel": ParcelFields(340, format="small parcel"),
        "service_code": SERVICE,
        **rest,
    }
    checked = [check_order(NewOrder(reference=reference, **given)) for reference in references]

    async def work(box: Box) -> Any:
        await box.enter()
        return gather([await create_order(box, each) for each in checked])

    made = await house.gate.serve(Knock("pages", person.session), "orders:write", work)
    return [str(each.order_id) for each in made]


async def pay(browser: Any, card: TestCard = TestCard.PAID, **amount: str) -> Any:
    """Top up on the pages, with a test card, and return the page to which the provider leads back."""
    sent = await browser.post("/money/top-up", amount or {"quick": "5000"})
    assert sent.status_code == 303, sent.text
    page = await browser.http.get(path_of(sent))
    assert "Test payments: no real money" in page.text
    paid = await browser.http.post(path_of(sent), data={"card": card.value, "_csrf_token": browser.csrf})
    assert paid.status_code == 303, paid.text
    back = await browser.http.get(path_of(paid))
    assert back.status_code == 303, back.text
    return await browser.http.get(back.headers["location"])


def path_of(answer: Any) -> str:
    """Where an answer leads, without scheme and host."""
    parts = urlsplit(answer.headers["location"])
    return parts.path + (f"?{parts.query}" if parts.query else "")


def hidden(page: Any, action: str) -> dict[str, list[str]]:
    """The hidden fields of the form of a page that posts to an address ending in `action`."""
    form = re.search(rf'<form[^>]*action="[^"]*{re.escape(action)}"[^>]*>(.*?)</form>', page.text, re.DOTALL)
    assert form, f"no form to {action}"
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form[1]):
        found.setdefault(name, []).append(value)
    found.pop("_csrf_token")
    return found


async def buy_one(browser: Any, order_id: str) -> Any:
    """Buy one order's label on the pages and return the order's page."""
    preview = await browser.post("/buy", {"order": order_id})
    bought = await browser.post("/buy/confirm", hidden(preview, "/buy/confirm"))
    assert bought.status_code == 303, bought.text
    return await browser.http.get(bought.headers["location"])


async def finished(browser: Any, path: str) -> Any:
    """Ask for the page of a batch until it is done."""
    for _ in range(100):
        page = await browser.http.get(path)
        if "hx-trigger" not in page.text:
            return page
        await asyncio.sleep(0.05)
    raise AssertionError(page.text)
