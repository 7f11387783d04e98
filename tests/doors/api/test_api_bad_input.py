from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.doors.api.conftest import JANE, Caller

pytestmark = pytest.mark.anyio


def body(**changes: Any) -> dict[str, Any]:
    return {"recipient": JANE, **changes}


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"", None),
        (b"{", None),
        (b"[]", None),
        (b"null", None),
        (b'{"recipient":{}}'.decode().encode("utf-16"), None),
        ('{"recipient":{"name":"é"}}'.encode("latin-1"), None),
        (b'\xef\xbb\xbf{"recipient":{}}', None),
        (b'{"recipient":{"name":"\\ud800"}}', None),
        (b'{"recipient":{},"value_pence":NaN}', None),
        (b'{"recipient":{},"value_pence":Infinity}', None),
        (b'{"recipient":{},"value_pence":1e400}', "value_pence"),
        (b'{"recipient":{},"value_pence":1.5}', "value_pence"),
        (b'{"recipient":{},"value_pence":"1"}', "value_pence"),
        (b'{"recipient":{},"value_pence":true}', "value_pence"),
        (b'{"recipient":{},"value_pence":%d}' % 10**40, "value_pence"),
        (b'{"recipient":{},"items":[{"title":"a","price_pence":%d}]}' % 10**40, "items[0].price_pence"),
        (b'{"recipient":{},"items":[{"title":"a","colour":"red"}]}', "items[0]"),
        (b'{"recipient":{},"customs":{"category":"gift","colour":"red"}}', "customs.colour"),
        (b'{"recipient":{},"colour":"red"}', None),
        (b'{"recipient":{"nmae":"Jane"}}', "recipient"),
        (b'{"recipient":{},"shop":"a\\u0000b"}', "shop"),
        (b'{"recipient":{"name":"a\\u0000b"}}', "recipient.name"),
        (b'{"recipient":{"a\\u0000b":""}}', "recipient"),
        (b'{"recipient":{},"customs":{"category":"gift","ioss":"a\\u0000b"}}', "customs.ioss"),
        (b'{"recipient":' + b"[" * 50_000 + b"]" * 50_000 + b"}", "recipient"),
        (b'{"recipient":{},"x":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}", None),
    ],
)
async def test_an_unusable_body_is_refused_with_the_field(owner: Caller, raw: bytes, field: str | None) -> None:
    answer = await owner.post("/v1/orders", content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json().get("field") == field
    assert answer.json()["title"]


async def test_an_unknown_field_is_named(owner: Caller) -> None:
    answer = await owner.post("/v1/orders", json=body(colour="red"))
    assert "colour" in answer.text


async def test_every_problem_of_an_order_is_listed(owner: Caller) -> None:
    bad = {**JANE, "name": "", "postcode": "nowhere", "email": "no"}
    answer = (await owner.post("/v1/orders", json=body(recipient=bad, parcel={"weight_g": -1}))).json()
    fields = {problem["field"] for problem in answer["problems"]}
    assert {"recipient.postcode", "recipient.email", "parcel.weight_g"} <= fields


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"shop": "x" * 41}, "shop"),
        ({"service_code": "x" * 21}, "service_code"),
        ({"currency": "x" * 21}, "currency"),
        ({"items": [{"title": "a", "sku": "x" * 101}]}, "items"),
        ({"items": [{"title": "a", "price_pence": 10**18}]}, "items"),
        ({"items": [{"title": "a"}] * 201}, "items"),
        ({"reference": "x" * 41}, "reference"),
        ({"note": "x" * 501}, "note"),
        ({"value_pence": 10_000_001}, "value_pence"),
        ({"parcel": {"weight_g": 2**40}}, "parcel.weight_g"),
        ({"parcel": {"weight_g": 100, "length_mm": -1, "width_mm": 1, "height_mm": 1}}, "parcel.length_mm"),
    ],
)
async def test_values_beyond_their_limits_are_refused(owner: Caller, changes: dict[str, Any], field: str) -> None:
    answer = await owner.post("/v1/orders", json=body(**changes))
    assert (answer.status_code, answer.json().get("field")) == (422, field), answer.text


async def test_a_body_beyond_the_limit_is_refused(owner: Caller) -> None:
    answer = await owner.post("/v1/orders", content=b" " * 2_000_001)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/orders?limit=0", "limit"),
        ("/v1/orders?limit=201", "limit"),
        ("/v1/orders?limit=x", "limit"),
        ("/v1/orders?limit=1e3", "limit"),
        ("/v1/orders?limit=99999999999999999999", "limit"),
        ("/v1/orders?cursor=x", "cursor"),
        ("/v1/orders?cursor=%D9%A1", "cursor"),
        ("/v1/orders?cursor=9999999999999999999", "cursor"),
        ("/v1/orders?state=lost", "state"),
        ("/v1/orders?search=%00", "search"),
        ("/v1/orders?colour=red", "colour"),
        ("/v1/labels?cursor=lbl_x", "cursor"),
        ("/v1/labels?not_printed=maybe", "not_printed"),
        ("/v1/ledger?limit=-1", "limit"),
        ("/v1/ledger?cursor=ord_x", "cursor"),
        ("/v1/seen?cursor=x", "cursor"),
        ("/v1/seen?cursor=999999999999999999-1", "cursor"),
        ("/v1/balance?x=1", "x"),
    ],
)
async def test_an_unusable_parameter_is_named(owner: Caller, path: str, field: str) -> None:
    answer = await owner.get(path)
    assert (answer.status_code, answer.json().get("field")) == (422, field), answer.text


@pytest.mark.parametrize("key", ["", "nonsense", "pbk_live_" + "0" * 72, "pbs_" + "z" * 72, "é"])
async def test_who_has_no_key_learns_nothing_else(owner: Caller, key: str) -> None:
    order = await owner.order()
    answers = []
    for path in (f"/v1/orders/{order}", "/v1/orders/ord_nonsense", "/v1/orders?limit=x", "/v1/balance"):
        headers = [(b"authorization", f"Bearer {key}".encode())]
        answers.append(await owner.http.get(path, headers=headers))
    posted = await owner.http.post("/v1/orders", content=b"{", headers=[(b"authorization", f"Bearer {key}".encode())])
    assert {answer.status_code for answer in [*answers, posted]} == {401}
    assert len({answer.content for answer in [*answers, posted]}) == 1
    assert answers[0].headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("authorization", ["Basic x", "Bearer", "bearer  ", "Bearer a b c"])
async def test_other_ways_to_authorise_are_refused(owner: Caller, authorization: str) -> None:
    answer = await owner.http.get("/v1/orders", headers={"Authorization": authorization})
    assert answer.status_code == 401


async def test_a_session_cookie_opens_nothing_here(owner: Caller, people: Any) -> None:
    answer = await owner.http.get("/v1/orders", headers={"Cookie": f"pillarbox_session={people.owner.session}"})
    assert answer.status_code == 401


async def test_unknown_addresses_and_methods_answer_in_the_same_shape(owner: Caller) -> None:
    for path in ("/v1", "/v1/nothing", "/v1/orders/x/y/z", "/callbacks/x"):
        answer = await owner.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found"), path
    answer = await owner.ask("DELETE", "/v1/orders")
    assert (answer.status_code, answer.json()["type"]) == (405, "/problems/method-unusable")
    assert set(answer.headers["allow"].split(", ")) >= {"GET", "POST"}


async def test_answers_are_never_for_shared_caches(owner: Caller) -> None:
    answer = await owner.get("/v1/orders")
    assert answer.headers["cache-control"] == "private, no-store"
    assert "Authorization" in answer.headers["vary"]
    assert "set-cookie" not in answer.headers


async def test_a_suspended_account_is_told_so_and_only_that_one(
    http: httpx.AsyncClient, newcomer: Any, office: Any, owner: Caller
) -> None:
    person = await newcomer("suspended")
    caller = Caller(http, person.api_key)
    order = await caller.order()
    await office.throw_switch(f"account:{person.account}", ("key",), "a test")
    try:
        for answer in (await caller.get(f"/v1/orders/{order}"), await caller.post("/v1/orders", json=body())):
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/suspended")
            assert answer.headers["retry-after"] == "30"
            assert answer.headers["cache-control"] == "private, no-store"
        assert (await owner.get("/v1/orders")).status_code == 200
    finally:
        await office.throw_switch(f"account:{person.account}", (), "")
    assert (await caller.get(f"/v1/orders/{order}")).status_code == 200
