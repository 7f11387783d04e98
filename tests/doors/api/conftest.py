from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from pillarbox.main.compose import counter_of
from pillarbox.outside.test_payments import TestCard, TestPayments

JANE = {"name": "Jane Doe", "line1": "12 High Street", "town": "Swindon", "postcode": "SN1 3AB", "country": "GB"}
_keys = itertools.count(1)


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
async def shop(http: httpx.AsyncClient, people: Any, newcomer: Any) -> Caller:
    """An account of this test's own."""
    return Caller(http, (await newcomer("shop")).api_key)


@pytest.fixture(scope="session")
def payments(installation: Any) -> TestPayments:
    provider = counter_of(installation.settings, installation.secrets).payments
    assert isinstance(provider, TestPayments)
    return provider
