from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta
from itertools import permutations

import psycopg
import pytest

from pillarbox.db.errors import NoSuchCredential, NoSuchParcel
from pillarbox.desk.bulk_events import EventsUnreadable, parse_events, take_events
from pillarbox.desk.record_event import (
    EventCodeUnknown,
    EventInFuture,
    EventTextUnusable,
    EventTooOld,
    record_event,
)
from pillarbox.desk.track import (
    FilterUnknown,
    PageUnusable,
    ParcelsAsked,
    Tracking,
    count_parcels,
    list_parcels,
    track,
)
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Knock
from pillarbox.kernel.errors import NotFound
from pillarbox.kernel.ids import Id, Kind
from pillarbox.main.house import House
from pillarbox.postage.tracking import Flag, Status
from pillarbox.postage.tracking_codes import EventTimeUnusable
from tests.conftest import Installation, People
from tests.desk.parcel_room import BOUGHT, NOW, Posted, counter, posted, scan, sql, void

pytestmark = pytest.mark.anyio

COURSE = (
    ("EVPPA", BOUGHT + timedelta(hours=2), "Leeds"),
    ("EVBAH", BOUGHT + timedelta(hours=8), "Leeds"),
    ("EVGPD", BOUGHT + timedelta(hours=30), "Swansea"),
    ("EVKSP", BOUGHT + timedelta(hours=33), "Swansea"),
)


async def tracked(house: House, session: str, label_id: Id) -> Tracking:
    async def work(box: Box) -> Owned[Tracking]:
        return await track(box, counter(), label_id)

    found: Tracking = await house.gate.serve(Knock("pages", session), "orders:read", work)
    return found


def jobs(installation: Installation, label_id: Id) -> list[tuple[int, str]]:
    with psycopg.connect(installation.administrator) as connection:
        rows = connection.execute(
            "select account_id, task from gate.job where object_id = %s", [label_id.raw.hex()]
        ).fetchall()
    return [(row[0], row[1]) for row in rows]


async def test_events_in_any_order_and_repeated_give_one_state(house: House, people: People) -> None:
    seen = set()
    orders = list(permutations(COURSE))
    for order in random.Random(7).sample(orders, 8):
        parcel = await posted(house, people.owner.session)
        for code, at, place in (*order, order[0], order[-1]):
            await scan(house, people.network, parcel.number, code, at, place)
        found = await tracked(house, people.owner.session, parcel.label_id)
        seen.add(
            (
                found.status,
                found.since,
                found.first_scan_at,
                found.delivered_at,
                tuple((s.at, s.words, s.place, s.status) for s in found.steps),
            )
        )
    assert len(seen) == 1
    (status, since, first, delivered, steps) = seen.pop()
    assert (status, first, delivered) == (Status.DELIVERED, COURSE[0][1], COURSE[3][1])
    assert since == delivered
    assert len(steps) == len(COURSE) + 1


async def test_scans_at_the_same_moment_are_settled_one_after_the_other(
    house: House, people: People, installation: Installation
) -> None:
    parcel = await posted(house, people.owner.session)
    await asyncio.gather(*(scan(house, people.network, parcel.number, *each) for each in (*COURSE, *COURSE)))
    (line,) = [row for row in await _page(house, people.owner.session) if row.label_id == parcel.label_id]
    assert (line.status, line.last_news_at) == (Status.DELIVERED, COURSE[3][1])
    assert len((await tracked(house, people.owner.session, parcel.label_id)).steps) == len(COURSE) + 1
    assert len(jobs(installation, parcel.label_id)) == 1


async def test_the_row_agrees_with_the_events_after_every_scan(house: House, people: People) -> None:
    parcel = await posted(house, people.owner.session)
    for code, at, place in reversed(COURSE):
        taken = await scan(house, people.network, parcel.number, code, at, place)
        found = await tracked(house, people.owner.session, parcel.label_id)
        line = next(row for row in await _page(house, people.owner.session) if row.label_id == parcel.label_id)
        assert taken.status == found.status == line.status
        assert line.last_news_at == found.since


async def test_a_repeated_key_changes_nothing_and_says_so(house: House, people: People) -> None:
    parcel = await posted(house, people.owner.session)
    at = BOUGHT + timedelta(hours=1)
    first = await scan(house, people.network, parcel.number, "EVPPA", at, event_key="scanner-7/1")
    again = await scan(house, people.network, parcel.number, "EVPPA", at, event_key="scanner-7/1")
    other = await scan(house, people.network, parcel.number, "EVKSP", at, event_key="scanner-7/1")
    assert (first.repeated, again.repeated, again.differs) == (False, True, False)
    assert (other.repeated, other.differs, other.status) == (True, True, Status.ACCEPTED)
    assert len((await tracked(house, people.owner.session, parcel.label_id)).steps) == 2


async def test_only_the_first_scan_leaves_word_and_the_job_moves_the_order(
    house: House, people: People, installation: Installation
) -> None:
    parcel = await posted(house, people.owner.session)
    for code, at, place in (COURSE[2], COURSE[0], COURSE[1], COURSE[0]):
        await scan(house, people.network, parcel.number, code, at, place)
    assert jobs(installation, parcel.label_id) == [(people.owner.account, "despatch")]
    assert await _despatch(house, people.owner.session, parcel) == (True, "despatched")
    assert await _despatch(house, people.owner.session, parcel) == (False, "despatched")


async def test_an_unscanned_or_foreign_label_despatches_nothing(house: House, people: People) -> None:
    parcel = await posted(house, people.owner.session)
    assert await _despatch(house, people.owner.session, parcel) == (False, "label_generated")
    await scan(house, people.network, parcel.number, *COURSE[0])
    with pytest.raises(NotFound):
        await _despatch(house, people.stranger.session, parcel)
    assert (await _despatch(house, people.owner.session, parcel))[0]


async def test_a_scanned_void_label_is_flagged_and_despatches_nothing(
    house: House, people: People, installation: Installation
) -> None:
    parcel = await posted(house, people.owner.session)
    await void(house, people.owner.session, parcel.label_id, BOUGHT + timedelta(minutes=5))
    taken = await scan(house, people.network, parcel.number, *COURSE[0])
    found = await tracked(house, people.owner.session, parcel.label_id)
    assert taken.used_after_void
    assert found.used_after_void
    assert found.faring == "problem"
    assert found.steps[-1].flags == (Flag.USED_AFTER_VOID,)
    assert jobs(installation, parcel.label_id) == []
    assert await _despatch(house, people.owner.session, parcel) == (False, "label_generated")
    problems = await _page(house, people.owner.session, "problem")
    assert parcel.label_id in {row.label_id for row in problems}


@pytest.mark.parametrize(
    ("code", "at", "more", "error"),
    [
        ("NOPE", NOW, {}, EventCodeUnknown),
        ("EVPPA", NOW + timedelta(minutes=11), {}, EventInFuture),
        ("EVPPA", NOW - timedelta(days=91), {}, EventTooOld),
        ("EVPPA", datetime(2026, 1, 1), {}, EventTimeUnusable),  # noqa: DTZ001  # the fault under test
        ("EVPPA", NOW, {"note": "x" * 201}, EventTextUnusable),
        ("EVPPA", NOW, {"event_key": "a\x00b"}, EventTextUnusable),
    ],
)
async def test_what_cannot_be_is_refused_and_leaves_nothing(
    house: House,
    people: People,
    code: str,
    at: datetime,
    more: dict[str, str],
    error: type[Exception],
) -> None:
    parcel = await posted(house, people.owner.session)
    with pytest.raises(error):
        await scan(house, people.network, parcel.number, code, at, **more)
    assert len((await tracked(house, people.owner.session, parcel.label_id)).steps) == 1


async def test_the_edges_of_time_are_taken(house: House, people: People) -> None:
    parcel = await posted(house, people.owner.session)
    await scan(house, people.network, parcel.number, "EVPPA", NOW - timedelta(days=90))
    await scan(house, people.network, parcel.number, "EVBAH", NOW + timedelta(minutes=10))
    assert len((await tracked(house, people.owner.session, parcel.label_id)).steps) == 3


async def test_only_the_network_can_scan(house: House, people: People) -> None:
    parcel = await posted(house, people.owner.session)
    for credential in (people.owner.session, people.owner.api_key, people.staff.session, "", people.network[:-1] + "0"):
        with pytest.raises(NoSuchCredential):
            await scan(house, credential, parcel.number, *COURSE[0])
    with pytest.raises(NoSuchParcel):
        await scan(house, people.network, "ZZ999999999GB", *COURSE[0])


async def test_scanning_needs_a_box_narrowed_to_a_parcel(house: House, people: People) -> None:
    async def work(box: Box) -> Owned[object]:
        return await record_event(box, counter(), "EVPPA", NOW)

    with pytest.raises(NotFound):
        await house.gate.serve(Knock("pages", people.owner.session), "orders:write", work)


EVERY_TABLE = (
    "order", "person", "setting", "counter", "api_key", "file", "import", "import_problem", "token", "batch",
    "batch_item", "book", "transfer", "top_up",
)  # fmt: skip


async def test_arbitrary_sql_in_a_scan_reaches_one_parcel_and_its_events(house: House, people: People) -> None:
    mine, other = await posted(house, people.owner.session), await posted(house, people.owner.session)
    foreign = await posted(house, people.stranger.session)
    for each in (mine, other, foreign):
        await scan(house, people.network, each.number, *COURSE[0])

    async def rows(box: Box, text: str) -> int:
        return int((await box.ask(sql(text)))[0])

    async def work(box: Box) -> Owned[dict[str, int]]:
        found = {t: await rows(box, f'select count(*) from vault."{t}"') for t in EVERY_TABLE}
        found["parcel"] = await rows(box, "select count(*) from vault.parcel")
        found["event"] = await rows(box, "select count(*) from vault.event")
        found["journal"] = await rows(box, "select count(*) from journal.line")
        others = f"('{other.label_id.raw.hex()}', '{foreign.label_id.raw.hex()}')"
        found["changed"] = await box.write(sql(f"update vault.parcel set status = 'lost' where parcel_id in {others}"))
        found["orders changed"] = await box.write(sql("update vault.order set state = 'cancelled'"))
        return box.own(found, "label:count")

    found = await house.gate.serve_scan(Knock("network", people.network), mine.number, work)
    assert found == dict.fromkeys([*EVERY_TABLE, "journal", "changed", "orders changed"], 0) | {"parcel": 1, "event": 1}


async def test_a_scan_cannot_write_events_of_another_parcel(house: House, people: People) -> None:
    mine, other = await posted(house, people.owner.session), await posted(house, people.owner.session)

    async def work(box: Box) -> Owned[int]:
        insert = "insert into vault.event (account_id, parcel_id, event_key, at, code) values (:account, :it, 'k', now(), 'x')"
        return box.own(await box.write(sql(insert), it=other.label_id), "label:none")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await house.gate.serve_scan(Knock("network", people.network), mine.number, work)
    assert len((await tracked(house, people.owner.session, other.label_id)).steps) == 1


async def test_nobody_takes_a_report_back(house: House, people: People) -> None:
    parcel = await posted(house, people.owner.session)
    await scan(house, people.network, parcel.number, *COURSE[0])
    for text in ("delete from vault.event", "update vault.event set code = 'x'"):

        async def work(box: Box, text: str = text) -> Owned[int]:
            return box.own(await box.write(sql(text)), "label:none")

        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await house.gate.serve(Knock("pages", people.owner.session), "orders:write", work)


async def test_a_stranger_and_nobody_get_the_same_answer(house: House, people: People) -> None:
    parcel = await posted(house, people.owner.session)
    assert (await tracked(house, people.owner.session, parcel.label_id)).tracking_number == parcel.number
    answers = []
    for label_id in (parcel.label_id, Id(Kind.LABEL, b"\x01" * 16)):
        with pytest.raises(NotFound) as caught:
            await tracked(house, people.stranger.session, label_id)
        answers.append((type(caught.value), str(caught.value)))
    assert answers[0] == answers[1]


async def test_notes_are_sealed_and_shown_to_the_sender_alone(
    house: House, people: People, installation: Installation
) -> None:
    parcel = await posted(house, people.owner.session)
    await scan(house, people.network, parcel.number, *COURSE[3], note="With Mrs Ogle at number 14")
    found = await tracked(house, people.owner.session, parcel.label_id)
    assert found.steps[-1].note == "With Mrs Ogle at number 14"
    with psycopg.connect(installation.administrator) as connection:
        rows = connection.execute(
            "select note from vault.event where parcel_id = %s", [parcel.label_id.raw.hex()]
        ).fetchall()
    assert b"Ogle" not in bytes(rows[0][0])


async def test_lists_filter_count_and_page(house: House, newcomer, people: People) -> None:  # type: ignore[no-untyped-def]  # a fixture's callable
    session = (await newcomer("lists")).session
    parcels = [await posted(house, session) for _ in range(7)]
    for parcel, codes in zip(parcels, ("", "A", "A", "AK", "AD", "AD", "A"), strict=True):
        for letter in codes:
            code = {"A": "EVPPA", "K": "EVKSP", "D": "EVKNA"}[letter]
            await scan(house, people.network, parcel.number, code, BOUGHT + timedelta(hours=ord(letter)))
    sizes = {way: len(await _page(house, session, way)) for way in ("waiting", "under_way", "delivered", "problem")}
    assert sizes == {"waiting": 1, "under_way": 3, "delivered": 1, "problem": 2}

    async def counts(box: Box) -> Owned[dict[str, int]]:
        return await count_parcels(box)  # type: ignore[return-value]  # a StrEnum is a str

    assert await house.gate.serve(Knock("pages", session), "orders:read", counts) == sizes
    everything = await _page(house, session)
    assert {row.label_id for row in everything} == {p.label_id for p in parcels}
    paged, asked = [], ParcelsAsked(most=2)
    while page := await _page(house, session, asked=asked):
        paged.extend(page)
        asked = ParcelsAsked(most=2, before_at=page[-1].last_news_at, before_id=page[-1].label_id)
    assert paged == list(everything)
    with pytest.raises(FilterUnknown):
        await _page(house, session, "late")
    with pytest.raises(PageUnusable):
        await _page(house, session, asked=ParcelsAsked(most=0))


async def test_bulk_takes_the_good_and_names_the_bad(house: House, people: People) -> None:
    one, two = await posted(house, people.owner.session), await posted(house, people.stranger.session)
    at = f"{BOUGHT + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    body = (
        f'[{{"number":"{one.number}","code":"EVPPA","at":"{at}","place":"Leeds"}},'
        f'{{"number":"{two.number}","code":"EVPPA","at":"{at}"}},'
        f'{{"number":"{one.number}","code":"WRONG","at":"{at}"}},'
        f'{{"number":"ZZ000000000GB","code":"EVPPA","at":"{at}"}},'
        f'{{"number":"{one.number}","code":"EVPPA","at":"2026-01-01T00:00:00"}},'
        f'{{"number":"{one.number}"}}, 7]'
    ).encode()
    events = parse_events(body)

    async def serve_scan(number: str, work) -> object:  # type: ignore[no-untyped-def]  # the gate's own Work
        return await house.gate.serve_scan(Knock("network", people.network), number, work)

    for again in (False, True):
        results = await take_events(serve_scan, counter(), events)
        assert [r.index for r in results] == list(range(7))
        assert [r.taken.repeated if r.taken else None for r in results] == [again, again, None, None, None, None, None]
        codes = [r.error.code if r.error else "" for r in results]
        assert codes == [
            "", "", "event-code-unknown", "no-such-parcel", "event-time-unusable", "event-unreadable", "event-unreadable"
        ]  # fmt: skip
        assert not any(r.again for r in results)


async def test_bulk_with_a_wrong_key_is_refused_whole(house: House, people: People) -> None:
    parcel = await posted(house, people.owner.session)
    events = parse_events(f'[{{"number":"{parcel.number}","code":"EVPPA","at":"{NOW:%Y-%m-%dT%H:%M:%SZ}"}}]'.encode())

    async def serve_scan(number: str, work) -> object:  # type: ignore[no-untyped-def]  # the gate's own Work
        return await house.gate.serve_scan(Knock("network", people.owner.api_key), number, work)

    with pytest.raises(NoSuchCredential):
        await take_events(serve_scan, counter(), events)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"nonsense", b"\xff", b"[" + b"1," * 1000 + b"1]"])
def test_a_list_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(EventsUnreadable):
        parse_events(body)


async def _page(house: House, session: str, faring: str | None = None, asked: ParcelsAsked | None = None):  # type: ignore[no-untyped-def]  # released value
    async def work(box: Box) -> Owned[object]:
        return await list_parcels(box, counter(), asked or ParcelsAsked(faring=faring, most=200))

    return await house.gate.serve(Knock("pages", session), "orders:read", work)


async def _despatch(house: House, session: str, parcel: Posted) -> tuple[bool, str]:
    from pillarbox.desk.mark_despatched import mark_despatched
    from pillarbox.desk.read_order import read_order

    async def work(box: Box) -> Owned[object]:
        moved = await mark_despatched(box, parcel.label_id)
        order = box.open(await read_order(box, parcel.order_id))
        return box.own((moved, order.state), "order:state")

    moved, state = await house.gate.serve(Knock("pages", session), "orders:write", work)
    return moved, state
