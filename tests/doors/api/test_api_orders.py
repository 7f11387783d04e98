from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

from pillarbox.kernel.ids import Kind, parse
from tests.doors.api.conftest import JANE, Caller

pytestmark = pytest.mark.anyio
GOOD: dict[str, Any] = {"recipient": JANE, "parcel": {"weight_g": 400, "format": "small parcel"}}
NOT_SAME = {"date", "x-request-id"}


def seen(answer: Any) -> tuple[int, list[tuple[str, str]], bytes]:
    headers = sorted((k, v) for k, v in answer.headers.items() if k not in NOT_SAME)
    return answer.status_code, headers, answer.content


async def test_an_order_is_created_read_listed_changed_and_cancelled(shop: Caller) -> None:
    made = await shop.post("/v1/orders", json={**GOOD, "reference": "A-1", "items": [{"title": "Mug", "quantity": 2}]})
    assert made.status_code == 201
    order = made.json()["id"]
    read = (await shop.get(f"/v1/orders/{order}")).json()
    assert read["recipient"]["postcode"] == "SN1 3AB"
    assert read["items"][0]["title"] == "Mug"
    page = (await shop.get("/v1/orders?search=a-1")).json()
    assert [each["id"] for each in page["data"]] == [order]
    assert page["next_cursor"] is None
    changed = await shop.ask("PUT", f"/v1/orders/{order}", json={**GOOD, "reference": "B-2"})
    assert changed.json()["reference"] == "B-2"
    assert (await shop.get("/v1/orders?search=a-1")).json()["data"] == []
    gone = await shop.ask("DELETE", f"/v1/orders/{order}")
    assert gone.json()["state"] == "cancelled"
    again = await shop.ask("PUT", f"/v1/orders/{order}", json=GOOD)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/order-has-label")


async def test_pages_follow_each_other_without_gap_or_overlap(shop: Caller) -> None:
    made = [await shop.order(reference=f"R{n}") for n in range(5)]
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await shop.get(f"/v1/orders?limit=2&cursor={cursor}")).json()
        found += [each["id"] for each in page["data"]]
        cursor = page["next_cursor"]
    assert found == made[::-1]


async def test_head_answers_as_get_without_its_body(shop: Caller) -> None:
    got, headed = await shop.get("/v1/orders"), await shop.ask("HEAD", "/v1/orders")
    assert (headed.status_code, headed.content) == (200, b"")
    assert headed.headers["content-length"] == str(len(got.content))


async def test_an_order_is_priced(shop: Caller) -> None:
    order = await shop.order()
    quote = (await shop.get(f"/v1/orders/{order}/quote")).json()
    prices = [offer["price_pence"] for offer in quote["offers"]]
    assert prices == sorted(prices)
    assert len(prices) > 3
    typed = (
        await shop.post("/v1/quotes", json={"weight_g": 400, "format": "small parcel", "postcode": "SN1 3AB"})
    ).json()
    assert typed["offers"] == quote["offers"]
    unweighed = await shop.order(parcel={})
    answer = await shop.get(f"/v1/orders/{unweighed}/quote")
    assert (answer.status_code, answer.json()["field"]) == (409, "weight_g")


async def test_the_same_key_makes_one_order_even_at_once(shop: Caller) -> None:
    headers = {"Idempotency-Key": "one-and-only"}
    answers = await asyncio.gather(*(shop.post("/v1/orders", json=GOOD, headers=headers) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sorted(answer.headers.get("idempotent-replay", "") for answer in answers) == ["", *["true"] * 5]
    assert len((await shop.get("/v1/orders")).json()["data"]) == 1


async def test_the_same_key_with_another_body_is_refused(shop: Caller) -> None:
    headers = {"Idempotency-Key": "k"}
    await shop.post("/v1/orders", json=GOOD, headers=headers)
    other = await shop.post("/v1/orders", json={**GOOD, "reference": "other"}, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_a_key_belongs_to_one_account(shop: Caller, stranger: Caller) -> None:
    headers = {"Idempotency-Key": "shared-by-chance"}
    first = await shop.post("/v1/orders", json=GOOD, headers=headers)
    second = await stranger.post("/v1/orders", json=GOOD, headers=headers)
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] != second.json()["id"]


async def test_failed_work_leaves_the_key_free(shop: Caller) -> None:
    headers = {"Idempotency-Key": "again"}
    bad = {**GOOD, "recipient": {**JANE, "postcode": "nowhere"}}
    assert (await shop.post("/v1/orders", json=bad, headers=headers)).status_code == 422
    assert (await shop.post("/v1/orders", json=GOOD, headers=headers)).status_code == 201


async def test_a_key_is_forgotten_after_a_day(shop: Caller, installation: Any) -> None:
    headers = {"Idempotency-Key": "yesterday"}
    first = (await shop.post("/v1/orders", json=GOOD, headers=headers)).json()
    with psycopg.connect(installation.administrator, autocommit=True) as connection:
        connection.execute("update vault.idempotency set created_at = created_at - interval '25 hours'")
    second = await shop.post("/v1/orders", json={**GOOD, "reference": "new"}, headers=headers)
    assert second.status_code == 201
    assert second.json()["id"] != first["id"]


async def test_old_answers_do_not_pile_up(shop: Caller, installation: Any) -> None:
    for n in range(3):
        await shop.post("/v1/orders", json=GOOD, headers={"Idempotency-Key": f"old-{n}"})
    with psycopg.connect(installation.administrator, autocommit=True) as connection:
        connection.execute("update vault.idempotency set created_at = created_at - interval '25 hours'")
        account = connection.execute("select account_id from vault.idempotency order by created_at desc").fetchone()
        await shop.post("/v1/orders", json=GOOD, headers={"Idempotency-Key": "new"})
        left = connection.execute("select count(*) from vault.idempotency where account_id = %s", account).fetchone()
    assert left == (1,)


async def test_kept_answers_are_sealed(shop: Caller, installation: Any) -> None:
    order = await shop.post("/v1/orders", json=GOOD, headers={"Idempotency-Key": "secret"})
    with psycopg.connect(installation.administrator) as connection:
        rows = connection.execute("select answer, key_digest from vault.idempotency").fetchall()
    assert rows
    assert not [row for row in rows if order.json()["id"].encode() in row[0] or b"secret" in row[1]]


@pytest.mark.parametrize("key", ["", " ", "é", "a b", "x" * 201])
async def test_an_unusable_key_is_refused(shop: Caller, key: str) -> None:
    answer = await shop.post("/v1/orders", json=GOOD, headers={"Idempotency-Key": key.encode()})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-unusable")


async def test_a_kept_answer_is_journalled_with_what_it_shows(shop: Caller, installation: Any) -> None:
    headers = {"Idempotency-Key": "seen-twice"}
    order = (await shop.post("/v1/orders", json=GOOD, headers=headers)).json()["id"]
    again = await shop.post("/v1/orders", json=GOOD, headers=headers)
    with psycopg.connect(installation.administrator) as connection:
        rows = connection.execute(
            "select f.names, l.ids from journal.line l join journal.field_set f using (field_set) where l.request = %s::uuid",
            [again.headers["x-request-id"]],
        ).fetchall()
    assert [(names, [i.bytes for i in ids]) for names, ids in rows] == [
        ("order:answer", [parse(Kind.ORDER, order).raw])
    ]


async def test_absent_and_forbidden_are_the_same_bytes(
    owner: Caller, stranger: Caller, house: Any, people: Any
) -> None:
    order = await owner.order()
    absent = str(house.tags.mint(Kind.ORDER, people.stranger.account))
    for method, path, body in [
        ("GET", "/v1/orders/{}", None),
        ("GET", "/v1/orders/{}/quote", None),
        ("PUT", "/v1/orders/{}", GOOD),
        ("DELETE", "/v1/orders/{}", None),
    ]:
        found = await stranger.ask(method, path.format(order), json=body)
        missing = await stranger.ask(method, path.format(absent), json=body)
        nonsense = await stranger.ask(method, path.format("ord_nonsense"), json=body)
        assert found.status_code == 404
        assert seen(found) == seen(missing) == seen(nonsense)
    assert (await owner.get(f"/v1/orders/{order}")).json()["state"] == "new"
