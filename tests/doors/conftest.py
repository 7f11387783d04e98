"""The real application on the real database, without a socket in between: one for the whole run of these tests."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import anyio
import httpx
import pytest

from pillarbox.kernel.ids import TagKey
from pillarbox.main.compose import counter_of
from pillarbox.main.house import build, conninfo
from pillarbox.main.serving import make_app
from pillarbox.worker.hands import Hands
from pillarbox.worker.loop import work
from tests.conftest import Installation, Person

ADDRESS = "http://pillarbox.test"


@contextlib.asynccontextmanager
async def running(app: Any) -> AsyncIterator[None]:
    """Tell an application that its server starts, and at the end that it stops."""
    to_app, from_test = anyio.create_memory_object_stream[dict[str, str]](2)
    to_test, from_app = anyio.create_memory_object_stream[dict[str, str]](2)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(app, {"type": "lifespan", "state": {}}, from_test.receive, to_test.send)
        await to_app.send({"type": "lifespan.startup"})
        assert (await from_app.receive())["type"] == "lifespan.startup.complete"
        yield
        await to_app.send({"type": "lifespan.shutdown"})
        assert (await from_app.receive())["type"] == "lifespan.shutdown.complete"
    for stream in (to_app, from_test, to_test, from_app):
        stream.close()


@pytest.fixture(scope="session")
async def app(installation: Installation, anyio_backend: str) -> AsyncIterator[Any]:
    made = make_app(installation.settings, installation.secrets)
    async with running(made):
        yield made


@pytest.fixture(scope="module")
async def worker(installation: Installation, anyio_backend: str) -> AsyncIterator[Hands]:
    """A worker on the queue until the module's last test: other modules kill workers and count what they did."""
    settings, keys = installation.settings, installation.secrets
    async with build(settings, keys, "worker") as house:
        hands = Hands(house.gate, counter_of(settings, keys))
        running = asyncio.create_task(work(hands, conninfo(settings, keys, "worker")))
        yield hands
        hands.stopping.set()
        await running


@dataclass(slots=True)
class Browser:
    """What a browser does, as far as pages without scripts need it."""

    http: httpx.AsyncClient
    place: str

    @property
    def base(self) -> str:
        return f"/a/{self.place}"

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """Ask for a path after the account's own."""
        return await self.http.get(self.base + path, params=query or None)

    async def post(self, path: str, fields: dict[str, Any] | None = None, **rest: Any) -> httpx.Response:
        """Send a form, with the secret that the browser was given, to a path after the account's own."""
        return await self.http.post(self.base + path, data={**(fields or {}), "_csrf_token": self.csrf}, **rest)

    @property
    def csrf(self) -> str:
        return self.http.cookies.get("pillarbox_csrf", "")


def heading(answer: httpx.Response) -> str:
    """The first heading of a page."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""


@pytest.fixture(scope="session")
def browse(app: Any, installation: Installation) -> Callable[..., Any]:
    """`async with browse(person) as browser`: a browser in which this person has a session; none with None."""

    @contextlib.asynccontextmanager
    async def opened(person: Person | None) -> AsyncIterator[Browser]:
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with httpx.AsyncClient(
            transport=transport, base_url=ADDRESS, headers={"sec-fetch-site": "same-origin"}
        ) as http:
            place = ""
            if person is not None:
                http.cookies.set("pillarbox_session", person.session, domain="pillarbox.test")
                place = TagKey(installation.secrets.tag).place(person.account)
            await http.get("/sign-in")
            yield Browser(http, place)

    return opened
