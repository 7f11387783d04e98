"""Run an installation: claim it, start its programs and meanwhile its database, say when it is ready, look after it.

claim ── children start ─┬─ they import and wait for the lock `preparing`
                         └─ server starts, migrations, demonstration ── lock given back ── ready
"""

from __future__ import annotations

import http.client
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pillarbox.db.lockfile import LockFile
from pillarbox.kernel.errors import Unavailable
from pillarbox.main.children import children_of
from pillarbox.main.claims import claim, port_free
from pillarbox.main.place import Place
from pillarbox.main.processes import Supervisor
from pillarbox.main.secrets import open_secrets
from pillarbox.main.settings import Settings

if TYPE_CHECKING:
    from pillarbox.db.embedded import EmbeddedServer

_PATIENCE: Final = 30.0
"""Seconds from a ready database to the first answer of the web server."""
_POLL: Final = 0.01
_LOADED: Final = time.monotonic()


class NeverReady(Unavailable):
    """The web server did not answer in time. What it wrote above says why."""


class Up:
    """One run of an installation, in the main thread."""

    def __init__(self, settings: Settings, *, demonstration: bool) -> None:
        """With `demonstration` a database that is made now is filled with things to try."""
        self._settings = settings
        self._demonstration = demonstration
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
            self._preparing.acquire()
            self._supervisor = Supervisor(children_of(settings), say=self._say, watch=self._watch)
            self._supervisor.run()
        finally:
            self._preparing.release()
            if self._server is not None:
                self._server.stop()
            lock.release()

    def _watch(self) -> None:
        if not self._prepared:
            self._prepared = True
            try:
                self._prepare()
            finally:
                self._preparing.release()  # also when it failed: a child that waits for this cannot be stopped gently
            self._wait_for_answer()
        elif self._server is not None and self._server.ensure() is not None:
            self._say("the database server had ended and was started again")

    def _prepare(self) -> None:
        # Imported while the children start: they take as long to wake as these do to load.
        from pillarbox.main.database import FIRST, make_ready, server_of
        from pillarbox.main.demonstration import furnish

        self._server = server_of(self._settings)
        if self._server is not None:
            self._server.start()
        fresh = FIRST in make_ready(self._settings, self._secrets, self._server)
        furnish(self._settings, self._secrets, demonstration=fresh and self._demonstration)

    def _wait_for_answer(self) -> None:
        from pillarbox.main import speaking
        from pillarbox.main.demonstration_story import read_sign_ins

        until = time.monotonic() + _PATIENCE
        while not self._supervisor.asked_to_stop:
            if answers(self._settings.host, self._settings.port):
                speaking.ready(self._settings, read_sign_ins(self._place), _age())
                return
            if time.monotonic() > until:
                raise NeverReady
            time.sleep(_POLL)

    @staticmethod
    def _say(words: str) -> None:
        from pillarbox.main import speaking

        speaking.event(words)


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
