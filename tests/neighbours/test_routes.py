"""Every route of the running application, met by the owner, a stranger and nobody at all.

The routes are read off the application itself, so a new one without an entry here fails. A stranger who names the
owner's ids must get, byte for byte, what she gets for ids that do not exist; nobody gets anything that is not public.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from pillarbox.kernel.ids import Id, Kind, TagKey
from pillarbox.main.secrets import fresh
from pillarbox.main.serving import make_app
from pillarbox.main.settings import Settings
from tests.conftest import Installation, People
from tests.neighbours.conftest import CANARY, World

pytestmark = pytest.mark.anyio

NAMED = {
    "order_id": ("bought", Kind.ORDER),
    "label_id": ("label_id", Kind.LABEL),
    "batch_id": ("batch_id", Kind.BATCH),
    "import_id": ("import_id", Kind.IMPORT),
    "top_up_id": ("top_up_id", Kind.TOP_UP),
    "entry_id": ("transfer_id", Kind.ENTRY),
    "key_id": ("key_id", Kind.API_KEY),
}
"""Path parameters that name an object: which of the owner's, and its kind."""
PLAIN = {"line": "4", "name": "app.css", "provider": "test", "token": "nonsense", "number": "ZZ999999999GB"}
PUBLIC = re.compile(
    r"/$|/sign-in|/signed-out|/suspended|/track|/static/|/healthz|/test-payments/|/callbacks/"
    r"|/v1/(services|countries|quotes|tracking/|openapi)"
)
"""What anybody may ask for."""
NETWORK = re.compile(r"/v1/network/")
STAFF = re.compile(r"/a/\{place:str\}/(prices|totals|scan)")
BEYOND_THE_MATE = re.compile(r"/v1/(balance|ledger|top-ups|seen)|/a/\{place:str\}/(money|settings|seen|prices$|totals)")
"""The mate may read orders and handle labels, nothing of money, settings or the record of views."""
BODIES: dict[str, Any] = {
    "POST /v1/batches": {"order_ids": ["{bought}"], "service_code": "OLP2"},
    "POST /v1/labels/pdf": {"ids": ["{label_id}"]},
    "POST /v1/orders/{order_id:str}/purchase": {"service_code": "OLP2"},
    "PUT /v1/orders/{order_id:str}": {"recipient": {"name": "A", "line1": "B", "town": "York", "postcode": "YO1 7HH"}},
    "PATCH /v1/imports/{import_id:str}/rows/{line:str}": {"fields": {"postcode": "YO1 7HH"}},
    "POST /v1/imports/{import_id:str}/start": {},
}
FORMS: dict[str, dict[str, str]] = {
    "POST /a/{place:str}/buy": {"order": "{bought}"},
    "POST /a/{place:str}/buy/confirm": {"order": "{bought}", "service": "OLP2"},
    "POST /a/{place:str}/labels/print": {"label": "{label_id}", "which": "some", "format": "4x6"},
}


def routes() -> Iterator[tuple[str, str]]:
    front = make_app(Settings(database_url="postgresql:///nowhere"), fresh())
    for route in front._app.routes:  # type: ignore[attr-defined]
        for method in sorted(getattr(route, "methods", ())):
            if method not in {"OPTIONS", "HEAD"}:
                yield method, route.path


ROUTES = sorted(routes(), key=lambda each: each[1])
OBJECTS = [each for each in ROUTES if re.search(r"_id:str\}", each[1])]
PRIVATE = [each for each in ROUTES if not PUBLIC.match(each[1])]


def _fill(path: str, ids: dict[str, str], place: str) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name == "place":
            return place
        if name == "label_id" and path.endswith("/pdf"):
            return ids["unscanned"]
        if name == "order_id" and path.endswith("/void"):
            return ids["kept"]
        return ids[NAMED[name][0]] if name in NAMED else PLAIN[name]

    return re.sub(r"\{(\w+):\w+\}", value, path)


def _filled(body: Any, ids: dict[str, str]) -> Any:
    if isinstance(body, str):
        return re.sub(r"\{(\w+)\}", lambda m: ids[m[1]], body)
    if isinstance(body, list):
        return [_filled(each, ids) for each in body]
    return {k: _filled(v, ids) for k, v in body.items()} if isinstance(body, dict) else body


class Caller:
    """Somebody who asks: with a session and a key, or with nothing."""

    def __init__(self, app: Any, session: str, key: str) -> None:
        self._app = app
        self._session = session
        self._key = key
        self._http: httpx.AsyncClient | None = None

    async def ask(self, method: str, path: str, ids: dict[str, str], place: str) -> httpx.Response:
        if self._http is None:
            self._http = httpx.AsyncClient(
                transport=httpx.ASGITransport(self._app),
                base_url="http://pillarbox.test",
                headers={"sec-fetch-site": "same-origin"},
            )
            if self._session:
                self._http.cookies.set("pillarbox_session", self._session, domain="pillarbox.test")
            await self._http.get("/sign-in")
        name, more = f"{method} {path}", {}
        if path.startswith("/v1/"):
            more["headers"] = {"Idempotency-Key": secrets.token_hex(8)}
            if self._key:
                more["headers"]["Authorization"] = f"Bearer {self._key}"
            if name in BODIES:
                more["json"] = _filled(BODIES[name], ids)
        elif method == "POST":
            csrf = self._http.cookies.get("pillarbox_csrf", "")
            more["data"] = {**_filled(FORMS.get(name, {}), ids), "_csrf_token": csrf}
        return await self._http.request(method, _fill(path, ids, place), **more)


def told(answer: httpx.Response, ids: dict[str, str], place: str) -> tuple[Any, ...]:
    """What a caller can tell of an answer, with the ids she named herself put out of sight."""
    body = answer.text
    headers = {k: v for k, v in answer.headers.items() if k not in {"date", "x-request-id"}}
    for text in (*ids.values(), place):
        body = body.replace(text, "·" * len(text))
        headers = {k: v.replace(text, "·" * len(text)) for k, v in headers.items()}
    body = body.replace(answer.headers.get("x-request-id", "no request id"), "")
    return answer.status_code, headers, re.sub(r'name="_csrf_token" value="[^"]*"', "", body)


@pytest.fixture(scope="session")
async def callers(app: Any, people: People, anyio_backend: str) -> AsyncIterator[dict[str, Caller]]:
    made = {
        "owner": Caller(app, people.owner.session, people.owner.api_key),
        "mate": Caller(app, people.mate.session, people.mate.api_key),
        "stranger": Caller(app, people.stranger.session, people.stranger.api_key),
        "nobody": Caller(app, "", ""),
    }
    yield made
    for each in made.values():
        if each._http is not None:
            await each._http.aclose()


@pytest.fixture(scope="session")
def owned(world: World) -> dict[str, str]:
    return {name: str(thing) for name, thing in world.ids.items()}


def nowhere(owned: dict[str, str]) -> dict[str, str]:
    return {name: str(Id(Kind(text[:3]), secrets.token_bytes(16))) for name, text in owned.items()}


@pytest.fixture(scope="session")
def places(people: People, installation: Installation) -> tuple[str, str]:
    tags = TagKey(installation.secrets.tag)
    return tags.place(people.owner.account), tags.place(people.stranger.account)


def test_every_path_parameter_is_known() -> None:
    names = {name for _, path in ROUTES for name in re.findall(r"\{(\w+):", path)}
    assert names - NAMED.keys() - PLAIN.keys() - {"place"} == set()
    assert len(ROUTES) > 50


@pytest.mark.parametrize(("method", "path"), [each for each in OBJECTS if each[0] == "GET"])
async def test_the_owner_sees_it(
    method: str, path: str, callers: dict[str, Caller], owned: dict[str, str], places: tuple[str, str]
) -> None:
    answer = await callers["owner"].ask(method, path, owned, places[0])
    assert answer.status_code == 200, answer.text[:300]


@pytest.mark.parametrize(("method", "path"), OBJECTS)
async def test_the_stranger_cannot_tell_it_from_what_does_not_exist(
    method: str, path: str, callers: dict[str, Caller], owned: dict[str, str], places: tuple[str, str]
) -> None:
    for place in places:
        absent_ids = nowhere(owned)
        forbidden = await callers["stranger"].ask(method, path, owned, place)
        absent = await callers["stranger"].ask(method, path, absent_ids, place)
        assert told(forbidden, owned, place) == told(absent, absent_ids, place)
        assert forbidden.status_code >= 400
        assert CANARY not in forbidden.text


@pytest.mark.parametrize(("method", "path"), [each for each in ROUTES if f"{each[0]} {each[1]}" in {**BODIES, **FORMS}])
async def test_ids_in_a_body_are_no_other_matter(
    method: str, path: str, callers: dict[str, Caller], owned: dict[str, str], places: tuple[str, str]
) -> None:
    absent_ids = nowhere(owned)
    forbidden = await callers["stranger"].ask(method, path, owned, places[1])
    absent = await callers["stranger"].ask(method, path, absent_ids, places[1])
    assert told(forbidden, owned, places[1]) == told(absent, absent_ids, places[1])
    assert CANARY not in forbidden.text


@pytest.mark.parametrize(("method", "path"), PRIVATE)
async def test_nobody_gets_in(
    method: str, path: str, callers: dict[str, Caller], owned: dict[str, str], places: tuple[str, str]
) -> None:
    answer = await callers["nobody"].ask(method, path, owned, places[0])
    assert CANARY not in answer.text
    if path.startswith("/v1/"):
        assert answer.status_code == 401
    else:
        assert answer.status_code in {302, 303, 401, 403, 404}
        assert answer.headers.get("location", "/sign-in").startswith(("/sign-in", "/signed-out"))


@pytest.mark.parametrize(("method", "path"), [each for each in PRIVATE if each[0] == "GET" and each not in OBJECTS])
async def test_lists_and_totals_hold_nothing_of_the_neighbours(
    method: str, path: str, callers: dict[str, Caller], owned: dict[str, str], places: tuple[str, str]
) -> None:
    for place in places:
        answer = await callers["stranger"].ask(method, path, owned, place)
        assert CANARY not in answer.text
        assert [text for text in owned.values() if text in answer.text] == []
        if place == places[0] and "{place" in path:
            assert answer.status_code in {403, 404}


@pytest.mark.parametrize(("method", "path"), [each for each in PRIVATE if each[0] == "GET"])
async def test_a_team_mate_with_fewer_rights_gets_no_more_than_her_scopes(
    method: str, path: str, callers: dict[str, Caller], owned: dict[str, str], places: tuple[str, str]
) -> None:
    answer = await callers["mate"].ask(method, path, owned, places[0])
    assert answer.status_code < 500
    if BEYOND_THE_MATE.match(path):
        assert answer.status_code in {303, 401, 403, 404}


@pytest.mark.parametrize(
    ("method", "path"), [each for each in ROUTES if NETWORK.match(each[1]) or STAFF.match(each[1])]
)
async def test_merchants_do_not_get_into_the_operators_rooms(
    method: str, path: str, callers: dict[str, Caller], owned: dict[str, str], places: tuple[str, str]
) -> None:
    answer = await callers["owner"].ask(method, path, owned, places[0])
    assert answer.status_code in {303, 401, 403, 404, 422}
    assert CANARY not in answer.text
