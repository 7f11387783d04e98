"""Migrations: numbered SQL files, each named for before (`pre`) or after (`post`) the new code is deployed.

Every file runs once, in its own transaction, under an advisory lock, and its digest is remembered, so a file that was
changed after it ran is noticed. The crossings and Procrastinate's schema are laid from their own files.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal

import psycopg
from procrastinate.schema import SchemaManager

from pillarbox.kernel.errors import Conflict

Phase = Literal["pre", "post", "all"]
_LOCK = 7_274_527
"""Any constant will do: it keeps two migrations of one database apart."""


class MigrationChanged(Conflict):
    """A migration that already ran has been edited since. Nothing was changed."""

    def __init__(self, name: str) -> None:
        """`name` is the migration's file."""
        super().__init__(
            f"The migration {name} has been edited since it ran on this database. Nothing was changed. Put it back as "
            "it was and add a new one, or begin with an empty database."
        )


def migrate(conninfo: str, *, repeatable: Iterable[Traversable], phase: Phase = "all") -> list[str]:
    """Bring the database up to date as its administrator; return the names of what ran.

    `repeatable` files (the crossings) run again whenever their text has changed.
    """
    ran: list[str] = []
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", [_LOCK])
        connection.execute(
            "create schema if not exists deploy; create table if not exists deploy.migration "
            "(name text primary key, digest bytea not null, ran_at timestamptz not null default now())"
        )
        done: dict[str, bytes] = dict(connection.execute("select name, digest from deploy.migration").fetchall())
        for file in _files(phase):
            text = file.read_text(encoding="utf-8")
            if done.get(file.name) is None:
                _run(connection, file.name, text)
                ran.append(file.name)
            elif bytes(done[file.name]) != sha256(text.encode()).digest():
                raise MigrationChanged(file.name)
        for file in repeatable:
            text = file.read_text(encoding="utf-8")
            if done.get(file.name) is None or bytes(done[file.name]) != sha256(text.encode()).digest():
                _run(connection, file.name, text)
                ran.append(file.name)
    return ran


def _files(phase: Phase) -> list[Traversable]:
    folder = files("pillarbox.db").joinpath("migrations")
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [f for f in found if phase == "all" or f"_{phase}_" in f.name]


def _run(connection: psycopg.Connection[tuple[str, bytes]], name: str, text: str) -> None:
    with connection.transaction():
        if name.endswith("_jobs.sql"):
            connection.execute("set local search_path = jobs, pg_catalog")
            connection.execute(SchemaManager.get_schema())
            connection.execute("set local search_path = pg_catalog")
        connection.execute(text)
        connection.execute("reset role")
        connection.execute(
            "insert into deploy.migration (name, digest) values (%s, %s) "
            "on conflict (name) do update set digest = excluded.digest, ran_at = now()",
            [name, sha256(text.encode()).digest()],
        )
