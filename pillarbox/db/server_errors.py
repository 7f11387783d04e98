"""What can go wrong between Pillarbox and its own PostgreSQL server.

Each error says in one or two sentences what was found and what to do. None of them ever carries the superuser's
password or anything a customer wrote.
"""

from __future__ import annotations

from pillarbox.kernel.errors import PillarboxError


class ServerTrouble(PillarboxError):
    """Pillarbox's own database server cannot be used."""


class BinariesMissing(ServerTrouble):
    """There is no PostgreSQL server on this machine that Pillarbox could start. Install PostgreSQL 17 or later, or give
    the address of a running one in PILLARBOX_DATABASE_URL.
    """


class SocketPathUnusable(ServerTrouble):
    """The data directory's path cannot hold a socket: too long, or with a comma, a double quote or a line break."""


class RootBelongsToAnother(ServerTrouble):
    """The data directory belongs to another user. Start Pillarbox as that user, or give another data directory."""


class RootHoldsOtherThings(ServerTrouble):
    """The data directory already holds other things. Give a new or an empty one: nothing of yours shall be touched."""


class RootUnreachable(ServerTrouble):
    """PostgreSQL never runs as root, and the account it runs as cannot reach the data directory."""


class NoAccountForServer(ServerTrouble):
    """PostgreSQL never runs as root, and this machine has no account it could run as. Add one (for instance
    `useradd --system pillarbox`), or start Pillarbox as an ordinary user.
    """


class AccountHasNoName(ServerTrouble):
    """PostgreSQL cannot be set up by a user without an entry in the password file. Add one for this user id, or give
    the address of a running PostgreSQL in PILLARBOX_DATABASE_URL.
    """


class DataNotInitialised(ServerTrouble):
    """PostgreSQL could not set up its data directory."""


class DataOfAnotherVersion(ServerTrouble):
    """The stored data was written by another major version of PostgreSQL. Nothing was changed."""


class PasswordMissing(ServerTrouble):
    """The file with the database superuser's password is missing or empty, although there is data. Put it back from
    your backup; nothing was changed.
    """


class PreviousServerStays(ServerTrouble):
    """An earlier database server still runs on the same data and does not stop. Nothing was changed."""


class ServerStoppedAtOnce(ServerTrouble):
    """The database server stopped while it was starting."""


class ServerNotReady(ServerTrouble):
    """The database server did not become ready in time."""


class SettingReserved(ServerTrouble):
    """Pillarbox sets this itself, so that the server cannot be reached from elsewhere."""


class NotFromMainThread(ServerTrouble):
    """The database server must be started from the main thread: Linux ends it with the thread that started it."""
