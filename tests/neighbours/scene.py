"""Arbitrary SQL in somebody's hands, and an administrator who sees whether anything of the owner's was touched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg

from pillarbox.gate.sign_in import email_bytes, proof_of
from pillarbox.kernel.ids import TagKey
from pillarbox.main.house import conninfo
from tests.conftest import Installation, People, Person

if TYPE_CHECKING:
    from tests.neighbours.conftest import World

Sql = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Scene:
    """Somebody with arbitrary SQL as the application's role, the administrator who looks on, and what there is to name."""

    app: Sql
    admin: Sql
    tags: TagKey
    people: People
    things: dict[str, Any]
    named: dict[str, UUID]
    """The ids of the owner's world."""

    def secret(self, credential: str) -> bytes:
        return self.tags.open_credential(credential).secret

    def bind(self, binding: str) -> None:
        who, given = self.people, self.things
        credential = {
            "session": who.owner.session,
            "mate": who.mate.session,
            "key": who.owner.api_key,
            "staff": who.staff.session,
            "stranger": who.stranger.session,
        }.get(binding)
        if credential is not None:
            self.app.execute("select gate.enter(%s, 'pages')", [self.secret(credential)])
        elif binding == "network":
            self.app.execute("select gate.enter_scan(%(network)s, %(number)s)", given)
        elif binding == "public":
            self.app.execute("select gate.enter_tracking(%(number)s)", given)
        elif binding == "payment":
            self.app.execute("select gate.enter_payment('test', %(reference)s)", given)

    def tried(self, binding: str, sql: str, given: dict[str, Any], *, commit: bool = False) -> Any:
        """Return the shape of what the call gave, or the code of the refusal; undone unless `commit`."""
        try:
            with self.app.transaction(force_rollback=not commit):
                self.bind(binding)
                return [tuple(map(_shape, row)) for row in self.app.execute(sql, given).fetchall()]
        except psycopg.Error as error:
            return error.sqlstate

    def proof(self, who: Person) -> tuple[bytes, bytes]:
        """The e-mail and the argon2id output with which somebody signs in."""
        email = email_bytes(who.email)
        salt = self.app.execute("select gate.sign_in_parameters(%s)", [email]).fetchone()
        assert salt is not None
        return email, proof_of(who.password, bytes(salt[0]))

    def one(self, sql: str, *given: Any) -> Any:
        row = self.admin.execute(sql, given).fetchone()
        return None if row is None else row[0]

    def holdings(self, account: int) -> dict[str, str]:
        """A digest of every row of the account, table by table, in the vault and at the gate."""
        tables = self.admin.execute(
            "select attrelid::regclass::text from pg_attribute join pg_class on pg_class.oid = attrelid"
            " where relkind = 'r' and attname = 'account_id'"
            " and relnamespace in ('vault'::regnamespace, 'gate'::regnamespace)"
        ).fetchall()
        digest = "select md5(string_agg(t::text, '' order by t::text)) from {} t where account_id = %s"
        return {table: self.one(digest.format(table), account) for (table,) in tables}

    def strike_jobs(self, account: int) -> None:
        """Take an account's jobs out of the queue."""
        mine = "select job_id from gate.job where account_id = %s"
        self.admin.execute(f"delete from jobs.procrastinate_jobs where id in ({mine})", [account])


def _shape(value: Any) -> Any:
    """What can be told apart without knowing the value: secrets, numbers and ids are fresh each time."""
    return (type(value).__name__, len(value)) if isinstance(value, bytes | str) else type(value).__name__


@contextmanager
def scene_of(installation: Installation, world: World, people: People) -> Iterator[Scene]:
    app_info = conninfo(installation.settings, installation.secrets, "app")
    with (
        psycopg.connect(app_info, autocommit=True) as app,
        psycopg.connect(installation.administrator, autocommit=True) as admin,
    ):
        named = {name: UUID(bytes=thing.raw) for name, thing in world.ids.items()}
        scene = Scene(app, admin, TagKey(installation.secrets.tag), people, {}, named)
        email, proof = scene.proof(people.owner)
        reference = "select reference from gate.payment where account_id = %s"
        scene.things.update(
            email=email,
            proof=proof,
            secret=scene.secret(people.owner.session),
            network=scene.secret(people.network),
            number=world.number,
            reference=scene.one(reference, people.owner.account),
            label=named["label_id"],
            indicator=scene.one("select min(indicator) from gate.s10_range"),
            nothing=b"nothing",
        )
        yield scene
