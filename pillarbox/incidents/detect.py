"""Take down what the gate caught: whose ids nearly went to whom, and connections that remembered their last user.

Every report is one small file of its own below the data directory, on disk before the caller gets its "not found".
Ids, accounts and times only, never contents.
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import structlog

from pillarbox.gate.release import Exposure
from pillarbox.kernel.clock import Clock

_LOG = structlog.get_logger()


class Detect:
    """The gate's sink, one for each process. Never raises: a report that cannot be stored is at least in the log."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        """`directory` is made at the first report where it is missing; only its owner may read it."""
        self._directory = directory
        self._clock = clock

    def exposure(self, exposure: Exposure) -> None:
        """Record a value that the gate held back because it belonged to somebody else."""
        viewer = exposure.viewer
        marks = [
            {"account": str(mark.owner), "fields": mark.fields, "ids": [i.hex() for i in mark.ids]}
            for mark in exposure.marks
        ]
        self._take(
            "exposure",
            surface=exposure.surface,
            request=exposure.request.hex(),
            viewer={
                "account": str(viewer.account),
                "person": _hex(viewer.person),
                "credential": _hex(viewer.credential),
                "kind": viewer.kind,
                "device": _hex(viewer.device),
            },
            entered_account=str(exposure.entered_account),
            marks=marks,
        )

    def traces(self) -> None:
        """Record that a database connection was closed because the next customer would have met traces in it."""
        self._take("traces")

    def _take(self, what: str, **found: Any) -> None:
        now = self._clock()
        report = {"what": what, "at": now.isoformat(), **found}
        _LOG.error("incident report", **report)
        try:
            self._store(now, report)
        except OSError as error:
            _LOG.error("incident report could not be stored", cause=os.strerror(error.errno or 0))

    def _store(self, now: datetime, report: dict[str, Any]) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{now:%Y%m%dT%H%M%S.%f}-{secrets.token_hex(4)}.json"
        half = self._directory / f".{name}"
        fd = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(msgspec.json.encode(report) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        half.rename(self._directory / name)


def _hex(raw: bytes | None) -> str | None:
    return None if raw is None else raw.hex()
