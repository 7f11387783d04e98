"""The installation's database as the command line meets it: started if need be, made, migrated, its roles let in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from pillarbox.db.database import ensure, ensure_named, prepare
from pillarbox.db.embedded import EmbeddedServer
from pillarbox.db.migrate import Phase
from pillarbox.main.place import Place
from pillarbox.main.secrets import Secrets, open_secrets
from pillarbox.main.settings import Settings

FIRST: Final = "0001_pre_roles_and_schemas.sql"
"""The migration that only a new database runs."""


def server_of(settings: Settings) -> EmbeddedServer | None:
    """Return the server of our own, not started yet; None where the settings name another database."""
    return EmbeddedServer(Place(settings.data).database) if settings.embedded else None


def make_ready(settings: Settings, secrets: Secrets, server: EmbeddedServer | None, phase: Phase = "all") -> list[str]:
    """Make the database where it is missing and bring it up to date; return the migrations that ran.

    The embedded server must run. Raises `ServerAway` and `MigrationChanged`.
    """
    administrator = settings.database_url
    if server is None:
        ensure_named(administrator)
    else:
        ensure(server.superuser_conninfo())
        administrator = server.superuser_conninfo("pillarbox")
    crossings = files("pillarbox.gate").joinpath("crossings.sql")
    return prepare(administrator, secrets.passwords, repeatable=[crossings], phase=phase)


@contextlib.contextmanager
def running(settings: Settings) -> Iterator[EmbeddedServer | None]:
    """Have the database server running; one of our own that nobody runs is started now and stopped afterwards."""
    server = server_of(settings)
    if server is None:
        yield None
        return
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def at_hand(settings: Settings) -> Iterator[Secrets]:
    """Have the database running and up to date for one command, whether or not Pillarbox is up; yield the secrets."""
    secrets = open_secrets(settings)
    with running(settings) as server:
        if server is None or server.supervises:
            make_ready(settings, secrets, server)
        yield secrets
