"""Every statement of the vault, overheard from the owner and repeated by a stranger with the very same parameters.

First the owner must have got something by it. Then the stranger, naming the owner's account or her own, gets exactly
what she would get for ids that do not exist: no row of the owner's, and no row of the owner's touched.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

import pillarbox
from pillarbox.db.statement import Statement, parse
from pillarbox.db.wire import Reply
from pillarbox.kernel.errors import PillarboxError
from pillarbox.kernel.ids import Id
from pillarbox.main.house import House
from tests.conftest import People, Person
from tests.neighbours.conftest import World
from tests.neighbours.tap import Heard

pytestmark = pytest.mark.anyio
FILES = sorted((Path(pillarbox.__file__).parent / "vault").glob("*.sql"))
STATEMENTS = {
    f"{path.stem}.{name}": statement
    for path in FILES
    if path.name != "crossings.sql"
    for name, statement in parse(path.read_text(encoding="utf-8"), path.name).items()
}
SILENT = {
    "idempotency.forget_answers": "deletes what is older than a day, and nothing is",
    "imports.fail_import": "an import that fails as a whole; tests/desk",
    "imports.last_problem": "no row of the file had been left out before",
    "imports.imports_alike": "no other import of the same file was kept",
    "imports.orders_like": "no order of the file was there before",
    "imports.lines_of_cause": "a bulk mend by cause; tests/desk",
    "imports.problems_by_seq": "a bulk mend by cause; tests/desk",
    "journal_lines.delivered": "deliveries are noted by the doors; tests/journal",
    "keys_list.last_shown": "the key has shown nothing yet; tests/desk",
}
"""Statements by which the owner of this world gets nothing, with the reason. Still met by the stranger."""
ENTER = Statement("enter", "as the gate does it", b"select * from gate.enter($1, 'pages')", ("secret",))


def heard_of(world: World, statement: Statement) -> list[Heard]:
    return [each for each in world.heard if each.statement.text == statement.text]


def fresh(value: Any) -> Any:
    """The same parameter, naming nothing that exists."""
    if isinstance(value, Id):
        return Id(value.kind, secrets.token_bytes(16))
    if isinstance(value, bytes) and len(value) in {16, 32}:
        return secrets.token_bytes(len(value))
    if isinstance(value, list):
        return [fresh(each) for each in value]
    return value


async def tried(house: House, person: Any, statement: Statement, given: dict[str, Any]) -> Reply | str:
    """Run a statement bound as a person, undo it, and return its reply or the name of the refusal."""
    secret = house.tags.open_credential(person.session).secret
    async with house.gate._pool.lend() as tx:
        try:
            _, reply = await tx.run((ENTER, {"secret": secret}), (statement, given))
        except PillarboxError as error:
            return type(error).__name__
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this caller can tell apart
            return getattr(error, "sqlstate", None) or type(error).__name__
        finally:
            await tx.finish(commit=False)
    return reply


def values_of(reply: Reply | str) -> set[Any]:
    flat: set[Any] = set()
    for row in reply.rows if isinstance(reply, Reply) else []:
        for value in row:
            flat.update(value if isinstance(value, list) else [value])
    return flat


@pytest.mark.parametrize("name", STATEMENTS)
async def test_the_owner_gets_something_by_it(name: str, world: World) -> None:
    heard = heard_of(world, STATEMENTS[name])
    if name not in SILENT:
        assert heard, "no verb of the owner's world runs this statement: extend tests/neighbours/conftest.py"
        assert any(each.reply.rows or each.reply.count for each in heard)


@pytest.fixture(scope="session")
async def stranger(newcomer: Callable[..., Awaitable[Person]], anyio_backend: str) -> Person:
    """Somebody nobody has ever dealt with: even a refused look at her things would stand in her own record."""
    return await newcomer("neighbour")


@pytest.mark.parametrize("name", STATEMENTS)
async def test_the_stranger_gets_nothing_by_it(
    name: str, world: World, house: House, people: People, stranger: Person
) -> None:
    owners = {thing.raw for thing in world.ids.values()}
    for each in heard_of(world, STATEMENTS[name]):
        asked = {k: v for k, v in each.given.items() if k != "account"}
        given_raw = {v.raw for v in asked.values() if isinstance(v, Id)}
        for account in (people.owner.account, stranger.account):
            got = await tried(house, stranger, STATEMENTS[name], {**asked, "account": account})
            nowhere = {key: fresh(value) for key, value in asked.items()}
            absent = await tried(house, stranger, STATEMENTS[name], {**nowhere, "account": account})
            assert people.owner.account not in values_of(got)
            assert not (values_of(got) & owners - given_raw)
            assert _shape(got) == _shape(absent)


def _shape(reply: Reply | str) -> tuple[int, int] | str:
    """What a caller can tell apart: the refusal, or how many rows came and how many were touched."""
    return reply if isinstance(reply, str) else (len(reply.rows), reply.count)
