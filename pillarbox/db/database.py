"""Make the installation's database, bring it up to date, and say how to reach it without the superuser's name.

Every step may be repeated: `prepare` runs at each start, on the embedded server and on any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pillarbox.db.migrate import Phase, migrate
from pillarbox.db.role_names import LOGIN_ROLES
from pillarbox.db.roles import set_passwords
from pillarbox.db.server_settings import DEFAULT_PORT
from pillarbox.kernel.errors import BadInput, Unavailable

NAME: Final = "pillarbox"
"""The database's name on a server of our own; an address from outside names its own."""
_SECRET: Final = ("user", "password", "passfile", "sslpassword")


class AddressUnreadable(BadInput):
    """The address of the database cannot be read. It looks like postgresql://user:password@host:5432/name."""


class ServerAway(Unavailable):
    """The database server does not answer, or does not let Pillarbox in."""


def at_socket(directory: Path, name: str = NAME) -> str:
    """Return the connection string of a database behind the embedded server's socket, without user or password."""
    return make_conninfo(host=str(directory), port=DEFAULT_PORT, dbname=name)


def without_login(address: str) -> str:
    """Return the address without user and password: what a process may know that logs in as a role of its own.

    Raises `AddressUnreadable`.
    """
    return make_conninfo(**{name: str(value) for name, value in _parts(address).items() if name not in _SECRET})


def ensure(superuser: str, name: str = NAME, *, template: str | None = None) -> bool:
    """Make the database where it is not there; True when it was made now. `superuser` names any other database.

    `template` is a migrated database that nobody is connected to: its copy needs no migration.
    """
    with _connected(superuser) as connection:
        if connection.execute("select from pg_database where datname = %s", [name]).rowcount:
            return False
        making = sql.SQL("create database {}").format(sql.Identifier(name))
        if template is not None:
            # A copy leaves out what may be done with the database itself, so that is said again.
            making += sql.SQL(" template {} strategy file_copy").format(sql.Identifier(template))
        connection.execute(making)
        if template is not None:
            connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
            roles = sql.SQL(", ").join(map(sql.Identifier, LOGIN_ROLES))
            connection.execute(sql.SQL("grant connect on database {} to {}").format(sql.Identifier(name), roles))
    return True


def ensure_named(address: str) -> bool:
    """Make the database that an address from outside names, where it is not there; True when it was made now.

    Raises `ServerAway` when the server does not answer, or its user may neither use nor make that database.
    """
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError as error:
        name = str(_parts(address).get("dbname") or "")
        if not name or f'database "{name}" does not exist' not in str(error):
            raise _away(error) from error
        return ensure(make_conninfo(address, dbname="postgres"), name)
    except psycopg.ProgrammingError as error:
        raise _unreadable(error) from None
    return False


def was_prepared(address: str) -> bool:
    """Whether the database of an address holds an installation already. Raises `ServerAway`."""
    with _connected(address) as connection:
        return connection.execute("select to_regclass('deploy.migration')").fetchone() != (None,)


def prepare(
    administrator: str, passwords: Mapping[str, str], *, repeatable: Iterable[Traversable], phase: Phase = "all"
) -> list[str]:
    """Bring the database that `administrator` names up to date and give its roles their passwords.

    Returns the names of the migrations that ran. Raises `ServerAway` and `MigrationChanged`.
    """
    with _connected(administrator):
        ran = migrate(administrator, repeatable=repeatable, phase=phase)
    set_passwords(administrator, passwords)
    return ran


def _connected(address: str) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(address, autocommit=True)
    except psycopg.ProgrammingError as error:
        raise _unreadable(error) from None
    except psycopg.OperationalError as error:
        raise _away(error) from error


def _parts(address: str) -> dict[str, str | int | None]:
    try:
        return conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        raise _unreadable(error) from None


def _unreadable(error: psycopg.ProgrammingError) -> AddressUnreadable:
    return AddressUnreadable(f"{AddressUnreadable().detail} ({str(error).strip()})")


def _away(error: psycopg.OperationalError) -> ServerAway:
    return ServerAway(f"The database cannot be reached: {str(error).strip()}")
