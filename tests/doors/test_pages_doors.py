"""Signing in and out, the account's own path, and what is answered where nothing is."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.conftest import People
from tests.doors.conftest import heading

pytestmark = pytest.mark.anyio


async def test_sign_in_leads_to_the_page_that_was_wanted(browse: Any, people: People) -> None:
    async with browse(None) as browser:
        form = await browser.http.get("/sign-in")
        assert heading(form) == "Sign in"
        fields = {"email": people.owner.email, "password": people.owner.password, "_csrf_token": browser.csrf}
        answer = await browser.http.post("/sign-in", data=fields)
        assert answer.status_code == 303, answer.text
        assert re.fullmatch(r"/a/[0-9a-z]{24}", answer.headers["location"])
        cookies = answer.headers.get_list("set-cookie")
        session = next(c for c in cookies if c.startswith("pillarbox_session="))
        assert "HttpOnly" in session
        assert "SameSite=lax" in session
        owner = next(c for c in cookies if c.startswith("pillarbox_owner="))
        assert "HttpOnly" not in owner
        start = await browser.http.get(answer.headers["location"])
        assert start.headers["location"] == answer.headers["location"] + "/orders"


async def test_a_wrong_password_keeps_what_was_typed(browse: Any, people: People) -> None:
    async with browse(None) as browser:
        fields = {"email": people.owner.email, "password": "no", "_csrf_token": browser.csrf}
        answer = await browser.http.post("/sign-in", data=fields)
        assert answer.status_code == 422
        assert "not right" in answer.text
        assert people.owner.email in answer.text
        assert "pillarbox_session" not in str(answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a/x/orders", "javascript:1"]
)
async def test_sign_in_leads_nowhere_else(browse: Any, people: People, wanted: str) -> None:
    async with browse(None) as browser:
        fields = {"email": people.owner.email, "password": people.owner.password, "next": wanted}
        answer = await browser.http.post("/sign-in", data={**fields, "_csrf_token": browser.csrf})
        assert re.fullmatch(r"/a/[0-9a-z]{24}", answer.headers["location"])


async def test_nobody_signed_in_is_led_to_sign_in_and_back(browse: Any, people: People) -> None:
    async with browse(people.owner) as own, browse(None) as browser:
        answer = await browser.http.get(own.base + "/orders?state=new")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=%2Fa%2F")
        form = await browser.http.get(answer.headers["location"])
        fields = {"email": people.owner.email, "password": people.owner.password, "_csrf_token": browser.csrf}
        fields["next"] = re.findall(r'name="next" value="([^"]*)"', form.text)[0]
        answer = await browser.http.post("/sign-in", data=fields)
        assert answer.headers["location"] == own.base + "/orders?state=new"


async def test_another_accounts_path_is_like_no_path_at_all(browse: Any, people: People) -> None:
    async with browse(people.owner) as owner, browse(people.stranger) as stranger:
        theirs = await stranger.http.get(owner.base + "/orders")
        absent = await stranger.http.get("/a/" + "0" * 24 + "/orders")
        nowhere = await stranger.http.get("/there/is/nothing")
        assert theirs.status_code == absent.status_code == nowhere.status_code == 404
        assert theirs.content == absent.content == nowhere.content
        assert heading(theirs) == "There is nothing here"


async def test_a_form_without_its_secret_is_not_taken(browse: Any, people: People) -> None:
    async with browse(people.owner) as browser:
        answer = await browser.http.post(browser.base + "/sign-out", data={"_csrf_token": "x" * 128})
        assert answer.status_code == 403
        assert heading(answer) == "This form is too old"
        assert (await browser.http.get(browser.base)).status_code == 303


async def test_signing_out_ends_this_session_or_all(browse: Any, newcomer: Any, house: Any) -> None:
    person = await newcomer("leaver")
    other = await house.sign_in.sign_in(person.email, person.password)
    async with browse(person) as browser:
        answer = await browser.post("/sign-out")
        assert answer.headers["location"] == "/signed-out"
        assert heading(await browser.http.get("/signed-out")) == "You are signed out"
        browser.http.cookies.set("pillarbox_session", person.session, domain="pillarbox.test")
        assert (await browser.get("/orders")).headers["location"].startswith("/sign-in")
        third = await house.sign_in.sign_in(person.email, person.password)
        browser.http.cookies.set("pillarbox_session", other, domain="pillarbox.test")
        answer = await browser.post("/sign-out", {"everywhere": "yes"})
        assert answer.headers["location"] == "/signed-out?everywhere=yes"
        browser.http.cookies.set("pillarbox_session", third, domain="pillarbox.test")
        assert (await browser.get("/orders")).headers["location"].startswith("/sign-in")
