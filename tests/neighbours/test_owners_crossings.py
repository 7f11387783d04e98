"""Each function that a role may run does for the owner, her team mate or the operator what it says, and no more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from pillarbox.main.house import conninfo
from tests.conftest import Installation, Person
from tests.neighbours.scene import Scene

pytestmark = pytest.mark.anyio
Newcomer = Callable[..., Awaitable[Person]]


def _ended(scene: Scene, account: int) -> dict[tuple[str, UUID], bool]:
    rows = scene.admin.execute(
        "select kind, coalesce(credential_id, person_id), revoked_at is not null from gate.credential where account_id = %s",
        [account],
    )
    return {(kind, credential): ended for kind, credential, ended in rows}


async def test_signing_in_out_and_out_everywhere(scene: Scene, newcomer: Newcomer) -> None:
    person = await newcomer("goer")
    mate = await newcomer("stayer", account=person.account)
    email, proof = scene.proof(person)
    stored = scene.one("select salt from gate.person where person_id = %s", UUID(bytes=person.person.raw))
    assert scene.app.execute("select gate.sign_in_parameters(%s)", [email]).fetchone() == (stored,)
    account, secret = (
        scene.app.execute("select * from gate.sign_in(%s, %s, %s)", [email, proof, uuid4()]).fetchone() or ()
    )
    assert account == person.account
    enters = {"mine": secret, "first": scene.secret(person.session), "mate's": scene.secret(mate.session)}

    def live() -> set[str]:
        return {
            n for n, s in enters.items() if scene.tried("", "select gate.enter(%(s)s, 'pages')", {"s": s}) != "PB001"
        }

    assert live() == {"mine", "first", "mate's"}
    scene.app.execute("select gate.sign_out(%s)", [secret])
    assert live() == {"first", "mate's"}
    with scene.app.transaction():
        scene.app.execute("select gate.enter(%s, 'pages')", [enters["first"]])
        scene.app.execute("select gate.sign_out_everywhere()")
    assert live() == {"mate's"}
    assert not any(ended for (kind, _), ended in _ended(scene, person.account).items() if kind == "key")


async def test_keys_are_made_within_a_persons_scopes_and_ended_by_whom_they_concern(
    scene: Scene, newcomer: Newcomer
) -> None:
    """A mate who may not change the settings ends her own keys; who may, ends every key of the account, no other's."""
    boss = await newcomer("boss")
    mate = await newcomer("clerk", account=boss.account, scopes=("orders:read",))
    keys = {name: uuid4() for name in ("boss", "mate")}

    def run(who: Person, sql: str, *given: Any) -> str | None:
        try:
            with scene.app.transaction():
                scene.app.execute("select gate.enter(%s, 'pages')", [scene.secret(who.session)])
                scene.app.execute(sql, given)
        except psycopg.Error as error:
            return error.sqlstate
        return None

    def ended(name: str) -> bool:
        return _ended(scene, boss.account)["key", keys[name]]

    issue, revoke = "select gate.issue_key(%s, %s)", "select gate.revoke_key(%s)"
    assert run(boss, issue, keys["boss"], ["orders:read", "money:write"]) is None
    assert run(mate, issue, uuid4(), ["orders:read", "money:write"]) == "PB004"
    assert run(mate, issue, keys["mate"], ["orders:read"]) is None
    assert run(mate, revoke, keys["boss"]) is None
    assert not ended("boss")
    assert run(scene.people.stranger, revoke, keys["boss"]) is None
    assert not ended("boss")
    assert run(boss, revoke, keys["boss"]) is None
    assert ended("boss")
    assert run(mate, revoke, keys["mate"]) is None
    assert ended("mate")


def test_the_owners_registrations_lease_job_and_key_are_the_owners(scene: Scene, things: dict[str, Any]) -> None:
    owner = scene.people.owner.account
    sql = """select gate.register_tracking(array[%(word)s], array[%(fresh)s]),
      gate.register_payment('p', %(word)s, %(fresh)s), gate.enqueue('despatch', %(fresh)s, %(word)s)"""
    assert isinstance(scene.tried("session", sql, things, commit=True), list)
    for table, name in (("tracked", "parcel_id"), ("payment", "top_up_id"), ("job", "object_id")):
        assert scene.one(f"select account_id from gate.{table} where {name} = %s", things["fresh"]) == owner
    for enter in ("gate.enter_tracking(%(word)s)", "gate.enter_payment('p', %(word)s)"):
        with scene.app.transaction(force_rollback=True):
            row = scene.app.execute(f"select account_id, narrow from {enter}", things).fetchone()
            assert row == (owner, things["fresh"])
    scene.strike_jobs(owner)
    scene.admin.execute("delete from gate.tracked where number = %(word)s", things)
    scene.admin.execute("delete from gate.payment where reference = %(word)s", things)
    places: list[tuple[int, int]] = []
    for binding in ("session", "stranger"):
        with scene.app.transaction():
            scene.bind(binding)
            places += scene.app.execute(
                "select first_serial, first_place from gate.lease_s10(%(indicator)s, 'GB', 2)", things
            )
    assert places[1] == (places[0][0], places[0][1] + 2), "nobody is given another's numbers"


def test_the_network_is_told_numbers_and_nothing_else(scene: Scene) -> None:
    sql = "select * from gate.pre_advice(%(network)s, '', 10000)"
    rows = scene.app.execute(sql, scene.things).fetchall()
    assert (scene.things["number"],) in rows
    scene.admin.execute("select gate.throw_switch('surface:network', '{network}', 'test')")
    assert scene.tried("unbound", sql, scene.things) == "PB003"
    assert scene.tried("unbound", "select gate.enter_scan(%(network)s, %(number)s)", scene.things) == "PB003"
    scene.admin.execute("select gate.throw_switch('surface:network', '{}', 'test')")
    assert scene.tried("unbound", "select gate.enter_scan(%(network)s, 'ZZ000000000GB')", scene.things) == "PB005"


def test_staff_confirm_prices_and_read_totals_without_a_name(scene: Scene, things: dict[str, Any]) -> None:
    assert isinstance(scene.tried("staff", "select gate.confirm_price(%(word)s, 'f')", things, commit=True), list)
    assert (things["word"], "f") in scene.app.execute("select * from gate.confirmed_prices()").fetchall()
    scene.admin.execute("delete from gate.price_confirmation where table_key = %(word)s", things)
    with scene.app.transaction():
        scene.bind("staff")
        totals = scene.app.execute("select * from gate.operator_totals('2020-01-01', '2100-01-01')")
        assert totals.description is not None
        assert [column.name for column in totals.description] == ["day", "reason", "bookings", "pence"]
        paid_in = sum(pence for _, reason, _, pence in totals if reason == "top_up")
    assert paid_in == scene.one("select sum(pence) from vault.transfer where reason = 'top_up'") > 0


async def test_the_office_opens_accounts_people_ranges_and_switches(
    scene: Scene, installation: Installation, newcomer: Newcomer
) -> None:
    """`newcomer`, `people.network` and the ranges are all the office's work, done by the one role that may."""
    person = await newcomer("opened")
    assert scene.one("select count(*) from gate.data_key where account_id = %s", person.account) > 1
    with psycopg.connect(conninfo(installation.settings, installation.secrets, "admin")) as office:
        for sql, table in (
            ("select gate.add_s10_range('XX', 'GB', 1, 1, true)", "s10_range"),
            ("select gate.throw_switch('surface:none', '{key}', 'test')", "switch"),
            ("select 1", "account"),
        ):
            office.execute(sql)
            with pytest.raises(psycopg.errors.InsufficientPrivilege), office.transaction():
                office.execute(f"select * from gate.{table}")
        with pytest.raises(psycopg.Error, match="only the operator"):
            office.execute("select gate.issue_network_key(%s, %s)", [person.account, uuid4()])
        office.rollback()


def test_who_holds_a_requests_sixteen_bytes_learns_that_it_was_handed_over_and_no_more(scene: Scene) -> None:
    request = uuid4()
    scene.admin.execute("insert into journal.delivered values (%s, %s)", [datetime.now(UTC), request])
    for binding in ("session", "stranger"):
        with scene.app.transaction():
            scene.bind(binding)
            asked = scene.app.execute("select * from journal.delivered_among(%s)", [[request, uuid4()]])
            assert asked.fetchall() == [(request,)]
