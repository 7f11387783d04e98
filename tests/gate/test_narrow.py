"""A narrow key reaches its one object: whoever knows a tracking number knows a way into its owner's account, this far.

The attacker runs arbitrary SQL as the application's role, holds a session of its own, and knows one number of the
victim's. It may switch between both contexts at any moment, in the middle of a statement too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.conftest import People, Person
from tests.gate.conftest import Attacker

pytestmark = pytest.mark.anyio
Newcomer = Callable[..., Awaitable[Person]]
SET = "select set_config('pillarbox.context', %s, true)"
ORDER = "insert into vault.\"order\" (account_id, order_id, number, country, recipient, contents) values (%s, %s, %s, 'GB', '', '')"
PARCEL = """insert into vault.parcel (account_id, parcel_id, order_id, idempotency_key, tracking_number, service_code,
  format, weight_g, country, price_pence, vat_pence, vat, price_table, status_at, label)
  values (%s, %s, %s, 'k', %s, 's', 'f', 1, 'GB', 100, 0, 'v', 't', now(), '')"""


@dataclass(frozen=True, slots=True)
class Victim:
    account: int
    number: str
    order: UUID
    parcel: UUID
    other_parcel: UUID
    top_up: UUID


@pytest.fixture
async def victim(newcomer: Newcomer, attacker: Attacker) -> Victim:
    """Two orders with a parcel each, and a little money; only the first parcel's number is known to others."""
    person = await newcomer("victim")
    found = Victim(person.account, uuid4().hex, uuid4(), uuid4(), uuid4(), uuid4())
    attacker.enter(person)
    for number, parcel in enumerate((found.parcel, found.other_parcel)):
        order = found.order if number == 0 else uuid4()
        attacker.sql.execute(ORDER, [found.account, order, number])
        attacker.sql.execute(PARCEL, [found.account, parcel, order, found.number if number == 0 else "unknown"])
    attacker.sql.execute("select gate.register_payment('p', %s, %s)", [found.number, found.top_up])
    attacker.sql.execute("select gate.register_tracking(%s, %s)", [[found.number], [found.parcel]])
    attacker.sql.execute(
        "insert into vault.book (account_id, book, pence) values (%s, 'prepaid', 100)", [found.account]
    )
    attacker.sql.execute("insert into vault.book (account_id, book) values (%s, 'postage')", [found.account])
    for subject, reason in ((found.parcel, "postage"), (found.top_up, "top_up")):
        attacker.sql.execute(
            "insert into vault.transfer (account_id, transfer_id, from_book, to_book, pence, reason, subject)"
            " values (%s, gen_random_uuid(), 'prepaid', 'postage', 1, %s, %s)",
            [found.account, reason, subject],
        )
    attacker.sql.commit()
    return found


def track(attacker: Attacker, victim: Victim) -> str:
    attacker.sql.execute("select gate.enter_tracking(%s)", [victim.number])
    (context,) = attacker.sql.execute("select current_setting('pillarbox.context')").fetchone() or ("",)
    return str(context)


async def test_the_public_reads_one_parcel_and_nothing_else(attacker: Attacker, victim: Victim) -> None:
    track(attacker, victim)
    assert attacker.sql.execute("select parcel_id from vault.parcel").fetchall() == [(victim.parcel,)]
    for table in ('"order"', "transfer", "book", "top_up", "setting", "token", "person"):
        assert attacker.sql.execute(f"select 1 from vault.{table}").fetchall() == [], table  # type: ignore[arg-type]
    assert attacker.sql.execute("select 1 from journal.line").fetchall() == []


@pytest.mark.parametrize(
    "sql",
    [
        "update vault.parcel set status = 'delivered'",
        "update vault.parcel set label = '', voided_at = now()",
        "insert into vault.event (account_id, parcel_id, event_key, at, code) select account_id, parcel_id, 'k', now(), 'c' from vault.parcel",
    ],
)
async def test_the_public_changes_nothing(sql: str, attacker: Attacker, victim: Victim) -> None:
    track(attacker, victim)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.sql.execute(sql)  # type: ignore[arg-type]


def wide_context(attacker: Attacker, narrow: str, own: Person | None) -> str:
    """A context that is not narrow: the narrow one bent, or a valid one of the attacker's own session."""
    if own is None:
        *head, _, mac = narrow.split(".")
        return ".".join([*head, "", mac])
    attacker.sql.execute(SET, [""])
    attacker.enter(own)
    (context,) = attacker.sql.execute("select current_setting('pillarbox.context')").fetchone() or ("",)
    return str(context)


def rows_seen(attacker: Attacker, sql: str, *values: object) -> list[str]:
    try:
        with attacker.sql.transaction():
            rows = attacker.sql.execute(sql, values).fetchall()  # type: ignore[arg-type]
    except psycopg.Error as error:
        return [] if error.sqlstate == "PB001" else [str(error)]
    return [row for (found,) in rows for row in found or ()]


@pytest.mark.parametrize("bent", [True, False], ids=["bent", "own session"])
async def test_a_context_changed_between_two_rows_widens_nothing(
    bent: bool, attacker: Attacker, victim: Victim, newcomer: Newcomer
) -> None:
    """The index is searched once in vain under the narrow context, which checks the account; then under a wide one."""
    narrow = track(attacker, victim)
    wide = wide_context(attacker, narrow, None if bent else await newcomer("attacker"))
    attacker.sql.execute("set local enable_seqscan = off")
    attacker.sql.execute("set local enable_bitmapscan = off")
    sql = """select (select array_agg(t::text) from vault.{} = g.wanted) from (
      select wanted, set_config('pillarbox.context', context, true)
      from (values (gen_random_uuid(), %s), (%s, %s)) v (wanted, context) offset 0) g"""
    for table, wanted in (
        ('"order" t where t.order_id', victim.order),
        ("parcel t where t.parcel_id", victim.other_parcel),
    ):
        assert rows_seen(attacker, sql.format(table), narrow, wanted, wide) == []
        assert rows_seen(attacker, sql.format(table), wide, wanted, narrow) == []


@pytest.mark.parametrize("table", ['"order"', "parcel", "transfer", "book"])
@pytest.mark.parametrize("bent", [True, False], ids=["bent", "own session"])
@pytest.mark.parametrize("narrow_first", [True, False])
async def test_a_context_changed_in_the_middle_of_a_statement_widens_nothing(
    narrow_first: bool, bent: bool, table: str, attacker: Attacker, victim: Victim, newcomer: Newcomer
) -> None:
    """Every part of a policy that is worked out by itself, once, could be worked out under another context."""
    narrow = track(attacker, victim)
    wide = wide_context(attacker, narrow, None if bent else await newcomer("attacker"))
    contexts = (narrow, wide) if narrow_first else (wide, narrow)
    sql = """select (select array_agg(t::text) from vault.{} t where g.i = 2 {}) from (
      select i, set_config('pillarbox.context', case i when 1 then %s else %s end, true) from generate_series(1, 2) i offset 0) g"""
    for more in ("", "or t.account_id = -g.i", "and t.account_id <> -g.i"):
        seen = rows_seen(attacker, sql.format(table, more), *contexts)
        assert [row for row in seen if table != "parcel" or str(victim.parcel) not in row] == []


async def test_the_network_writes_its_parcel_and_a_payment_its_books(
    attacker: Attacker, victim: Victim, people: People
) -> None:
    secret = attacker.tags.open_credential(people.network).secret
    attacker.sql.execute("select gate.enter_scan(%s, %s)", [secret, victim.number])
    changed = attacker.sql.execute("update vault.parcel set status = 'in_transit'")
    assert changed.rowcount == 1
    event = "insert into vault.event (account_id, parcel_id, event_key, at, code) values (%s, %s, 'k', now(), 'c')"
    attacker.sql.execute(event, [victim.account, victim.parcel])
    with pytest.raises(psycopg.errors.InsufficientPrivilege), attacker.sql.transaction():
        attacker.sql.execute(event, [victim.account, victim.other_parcel])
    assert attacker.sql.execute("update vault.book set pence = 7").rowcount == 0
    attacker.sql.rollback()
    attacker.sql.execute("select gate.enter_payment('p', %s)", [victim.number])
    assert attacker.sql.execute("update vault.book set pence = 7").rowcount == 2
    assert attacker.sql.execute("select subject from vault.transfer").fetchall() == [(victim.top_up,)]
    assert attacker.sql.execute("select 1 from vault.parcel").fetchall() == []
