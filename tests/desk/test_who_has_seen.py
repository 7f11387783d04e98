from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from pillarbox.desk.api_keys import make_api_key
from pillarbox.desk.profile import write_profile
from pillarbox.desk.public_tracking import public_tracking
from pillarbox.desk.read_order import OrdersAsked, list_orders, read_order
from pillarbox.desk.seen_words import fields_in_words
from pillarbox.desk.who_has_seen import LinesUnusable, SeenPage, Who, who_has_seen
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Knock
from pillarbox.kernel.errors import NotFound
from pillarbox.kernel.ids import Id, Kind
from pillarbox.main.house import House
from tests.conftest import MATE_SCOPES, People
from tests.desk.parcel_room import BOUGHT, counter, posted, scan

pytestmark = pytest.mark.anyio


async def seen(house: House, session: str, order_id: Id | None = None, **more) -> SeenPage:  # type: ignore[no-untyped-def]  # passed on
    async def work(box: Box) -> Owned[SeenPage]:
        return await who_has_seen(box, order_id, **more)

    page: SeenPage = await house.gate.serve(Knock("pages", session), "journal", work)
    return page


async def do(house: House, credential: str, verb, *given, surface="pages", scope="orders:read", **named):  # type: ignore[no-untyped-def]  # any verb
    knock = Knock(surface, credential, device=b"\xab\xcd\xef\x01" * 4)
    result = await house.gate.serve(knock, scope, lambda box: verb(box, *given, **named))
    return knock.request, result


async def test_what_was_released_is_what_is_listed(house: House, newcomer, people: People) -> None:  # type: ignore[no-untyped-def]  # a fixture's callable
    me = await newcomer("seen")
    mate = await newcomer("seen-mate", account=me.account, scopes=MATE_SCOPES)
    await do(house, me.session, write_profile, "Ida Marsh", "ida@post.example", scope="settings")
    await do(house, mate.session, write_profile, "Tom Vale", "tom@post.example")
    _, key = await do(house, me.session, make_api_key, "Warehouse", ["orders:read"], live=True, scope="settings")
    parcel = await posted(house, me.session)
    other = await posted(house, me.session, reference="B-2")
    requests = []
    for credential, surface in ((me.session, "pages"), (mate.session, "pages"), (key.credential, "api")):
        request, _ = await do(house, credential, read_order, parcel.order_id, surface=surface)
        requests.append(request.hex())
    await do(house, me.session, read_order, other.order_id)
    await scan(house, people.network, parcel.number, "EVPPA", BOUGHT + timedelta(hours=1))
    await house.gate.serve_tracking(
        Knock("tracking", None), parcel.number, lambda box: public_tracking(box, counter(), "SA1 1AA")
    )
    page = await seen(house, me.session, parcel.order_id)
    readers = [s for s in page.sights if s.fields.startswith("number, times") or s.who is not Who.PERSON]
    assert {other.order_id} & {thing.id for s in page.sights for thing in s.things} == set()
    by_request = {s.request: s for s in page.sights}
    named = [(by_request[r].who, by_request[r].name, by_request[r].surface) for r in requests]
    assert named == [
        (Who.PERSON, "Ida Marsh", "page"),
        (Who.PERSON, "Tom Vale", "page"),
        (Who.KEY, "API key Warehouse", "API"),
    ]
    assert by_request[requests[0]].device == "abcdef01"
    assert by_request[requests[0]].things[0].id == parcel.order_id
    assert by_request[requests[0]].things[0].name.startswith("Order ")
    assert "name, address and reference, goods and note" in by_request[requests[0]].fields
    public = [s for s in readers if s.who is Who.PUBLIC]
    assert {s.fields for s in public} >= {"name and address"}
    assert {(s.name, s.outside) for s in public} == {("public tracking page", True)}
    network = [s for s in readers if s.who is Who.NETWORK]
    assert [(s.name, s.fields, s.things[0].name) for s in network] == [
        ("the operator's network", "where it is", f"Label {parcel.number}")
    ]
    assert all(s.outcome == "offered" for s in page.sights)
    assert page.since is not None
    assert page.outsiders.network == 1
    assert page.outsiders.public == len(public)
    assert page.outsiders.strangers == 0


async def test_what_was_handed_over_whole_is_called_delivered(house: House, people: People) -> None:
    parcel = await posted(house, people.owner.session)
    request, _ = await do(house, people.owner.session, read_order, parcel.order_id)
    house.gate._release.delivered(request)
    for _ in range(100):
        page = await seen(house, people.owner.session, parcel.order_id)
        found = next(s for s in page.sights if s.request == request.hex())
        if found.outcome == "delivered":
            break
        await asyncio.sleep(0.01)
    assert found.outcome == "delivered"


async def test_a_refused_view_is_shown_without_naming_the_other_customer(
    house: House, newcomer, people: People
) -> None:  # type: ignore[no-untyped-def]  # a fixture's callable
    me, parcel = (me := await newcomer("refused")), await posted(house, me.session)
    taken: list[Owned[object]] = []

    async def take(box: Box) -> Owned[object]:
        taken.append(await read_order(box, parcel.order_id))
        return taken[0]

    async def give(box: Box) -> Owned[object]:
        await box.enter()
        return taken[0]

    await house.gate.serve(Knock("pages", me.session), "orders:read", take)
    with pytest.raises(NotFound):
        await house.gate.serve(Knock("pages", people.stranger.session), "orders:read", give)
    page = await seen(house, me.session, parcel.order_id)
    refused = [s for s in page.sights if s.outcome == "refused"]
    assert [(s.who, s.name, s.outside) for s in refused] == [(Who.STRANGER, "somebody outside your account", True)]
    assert (page.outsiders.refused, page.outsiders.strangers) == (1, 0)


async def test_a_stranger_sees_only_their_own_record(house: House, people: People) -> None:
    parcel = await posted(house, people.owner.session)
    await do(house, people.owner.session, read_order, parcel.order_id)
    assert (await seen(house, people.owner.session, parcel.order_id)).sights
    for order_id in (parcel.order_id, Id(Kind.ORDER, b"\x01" * 16)):
        with pytest.raises(NotFound):
            await seen(house, people.stranger.session, order_id)
    page = await seen(house, people.stranger.session, most=200)
    assert parcel.order_id not in {thing.id for s in page.sights for thing in s.things}


async def test_reading_the_record_leaves_one_line_and_does_not_drown_it(house: House, newcomer) -> None:  # type: ignore[no-untyped-def]  # a fixture's callable
    me = await newcomer("reader")
    await do(house, me.session, write_profile, "Ida Marsh", "ida@post.example", scope="settings")
    parcel = await posted(house, me.session)
    await do(house, me.session, list_orders, OrdersAsked())
    before = await seen(house, me.session)
    for _ in range(5):
        await seen(house, me.session)
    assert (await seen(house, me.session)).sights == before.sights
    page = await seen(house, me.session, readings=True)
    readings = [s for s in page.sights if s.fields == "this record"]
    assert len(readings) == 7
    assert {(s.name, s.things) for s in readings} == {("Ida Marsh", ())}
    assert len(page.sights) == len(before.sights) + 7
    assert parcel.order_id in {thing.id for s in page.sights for thing in s.things}


async def test_pages_follow_one_another_without_gap_or_repeat(house: House, newcomer) -> None:  # type: ignore[no-untyped-def]  # a fixture's callable
    me = await newcomer("pages")
    parcel = await posted(house, me.session)
    for _ in range(6):
        await do(house, me.session, read_order, parcel.order_id)
    whole = (await seen(house, me.session)).sights
    page = await seen(house, me.session, most=2)
    joined = list(page.sights)
    while page.older is not None:
        page = await seen(house, me.session, before=page.older, most=2)
        joined.extend(page.sights)
    assert joined == list(whole)
    assert len(whole) >= 6
    with pytest.raises(LinesUnusable):
        await seen(house, me.session, most=201)


def test_fields_without_words_are_still_said() -> None:
    assert fields_in_words("order:number,addressee,addressee") == "number, name, address and reference"
    assert fields_in_words("order:some_new_column,width_mm,height_mm") == "some new column, size"
