from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.doors.api.conftest import Caller

pytestmark = pytest.mark.anyio


async def sold(shop: Caller, payments: Any) -> tuple[str, str, str]:
    """Buy a label; its id, number and order."""
    await shop.fund(payments)
    order = await shop.order()
    label = (await shop.buy(order)).json()
    return label["id"], label["tracking_number"], order


def event(number: str, **changes: Any) -> dict[str, Any]:
    return {"number": number, "code": "EVPPA", "at": datetime.now(UTC).isoformat(), "place": "Swindon", **changes}


async def test_a_scan_moves_the_parcel_for_its_sender_and_for_everybody(
    shop: Caller, network: Caller, nobody: Caller, payments: Any
) -> None:
    label, number, _ = await sold(shop, payments)
    taken = await network.post("/v1/network/events", json=event(number))
    assert taken.status_code == 200, taken.text
    assert taken.json()["repeated"] is False
    assert (await shop.get(f"/v1/labels/{label}/tracking")).json()["status"] == taken.json()["status"]
    public = await nobody.get(f"/v1/tracking/{number}")
    assert public.json()["status"] == taken.json()["status"]
    assert public.json()["recipient"] is None
    spaced = f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:11]} {number[11:]}".lower()
    assert (await nobody.get(f"/v1/tracking/{spaced}")).json()["tracking_number"] == number
    voiding = await shop.post(f"/v1/labels/{label}/void")
    assert voiding.json()["type"] == "/problems/label-scanned"


async def test_the_postcode_shows_the_address_and_cannot_be_guessed(
    shop: Caller, nobody: Caller, payments: Any
) -> None:
    _, number, _ = await sold(shop, payments)
    path = f"/v1/tracking/{number}?postcode="
    assert (await nobody.get(path + "sn13ab")).json()["recipient"][0] == "Jane Doe"
    for _ in range(10):
        wrong = (await nobody.get(path + "AB1 2CD")).json()
        assert wrong["recipient"] is None
        assert wrong["postcode_sentence"]
    stopped = await nobody.get(path + "SN1 3AB")
    assert (stopped.status_code, stopped.headers["retry-after"]) == (429, "3600")
    assert (await nobody.get(f"/v1/tracking/{number}")).status_code == 200


@pytest.mark.parametrize("number", ["XX123456789GB", "x", "%00", "' or 1=1", "A" * 500])
async def test_an_unknown_number_is_simply_not_there(nobody: Caller, number: str) -> None:
    answer = await nobody.get(f"/v1/tracking/{number}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_reports_in_bulk_are_judged_one_by_one(network: Caller, shop: Caller, payments: Any) -> None:
    _, number, _ = await sold(shop, payments)
    events = [event(number), event("XX123456789GB"), event(number, code="NOPE"), {"number": "\0"}, event("a\0b")]
    answer = (await network.post("/v1/network/events/bulk", json=events)).json()
    assert (answer["taken"], answer["failed"]) == (1, 4)
    statuses = [item.get("problem", {}).get("status") for item in answer["results"]]
    assert statuses == [None, 404, 422, 422, 422]


async def test_only_the_network_reports_and_only_it_hears_what_to_expect(
    network: Caller, owner: Caller, nobody: Caller, shop: Caller, payments: Any
) -> None:
    _, number, _ = await sold(shop, payments)
    for caller in (owner, nobody, Caller(owner.http, "pbn_nonsense")):
        for method, path, body in [
            ("POST", "/v1/network/events", event(number)),
            ("POST", "/v1/network/events", {"bad": 1}),
            ("POST", "/v1/network/events/bulk", [{"bad": 1}]),
            ("GET", "/v1/network/pre-advice", None),
            ("GET", "/v1/network/pre-advice?limit=x", None),
        ]:
            assert (await caller.ask(method, path, json=body)).status_code == 401
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await network.get(f"/v1/network/pre-advice?limit=1&cursor={cursor}")).json()
        found += page["numbers"]
        cursor = page["next_cursor"]
    assert number in found
    assert found == sorted(set(found))
    assert (await network.get("/v1/orders")).status_code == 401


async def test_each_customer_reads_who_has_seen_their_data(shop: Caller, nobody: Caller, payments: Any) -> None:
    label, number, order = await sold(shop, payments)
    await nobody.get(f"/v1/tracking/{number}")
    lines = (await shop.get(f"/v1/orders/{order}/seen")).json()
    assert lines["outsiders"]["public"] == 1
    assert {"key", "public"} <= {line["who"] for line in lines["data"]}
    first = (await shop.get("/v1/seen?limit=2")).json()
    second = (await shop.get(f"/v1/seen?limit=2&cursor={first['next_cursor']}")).json()
    requests = [line["at"] for line in first["data"] + second["data"]]
    assert requests == sorted(requests, reverse=True)
    assert not {str(line) for line in first["data"]} & {str(line) for line in second["data"]}
    assert label in str(lines)
