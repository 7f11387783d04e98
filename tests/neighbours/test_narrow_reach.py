"""What each kind of narrow key reaches, table by table of the real vault: its one object, in the tables that are meant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import Person
from tests.neighbours.scene import Scene

pytestmark = pytest.mark.anyio
Newcomer = Callable[..., Awaitable[Person]]


REACH = {
    # s: sees, i: may add, u: may change, d: may delete
    "network": {"parcel": "siu", "event": "si"},
    "public": {"parcel": "s", "event": "s"},
    "payment": {"top_up": "siu", "transfer": "si", "book": "siu"},
}
"""Tables of the vault that a narrow key reaches; every other one not at all."""
OBJECT = {"parcel": "parcel_id", "event": "parcel_id", "top_up": "top_up_id", "transfer": "subject"}


@pytest.fixture(scope="module")
def beside(scene: Scene) -> Iterator[None]:
    """The owner has a second object of every kind that a narrow key reaches."""
    owner, other = scene.people.owner.account, uuid4()
    parcel = scene.one("select parcel_id from vault.parcel where account_id = %s and voided_at is not null", owner)
    copy = (
        "insert into vault.{0} select (jsonb_populate_record(t, %s)).* from vault.{0} t where account_id = %s limit 1"
    )
    more = (("event", {"parcel_id": str(parcel)}), ("top_up", {"top_up_id": str(other), "idempotency_key": "second"}))
    for table, changed in more:
        scene.admin.execute(copy.format(table), [psycopg.types.json.Jsonb(changed), owner])
    yield
    scene.admin.execute("delete from vault.event where parcel_id = %s", [parcel])
    scene.admin.execute("delete from vault.top_up where top_up_id = %s", [other])


def _tables(scene: Scene) -> list[str]:
    rows = scene.admin.execute("select tablename from pg_tables where schemaname = 'vault' order by 1")
    return [table for (table,) in rows]


def _reach(scene: Scene, table: str, rows: list[str]) -> str:
    """What the bound key may do with these rows of a table, each try undone."""

    def tried(sql: str, *given: Any) -> int | str:
        try:
            with scene.app.transaction(force_rollback=True):
                return scene.app.execute(sql, given).rowcount
        except psycopg.Error as error:
            return error.sqlstate or ""

    may = "s" if tried(f'select 1 from vault."{table}"') else ""
    insert = f'insert into vault."{table}" select (%s::vault."{table}").*'
    may += "i" if any(tried(insert, row) != "42501" for row in rows) else ""
    for letter, sql in (
        ("u", f'update vault."{table}" set account_id = account_id'),
        ("d", f'delete from vault."{table}"'),
    ):
        may += letter if tried(sql) not in (0, "42501") else ""
    return may


@pytest.mark.parametrize("kind", ["session", *REACH])
def test_what_a_key_reaches_table_by_table(kind: str, scene: Scene, beside: None) -> None:
    owner = scene.people.owner.account
    all_rows = {
        table: [
            row
            for (row,) in scene.admin.execute(f'select t::text from vault."{table}" t where account_id = %s', [owner])
        ]
        for table in _tables(scene)
    }
    assert all(all_rows.values()), "the owner has something in every table, or this says nothing"
    with scene.app.transaction(force_rollback=True):
        scene.bind(kind)
        found = {table: _reach(scene, table, rows) for table, rows in all_rows.items()}
        journal = scene.app.execute("select 1 from journal.line limit 1").fetchall()
    if kind == "session":
        assert all(may.startswith("siu") or table in {"transfer", "event"} for table, may in found.items())
        assert journal
    else:
        assert {table: may for table, may in found.items() if may} == REACH[kind]
        assert not journal


@pytest.mark.parametrize("kind", REACH)
def test_a_narrow_key_sees_and_adds_to_its_object_alone(kind: str, scene: Scene, beside: None) -> None:
    owner = scene.people.owner.account
    mine = scene.named["top_up_id" if kind == "payment" else "label_id"]
    for table in REACH[kind].keys() & OBJECT.keys():
        name = OBJECT[table]
        others = scene.admin.execute(
            f"select t::text from vault.{table} t where account_id = %s and {name} <> %s", [owner, mine]
        )
        rows = [row for (row,) in others]
        assert rows, "there is another object that must not be seen"
        with scene.app.transaction(force_rollback=True):
            scene.bind(kind)
            assert {row[0] for row in scene.app.execute(f"select {name} from vault.{table}")} == {mine}
            assert "i" not in _reach(scene, table, rows)
