from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from pillarbox.api.desk import Desk
from pillarbox.api.encoding import ENCODER
from pillarbox.api.examples import EXAMPLES
from pillarbox.api.reading import read_body
from pillarbox.api.route import Door, Once, Route
from pillarbox.api.routes import all_routes
from pillarbox.desk.counter import Counter
from pillarbox.gate.key import KEY_SCOPES
from pillarbox.kernel.ids import ID_PATTERN, Id, Kind, parse
from pillarbox.main.front import Front
from pillarbox.postage.operator_pack import load_pack
from tests.doors.api.conftest import Caller

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="session")
async def document(nobody: Caller, anyio_backend: str) -> Any:
    answer = await nobody.get("/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture(scope="session")
def routes(app: Front) -> dict[str, Route]:
    return {route.name: route for route, _ in registered(app)}


def registered(app: Front) -> Iterator[tuple[Route, HTTPRouteHandler]]:
    for route in app._app.routes:  # type: ignore[attr-defined]
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if "route" in handler.opt:
                    yield handler.opt["route"], handler


def operations(document: Any) -> dict[tuple[str, str], Any]:
    return {(m.upper(), path): each for path, item in document["paths"].items() for m, each in item.items()}


async def test_every_route_under_v1_is_described_and_nothing_else(app: Front, document: Any) -> None:
    answered = {
        (method, re.sub(r":\w+\}", "}", route.path))
        for route in app._app.routes  # type: ignore[attr-defined]
        if isinstance(route, HTTPRoute) and route.path.startswith("/v1")
        for handler in route.route_handlers
        for method in handler.http_methods
        if method not in ("OPTIONS", "HEAD")
    }
    assert answered == set(operations(document))
    assert len(answered) > 30


async def test_it_is_openapi_3_1_with_references_that_resolve(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["info"]["description"]
    schemas = document["components"]["schemas"]
    found = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert found
    assert found <= set(schemas)
    assert set(schemas) <= found, "a schema that nobody uses"
    for name, schema in schemas.items():
        assert schema.get("description") or "enum" in schema, name


async def test_every_operation_says_who_may_and_what_can_go_wrong(document: Any, routes: dict[str, Route]) -> None:
    names = [each["operationId"] for each in operations(document).values()]
    assert len(set(names)) == len(names)
    for (_, path), each in operations(document).items():
        route = routes[each["operationId"]]
        assert each["summary"], path
        in_path = {p["name"] for p in each["parameters"] if p["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))
        wanted = {Door.KEY: [{"key": [route.scope]}], Door.NETWORK: [{"network": []}], Door.OPEN: []}
        assert each["security"] == wanted[route.door]
        assert ("401" in each["responses"]) is (route.door is not Door.OPEN)
        assert ("403" in each["responses"]) is (route.door is Door.KEY)
        assert "503" in each["responses"]
        assert ("requestBody" in each) is (route.takes is not None), path
        header = [p for p in each["parameters"] if p["name"] == "Idempotency-Key"]
        assert [p["required"] for p in header] == ([] if route.once is Once.NO else [route.once is Once.MUST])
        assert str(route.status) in each["responses"]


async def test_every_key_may_hold_the_scopes_that_routes_need(routes: dict[str, Route]) -> None:
    needed = {route.scope for route in routes.values() if route.door is Door.KEY}
    assert needed <= set(KEY_SCOPES)


async def test_every_post_that_makes_something_may_be_repeated(routes: dict[str, Route]) -> None:
    """Reads by POST and the network's reports, which carry keys of their own, are left out."""
    without = {r.name for r in routes.values() if r.method == "POST" and r.once is Once.NO and r.path.startswith("/v1")}
    assert without == {"quote", "print_labels", "report_event", "report_events"}


def read_id(kind: type, value: Any) -> Any:
    if kind is Id:
        assert isinstance(value, str)
        return parse(Kind(value[:3]), value)
    raise NotImplementedError


@pytest.mark.parametrize("name", sorted(EXAMPLES))
async def test_examples_are_what_the_structs_say(name: str, routes: dict[str, Route]) -> None:
    example, route = EXAMPLES[name], routes[name]
    if example.request is not None:
        read_body(json.dumps(example.request).encode(), route.takes)
    if example.response is not None:
        made = msgspec.convert(example.response, route.gives, dec_hook=read_id)
        again = json.loads(ENCODER.encode(made))
        assert again.keys() == example.response.keys() if isinstance(again, dict) else again == example.response
    assert example.request is not None or example.response is not None
    for match in ID_PATTERN.finditer(json.dumps([example.request, example.response])):
        parse(Kind(match[1]), match[0])


async def test_the_examples_do_what_they_say(shop: Caller, payments: Any) -> None:
    await shop.fund(payments, EXAMPLES["create_top_up"].request["pence"])
    made = await shop.post("/v1/orders", json=EXAMPLES["create_order"].request)
    assert made.status_code == 201, made.text
    order = made.json()["id"]
    shown = (await shop.get(f"/v1/orders/{order}")).json()
    same = {**EXAMPLES["read_order"].response, **{k: shown[k] for k in ("id", "number", "created_at", "updated_at")}}
    assert shown == same
    assert (await shop.post("/v1/quotes", json=EXAMPLES["quote"].request)).status_code == 200
    headers = {"Idempotency-Key": "example"}
    bought = await shop.post(f"/v1/orders/{order}/purchase", json=EXAMPLES["buy_label"].request, headers=headers)
    assert bought.status_code == 201, bought.text
    assert bought.json().keys() == EXAMPLES["buy_label"].response.keys()
    for name in ("format", "vat", "service_code", "cover_pence", "status"):
        assert bought.json()[name] == EXAMPLES["buy_label"].response[name], name


async def test_answers_have_the_shape_they_are_described_with(shop: Caller, routes: dict[str, Route]) -> None:
    order = await shop.order()
    for path, name in [
        ("/v1/orders", "list_orders"),
        (f"/v1/orders/{order}", "read_order"),
        (f"/v1/orders/{order}/quote", "quote_order"),
        (f"/v1/orders/{order}/seen", "list_seen_of_order"),
        ("/v1/seen", "list_seen"),
        ("/v1/labels", "list_labels"),
        ("/v1/balance", "read_balance"),
        ("/v1/ledger", "list_ledger"),
        ("/v1/services", "list_services"),
        ("/v1/countries", "list_countries"),
    ]:
        answer = await shop.get(path)
        assert answer.status_code == 200, answer.text
        msgspec.convert(answer.json(), routes[name].gives, dec_hook=read_id)


async def test_prices_of_the_list_are_those_of_a_quote(shop: Caller) -> None:
    listed = {each["service_code"]: each for each in (await shop.get("/v1/services")).json()["services"]}
    quote = (await shop.post("/v1/quotes", json={"weight_g": 90, "format": "letter"})).json()
    assert quote["offers"]
    for offer in quote["offers"]:
        prices = [
            step["price_pence"]
            for table in listed[offer["service_code"]]["prices"]
            if table["format"] in (offer["format"], "any")
            for step in table["prices"]
            if step["up_to_g"] >= 90
        ]
        assert offer["price_pence"] in prices


async def test_the_description_names_every_route_of_the_table(installation: Any, app: Front) -> None:
    desk = Desk(None, Counter(load_pack(), None, b""))  # type: ignore[arg-type]
    assert {route.name for route in all_routes(desk)} == {route.name for route, _ in registered(app)}
