"""The programs that `pillarbox up` keeps running, with what each is told in its environment.

Nobody gets the address of the database with the administrator's name in it: each logs in as its own role.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import Final

from pillarbox.main.place import Place
from pillarbox.main.processes import Child
from pillarbox.main.settings import PREFIX, Settings, environment_of

_INHERITED: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "SSL_CERT_FILE")


def children_of(settings: Settings) -> list[Child]:
    """Return the children in the order of their start: the status page first, since it needs nobody else."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    told = environment_of(settings)
    if settings.database_url:
        from pillarbox.db.database import without_login

        told[f"{PREFIX}DATABASE_URL"] = without_login(settings.database_url)
    found = [
        Child(
            "status",
            _granian(settings, settings.status_port, 1, "pillarbox.status.serving:app"),
            inherited | _status(settings),
        ),
        Child(
            "web", _granian(settings, settings.port, settings.workers, "pillarbox.main.serving:app"), inherited | told
        ),
    ]
    if importlib.util.find_spec("pillarbox.main.working") is not None:
        found.append(Child("worker", (sys.executable, "-m", "pillarbox.main.working"), inherited | told))
    return found


def _granian(settings: Settings, port: int, workers: int, target: str) -> tuple[str, ...]:
    where = ("--host", settings.host, "--port", str(port), "--workers", str(workers))
    # A worker that is told to end before it serves does not hear it, so it is ended after these seconds.
    ending = ("--workers-kill-timeout", "5", "--respawn-failed-workers")
    how = ("--interface", "asgi", "--factory", "--no-ws", "--log-level", "warning", *ending)
    return (sys.executable, "-m", "granian", *how, *where, target)


def _status(settings: Settings) -> dict[str, str]:
    place = Place(settings.data)
    return {
        "PILLARBOX_STATUS_STORE": str(place.status_store),
        "PILLARBOX_SPOOL": str(place.spool),
        "PILLARBOX_STATUS_URL": settings.status_address,
        "PILLARBOX_STATUS_NAME": f"{settings.operator_name} status",
    }
