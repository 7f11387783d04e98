from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from pillarbox.main.compose import counter_of
from pillarbox.main.house import build, conninfo
from pillarbox.main.serving import make_app
from pillarbox.outside.test_payments import TestCard, TestPayments
from pillarbox.worker.hands import Hands
from pillarbox.worker.loop import work

JANE = {"name": "Jane Doe", "line1": "12 High Street", "town": "Swindon", "postcode": "SN1 3AB", "country": "GB"}
_keys = itertools.count(1)


@contextlib.asynccontextmanager
async def running(app: Any) -> AsyncIterator[None]:
    """Start and end an application as a server does (ASGI lifespan 2.0)."""
    said: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    task = asyncio.create_task(app({"type": "lifespan", "state": {}}, said.get, told.put))
    await said.put({"type": "lifespan.startup"})
    assert (await told.get())["type"] == "lifespan.startup.complete"
    try:
        yield
    finally:
        await said.put({"type": "lifespan.shutdown"})
        await told.get()
        await task


@pytest.fixture(scope="session")
async def app(installation: Any, people: Any, anyio_backend: str) -> AsyncIterator[Any]:
    made = make_app(installation.settings, installation.secrets)
    async with running(made):
        yield made


@dataclass(frozen=True)
class Caller:
    """A program with one key, calling the real application."""

    http: httpx.AsyncClient
    key: str

    async def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return await self.http.request(method, path, headers={**headers, **given.pop("headers", {})}, **given)

    async def get(self, path: str, **given: Any) -> httpx.Response:
        return await self.ask("GET", path, **given)

    async def post(self, path: str, **given: Any) -> httpx.Response:
        return await self.ask("POST", path, **given)

    async def order(self, **changes: Any) -> str:
        parcel = {"weight_g": 400, "format": "small parcel"}
        made = await self.post("/v1/orders", json={"recipient": JANE, "parcel": parcel, **changes})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def buy(self, order: str, service: str = "OLP2", key: str = "") -> httpx.Response:
        headers = {"Idempotency-Key": key or f"key-{next(_keys)}"}
        return await self.post(f"/v1/orders/{order}/purchase", json={"service_code": service}, headers=headers)

    async def fund(self, payments: TestPayments, pence: int = 5_000) -> str:
        headers = {"Idempotency-Key": f"key-{next(_keys)}"}
        begun = (await self.post("/v1/top-ups", json={"pence": pence}, headers=headers)).json()
        for called in payments.pay(begun["pay_url"].rpartition("/")[2], TestCard.PAID):
            answer = await self.http.post("/callbacks/payments/test", content=called.body, headers=called.headers)
            assert answer.status_code == 200, answer.text
        return str(begun["id"])


@pytest.fixture(scope="session")
async def http(app: Any, anyio_backend: str) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        yield client


@pytest.fixture(scope="session")
def owner(http: httpx.AsyncClient, people: Any) -> Caller:
    return Caller(http, people.owner.api_key)


@pytest.fixture(scope="session")
def mate(http: httpx.AsyncClient, people: Any) -> Caller:
    return Caller(http, people.mate.api_key)


@pytest.fixture(scope="session")
def stranger(http: httpx.AsyncClient, people: Any) -> Caller:
    return Caller(http, people.stranger.api_key)


@pytest.fixture(scope="session")
def nobody(http: httpx.AsyncClient) -> Caller:
    return Caller(http, "")


@pytest.fixture(scope="session")
def network(http: httpx.AsyncClient, people: Any) -> Caller:
    return Caller(http, people.network)


@pytest.fixture
async def shop(http: httpx.AsyncClient, newcomer: Any) -> Caller:
    """An account of this test's own."""
    return Caller(http, (await newcomer("shop")).api_key)


@pytest.fixture(scope="session")
def payments(installation: Any) -> TestPayments:
    provider = counter_of(installation.settings, installation.secrets).payments
    assert isinstance(provider, TestPayments)
    return provider


@pytest.fixture(scope="session")
async def worker(installation: Any, people: Any, anyio_backend: str) -> AsyncIterator[None]:
    settings, keys = installation.settings, installation.secrets
    async with build(settings, keys, "worker") as house:
        hands = Hands(house.gate, counter_of(settings, keys))
        task = asyncio.create_task(work(hands, conninfo(settings, keys, "worker")))
        yield
        hands.stopping.set()
        await task
