"""A merchant's morning in a real browser: sign in, bring a shop's file in, mend the row that was left out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from pillarbox.worker.hands import Hands
from tests.conftest import Installation
from tests.doors.browsing import MARKS, opened, served, sign_in

pytestmark = MARKS

EBAY = (Path(__file__).parent.parent / "postage/orderfile/samples/ebay-orders-report.csv").read_bytes()
SPOILT = EBAY.replace(b"YO1 7HH", b"YO1 7")


@pytest.fixture(scope="module")
async def address(installation: Installation, anyio_backend: str) -> AsyncIterator[str]:
    async with served(installation) as where:
        yield where


async def test_a_morning(address: str, newcomer: Any, worker: Hands, tmp_path: Path) -> None:
    person = await newcomer("morning")
    async with opened(address, viewport={"width": 1600, "height": 1000}) as tab:

        async def picture(name: str) -> None:
            await tab.screenshot(path=tmp_path / f"{name}.png", full_page=True)

        await tab.goto("/")
        await picture("01-sign-in")
        base = await sign_in(tab, person)
        await expect(tab.get_by_role("heading", name="No orders yet")).to_be_visible()
        await picture("02-empty")

        await tab.get_by_role("main").get_by_role("link", name="Import a file").first.click()
        await picture("03-import")
        await tab.set_input_files("#f-file", {"name": "ebay-november.csv", "mimeType": "text/csv", "buffer": SPOILT})
        await tab.get_by_role("button", name="Read the file").click()
        await expect(tab.get_by_text("This is an order file from eBay.")).to_be_visible()
        await picture("04-check")

        await tab.get_by_label("Weight with packaging, for all of them").fill("400")
        await tab.get_by_role("button", name="Fix all of these").click()
        await expect(tab.get_by_text("All rows with that problem were tried again.")).to_be_visible()
        await picture("05-fixed")
        await tab.get_by_role("button", name="Bring in 1 order").click()
        await expect(tab.get_by_role("heading", name="1 order brought in")).to_be_visible()
        await picture("06-done")

        await tab.get_by_role("link", name=re.compile("Mend")).click()
        await expect(tab.get_by_role("textbox", name="Postcode", exact=True)).to_have_value("YO1 7")
        await picture("07-mend")
        await tab.get_by_role("textbox", name="Postcode", exact=True).fill("YO1 7HH")
        await tab.get_by_role("button", name="Bring this order in").click()
        await expect(tab.get_by_role("heading", name="2 orders brought in")).to_be_visible()
        await picture("08-mended")

        await tab.get_by_role("link", name="See these orders").click()
        await expect(tab.get_by_text("Alice Hart")).to_be_visible()
        await picture("09-orders")
        await beside_the_list(tab)
        await picture("10-beside")
        await changed(tab)
        await picture("11-changed")
        await found(tab)
        await picture("12-found")
        for number, path in enumerate(("/send?what=small_parcel&weight=750&to=SA1+1DP", "/settings", "/seen"), 13):
            await tab.goto(base + path)
            await picture(f"{number}-{path[1:5]}")
        await tab.get_by_text("Your account", exact=True).click()
        await tab.get_by_role("button", name="Sign out", exact=True).click()
        await expect(tab.get_by_role("heading", name="You are signed out")).to_be_visible()
        await picture("16-out")


async def test_a_file_comes_in_without_any_script(address: str, newcomer: Any, worker: Hands) -> None:
    person = await newcomer("scriptless")
    async with opened(address, java_script_enabled=False) as tab:
        base = await sign_in(tab, person)
        await tab.goto(f"{base}/orders/import")
        await tab.set_input_files("#f-file", {"name": "ebay.csv", "mimeType": "text/csv", "buffer": EBAY})
        await tab.get_by_role("button", name="Read the file").click()
        await tab.get_by_role("button", name="Bring in 2 orders").click()
        await expect(tab.get_by_role("heading", name="2 orders brought in")).to_be_visible(timeout=10_000)
        await tab.get_by_role("link", name="See these orders").click()
        await tab.get_by_role("link", name="11-10000-00003").click()
        await expect(tab.get_by_role("heading", name="Order 11-10000-00003")).to_be_visible()
        await expect(tab.get_by_text("Bob Keene")).to_be_visible()


async def test_a_page_of_another_account_hides_itself(address: str, newcomer: Any) -> None:
    """Layer 5: a page that reached the wrong browser, by a shared cache say, shows nothing of what is in it."""
    mine, theirs = await newcomer("mine"), await newcomer("theirs")
    async with opened(address) as tab:
        base = await sign_in(tab, mine)
        wrong = await tab.context.browser.new_context(base_url=address)  # type: ignore[union-attr]
        other = await wrong.new_page()
        await sign_in(other, theirs)
        page = (await (await tab.request.get(f"{base}/orders")).body()).decode()
        await other.route("**/orders", lambda route: route.fulfill(body=page, content_type="text/html"))
        await other.goto(other.url)
        await expect(other.get_by_role("heading", name="This page was not meant for you")).to_be_visible()
        await expect(other.get_by_text("No orders yet")).to_be_hidden()


async def beside_the_list(tab: Page) -> None:
    """An order opens at the right, and the address says so, so that a reload brings it back."""
    await tab.get_by_role("link", name="11-10000-00002").click()
    await expect(tab.get_by_role("heading", name="Order 11-10000-00002")).to_be_visible()
    await tab.reload()
    await expect(tab.get_by_role("heading", name="Order 11-10000-00002")).to_be_visible()


async def changed(tab: Page) -> None:
    await tab.locator("#detail").get_by_role("link", name="Change").click()
    await tab.get_by_label("Service").select_option("TOLP24")
    await tab.get_by_role("button", name="Keep the changes").click()
    await expect(tab.get_by_text("The order was changed.")).to_be_visible()


async def found(tab: Page) -> None:
    await tab.keyboard.press("/")
    await tab.keyboard.type("yo1 7hh")
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_text("1 order found for")).to_be_visible()
