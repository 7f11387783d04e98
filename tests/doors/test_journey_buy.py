"""One afternoon of a merchant in a real browser, against the real server: buy postage for everything, print, post, watch.

The documents are read back by an independent reader, the scans come as the operator's network sends them, and at the
end the record shows the merchant who has seen what.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from playwright.async_api import Page, expect

from pillarbox.desk.new_order import ParcelFields
from pillarbox.desk.record_event import record_event
from pillarbox.gate.admit import Knock
from pillarbox.main.compose import counter_of
from tests.conftest import Installation, People
from tests.doors.browsing import MARKS, opened, served, sign_in
from tests.doors.selling import orders

pytestmark = MARKS
TRACKING = re.compile(r"[A-Z]{2}[0-9]{9}GB")
COURSE = (("EVBAH", 1, "Swansea"), ("EVGPD", 2, "Cardiff"), ("EVKSP", 3, "Swansea"))
"""Handed in, out for delivery, delivered: code, seconds from now (scanners' clocks may be ahead), place."""


@pytest.fixture(scope="module")
async def address(installation: Installation, anyio_backend: str) -> AsyncIterator[str]:
    async with served(installation) as where:
        yield where


async def top_up(tab: Page, base: str) -> None:
    await tab.goto(f"{base}/money")
    await tab.get_by_role("button", name="£100", exact=True).click()
    await expect(tab.get_by_text("Test payments: no real money").first).to_be_visible()
    await tab.get_by_role("button", name="Pay", exact=True).click()
    await expect(tab.get_by_role("status").first).to_contain_text("Your balance was topped up")


async def printed(tab: Page, button: str) -> bytes:
    """Press a button that opens a document in the browser's own viewer, then ask for the same document's bytes."""
    async with tab.expect_response(re.compile("/labels/print")) as seen:
        await tab.get_by_role("button", name=button).click()
    shown = await seen.value
    assert shown.status == 200
    assert shown.headers["content-type"] == "application/pdf"
    again = await tab.context.request.post(
        shown.url,
        data=shown.request.post_data_buffer or b"",
        headers={"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"},
    )
    return await again.body()


def numbers_in(pdf: bytes) -> list[str]:
    """The tracking number that a reader finds on each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pictures = [page.render(scale=203 / 72, grayscale=True).to_numpy().copy() for page in document]
    finally:
        document.close()
    found = [{m for code in zxingcpp.read_barcodes(p) for m in TRACKING.findall(code.text)} for p in pictures]
    assert all(len(each) == 1 for each in found)
    return [each.pop() for each in found]


async def test_buy_print_post_and_watch(
    address: str, house: Any, people: People, newcomer: Any, worker: Any, installation: Installation
) -> None:
    person = await newcomer("afternoon")
    names = ("Siân Llewellyn", "Екатерина Иванова", "محمد علي")
    for at, name in enumerate(names):
        home = {"name": name, "line1": f"{at + 1} Wind Street", "town": "Swansea", "postcode": "SA1 1DP"}
        await orders(house, person, f"SHOP-{at}", recipient=home, service_code="")
    await orders(house, person, "SHOP-BAD", service_code="", parcel=ParcelFields())
    async with opened(address) as tab:
        base = await sign_in(tab, person)
        await top_up(tab, base)

        await tab.goto(f"{base}/orders")
        await tab.get_by_label("Select all on this page").check()
        await tab.get_by_role("button", name="See the price and buy").click()
        await tab.get_by_label("Service for all of them").select_option("TOLP24")
        await tab.get_by_role("button", name="See this price").click()
        await expect(tab.get_by_text("3 × Tracked 24")).to_be_visible()
        await expect(tab.get_by_text("1 order not bought")).to_be_visible()
        await tab.get_by_role("button", name=re.compile("Buy 3 labels for £")).click()
        await tab.wait_for_url(re.compile("/batches/bat_"))
        await expect(tab.get_by_role("heading", level=1)).to_have_text("3 labels ready")
        await tab.reload()
        await expect(tab.get_by_role("heading", level=1)).to_have_text("3 labels ready")

        numbers = numbers_in(await printed(tab, "Print them all"))
        assert len(set(numbers)) == 3

        counter = counter_of(installation.settings, installation.secrets)
        for code, seconds, place in COURSE:
            at = datetime.now(UTC) + timedelta(seconds=seconds)
            await house.gate.serve_scan(
                Knock("network", people.network),
                numbers[0],
                lambda box, code=code, at=at, place=place: record_event(box, counter, code, at, place=place),
            )
        await tab.goto("/track")
        await tab.get_by_label("Tracking number").fill(numbers[0].lower())
        await tab.get_by_role("button", name="Find it").click()
        await expect(tab.get_by_role("heading", level=1)).to_have_text("Delivered")
        await expect(tab.get_by_text("Llewellyn")).to_have_count(0)
        await tab.get_by_label("Postcode it is addressed to").fill("sa1 1dp")
        await tab.get_by_role("button", name="Show the address").click()
        await expect(tab.get_by_text(re.compile("[123] Wind Street"))).to_be_visible()

        await tab.goto(f"{base}/tracking?how=delivered")
        await tab.get_by_role("link", name=numbers[0]).click()
        await expect(tab.get_by_role("heading", level=1)).to_have_text("Delivered")
        await tab.locator("#main").get_by_role("link", name="Who has seen this").click()
        await expect(tab.get_by_role("heading", level=1)).to_have_text("Who has seen this")
        for viewer in ("public tracking", "network"):
            await expect(tab.locator("#main table")).to_contain_text(re.compile(viewer, re.IGNORECASE))


async def test_without_a_script_a_batch_goes_on_by_itself(
    address: str, house: Any, people: People, newcomer: Any, worker: Any
) -> None:
    person = await newcomer("scriptless")
    await orders(house, person, "PLAIN-1", "PLAIN-2")
    async with opened(address, java_script_enabled=False) as tab:
        base = await sign_in(tab, person)
        await top_up(tab, base)
        await tab.goto(f"{base}/orders")
        for reference in ("PLAIN-1", "PLAIN-2"):
            await tab.get_by_label(f"Select order {reference}").check()
        await tab.get_by_role("button", name="See the price and buy").press("Enter")
        await tab.get_by_role("button", name=re.compile("Buy 2 labels for £")).press("Enter")
        await expect(tab.get_by_role("heading", level=1)).to_have_text("2 labels ready", timeout=10_000)
        assert len(numbers_in(await printed(tab, "Print them all"))) == 2
