"""Tracking on the pages: the sender's list and one parcel, and what anybody with a number may see."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pillarbox.desk.record_event import record_event
from pillarbox.gate.admit import Knock
from pillarbox.main.compose import counter_of
from pillarbox.web.public import WRONG_TRIES
from tests.conftest import Installation, People
from tests.doors.conftest import heading
from tests.doors.selling import buy_one, orders, pay

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("people")]
TRACKING = re.compile(r"[A-Z]{2}[0-9]{9}GB")
ACCEPTED, DELIVERED = "EVBAH", "EVKSP"


@pytest.fixture
def scan(house: Any, people: People, installation: Installation) -> Any:
    """`await scan(number, code, minutes_ago, note=…)` reports an event as the operator's network does."""
    counter = counter_of(installation.settings, installation.secrets)

    async def report(number: str, code: str, minutes_ago: int, **rest: str) -> None:
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        await house.gate.serve_scan(
            Knock("network", people.network), number, lambda box: record_event(box, counter, code, at, **rest)
        )

    return report


@pytest.fixture
async def parcel(browse: Any, newcomer: Any, house: Any) -> tuple[Any, str]:
    """A merchant with one parcel, and its number."""
    person = await newcomer("tracker")
    (order,) = await orders(house, person, "TRACK-1")
    async with browse(person) as browser:
        await pay(browser)
        return person, TRACKING.search((await buy_one(browser, order)).text)[0]  # type: ignore[index]


async def test_the_senders_list_and_one_parcel(browse: Any, parcel: Any, scan: Any, people: People) -> None:
    person, number = parcel
    async with browse(person) as browser, browse(people.stranger) as stranger:
        page = await browser.get("/tracking")
        assert number in page.text
        assert "Label ready" in page.text
        await scan(number, ACCEPTED, 90, place="Swansea", note="Left with Mrs Rees")
        page = await browser.get("/tracking", how="under_way")
        assert number in page.text
        assert "We have it" in page.text
        nothing = await browser.get("/tracking", how="delivered")
        assert "No parcels fare like this" in nothing.text
        assert "?how=under_way" in nothing.text
        assert (await browser.get("/tracking", how="lost-in-space")).status_code == 422
        path = re.search(r"/tracking/lbl_\w+", page.text)[0]  # type: ignore[index]
        one = await browser.get(path)
        assert heading(one) == "We have it"
        assert "Left with Mrs Rees" in one.text
        assert f'href="/track/{number}"' in one.text
        theirs, nobodys = await stranger.get(path), await stranger.get("/tracking/lbl_" + "0" * 26)
        assert theirs.status_code == 404
        assert theirs.content == nobodys.content


async def test_anybody_sees_where_it_is_but_not_whose(browse: Any, parcel: Any, scan: Any) -> None:
    _, number = parcel
    await scan(number, ACCEPTED, 90, place="Swansea", note="Left with Mrs Rees")
    async with browse(None) as anybody:
        page = await anybody.http.get(f"/track/{number}")
        assert page.status_code == 200
        assert heading(page) == "We have it"
        assert "Swansea" in page.text
        for secret in ("Llewellyn", "Wind Street", "SA1", "Rees", "<script", "TRACK-1"):
            assert secret not in page.text
        assert page.headers["cache-control"] == "private, no-store"
        await scan(number, DELIVERED, 10)
        assert heading(await anybody.http.get(f"/track/{number}")) == "Delivered"


async def test_numbers_are_taken_as_people_type_them(browse: Any, parcel: Any) -> None:
    _, number = parcel
    async with browse(None) as anybody:
        spaced = f" {number[:2].lower()} {number[2:6]}-{number[6:]} "
        answer = await anybody.http.get("/track", params={"number": spaced})
        assert answer.headers["location"] == f"/track/{number}"
        assert (await anybody.http.get(f"/track/{number.lower()}")).status_code == 200


async def test_unknown_numbers_are_all_alike(browse: Any) -> None:
    async with browse(None) as anybody:
        assert heading(await anybody.http.get("/track")) == "Where is my parcel?"
        bodies = set()
        for number in ("AA000000000GB", "ZZ999999999GB", "X", "Ü"):
            page = await anybody.http.get(f"/track/{number}")
            assert page.status_code == 404
            bodies.add(page.text.replace(f'value="{number}"', ""))
        assert len(bodies) == 1
        assert "We know no parcel by this number" in page.text
        short = await anybody.http.get("/track", params={"number": "abc"})
        assert short.status_code == 404


async def test_the_address_is_shown_for_its_postcode(browse: Any, parcel: Any) -> None:
    _, number = parcel
    async with browse(None) as anybody:

        async def ask(postcode: str) -> Any:
            return await anybody.http.post(f"/track/{number}", data={"postcode": postcode, "_csrf_token": anybody.csrf})

        wrong = await ask("SW1A 1AA")
        assert wrong.status_code == 422
        assert "not the postcode" in wrong.text
        assert "Llewellyn" not in wrong.text
        right = await ask("sa11dp")
        assert right.status_code == 200
        assert "Siân Llewellyn" in right.text
        assert "1 Wind Street" in right.text
        assert "Llewellyn" not in (await anybody.http.get(f"/track/{number}")).text


async def test_guessing_the_postcode_ends(browse: Any, parcel: Any) -> None:
    _, number = parcel
    async with browse(None) as anybody:
        for guess in range(WRONG_TRIES):
            fields = {"postcode": f"AB1 {guess}CD", "_csrf_token": anybody.csrf}
            assert (await anybody.http.post(f"/track/{number}", data=fields)).status_code == 422
        fields["postcode"] = "SA1 1DP"
        late = await anybody.http.post(f"/track/{number}", data=fields)
        assert late.status_code == 429
        assert "Too many postcodes" in late.text
        assert "Llewellyn" not in late.text
        assert (await anybody.http.get(f"/track/{number}")).status_code == 200
