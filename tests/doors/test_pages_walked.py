"""Every page there is, walked: under another account's path all are like no page, and none is open to nobody."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.conftest import People
from tests.doors.conftest import heading

pytestmark = pytest.mark.anyio

KINDS = {
    "order_id": "ord",
    "import_id": "imp",
    "key_id": "key",
    "batch_id": "bat",
    "label_id": "lbl",
    "entry_id": "ent",
    "line": "",
}
STAFF = re.compile(r"/(prices|totals|scan)$")


def pages(app: Any) -> list[tuple[str, str]]:
    """Method and path (with absent ids, without the place) of every handler under an account's own path."""
    inside = app._app  # the front offers no other way to the routes behind it
    found = []
    for route in inside.routes:
        if not route.path.startswith("/a/{place:str}"):
            continue
        path = route.path.removeprefix("/a/{place:str}")
        for name in re.findall(r"\{(\w+):str\}", path):
            prefix = KINDS[name]
            path = path.replace(f"{{{name}:str}}", f"{prefix}_{'0' * 26}" if prefix else "1")
        found += [(method, path) for method in sorted(route.methods - {"OPTIONS", "HEAD"})]
    return found


async def test_there_are_pages_to_walk(app: Any) -> None:
    assert len(pages(app)) > 30


async def test_under_anothers_path_every_page_is_like_none(app: Any, browse: Any, people: People) -> None:
    async with browse(people.owner) as owner, browse(people.stranger) as stranger:
        nowhere = await stranger.http.get("/there/is/nothing")
        for method, path in pages(app):
            if (method, path) == ("POST", "/sign-out") or STAFF.search(path):
                continue
            data = {"_csrf_token": stranger.csrf, "order": "ord_" + "0" * 26} if method == "POST" else None
            answer = await stranger.http.request(method, owner.base + path, data=data)
            assert (answer.status_code, answer.content) == (404, nowhere.content), (method, path)


async def test_nobody_sees_a_page(app: Any, browse: Any, people: People) -> None:
    async with browse(people.owner) as owner, browse(None) as nobody:
        for method, path in pages(app):
            if (method, path) == ("POST", "/sign-out"):
                continue
            data = {"_csrf_token": nobody.csrf, "order": "ord_" + "0" * 26} if method == "POST" else None
            answer = await nobody.http.request(method, owner.base + path, data=data)
            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"].startswith("/sign-in"), (method, path)


async def test_every_form_wants_its_secret(app: Any, browse: Any, people: People) -> None:
    async with browse(people.owner) as owner:
        for method, path in pages(app):
            if method == "POST":
                answer = await owner.http.post(owner.base + path, data={"_csrf_token": ""})
                assert answer.status_code == 403, path
                assert heading(answer) == "This form is too old", path


async def test_what_is_suspended_says_so(browse: Any, newcomer: Any, office: Any) -> None:
    person = await newcomer("suspended")
    async with browse(person) as browser:
        assert (await browser.get("/orders")).status_code == 200
        await office.throw_switch(f"account:{person.account}", ("session",), "a test")
        answer = await browser.get("/orders")
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert "is shut for now" in heading(answer)
        assert "a test" not in answer.text
        fields = {"email": person.email, "password": person.password, "_csrf_token": browser.csrf}
        assert (await browser.http.post("/sign-in", data=fields)).status_code == 503
        await office.throw_switch(f"account:{person.account}", (), "over")
        assert (await browser.get("/orders")).status_code == 200


async def test_no_answer_may_be_kept_by_a_cache(browse: Any, people: People) -> None:
    async with browse(people.owner) as owner:
        for path in ("/orders", "/settings", "/seen", "/send", "/orders/ord_" + "0" * 26):
            answer = await owner.get(path)
            assert answer.headers["cache-control"] == "private, no-store"
            assert "Cookie" in answer.headers["vary"]
