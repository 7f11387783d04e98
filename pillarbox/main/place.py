"""Where an installation keeps its things: the usual data directory of this machine, and the places inside it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pillarbox.db.account import server_account
from pillarbox.db.server_errors import ServerTrouble
from pillarbox.kernel.errors import PillarboxError

SYSTEM: Final = Path("/var/lib/pillarbox")
"""Variable state information of one program: Filesystem Hierarchy Standard 3.0, section 5.8."""


class PlaceUnusable(PillarboxError):
    """The data directory cannot be made or used."""


@dataclass(frozen=True, slots=True)
class Place:
    """The paths below one data directory."""

    root: Path

    def make(self) -> None:
        """Make the directory and close it to others; for root they may pass through, as PostgreSQL's account must.

        Missing parents come with the system's usual mode. Raises `PlaceUnusable`.
        """
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            self.root.mkdir(mode=mode, parents=True, exist_ok=True)
            self.root.chmod(mode)
            for each in (self.spool, self.status_store.parent, self.incidents):
                each.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise PlaceUnusable(
                f"The data directory {self.root} cannot be used: {os.strerror(error.errno or 0)}. Give another one in "
                "PILLARBOX_DATA, or start Pillarbox as the user it belongs to."
            ) from None

    @property
    def keys(self) -> Path:
        """The installation's key file."""
        return self.root / "keys.json"

    @property
    def database(self) -> Path:
        """The root of the embedded PostgreSQL, which is its alone."""
        return self.root / "database"

    @property
    def socket(self) -> Path:
        """The directory of the embedded PostgreSQL's socket."""
        return self.database / "run"

    @property
    def holds_data(self) -> bool:
        """Whether an embedded database was made here before."""
        return (self.database / "pgdata").exists()

    @property
    def lock(self) -> Path:
        """Held by the one `pillarbox up` that runs on this directory."""
        return self.root / "up.lock"

    @property
    def preparing(self) -> Path:
        """Held while the database is made ready; children wait for it, so that they may start meanwhile."""
        return self.root / "preparing.lock"

    def wait_until_prepared(self) -> None:
        """Return when nobody prepares the database any more, at once where nobody does."""
        with contextlib.suppress(FileNotFoundError), self.preparing.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)

    @property
    def spool(self) -> Path:
        """What waits for the status page."""
        return self.root / "spool"

    @property
    def status_store(self) -> Path:
        """The status page's own store."""
        return self.root / "status" / "status.db"

    @property
    def incidents(self) -> Path:
        """Reports of what the gate caught."""
        return self.root / "incidents"

    @property
    def sign_ins(self) -> Path:
        """The demonstration's e-mail addresses, passwords and keys, for whoever tries it out."""
        return self.root / "sign-ins.json"


def usual_directory(environment: Mapping[str, str]) -> Path:
    """Return the data directory of an installation that names none.

    `var` of the checkout we run from; for root only if the account that runs PostgreSQL can reach it, else, and when
    installed, `/var/lib/pillarbox`. For others, when installed, `pillarbox` in the user's own data directory (the XDG
    Base Directory Specification's `XDG_DATA_HOME`).
    """
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").exists() and (os.geteuid() != 0 or _server_reaches(checkout)):
        return checkout / "var"
    if os.geteuid() == 0:
        return SYSTEM
    own = environment.get("XDG_DATA_HOME", "")
    return (Path(own) if own.startswith("/") else Path.home() / ".local" / "share") / "pillarbox"


def _server_reaches(directory: Path) -> bool:
    try:
        return server_account(directory / "var" / "database" / "pgdata").barred_at(directory) is None
    except ServerTrouble:
        return False
