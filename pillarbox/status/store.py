"""The status process's own small store: one SQLite file that needs nothing else to be alive.

It takes spool records in, each in one transaction, and gives back a snapshot from which everything public is made.
Nothing in it is a customer's.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from pillarbox.kernel.clock import Clock
from pillarbox.status.snapshot import Affected, Change, Component, Incident, Snapshot, Update
from pillarbox.status.spool import ComponentRecord, IncidentRecord, MaintenanceRecord, Record, RecordRefused
from pillarbox.status.words import ComponentStatus, Impact, IncidentStatus

COMPONENTS: Final = (
    ("pages", "Pages", "Signing in, orders and everything you do in the browser"),
    ("api", "API", "What your shop or warehouse software talks to"),
    ("labels", "Labels", "Buying, printing and cancelling labels"),
    ("payments", "Payments", "Topping up, paying and refunds"),
    ("imports", "Imports", "Reading order files and shop orders"),
    ("tracking", "Tracking", "News of parcels on their way"),
)
"""Key, name and description of what is watched, in the order in which it is shown."""

LISTED: Final = 50
"""Incidents and maintenances in a list (Statuspage public API v2)."""

DAYS: Final = 90
"""Days of history that the page draws."""


class Store:
    """The open store. One thread at a time; other processes may read and write the same file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Open or make the file and seed the components. Raises `sqlite3.Error` when it cannot be used."""
        self._clock = clock
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._db = sqlite3.connect(path, timeout=2.0, isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.execute("pragma foreign_keys = on")
        self._db.executescript(files("pillarbox.status").joinpath("store.sql").read_text(encoding="utf-8"))
        self._seed()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def version(self) -> int:
        """Return a number that changes when another process has written to the file."""
        return int(self._db.execute("pragma data_version").fetchone()[0])

    def take(self, record: Record) -> bool:
        """Take a record in, whole or not at all; False if it was taken before.

        Raises `RecordRefused` when it names an unknown component or opens an incident without a name. Times in the
        future are read as now, so that a clock that runs ahead cannot silence later news.
        """
        now = self._clock()
        record = msgspec.structs.replace(record, at=min(record.at, now))
        self._db.execute("begin immediate")
        try:
            fresh = self._db.execute(
                "insert into taken (record_id, at) values (?, ?) on conflict do nothing", (record.id, _text(now))
            ).rowcount
            if fresh and isinstance(record, ComponentRecord):
                self._set_status(record.component, record.status, record.at)
            elif fresh and not isinstance(record, ComponentRecord):
                self._add_update(record, now)
            self._db.execute("commit")
        except BaseException:
            self._db.execute("rollback")
            raise
        return bool(fresh)

    def snapshot(self) -> Snapshot:
        """Return everything public as it stands, the newest incidents and maintenances first."""
        self._db.execute("begin")
        try:
            components = self._components()
            return Snapshot(
                components=tuple(components.values()),
                incidents=self._incidents(components, maintenance=False),
                maintenances=self._incidents(components, maintenance=True),
                changes=self._changes(),
            )
        finally:
            self._db.execute("commit")

    def _seed(self) -> None:
        now = _text(self._clock())
        self._db.execute("begin immediate")
        for position, (key, name, description) in enumerate(COMPONENTS, 1):
            made = self._db.execute(
                "insert into component values (?, ?, ?, ?, ?, 'operational', ?, ?) on conflict do nothing",
                (key, public_id("component", key), name, description, position, now, now),
            ).rowcount
            if made:
                self._db.execute("insert into component_change values (?, ?, 'operational')", (key, now))
        self._db.execute("commit")

    def _set_status(self, key: str, status: ComponentStatus, at: datetime) -> ComponentStatus:
        """Set a component's status unless newer news has come; return what it was before.

        News from before the store existed holds from its beginning: it was written before we first started.
        """
        row = self._db.execute("select status, updated_at, created_at from component where key = ?", (key,)).fetchone()
        if row is None:
            raise RecordRefused(f"there is no component {key[:100]!r}")
        before, at = ComponentStatus(row[0]), max(at, _time(row[2]))
        if _time(row[1]) <= at and before is not status:
            self._db.execute("update component set status = ?, updated_at = ? where key = ?", (status, _text(at), key))
            self._db.execute("insert into component_change values (?, ?, ?)", (key, _text(at), status))
        return before

    def _add_update(self, record: IncidentRecord | MaintenanceRecord, now: datetime) -> None:
        incident_id = self._opened(record)
        affected = []
        for key, status in record.components.items():
            before = self._set_status(key, status, record.at)
            name, code = self._db.execute("select name, id from component where key = ?", (key,)).fetchone()
            affected.append(Affected(code, name, before, status))
            self._db.execute("insert into incident_component values (?, ?) on conflict do nothing", (incident_id, key))
        self._db.execute(
            "insert into incident_update values (?, ?, ?, ?, ?, ?, ?)",
            (
                public_id("update", record.id),
                incident_id,
                _text(record.at),
                _text(now),
                record.status,
                record.body,
                msgspec.json.encode(affected).decode() if affected else None,
            ),
        )

    def _opened(self, record: IncidentRecord | MaintenanceRecord) -> str:
        """Return the incident's public id, opening it when its key is new and bringing its head up to date."""
        maintenance = isinstance(record, MaintenanceRecord)
        incident_id = public_id("maintenance" if maintenance else "incident", record.incident)
        latest = self._db.execute(
            "select (select max(at) from incident_update where incident_id = incident.id) from incident where id = ?",
            (incident_id,),
        ).fetchone()
        if latest is None:
            if not record.name:
                raise RecordRefused("the first record of an incident needs a name")
            impact = Impact.MAINTENANCE if maintenance else Impact.NONE
            self._db.execute(
                "insert into incident values (?, ?, ?, ?, ?, null, null)",
                (incident_id, record.incident, maintenance, record.name, impact),
            )
        elif latest[0] is not None and _time(latest[0]) > record.at:
            return incident_id
        until, start = getattr(record, "scheduled_until", None), getattr(record, "scheduled_for", None)
        self._db.execute(
            "update incident set name = coalesce(?, name), impact = coalesce(?, impact),"
            " scheduled_for = coalesce(?, scheduled_for), scheduled_until = coalesce(?, scheduled_until) where id = ?",
            (record.name, getattr(record, "impact", None), start and _text(start), until and _text(until), incident_id),
        )
        return incident_id

    def _components(self) -> dict[str, Component]:
        rows = self._db.execute(
            "select key, id, name, description, position, status, created_at, updated_at from component"
            " order by position"
        )
        return {
            key: Component(key, code, name, says, position, ComponentStatus(status), _time(created), _time(updated))
            for key, code, name, says, position, status, created, updated in rows
        }

    def _incidents(self, components: dict[str, Component], *, maintenance: bool) -> tuple[Incident, ...]:
        rows = self._db.execute(
            "select id, name, impact, scheduled_for, scheduled_until from incident where maintenance = ?"
            " order by (select min(at) from incident_update where incident_id = incident.id) desc, id limit ?",
            (maintenance, LISTED),
        ).fetchall()
        return tuple(
            Incident(
                incident_id,
                name,
                Impact(impact),
                self._updates(incident_id),
                tuple(components[key] for key in components if key in self._touched(incident_id)),
                start and _time(start),
                until and _time(until),
            )
            for incident_id, name, impact, start, until in rows
        )

    def _updates(self, incident_id: str) -> tuple[Update, ...]:
        rows = self._db.execute(
            "select id, at, stored_at, status, body, affected from incident_update where incident_id = ?"
            " order by at, rowid",
            (incident_id,),
        )
        return tuple(
            Update(
                code,
                _time(at),
                _time(stored),
                IncidentStatus(status),
                body,
                () if affected is None else msgspec.json.decode(affected, type=tuple[Affected, ...]),
            )
            for code, at, stored, status, body, affected in rows
        )

    def _touched(self, incident_id: str) -> set[str]:
        rows = self._db.execute("select component_key from incident_component where incident_id = ?", (incident_id,))
        return {key for (key,) in rows}

    def _changes(self) -> tuple[Change, ...]:
        """Return the changes of the last days, and for each component the last one before, oldest first."""
        since = _text(self._clock() - timedelta(days=DAYS + 1))
        rows = self._db.execute(
            "select component_key, at, status from component_change c where at >= coalesce((select max(at) from"
            " component_change where component_key = c.component_key and at < ?), '') order by at, rowid",
            (since,),
        )
        return tuple(Change(key, _time(at), ComponentStatus(status)) for key, at, status in rows)


def public_id(kind: str, key: str) -> str:
    """Return a stable id of twelve letters and digits, in Statuspage's manner; it does not show the key."""
    number = int.from_bytes(blake2b(f"{kind}\0{key}".encode(), digest_size=9).digest(), "big")
    letters = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    for _ in range(12):
        number, digit = divmod(number, 36)
        text += letters[digit]
    return text


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
