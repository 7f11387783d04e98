"""Every function of the database that a role which logs in may run, read from the catalogue of the real database.

For each: who may call it and under which kind of key; and that a stranger who names what is the owner's gets what she
gets for what is nobody's, while everything of the owner's stays as it was. What they do for the owner: see
test_owners_crossings; what a narrow key reaches then: test_narrow_reach.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from pillarbox.db.role_names import LOGIN_ROLES
from tests.conftest import Person
from tests.neighbours.scene import Scene

pytestmark = pytest.mark.anyio
Newcomer = Callable[..., Awaitable[Person]]

CUSTOMER, JOBS, ADMIN, JOURNAL = "app worker", "worker", "admin", "journal"
BINDINGS = ("unbound", "session", "mate", "key", "staff", "network", "public", "payment")
MEANS = {"PB001": "unbound", "PB002": "twice", "PB004": "no"}
CROSSINGS: dict[str, tuple[str, str, str]] = {
    # function: who may run it, how it is called, and what that gives under each of the BINDINGS
    "gate.sign_in_parameters(bytea)": (CUSTOMER, "%(email)s", "yes yes yes yes yes yes yes yes"),
    "gate.sign_in(bytea,bytea,uuid)": (CUSTOMER, "%(email)s, %(proof)s, %(fresh)s", "yes yes yes yes yes yes yes yes"),
    "gate.sign_out(bytea)": (CUSTOMER, "%(nothing)s", "yes yes yes yes yes yes yes yes"),
    "gate.sign_out_everywhere()": (CUSTOMER, "", "unbound yes yes no yes no no no"),
    "gate.issue_key(uuid,text[])": (CUSTOMER, "%(fresh)s, '{}'", "unbound yes yes no yes no no no"),
    "gate.revoke_key(uuid)": (CUSTOMER, "%(fresh)s", "unbound yes yes no yes no no no"),
    "gate.enter(bytea,text)": (CUSTOMER, "%(secret)s, 'api'", "yes twice twice twice twice twice twice twice"),
    "gate.enter_scan(bytea,text)": (
        CUSTOMER,
        "%(network)s, %(number)s",
        "yes twice twice twice twice twice twice twice",
    ),
    "gate.enter_tracking(text)": (CUSTOMER, "%(number)s", "yes twice twice twice twice twice twice twice"),
    "gate.enter_payment(text,text)": (
        CUSTOMER,
        "'test', %(reference)s",
        "yes twice twice twice twice twice twice twice",
    ),
    "gate.register_payment(text,text,uuid)": (
        CUSTOMER,
        "'test', %(word)s, %(fresh)s",
        "unbound yes yes yes yes no no no",
    ),
    "gate.register_tracking(text[],uuid[])": (
        CUSTOMER,
        "array[%(word)s], array[%(fresh)s]",
        "unbound yes yes yes yes no no no",
    ),
    "gate.lease_s10(text,text,integer)": (CUSTOMER, "%(indicator)s, 'GB', 1", "unbound yes yes yes yes no no no"),
    "gate.pre_advice(bytea,text,integer)": (CUSTOMER, "%(network)s, '', 9", "yes yes yes yes yes yes yes yes"),
    "gate.enqueue(text,uuid,text)": (CUSTOMER, "'despatch', %(label)s, null", "unbound yes yes yes yes yes no no"),
    "gate.confirm_price(text,text)": (CUSTOMER, "%(word)s, 'f'", "unbound no no no yes no no no"),
    "gate.confirmed_prices()": (CUSTOMER, "", "yes yes yes yes yes yes yes yes"),
    "gate.operator_totals(date,date)": (
        CUSTOMER,
        "'2020-01-01', '2100-01-01'",
        "unbound no no no yes no no no",
    ),
    "gate.leaves_traces()": ("admin app journal worker", "", "yes yes yes yes yes yes yes yes"),
    "gate.enter_job(bigint,bigint)": (JOBS, "", ""),
    "gate.open_account(bigint,text,smallint[],bytea[],text[],text[])": (ADMIN, "", ""),
    "gate.add_person(bigint,uuid,bytea,bytea,bytea,text[])": (ADMIN, "", ""),
    "gate.issue_network_key(bigint,uuid)": (ADMIN, "", ""),
    "gate.add_s10_range(text,text,integer,integer,boolean)": (ADMIN, "", ""),
    "gate.throw_switch(text,text[],text)": (ADMIN, "", ""),
    "journal.intern(text)": (JOURNAL, "", ""),
    "journal.append(uuid,bigint[],uuid[],uuid[],text[],bytea[],bigint[],text[],integer[],uuid[],text[],text[],uuid[])": (
        JOURNAL,
        "",
        "",
    ),
    "journal.broken_batches(uuid)": (ADMIN, "", ""),
    "journal.delivered_among(uuid[])": (CUSTOMER, "array[%(fresh)s]", "yes yes yes yes yes yes yes yes"),
    "vault.account()": (CUSTOMER, "", "unbound yes yes yes yes yes yes yes"),
    "vault.whole()": (CUSTOMER, "", "unbound yes yes yes yes yes yes yes"),
    "vault.confined(text[])": (CUSTOMER, "'{public}'", "unbound yes yes yes yes yes yes yes"),
    "vault.claimed_account()": (CUSTOMER, "", "yes yes yes yes yes yes yes yes"),
    "vault.narrow()": (CUSTOMER, "", "yes yes yes yes yes yes yes yes"),
}
QUEUE = ("fetch_job", "finish_job", "retry_job", "register_worker", "unregister_worker", "update_heartbeat", "prune_st")
"""What the worker alone may call of the queue's own functions, by how their names begin: see test_jobs."""


def test_every_function_a_role_may_run_is_in_the_table(scene: Scene) -> None:
    found: dict[str, str] = dict(
        scene.admin.execute(
            "select p.oid::regprocedure::text, string_agg(substr(r, 11), ' ' order by r)"
            " from pg_proc p, unnest(%s::text[]) r where pronamespace::regnamespace::text !~ '^(pg_|information_schema)'"
            " and has_function_privilege(r, p.oid, 'execute') group by 1",
            [list(LOGIN_ROLES)],
        ).fetchall()
    )
    queue = {name for name in found if name.startswith("jobs.")}
    assert {name: roles for name, roles in found.items() if name not in queue} == {
        name: roles for name, (roles, _, _) in CROSSINGS.items()
    }
    assert {found[name] for name in queue} == {"worker"}
    assert all(name.startswith(tuple(f"jobs.procrastinate_{each}" for each in QUEUE)) for name in queue)


@pytest.mark.parametrize("name", [name for name, (_, _, kinds) in CROSSINGS.items() if kinds])
def test_who_may_call_it(name: str, scene: Scene, things: dict[str, Any]) -> None:
    _, given, expected = CROSSINGS[name]
    sql = f"select * from {name.partition('(')[0]}({given})"
    outcomes = (scene.tried(binding, sql, things) for binding in BINDINGS)
    assert dict(zip(BINDINGS, expected.split(), strict=True)) == dict(
        zip(BINDINGS, ("yes" if isinstance(o, list) else MEANS.get(o, o) for o in outcomes), strict=True)
    )


@pytest.mark.parametrize("name", [name for name, (roles, _, _) in CROSSINGS.items() if "app" not in roles.split()])
def test_what_is_not_a_customers_is_refused_whatever_it_names(name: str, scene: Scene) -> None:
    function, _, types = name.rstrip(")").partition("(")
    for account in (scene.people.owner.account, 1):
        given = ", ".join(f"{account}::bigint" if t == "bigint" else f"null::{t}" for t in types.split(","))
        assert scene.tried("stranger", f"select {function}({given})", {}) == "42501"


ATTEMPTS: dict[str, tuple[str, str]] = {
    # function: how the stranger is bound, and a call that names `theirs`
    "gate.sign_in_parameters(bytea)": ("unbound", "gate.sign_in_parameters(%(email)s)"),
    "gate.sign_in(bytea,bytea,uuid)": ("unbound", "gate.sign_in(%(email)s, %(her_proof)s, gen_random_uuid())"),
    "gate.sign_in, as the owner's key": ("unbound", "gate.sign_in(%(her_email)s, %(her_proof)s, %(key_id)s)"),
    "gate.sign_out(bytea)": ("stranger", "gate.sign_out(%(digest)s)"),
    "gate.sign_out_everywhere()": ("stranger", "gate.sign_out_everywhere()"),
    "gate.issue_key(uuid,text[])": ("stranger", "gate.issue_key(%(ended_key)s, '{labels}')"),
    "gate.revoke_key(uuid)": ("stranger", "gate.revoke_key(%(key_id)s)"),
    "gate.enter(bytea,text)": ("unbound", "gate.enter(%(digest)s, 'pages')"),
    "gate.enter_scan(bytea,text)": ("unbound", "gate.enter_scan(%(her_secret)s, %(number)s)"),
    "gate.enter_payment(text,text)": ("unbound", "gate.enter_payment('test', %(top_up_id)s::text)"),
    "gate.register_payment(text,text,uuid)": (
        "stranger",
        "gate.register_payment('test', gen_random_uuid()::text, %(top_up_id)s)",
    ),
    "gate.register_tracking(text[],uuid[])": (
        "stranger",
        "gate.register_tracking(array[gen_random_uuid()::text], array[%(label_id)s])",
    ),
    "gate.pre_advice(bytea,text,integer)": ("stranger", "gate.pre_advice(%(her_secret)s, %(number)s, 9)"),
    "gate.enqueue(text,uuid,text)": ("stranger", "gate.enqueue('despatch', %(label_id)s, 'lock')"),
    "gate.confirm_price(text,text)": ("stranger", "gate.confirm_price(%(number)s, 'f')"),
    "journal.delivered_among(uuid[])": ("stranger", "journal.delivered_among(array[%(label_id)s, %(key_id)s])"),
}
NAMELESS = {
    "gate.enter_tracking(text)": "public by intention: whoever has the number sees that parcel, see the table of reach",
    "gate.lease_s10(text,text,integer)": "names nothing of anybody's",
    "gate.confirmed_prices()": "no customer's data",
    "gate.operator_totals(date,date)": "names nothing; staff only",
    "gate.leaves_traces()": "says whether this connection is clean",
    "vault.account()": "names nothing",
    "vault.whole()": "names nothing",
    "vault.confined(text[])": "names nothing",
    "vault.claimed_account()": "names nothing",
    "vault.narrow()": "names nothing",
}
"""Functions in whose parameters nothing of a neighbour's can be named, and why."""


def test_the_stranger_tries_every_function_of_a_customer() -> None:
    of_customers = {name for name, (roles, _, _) in CROSSINGS.items() if "app" in roles.split()}
    assert of_customers == {name for name in ATTEMPTS if name in CROSSINGS} | NAMELESS.keys()


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_stranger_gets_what_nobodys_names_would_give(name: str, scene: Scene) -> None:
    binding, call = ATTEMPTS[name]
    owner, stranger = scene.people.owner, scene.people.stranger
    her_email, her_proof = scene.proof(stranger)
    hers = {"her_email": her_email, "her_proof": her_proof, "her_secret": scene.secret(stranger.session)}
    digest = scene.one("select sha256(%s)", scene.secret(owner.session))
    theirs = scene.things | {"digest": digest} | scene.named
    nobodys = {"email": b"nobody@post.example", "digest": b"0" * 32, "number": "ZZ000000000GB"}
    nobodys_named = {each: uuid4() for each in scene.named}
    before = scene.holdings(owner.account)
    got = scene.tried(binding, f"select * from {call}", hers | theirs, commit=not call.startswith("gate.sign_out_e"))
    absent = scene.tried(binding, f"select * from {call}", hers | nobodys | nobodys_named)
    assert got == absent
    assert scene.holdings(owner.account) == before
    scene.strike_jobs(stranger.account)


def test_what_a_stranger_registers_leads_to_nothing_of_the_owners(scene: Scene) -> None:
    """Her number on the owner's parcel, her reference on the owner's top-up: both open her own account, and no row."""
    word, label, top_up = uuid4().hex, scene.named["label_id"], scene.named["top_up_id"]
    given = {"word": word, "label": label, "top_up": top_up}
    registered = "select gate.register_tracking(array[%(word)s], array[%(label)s]), gate.register_payment('test', %(word)s, %(top_up)s)"
    assert isinstance(scene.tried("stranger", registered, given, commit=True), list)
    for enter, table in (("enter_tracking(%s)", "parcel"), ("enter_payment('test', %s)", "top_up")):
        with scene.app.transaction(force_rollback=True):
            (account,) = scene.app.execute(f"select account_id from gate.{enter}", [word]).fetchone() or (0,)
            assert account == scene.people.stranger.account
            assert scene.app.execute(f"select 1 from vault.{table}").fetchall() == []


def test_a_number_or_reference_that_is_taken_stays_the_owners(scene: Scene) -> None:
    things = scene.things | {"fresh": uuid4()}
    for taken, enter in (
        ("gate.register_tracking(array[%(number)s], array[%(fresh)s])", "gate.enter_tracking(%(number)s)"),
        ("gate.register_payment('test', %(reference)s, %(fresh)s)", "gate.enter_payment('test', %(reference)s)"),
    ):
        assert scene.tried("stranger", f"select {taken}", things) == "23505"
        with scene.app.transaction(force_rollback=True):
            (account,) = scene.app.execute(f"select account_id from {enter}", things).fetchone() or (0,)
            assert account == scene.people.owner.account
