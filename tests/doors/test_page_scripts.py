import re
import runpy
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, sync_playwright

from pillarbox.web import assets, pages
from pillarbox.web.views import orders

SAMPLES: dict[str, tuple[Any, Any]] = runpy.run_path(str(Path(__file__).with_name("page_samples")))["SAMPLES"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
BASE = SAMPLES["orders"][0].base
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


class Desk:
    """A browser window in which samples are served under the policy that the routes send."""

    def __init__(self, browser: Browser, width: int, *, script: bool = True):
        self.context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
        self.tab = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.served = {}
        self.tab.on("console", lambda message: self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.route("**/*", self._answer)

    def _answer(self, route):
        path = route.request.url.removeprefix("http://pillarbox.example")
        known = assets.by_served_name().get(path.removeprefix("/static/"))
        if known:
            route.fulfill(body=known.body, content_type=known.media_type)
            return
        self.asked.append(path)
        body = self.served.get(path.partition("?")[0], b"<!doctype html><title>Elsewhere</title>")
        route.fulfill(body=body, content_type="text/html; charset=utf-8", headers={"content-security-policy": POLICY})

    def open(self, name, path="/page"):
        self.served[path] = pages.render_view(*SAMPLES[name])
        self.tab.goto(f"http://pillarbox.example{path}")
        return self.tab

    def close(self):
        self.context.close()


@pytest.fixture
def desk(chromium):
    opened = []

    def make(width=1280, *, script=True):
        opened.append(Desk(chromium, width, script=script))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def test_every_page_is_quiet_under_the_strict_policy_and_fits_at_four_hundred_per_cent(desk):
    window = desk(320)
    for name in SAMPLES:
        tab = window.open(name)
        assert window.said == [], name
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320, name


def test_keys_move_tick_and_total(desk):
    tab = desk().open("orders")
    for key in "jxjxjx":
        tab.keyboard.press(key)
    assert tab.locator("[data-bulk-words]").inner_text() == "3 orders ticked, 1 without a price"
    assert tab.locator("[data-bulk-total]").inner_text() == "£9.08"
    tab.keyboard.press("k")
    tab.keyboard.press("x")
    assert tab.locator("[data-bulk-total]").inner_text() == "£4.19"
    assert tab.evaluate("document.activeElement.textContent") == "10451"


def test_keys_search_and_help_but_not_while_typing(desk):
    tab = desk().open("orders")
    tab.keyboard.press("/")
    tab.keyboard.type("jx?")
    assert tab.locator("#search").input_value() == "jx?"
    assert tab.locator("[data-tick]:checked").count() == 0
    tab.locator("h1").click()
    tab.keyboard.press("?")
    assert tab.locator("#keys").is_visible()
    tab.keyboard.press("Escape")
    assert tab.locator("#keys").is_hidden()


def test_ticking_all_of_a_page(desk):
    tab = desk().open("orders")
    tab.locator("#tick-all").check()
    boxes = tab.locator("[data-tick]")
    assert tab.locator("[data-tick]:checked").count() == boxes.count() == 5
    boxes.first.uncheck()
    assert tab.locator("#tick-all").evaluate("box => box.indeterminate")


def test_an_order_opens_beside_the_list_where_there_is_room(desk):
    window = desk(1920)
    page, order = SAMPLES["order"]
    path = f"{BASE}/orders/{order.id}"
    window.served[path] = pages.render_view(page, msgspec.structs.replace(order, aside=True))
    tab = window.open("orders", f"{BASE}/orders")
    tab.get_by_role("link", name="10448").click()
    tab.locator("#detail #order").wait_for()
    assert f"{path}?aside=1" in window.asked
    assert tab.url.endswith(f"/orders?open={order.id}")
    assert tab.locator("h1").count() == 1
    assert tab.locator("#detail h2").first.inner_text() == "Order 10448"
    assert tab.get_by_role("status").filter(has_text="Order 10448 is shown beside the list").count() == 1
    assert window.said == []


def test_an_order_is_a_page_of_its_own_where_there_is_none(desk):
    window = desk(1280)
    tab = window.open("orders", f"{BASE}/orders")
    tab.get_by_role("link", name="10448").click()
    tab.wait_for_url(re.compile(r"/orders/ord_\w+$"))
    assert not any("aside" in path for path in window.asked)


def test_a_page_of_another_account_hides_itself(desk):
    window = desk()
    window.context.add_cookies([{"name": "pillarbox_owner", "value": "another", "url": "http://pillarbox.example"}])
    tab = window.open("order")
    assert tab.locator("h1").inner_text() == "This page was not meant for you"
    assert "Whitcombe" not in tab.locator("body").inner_text()
    window.context.add_cookies([{"name": "pillarbox_owner", "value": "tag", "url": "http://pillarbox.example"}])
    assert window.open("order").locator("h1").inner_text() == "Order 10448"


def test_menus_open_without_a_script(desk):
    tab = desk(390, script=False).open("orders")
    assert tab.locator("#rail").is_hidden()
    tab.locator(".top-menu").click()
    assert tab.locator("#rail").get_by_role("link", name="Money").is_visible()
    tab.keyboard.press("Escape")
    tab.locator(".menu summary").click()
    assert tab.get_by_role("button", name="Sign out", exact=True).is_visible()


def test_long_work_shows_itself_and_then_its_end(desk):
    window = desk()
    tab = window.open("batch", f"{BASE}/batches/bat_1")
    assert tab.locator("h1").inner_text() == "Making 35 labels"
    window.served[f"{BASE}/batches/bat_1"] = pages.render_view(*SAMPLES["batch_done"])
    tab.get_by_role("heading", name="33 labels ready").wait_for()
    assert tab.get_by_role("button", name="Print them all").is_visible()


def test_the_columns_of_the_list_are_those_that_were_chosen(desk):
    page, view = SAMPLES["orders"]
    columns = tuple(orders.Column(c.key, c.words, c.key == "tracking") for c in view.columns)
    window = desk()
    window.served["/page"] = pages.render_view(page, msgspec.structs.replace(view, columns=columns))
    window.tab.goto("http://pillarbox.example/page")
    assert window.tab.locator("thead th").all_inner_texts()[1:] == ["Order", "Tracking number", "State"]
