"""The spool: how the rest of the platform tells the status process something without importing it.

A writer makes one JSON file per record in the spool directory. It writes to a name that begins with a dot, flushes it
to the disk, and renames it to `<UTC time as 20261124T140311.123456>-<random>.json`, so that it is whole or absent. The
status process reads the directory every half second, in the order of the names, and removes what it has taken in. A
record carries its own `id`, so that one that comes twice counts once. Everything in it becomes public at once: no
record may hold anything of a customer's. Times are RFC 3339 with offset.

    {"kind": "component", "id": "k3…", "at": "2026-11-24T14:03:11Z", "component": "labels", "status": "major_outage"}

    {"kind": "incident", "id": "k4…", "at": "2026-11-24T14:03:12Z", "incident": "INC-7", "status": "investigating",
     "name": "Labels are suspended", "impact": "critical", "body": "We have stopped …",
     "components": {"labels": "major_outage"}}

    {"kind": "maintenance", "id": "k5…", "at": "…", "incident": "MNT-2", "status": "scheduled", "name": "…",
     "body": "…", "scheduled_for": "…", "scheduled_until": "…", "components": {}}

`component` is one of pages, api, labels, payments, imports, tracking; statuses and impacts are those of the Statuspage
public API, version 2. `incident` is the writer's own key: the first record with it opens the incident and needs a
`name`; later ones add updates, and `name` and `impact` change only if given. `components` sets statuses together with
the update. What cannot be read is moved to `refused/` beside a `.why` file and never stops the others.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec

from pillarbox.status.words import ComponentStatus, Impact, IncidentStatus

MAX_BYTES = 64 * 1024
"""Largest record that is looked at."""

MAX_AT_ONCE = 500
"""Most records taken in one turn, so that a flood does not keep the page from being shown."""

_log = logging.getLogger(__name__)

_Key = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
_Time = Annotated[datetime, msgspec.Meta(tz=True)]
_Name = Annotated[str, msgspec.Meta(max_length=300)]
_Body = Annotated[str, msgspec.Meta(max_length=20_000)]


class ComponentRecord(msgspec.Struct, frozen=True, tag_field="kind", tag="component"):
    """One component has another status since `at`."""

    id: _Key
    at: _Time
    component: _Key
    status: ComponentStatus


class IncidentRecord(msgspec.Struct, frozen=True, tag_field="kind", tag="incident"):
    """An incident opens or goes on; `components` says which statuses change with this update."""

    id: _Key
    at: _Time
    incident: _Key
    status: IncidentStatus
    body: _Body
    name: _Name | None = None
    impact: Impact | None = None
    components: dict[str, ComponentStatus] = {}


class MaintenanceRecord(msgspec.Struct, frozen=True, tag_field="kind", tag="maintenance"):
    """A maintenance is announced or goes on; its times may change until it is completed."""

    id: _Key
    at: _Time
    incident: _Key
    status: IncidentStatus
    body: _Body
    name: _Name | None = None
    scheduled_for: _Time | None = None
    scheduled_until: _Time | None = None
    components: dict[str, ComponentStatus] = {}


Record = ComponentRecord | IncidentRecord | MaintenanceRecord


class RecordRefused(Exception):
    """This spool record cannot be used."""


_decoder = msgspec.json.Decoder(ComponentRecord | IncidentRecord | MaintenanceRecord)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def read_record(raw: bytes) -> Record:
    """Read one record. Raises `RecordRefused` with the reason. Times come back in UTC, and characters no page or feed
    may hold are left out.
    """
    if len(raw) > MAX_BYTES:
        raise RecordRefused(f"it is larger than {MAX_BYTES} bytes")
    record: Record
    try:
        record = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordRefused(str(error)) from None
    record = _in_utc(record)
    if isinstance(record, ComponentRecord):
        return record
    if record.status.of_maintenance is not isinstance(record, MaintenanceRecord):
        raise RecordRefused(f"the status {record.status.value} does not belong to this kind of record")
    name = None if record.name is None else _UNPRINTABLE.sub("", record.name).strip()
    if name == "":
        raise RecordRefused("the name is empty")
    return msgspec.structs.replace(record, name=name, body=_UNPRINTABLE.sub("", record.body).strip())


def _in_utc(record: Record) -> Record:
    fields = ("at", "scheduled_for", "scheduled_until")
    times = {name: time for name in fields if (time := getattr(record, name, None)) is not None}
    try:
        return msgspec.structs.replace(record, **{name: time.astimezone(UTC) for name, time in times.items()})
    except OverflowError:
        raise RecordRefused("a time is out of reach") from None


def waiting(spool: Path) -> Iterator[tuple[Path, Record]]:
    """Yield the records that wait in the spool, in order of their names; unreadable ones are moved to `refused/`.

    Raises `OSError` when the directory itself cannot be listed. The caller removes each file it has taken in.
    """
    with os.scandir(spool) as found:
        names = sorted(each.name for each in found if each.name.endswith(".json") and not each.name.startswith("."))
    for name in names[:MAX_AT_ONCE]:
        path = spool / name
        try:
            record = read_record(_bytes_of(path))
        except FileNotFoundError:
            continue
        except (RecordRefused, OSError) as error:
            refuse(path, str(error))
            continue
        yield path, record


def refuse(path: Path, why: str) -> None:
    """Move a file out of the way and note why, for whoever looks after the installation."""
    _log.error("spool record %s refused: %s", path.name, why)
    aside = path.parent / "refused"
    try:
        aside.mkdir(exist_ok=True)
        (aside / f"{path.name}.why").write_text(f"{why}\n", encoding="utf-8")
        path.replace(aside / path.name)
    except OSError as error:
        _log.error("spool record %s could not be moved: %s", path.name, error)


def _bytes_of(path: Path) -> bytes:
    # Not through a link: whoever may write here may not make this process read another file aloud.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        return file.read(MAX_BYTES + 1)
