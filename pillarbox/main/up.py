"""Run an installation: claim it, start its programs and meanwhile its database, say when it is ready, look after it.

claim ── children start ─┬─ they import and wait for the lock `preparing`
                         └─ server starts, migrations, demonstration ── lock given back ── ready
"""

from __future__ import annotations

import http.client
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from pillarbox.db.embedded import EmbeddedServer
from pillarbox.db.lockfile import LockFile
from pillarbox.kernel.errors import Unavailable
from pillarbox.main.children import children_of
from pillarbox.main.claims import claim, port_free
from pillarbox.main.database import FIRST, make_ready, open_secrets, server_of
from pillarbox.main.place import Place
from pillarbox.main.processes import Supervisor
from pillarbox.main.secrets import Secrets
from pillarbox.main.settings import Settings

_PATIENCE: Final = 30.0
"""Seconds from a ready database to the first answer of the web server."""
_POLL: Final = 0.01
_LOADED: Final = time.monotonic()


class Furnish(Protocol):
    """Fills a prepared database; `fresh` says that it was made just now."""

    def __call__(self, secrets: Secrets, *, fresh: bool) -> None:
        """Do so."""


class NeverReady(Unavailable):
    """The web server did not answer in time. What it wrote above says why."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What became ready: after how many seconds from the beginning, and whether the database was made just now."""

    seconds: float
    fresh: bool


class Up:
    """One run of an installation, in the main thread."""

    def __init__(
        self,
        settings: Settings,
        *,
        furnish: Furnish,
        ready: Callable[[Ready], None],
        say: Callable[[str], None],
    ) -> None:
        """`furnish` fills the prepared database; `ready` is told once; `say` gets a line for each event."""
        self._settings = settings
        self._furnish = furnish
        self._tell_ready = ready
        self._say = say
        self._place = Place(settings.data)
        self._preparing = LockFile(self._place.preparing)
        self._server: EmbeddedServer | None = None
        self._prepared = False

    def run(self) -> None:
        """Run until SIGINT or SIGTERM, then leave no process and no socket behind.

        Raises `AlreadyUp`, `PortBusy`, `PortNotAllowed`, `NeverReady` and what the database has to say.
        """
        settings = self._settings
        self._place.make()
        lock = claim(self._place.lock, settings.address)
        try:
            port_free(settings.host, settings.port)
            port_free(settings.host, settings.status_port)
            self._secrets = open_secrets(settings)
            self._server = server_of(settings)
            self._preparing.acquire()
            self._supervisor = Supervisor(children_of(settings), say=self._say, watch=self._watch)
            self._supervisor.run()
        finally:
            self._preparing.release()
            if self._server is not None:
                self._server.stop()
            lock.release()

    def _watch(self) -> None:
        if self._prepared:
            if self._server is not None and self._server.ensure() is not None:
                self._say("the database server had ended and was started again")
            return
        self._prepared = True
        if self._server is not None:
            self._server.start()
        fresh = FIRST in make_ready(self._settings, self._secrets, self._server)
        self._furnish(self._secrets, fresh=fresh)
        self._preparing.release()
        until = time.monotonic() + _PATIENCE
        while not self._supervisor.asked_to_stop:
            if answers(self._settings.host, self._settings.port):
                self._tell_ready(Ready(_age(), fresh))
                return
            if time.monotonic() > until:
                raise NeverReady
            time.sleep(_POLL)


def _age() -> float:
    """Seconds since this process began, its own imports included; that is how long somebody has waited."""
    if sys.platform != "linux":
        return time.monotonic() - _LOADED
    began = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - began


def answers(host: str, port: int) -> bool:
    """Whether the web server on this host and port says that it is well."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - named, not bound
    connection = http.client.HTTPConnection(reached, port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
