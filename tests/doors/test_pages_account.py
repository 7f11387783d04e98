"""Settings, keys and the disclosure record by page."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
import pytest

from pillarbox.gate import Box, Public, Source
from pillarbox.gate.admit import Knock
from tests.conftest import People
from tests.doors.conftest import heading
from tests.doors.test_pages_orders import order

pytestmark = pytest.mark.anyio


def words(answer: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


async def test_what_is_kept_is_shown_again(browse: Any, newcomer: Any) -> None:
    async with browse(await newcomer("keeper")) as browser:
        assert heading(await browser.get("/settings")) == "Settings"
        address = {"name": "Ffion Prys", "line1": "2 Bridge Street", "town": "Tenby", "postcode": "sa707bp"}
        for path, fields, code in (
            ("address", {**address, "company": "Marram & Wool", "country": "GB"}, "address-kept"),
            ("parcel", {"weight": "0.5 kg", "format": "small_parcel"}, "parcel-kept"),
            ("paper", {"stock": "a6"}, "paper-kept"),
            ("profile", {"person_name": "Ffion Prys", "person_email": "ffion@marram.example"}, "profile-kept"),
        ):
            answer = await browser.post(f"/settings/{path}", fields)
            assert answer.headers["location"] == browser.base + f"/settings?done={code}", answer.text
        page = await browser.http.get(answer.headers["location"])
        for value in ("SA70 7BP", "Marram &amp; Wool", 'value="500"', "ffion@marram.example", "were kept"):
            assert value in page.text
        assert re.search(r'value="a6" checked', page.text)
        assert "Marram &amp; Wool" in (await browser.get("/orders")).text


@pytest.mark.parametrize(
    ("path", "fields", "wrong"),
    [
        ("address", {"name": "X", "line1": "1 Road", "town": "Tenby", "postcode": "nowhere"}, "postcode"),
        ("parcel", {"weight": "heavy", "format": "letter"}, "weight"),
        ("parcel", {"weight": "", "format": "letter"}, "weight"),
        ("parcel", {"weight": "100", "length": "10", "format": "letter"}, "width"),
        ("paper", {"stock": "a0"}, "stock"),
        ("profile", {"person_name": "", "person_email": "x@y.example"}, "person_name"),
        ("profile", {"person_name": "X", "person_email": "nobody"}, "person_email"),
        ("keys", {"key_name": "", "scope": "orders:read"}, "key_name"),
        ("keys", {"key_name": "Shop"}, "scope"),
        ("keys", {"key_name": "Shop", "scope": "staff"}, "scope"),
    ],
)
async def test_what_cannot_be_kept_says_where(
    browse: Any, people: People, path: str, fields: dict[str, str], wrong: str
) -> None:
    async with browse(people.owner) as browser:
        answer = await browser.post(f"/settings/{path}", fields)
        assert answer.status_code == 422
        assert f'id="e-{wrong}"' in answer.text


async def test_a_key_is_shown_once_opens_the_api_and_is_revoked(browse: Any, newcomer: Any, house: Any) -> None:
    async def nothing(box: Box) -> Public[None]:
        await box.enter()
        return Public(None, Source.WORDS)

    async with browse(await newcomer("keys")) as browser:
        made = await browser.post("/settings/keys", {"key_name": "Shop floor", "kind": "test", "scope": "orders:read"})
        found = re.search(r"pbk_test_[0-9a-z]+", made.text)
        assert found
        await house.gate.serve(Knock("api", found[0]), "orders:read", nothing)
        page = await browser.get("/settings")
        assert found[0] not in page.text
        assert f"…{found[0][-4:]}" in page.text
        revoke = re.search(r"/settings/keys/key_[0-9a-z]+/revoke", page.text)
        assert revoke
        assert heading(await browser.get(revoke[0])) == "Revoke the key “Shop floor”?"
        answer = await browser.post(revoke[0])
        assert answer.headers["location"].endswith("/settings?done=key-revoked")
        assert "Shop floor" not in (await browser.get("/settings")).text
        assert (await browser.get(revoke[0])).status_code == 404
        assert (
            await browser.http.get("/v1/orders", headers={"authorization": f"Bearer {found[0]}"})
        ).status_code == 401


async def test_a_strangers_key_is_like_none(browse: Any, people: People) -> None:
    async with browse(people.owner) as owner, browse(people.stranger) as stranger:
        await owner.post("/settings/keys", {"key_name": "Mine", "scope": "orders:read"})
        path = re.findall(r"/settings/keys/key_[0-9a-z]+/revoke", (await owner.get("/settings")).text)[0]
        absent = "/settings/keys/key_" + "0" * 26 + "/revoke"
        for ask in (stranger.get, stranger.post):
            theirs, none = await ask(path), await ask(absent)
            assert theirs.status_code == none.status_code == 404
            assert theirs.content == none.content
        assert "Mine" in (await owner.get("/settings")).text


async def test_the_record_names_who_saw_an_order(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("seen")
    own = await order(house, person, "SEEN-1")
    async with browse(person) as browser:
        await browser.post("/settings/profile", {"person_name": "Ada Byron", "person_email": "ada@x.example"})
        await browser.get(f"/orders/{own}")
        record = await browser.get("/seen", order=own)
        assert heading(record) == "Who has seen this"
        assert "Ada Byron" in record.text
        assert "Order 1" in record.text
        assert f"/orders/{own}" in record.text
        assert "Nobody outside your account" in words(record)
        whole = await browser.get("/seen")
        assert "Ada Byron" in whole.text
        assert "head of the page" not in whole.text
        assert "head of the page" in (await browser.get("/seen", readings="yes")).text
        again = await browser.get(f"/orders/{own}")
        assert "Ada Byron" in again.text


async def test_the_record_pages(browse: Any, newcomer: Any) -> None:
    async with browse(await newcomer("reader")) as browser:
        await browser.post("/settings/profile", {"person_name": "Ada", "person_email": "ada@x.example"})
        for _ in range(60):
            await browser.get("/money")
        first = await browser.get("/seen", readings="yes")
        following = re.search(r'rel="next" href="([^"]+)"', first.text)
        assert following
        second = await browser.http.get(following[1].replace("&amp;", "&"))
        assert "51–" in second.text


async def test_a_strangers_record_of_an_order_is_like_none(browse: Any, people: People, house: Any) -> None:
    own = await order(house, people.owner, "SEEN-2")
    async with browse(people.owner) as owner, browse(people.stranger) as stranger:
        assert (await owner.get("/seen", order=own)).status_code == 200
        theirs, none = await stranger.get("/seen", order=own), await stranger.get("/seen", order="ord_" + "0" * 26)
        assert theirs.status_code == none.status_code == 404
        assert theirs.content == none.content


async def test_a_mate_may_do_only_what_his_scopes_say(browse: Any, people: People, house: Any) -> None:
    own = await order(house, people.owner, "MATE-1")
    async with browse(people.mate) as mate:
        assert (await mate.get(f"/orders/{own}")).status_code == 200
        for path in ("/settings", "/seen", "/money", f"/orders/{own}/edit"):
            answer = await mate.get(path)
            assert answer.status_code == 403
            assert heading(answer) == "You may not do this"
        assert (await mate.post(f"/orders/{own}/cancel")).status_code == 403


async def test_what_went_out_whole_is_said_to_have_arrived(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("delivered")
    own = await order(house, person, "SENT-1")
    async with browse(person) as browser:
        await browser.get(f"/orders/{own}")
        for _ in range(50):  # nobody waits for that line
            record = await browser.get("/seen", order=own)
            if re.search(r'class="pill good">.*?Yes</span>', record.text, re.DOTALL):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(record.text)


async def test_the_rail_shows_only_what_a_person_may_open(browse: Any, people: People) -> None:
    async with browse(people.owner) as owner, browse(people.mate) as mate:
        whole, part = (await owner.get("/orders")).text, (await mate.get("/orders")).text
        for path in ("/settings", "/seen", "/money", "/send"):
            link = f'{path}"><svg'
            assert link in whole
            assert link not in part
        assert '/labels"><svg' in part
