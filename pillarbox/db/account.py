"""The operating system's account that runs the server, and what it can reach.

An ordinary user runs the server as itself. Root never may: then an unprivileged account with an entry in the password
file is used, the one that already owns the data if there is data.
"""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from pillarbox.db.server_errors import AccountHasNoName, NoAccountForServer

CANDIDATES = ("pillarbox", "postgres", "nobody")
"""In this order; `nobody` last, because other services may run as it too."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user and its primary group. `dropped` is true when root starts the server as this account."""

    name: str
    uid: int
    gid: int
    dropped: bool

    @property
    def ids(self) -> tuple[int | None, int | None]:
        """User and group to change to, or nothing where no change is needed."""
        return (self.uid, self.gid) if self.dropped else (None, None)

    def barred_at(self, path: Path) -> Path | None:
        """Return the first directory on the way to `path`, itself included, that the account may not enter.

        Read from owner, group and mode; access lists are not considered. None when the way is open.
        """
        for step in (*reversed(path.parents), path):
            found = step.stat()
            bit = 0o100 if found.st_uid == self.uid else 0o010 if found.st_gid == self.gid else 0o001
            if not found.st_mode & bit:
                return step
        return None


def server_account(data: Path) -> Account:
    """Return the account that runs the server on the directory `data`, which need not exist.

    Raises `AccountHasNoName` for an ordinary user without a password-file entry (initdb needs one) and
    `NoAccountForServer` where root finds none to use.
    """
    if os.geteuid() != 0:
        try:
            name = pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            raise AccountHasNoName from None
        return Account(name, os.geteuid(), os.getegid(), dropped=False)
    found = _owner(data) or next((entry for name in CANDIDATES if (entry := _entry(name)) is not None), None)
    if found is None:
        raise NoAccountForServer
    if found.pw_uid == 0:
        raise NoAccountForServer(
            f"The data in {data} belongs to root, and PostgreSQL never runs as root. Give it and all that is in it "
            f"to an unprivileged account (for instance `chown -R postgres {data}`)."
        )
    return Account(found.pw_name, found.pw_uid, found.pw_gid, dropped=True)


def name_of(uid: int) -> str:
    """Return a user's name, or `user id 1234` where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user id {uid}"


def _owner(data: Path) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(data.stat().st_uid)
    except (FileNotFoundError, KeyError):
        return None


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
