from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from pillarbox.main.front import Front


class Answer:
    """What came back, and what the door saw in its scope."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes, state: dict[str, Any]) -> None:
        self.status = status
        self.all = [(name.decode(), value.decode()) for name, value in headers]
        self.body = body
        self.state = state

    def __getitem__(self, name: str) -> str:
        (found,) = [value for key, value in self.all if key.lower() == name]
        return found

    def get(self, name: str) -> list[str]:
        return [value for key, value in self.all if key.lower() == name]


def ask(
    path: str = "/orders",
    *,
    method: str = "GET",
    sent: Mapping[str, str] | None = None,
    answered: Mapping[str, str] | None = None,
    https: bool = False,
) -> Answer:
    seen: dict[str, Any] = {}
    messages: list[Any] = []
    delivered: list[bytes] = []

    async def door(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope["state"])
        headers = [(k.encode(), v.encode()) for k, v in (answered or {"content-type": "text/html"}).items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"in", "more_body": True})
        assert not delivered
        await send({"type": "http.response.body", "body": b"side", "more_body": False})

    async def send(message: Any) -> None:
        messages.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(k.encode(), v.encode()) for k, v in (sent or {}).items()],
    }
    asyncio.run(Front(door, https=https, static="/static", delivered=delivered.append)(scope, None, send))  # type: ignore[arg-type]  # plain dicts
    start, *bodies = messages
    if seen:
        assert delivered == ([] if path.startswith("/static/") else [seen["request"]])
    return Answer(start["status"], start["headers"], b"".join(each["body"] for each in bodies), seen)


def test_every_request_has_an_id_of_its_own_that_the_answer_repeats() -> None:
    one, two = ask(), ask()
    assert one["x-request-id"] == one.state["request"].hex()
    assert len(one.state["request"]) == 16
    assert one.state["request"] != two.state["request"]


def test_a_browser_is_told_apart_from_its_first_page_on() -> None:
    first = ask()
    cookie = first["set-cookie"]
    assert re.fullmatch(r"pillarbox_device=[0-9a-f]{32}; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax", cookie)
    assert cookie[17:49] == first.state["device"].hex()
    again = ask(sent={"cookie": f"a=b; {cookie.partition(';')[0]}; c=d"})
    assert again.state["device"] == first.state["device"]
    assert not again.get("set-cookie")


def test_the_device_cookie_travels_encrypted_only_where_there_is_https() -> None:
    first = ask(https=True)
    assert first["set-cookie"].startswith("__Host-pillarbox_device=")
    assert first["set-cookie"].endswith("; Secure")
    assert "max-age=31536000" in first["strict-transport-security"]
    assert not ask().get("strict-transport-security")
    again = ask(https=True, sent={"cookie": first["set-cookie"].partition(";")[0]})
    assert again.state["device"] == first.state["device"]


@pytest.mark.parametrize(
    "cookie", ["pillarbox_device=zz", "xpillarbox_device=" + "0" * 32, "pillarbox_device=" + "0" * 33]
)
def test_a_device_id_of_another_form_is_not_taken_over(cookie: str) -> None:
    assert ask(sent={"cookie": cookie}).state["device"].hex() != "0" * 32


def test_programs_have_no_device_and_get_no_cookie() -> None:
    answer = ask("/v1/orders", sent={"authorization": "Bearer x"}, answered={"content-type": "application/json"})
    assert answer.state["device"] is None
    assert not answer.get("set-cookie")
    assert not ask(answered={"content-type": "application/pdf"}).get("set-cookie")


@pytest.mark.parametrize("name", ["cookie", "authorization"])
def test_what_is_shown_to_somebody_is_never_kept_whatever_the_door_says(name: str) -> None:
    answer = ask(sent={name: "x"}, answered={"Cache-Control": "public, max-age=60", "Vary": "HX-Request, cookie"})
    assert answer["cache-control"] == "private, no-store"
    assert answer["vary"].lower() == "hx-request, cookie, authorization"


def test_a_public_page_may_say_how_long_it_is_kept_but_varies_all_the_same() -> None:
    answer = ask("/track", answered={"cache-control": "public, max-age=60"})
    assert answer["cache-control"] == "public, max-age=60"
    assert answer["vary"].lower() == "cookie, authorization"
    assert ask("/track")["cache-control"] == "private, no-store"


def test_a_file_named_by_its_content_is_kept_even_by_those_signed_in() -> None:
    answer = ask("/static/app.0f.css", sent={"cookie": "s=1"}, answered={"cache-control": "public, immutable"})
    assert answer["cache-control"] == "public, immutable"
    assert not answer.get("vary")
    assert ask("/static/no-such", sent={"cookie": "s=1"})["cache-control"] == "private, no-store"


def test_security_headers_are_there_and_a_door_may_choose_its_own() -> None:
    answer = ask()
    assert answer["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in answer["content-security-policy"]
    assert (answer["x-content-type-options"], answer["x-frame-options"]) == ("nosniff", "DENY")
    own = ask(answered={"Content-Security-Policy": "sandbox"})
    assert own["content-security-policy"] == "sandbox"


@pytest.mark.parametrize(
    ("sent", "done"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "https://post.example", "host": "post.example"}, True),
        ({"origin": "https://bad.example", "host": "post.example"}, False),
        ({"origin": "null", "host": "post.example"}, False),
        ({}, True),
    ],
)
def test_a_page_of_another_site_changes_nothing_with_our_cookies(sent: dict[str, str], done: bool) -> None:
    answer = ask(method="POST", sent={"cookie": "s=1"} | sent)
    assert (answer.status == 200) is done
    if not done:
        assert (answer.status, answer.state) == (403, {})
        assert json.loads(answer.body)["type"] == "/problems/sent-from-elsewhere"
        assert answer["x-request-id"]
    assert ask(method="GET", sent={"cookie": "s=1"} | sent).status == 200
    assert ask(method="POST", sent={"authorization": "Bearer x"} | sent).status == 200
