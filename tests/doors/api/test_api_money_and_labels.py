from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

from tests.doors.api.conftest import Caller

pytestmark = pytest.mark.anyio


async def test_a_top_up_is_begun_paid_and_in_the_ledger(shop: Caller, payments: Any) -> None:
    top_up = await shop.fund(payments, 2_000)
    assert (await shop.get(f"/v1/top-ups/{top_up}")).json()["status"] == "paid"
    assert (await shop.get("/v1/balance")).json()["balance_pence"] == 2_000
    (line,) = (await shop.get("/v1/ledger")).json()["data"]
    assert (line["reason"], line["pence"], line["top_up_id"]) == ("top_up", 2_000, top_up)


async def test_a_top_up_needs_a_key_and_an_amount_within_limits(shop: Caller) -> None:
    answer = await shop.post("/v1/top-ups", json={"pence": 2_000})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-missing")
    answer = await shop.post("/v1/top-ups", json={"pence": 1}, headers={"Idempotency-Key": "small"})
    assert (answer.status_code, answer.json()["field"]) == (422, "pence")


async def test_a_callback_is_believed_only_when_signed_and_says_nothing_else(shop: Caller, payments: Any) -> None:
    forged = await shop.http.post("/callbacks/payments/test", content=b'{"reference":"x","status":"paid","pence":1}')
    other = await shop.http.post("/callbacks/payments/elsewhere", content=b"{}")
    assert forged.status_code == other.status_code == 401
    assert forged.content == other.content
    nobodys = await payments.start(idempotency_key="never begun here", pence=700, return_url="/")
    (called,) = payments.pay(nobodys.pay_url.rpartition("/")[2], "4000000000000010")
    unknown = await shop.http.post("/callbacks/payments/test", content=called.body, headers=called.headers)
    assert (unknown.status_code, unknown.json()) == (200, {"received": True})


async def test_a_label_is_bought_printed_tracked_and_voided(shop: Caller, payments: Any) -> None:
    await shop.fund(payments)
    order = await shop.order(reference="A-1")
    bought = await shop.buy(order)
    assert bought.status_code == 201, bought.text
    label = bought.json()["id"]
    assert (await shop.get(f"/v1/orders/{order}")).json()["label"]["id"] == label
    assert (await shop.get(f"/v1/labels/{label}")).json() == bought.json()
    (listed,) = (await shop.get("/v1/labels?not_printed=true")).json()["data"]
    assert (listed["id"], listed["reference"], listed["recipient"][0]) == (label, "A-1", "Jane Doe")
    pdf = await shop.get(f"/v1/labels/{label}/pdf?stock=a6")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"] == f'attachment; filename="{label}.pdf"'
    assert pdf.content.startswith(b"%PDF-")
    assert label.encode() in pdf.content
    assert (await shop.get("/v1/labels?not_printed=true")).json()["data"] == []
    tracking = (await shop.get(f"/v1/labels/{label}/tracking")).json()
    assert tracking["tracking_number"] == bought.json()["tracking_number"]
    before = (await shop.get("/v1/balance")).json()["balance_pence"]
    voided = await shop.post(f"/v1/labels/{label}/void")
    assert voided.json()["voided_at"] is not None
    assert (await shop.get("/v1/balance")).json()["balance_pence"] == before + bought.json()["price_pence"]
    again = await shop.post(f"/v1/labels/{label}/void")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/label-voided")


async def test_buying_twice_under_one_key_charges_once(shop: Caller, payments: Any) -> None:
    await shop.fund(payments)
    order = await shop.order()
    answers = await asyncio.gather(*(shop.buy(order, key="same") for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert (await shop.get("/v1/balance")).json()["balance_pence"] == 5_000 - answers[0].json()["price_pence"]
    other = await shop.buy(order, service="OLP1", key="same")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    another = await shop.buy(order, key="different")
    assert (another.status_code, another.json()["type"]) == (409, "/problems/order-has-live-label")


async def test_after_a_day_the_old_key_still_buys_nothing_twice(shop: Caller, payments: Any, installation: Any) -> None:
    await shop.fund(payments)
    order = await shop.order()
    first = await shop.buy(order, key="kept")
    with psycopg.connect(installation.administrator, autocommit=True) as connection:
        connection.execute("update vault.idempotency set created_at = created_at - interval '25 hours'")
    second = await shop.buy(order, key="kept")
    assert second.json() == first.json()
    assert (await shop.get("/v1/balance")).json()["balance_pence"] == 5_000 - first.json()["price_pence"]


async def test_what_is_missing_is_said_and_nothing_is_charged(shop: Caller) -> None:
    order = await shop.order()
    refused = await shop.buy(order, key="poor")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/balance-too-low")
    assert refused.json()["missing_pence"] > 100
    assert (await shop.get("/v1/ledger")).json()["data"] == []
    no_key = await shop.post(f"/v1/orders/{order}/purchase", json={"service_code": "OLP2"})
    assert no_key.json()["type"] == "/problems/idempotency-key-missing"
    unknown = await shop.buy(order, service="NOPE")
    assert (unknown.status_code, unknown.json()["type"]) == (422, "/problems/service-unknown")


async def test_many_labels_in_one_pdf(shop: Caller, payments: Any) -> None:
    await shop.fund(payments)
    labels = [(await shop.buy(await shop.order())).json()["id"] for _ in range(3)]
    pdf = await shop.post("/v1/labels/pdf", json={"ids": labels})
    assert pdf.content.startswith(b"%PDF-")
    places = [pdf.content.index(label.encode()) for label in labels]
    assert places == sorted(places)
    unknown = await shop.post("/v1/labels/pdf", json={"ids": [labels[0], "lbl_nonsense"]})
    assert unknown.status_code == 404
    bad = await shop.post("/v1/labels/pdf", json={"ids": labels, "stock": "napkin"})
    assert (bad.status_code, bad.json()["field"]) == (422, "stock")


async def test_a_batch_buys_good_orders_and_says_what_is_wrong_with_others(
    shop: Caller, payments: Any, worker: Any
) -> None:
    await shop.fund(payments)
    good, bad = await shop.order(), await shop.order(parcel={})
    headers = {"Idempotency-Key": "batch-1"}
    body = {"order_ids": [good, bad], "service_code": "OLP2"}
    begun = await shop.post("/v1/batches", json=body, headers=headers)
    assert begun.status_code == 202, begun.text
    again = await shop.post("/v1/batches", json=body, headers=headers)
    assert again.content == begun.content
    batch: Any = None
    for _ in range(200):
        batch = (await shop.get(f"/v1/batches/{begun.json()['id']}")).json()
        if batch["status"] == "done":
            break
        await asyncio.sleep(0.05)
    assert (batch["bought"], batch["failed"]) == (1, 1)
    assert len(batch["labels"]) == 1
    (problem,) = batch["problems"]
    assert (problem["order_id"], problem["code"]) == (bad, "weight-missing")


async def test_the_ledger_has_pages(shop: Caller, payments: Any) -> None:
    for _ in range(3):
        await shop.fund(payments, 500)
    first = (await shop.get("/v1/ledger?limit=2")).json()
    second = (await shop.get(f"/v1/ledger?limit=2&cursor={first['next_cursor']}")).json()
    assert [line["balance_pence"] for line in first["data"] + second["data"]] == [1_500, 1_000, 500]
    assert second["next_cursor"] is None


async def test_a_key_does_only_what_its_scopes_say(mate: Caller, owner: Caller) -> None:
    order = await owner.order()
    assert (await mate.get(f"/v1/orders/{order}")).status_code == 200
    asked: list[tuple[str, str, Any]] = [
        ("POST", "/v1/orders", {"recipient": {}}),
        ("GET", "/v1/balance", None),
        ("GET", "/v1/seen", None),
        ("POST", "/v1/top-ups", {"pence": 500}),
        ("DELETE", f"/v1/orders/{order}", None),
    ]
    for method, path, body in asked:
        answer = await mate.ask(method, path, json=body)
        assert answer.status_code == 403, (path, answer.text)
        assert answer.json()["type"] == "/problems/scope-missing"
