"""What leaves is the caller's own, and its journal line was durable before it left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import pytest

from pillarbox.desk.read_order import read_order
from pillarbox.gate import Box, Owned, Public, Source, render
from pillarbox.gate.admit import Gate, Knock
from pillarbox.gate.key import ScopeMissing
from pillarbox.gate.release import Exposure, NotReleasable, Release
from pillarbox.journal.writer import JournalAway
from pillarbox.kernel.errors import Denied, NotFound
from pillarbox.kernel.ids import Id, Kind
from pillarbox.main.house import House
from pillarbox.vault.errors import BoxClosed, ForeignOwner
from pillarbox.vault.owned import gather
from tests.conftest import Installation, People, Person

pytestmark = pytest.mark.anyio
Orders = Callable[[Person], UUID]


@dataclass
class Caught:
    exposures: list[Exposure] = field(default_factory=list)

    def exposure(self, exposure: Exposure) -> None:
        self.exposures.append(exposure)


@dataclass
class Door:
    gate: Gate
    caught: Caught

    async def order(self, who: Person, which: UUID, scope: str = "orders:read") -> Any:
        wanted = Id(Kind.ORDER, which.bytes)
        return await self.gate.serve(Knock("api", who.session), scope, lambda box: read_order(box, wanted))


@pytest.fixture
async def door(house: House) -> Door:
    caught = Caught()
    gate = house.gate
    return Door(Gate(gate._pool, gate._keyrings, house.tags, Release(gate._release._journal, caught)), caught)


def lines_of(installation: Installation, order: UUID, outcome: str) -> list[tuple[Any, ...]]:
    sql = """select viewer_account, owner_account, surface, names from journal.line join journal.field_set using (field_set)
             where %s = any (ids) and outcome = %s order by at, line_no"""
    with psycopg.connect(installation.administrator) as connection:
        return connection.execute(sql, [order, outcome]).fetchall()


async def test_the_owner_gets_it_and_the_line_is_there(
    door: Door, people: People, an_order: Orders, installation: Installation
) -> None:
    before = len(lines_of(installation, an_order(people.owner), "offered"))
    row = await door.order(people.owner, an_order(people.owner))
    assert row.addressee.address.name == "Ann Example"
    lines = lines_of(installation, an_order(people.owner), "offered")
    assert len(lines) == before + 1
    viewer, owner, surface, fields = lines[-1]
    assert (viewer, owner, surface) == (people.owner.account, people.owner.account, "api")
    assert "addressee" in fields


async def test_a_team_mate_is_another_viewer_of_the_same_owner(door: Door, people: People, an_order: Orders) -> None:
    assert (await door.order(people.mate, an_order(people.owner))).number >= 1


async def test_absent_and_forbidden_are_the_same_answer(door: Door, people: People, an_order: Orders) -> None:
    with pytest.raises(NotFound) as forbidden:
        await door.order(people.stranger, an_order(people.owner))
    with pytest.raises(NotFound) as absent:
        await door.order(people.stranger, UUID(int=7))
    assert (type(forbidden.value), forbidden.value.detail) == (type(absent.value), absent.value.detail)
    assert door.caught.exposures == []


async def test_a_value_of_another_account_is_an_exposure_caught(
    door: Door, people: People, an_order: Orders, installation: Installation
) -> None:
    stolen: list[Owned[Any]] = []

    async def take(box: Box) -> Owned[Any]:
        stolen.append(await read_order(box, Id(Kind.ORDER, an_order(people.owner).bytes)))
        return stolen[0]

    await door.gate.serve(Knock("api", people.owner.session), "orders:read", take)

    async def swap(box: Box) -> Owned[Any]:
        await box.enter()
        return render(lambda row: row.addressee.address.name, stolen[0])

    with pytest.raises(NotFound):
        await door.gate.serve(Knock("api", people.stranger.session), "orders:read", swap)
    (exposure,) = door.caught.exposures
    assert exposure.viewer.account == people.stranger.account
    assert {mark.owner for mark in exposure.marks} == {people.owner.account}
    refused = lines_of(installation, an_order(people.owner), "refused")
    assert refused[-1][:2] == (people.stranger.account, people.owner.account)


async def test_refused_figures_are_in_the_record_too(
    door: Door, people: People, an_order: Orders, installation: Installation
) -> None:
    from pillarbox.vault.orders import SQL

    stolen: list[Owned[Any]] = []

    async def count(box: Box) -> Owned[Any]:
        stolen.append(await box.figures(SQL["order_counts"], "order:count"))
        return stolen[0]

    async def swap(box: Box) -> Owned[Any]:
        await box.enter()
        return stolen[0]

    await door.gate.serve(Knock("api", people.owner.session), "orders:read", count)
    knock = Knock("api", people.stranger.session)
    with pytest.raises(NotFound):
        await door.gate.serve(knock, "orders:read", swap)
    with psycopg.connect(installation.administrator) as connection:
        sql = "select owner_account, viewer_account, outcome from journal.line where request = %s"
        lines = connection.execute(sql, [UUID(bytes=knock.request)]).fetchall()
    assert lines == [(people.owner.account, people.stranger.account, "refused")]


async def test_a_mixture_of_two_owners_does_not_leave_to_either(door: Door, people: People, an_order: Orders) -> None:
    held: list[Owned[Any]] = []
    for who in (people.owner, people.stranger):

        async def take(box: Box, who: Person = who) -> Owned[Any]:
            held.append(await read_order(box, Id(Kind.ORDER, an_order(who).bytes)))
            return held[-1]

        await door.gate.serve(Knock("api", who.session), "orders:read", take)

    async def both(box: Box) -> Owned[Any]:
        await box.enter()
        return gather(held)

    for who in (people.owner, people.stranger):
        with pytest.raises(NotFound):
            await door.gate.serve(Knock("api", who.session), "orders:read", both)
    assert len(door.caught.exposures) == 2


async def test_a_bare_value_is_refused(door: Door, people: People) -> None:
    async def bare(box: Box) -> Any:
        await box.enter()
        return b"just bytes"

    with pytest.raises(NotReleasable):
        await door.gate.serve(Knock("api", people.owner.session), "orders:read", bare)


async def test_a_public_value_may_leave(door: Door, people: People) -> None:
    async def words(box: Box) -> Public[str]:
        await box.enter()
        return Public("hello", Source.WORDS)

    assert await door.gate.serve(Knock("api", people.owner.session), "orders:read", words) == "hello"


async def test_nothing_leaves_when_the_journal_cannot_write(house: House, people: People, an_order: Orders) -> None:
    from pillarbox.journal.writer import Journal

    deaf = Journal(house.gate._release._journal._pool)
    gate = Gate(house.gate._pool, house.gate._keyrings, house.tags, Release(deaf, Caught()))
    wanted = Id(Kind.ORDER, an_order(people.owner).bytes)
    with pytest.raises(JournalAway):
        await gate.serve(Knock("api", people.owner.session), "orders:read", lambda box: read_order(box, wanted))


async def test_a_missing_scope_is_named_and_undoes_the_work(door: Door, people: People, an_order: Orders) -> None:
    with pytest.raises(ScopeMissing, match="money:write"):
        await door.order(people.mate, an_order(people.owner), "money:write")


@pytest.mark.parametrize("credential", [None, "", "x", "pbs_" + "0" * 72, "Bearer x", "pbs_é"])
async def test_no_credential_no_entry(credential: str | None, door: Door) -> None:
    async def never(box: Box) -> Any:
        raise AssertionError("the work must not begin")

    with pytest.raises(Denied):
        await door.gate.serve(Knock("api", credential, check_first=True), "orders:read", never)


async def test_a_credential_that_names_another_account_is_unreadable(
    door: Door, people: People, house: House, an_order: Orders
) -> None:
    mine = house.tags.open_credential(people.stranger.session)
    bent = house.tags.seal_credential("pbs", people.owner.account, mine.secret)
    with pytest.raises(ForeignOwner):
        await door.gate.serve(
            Knock("api", bent), "orders:read", lambda box: read_order(box, Id(Kind.ORDER, an_order(people.owner).bytes))
        )


async def test_a_box_is_shut_when_the_answer_is_out(door: Door, people: People, an_order: Orders) -> None:
    kept: list[Box] = []

    async def keep(box: Box) -> Owned[Any]:
        kept.append(box)
        return await read_order(box, Id(Kind.ORDER, an_order(people.owner).bytes))

    await door.gate.serve(Knock("api", people.owner.session), "orders:read", keep)
    with pytest.raises(BoxClosed):
        await read_order(kept[0], Id(Kind.ORDER, an_order(people.owner).bytes))
    with pytest.raises(BoxClosed):
        kept[0].seal(Id(Kind.ORDER, bytes(16)), "x", b"x")


async def test_work_that_fails_leaves_nothing_behind(
    door: Door, people: People, an_order: Orders, installation: Installation
) -> None:
    from pillarbox.desk.change_order import cancel_order

    wanted = Id(Kind.ORDER, an_order(people.owner).bytes)

    async def half(box: Box) -> Owned[Any]:
        await cancel_order(box, wanted)
        raise RuntimeError("the light went out")

    with pytest.raises(RuntimeError):
        await door.gate.serve(Knock("api", people.owner.session, check_first=True), "orders:write", half)
    assert (await door.order(people.owner, an_order(people.owner))).state == "new"
