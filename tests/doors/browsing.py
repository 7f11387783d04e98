"""A real browser before the real server: what the journeys share."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import re
import shutil
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from granian.constants import Interfaces
from granian.server.embed import Server
from playwright.async_api import ConsoleMessage, Page, async_playwright

from pillarbox.main.serving import make_app
from tests.conftest import Installation

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MARKS = [
    pytest.mark.anyio,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextlib.asynccontextmanager
async def served(installation: Installation) -> AsyncIterator[str]:
    """The application behind its real server, on a port of its own; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = dataclasses.replace(installation.settings, port=port, public_url="")
    server = Server(
        make_app(settings, installation.secrets),
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            break
    yield settings.address
    server.stop()
    await serving


@contextlib.asynccontextmanager
async def opened(address: str, **context: Any) -> AsyncIterator[Page]:
    """One tab of a fresh browser; a fault in a script or a refused resource of ours fails the test at its end."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        given = {"base_url": address, "viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **context}
        page = await (await browser.new_context(**given)).new_page()
        page.set_default_timeout(10_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if _ours(said, address) else None)
        yield page
        assert faults == []
        await browser.close()


def _ours(said: ConsoleMessage, address: str) -> bool:
    """Whether the browser complains of a page of ours; its document viewer asks for an icon by a guessed name."""
    source = str(said.location["url"])
    refused = "status of 422" in said.text  # a form shown again is no fault, though the console names its status
    return said.type == "error" and source.startswith(address) and not source.endswith("/favicon.ico") and not refused


async def sign_in(tab: Page, person: Any) -> str:
    """Sign in and return the account's own path."""
    await tab.goto("/sign-in")
    await tab.get_by_label("E-mail").fill(person.email)
    await tab.get_by_label("Password").fill(person.password)
    await tab.get_by_role("button", name="Sign in").click()
    await tab.wait_for_url(re.compile(r"/a/\w{24}/"))
    found = re.search(r"/a/\w{24}", tab.url)
    assert found
    return found[0]
