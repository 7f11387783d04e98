"""The files of an embedded server and who may touch them.

    root                    0700; 0711 for root, whose server runs as another account and must pass through
      server.lock           0600  who supervises
      superuser.password    0600
      server.log            0600
      pgdata/               0700  the server account's
      run/                  0700  the server account's; the socket

Only these are ever given a mode. Directories above them are made where missing and otherwise left as they are.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from pillarbox.db.account import Account, name_of
from pillarbox.db.server_errors import RootBelongsToAnother, RootHoldsOtherThings, RootUnreachable, SocketPathUnusable

SOCKET_LIMIT = 107 if sys.platform == "linux" else 103
"""Bytes in a socket's path: `sun_path` of unix(7) and of macOS's `sys/un.h`, less the closing zero."""
LOG_LIMIT = 16 * 1024 * 1024
"""Bytes after which the log is set aside as `server.log.1` at the next start."""
_SPLITS_A_LIST = (",", '"', "\n", "\r")


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths below one absolute root."""

    root: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own directory."""
        return self.root / "pgdata"

    @property
    def half_data(self) -> Path:
        """Where a new data directory is made before it takes its place, whole."""
        return self.root / "pgdata.half"

    @property
    def sockets(self) -> Path:
        """The directory of the socket."""
        return self.root / "run"

    @property
    def lock(self) -> Path:
        """Held by the process that supervises the server."""
        return self.root / "server.lock"

    @property
    def password(self) -> Path:
        """The superuser's password, without a line end."""
        return self.root / "superuser.password"

    @property
    def log(self) -> Path:
        """What the server writes."""
        return self.root / "server.log"

    def check_socket_path(self, port: int) -> None:
        """Raise `SocketPathUnusable` where a socket cannot be made or named in a connection string."""
        path = str(self.sockets / f".s.PGSQL.{port}")
        if any(mark in path for mark in _SPLITS_A_LIST):
            raise SocketPathUnusable(
                f"The data directory {self.root} has a comma, a double quote or a line break in its path, which "
                "PostgreSQL reads as the end of a name. Give another data directory."
            )
        length = len(os.fsencode(path))
        if length > SOCKET_LIMIT:
            raise SocketPathUnusable(
                f"The data directory's path is too long: the database's socket {path} would need {length} bytes, and "
                f"the system allows {SOCKET_LIMIT}. Give one whose path is at least {length - SOCKET_LIMIT} bytes "
                "shorter."
            )

    def prepare_root(self) -> None:
        """Make the root or check that it is ours; missing parents get the same mode, present ones are not touched.

        Raises `RootBelongsToAnother` and `RootHoldsOtherThings`.
        """
        for step in (*reversed(self.root.parents), self.root):
            self._make(step)
        owner = self.root.stat().st_uid
        if owner != os.geteuid():
            raise RootBelongsToAnother(
                f"The data directory {self.root} belongs to {name_of(owner)}, and you are {name_of(os.geteuid())}. "
                f"Start Pillarbox as {name_of(owner)}, or give another data directory."
            )
        if (
            not self.lock.exists()
            and any(p.name != self.lock.name for p in self.root.iterdir())
            and not self.lock.exists()
        ):
            raise RootHoldsOtherThings(
                f"The directory {self.root} already holds other things and no Pillarbox database. Give a new or an "
                "empty one, so that nothing of yours is touched."
            )
        self.root.chmod(_root_mode())

    def prepare_for(self, account: Account) -> None:
        """Make what the server account owns; raises `RootUnreachable` with the directory that bars its way."""
        barred = account.barred_at(self.root)
        if barred is not None:
            raise RootUnreachable(
                f"PostgreSQL never runs as root; here it runs as {account.name}, which may not enter {barred} and so "
                f"cannot reach {self.root}. Give a data directory below one that all may enter, such as "
                "/var/lib/pillarbox, or start Pillarbox as an ordinary user."
            )
        make_private(self.sockets, account)
        if self.data.exists():
            self.data.chmod(0o700)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_name(f"{self.log.name}.1"))

    def open_log(self) -> int:
        """Return a descriptor that appends to the log."""
        return os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)

    def write_private(self, path: Path, text: str, account: Account | None = None) -> None:
        """Write a file of mode 0600, on disk when this returns; owned by `account` where root hands it over."""
        path.unlink(missing_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            if account is not None and account.dropped:
                os.fchown(fd, account.uid, account.gid)
            os.write(fd, text.encode())
            os.fsync(fd)
        finally:
            os.close(fd)

    def sync_root(self) -> None:
        """Put the root's directory entries on disk, after a file was made or renamed in it."""
        fd = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    @staticmethod
    def _make(step: Path) -> None:
        try:
            step.mkdir()
        except FileExistsError:
            return
        except PermissionError:
            raise RootBelongsToAnother(
                f"The data directory {step} cannot be made: {step.parent} belongs to "
                f"{name_of(step.parent.stat().st_uid)}, and you are {name_of(os.geteuid())}. Give another "
                "data directory."
            ) from None
        step.chmod(_root_mode())


def make_private(path: Path, account: Account) -> None:
    """Make a directory of mode 0700 that belongs to the server account, or make a present one so."""
    path.mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)
    if account.dropped:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _root_mode() -> int:
    return 0o711 if os.geteuid() == 0 else 0o700
