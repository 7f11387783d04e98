"""What the store knows at one moment, and what follows from it: when an incident ended, how each day went.

Pure values; pages, feeds and the API are all made from one snapshot, so they never contradict each other.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import msgspec

from pillarbox.status.words import ComponentStatus, Impact, IncidentStatus


class Component(msgspec.Struct, frozen=True, gc=False):
    """A part of the platform that is watched; times are aware UTC."""

    key: str
    id: str
    name: str
    description: str
    position: int
    status: ComponentStatus
    created_at: datetime
    updated_at: datetime


class Affected(msgspec.Struct, frozen=True, gc=False):
    """A component's status before and after an update; `code` is the component's public id."""

    code: str
    name: str
    old_status: ComponentStatus
    new_status: ComponentStatus


class Update(msgspec.Struct, frozen=True, gc=False):
    """One update of an incident: when it holds from, when it was stored, and what it says."""

    id: str
    at: datetime
    stored_at: datetime
    status: IncidentStatus
    body: str
    affected: tuple[Affected, ...]


class Change(msgspec.Struct, frozen=True, gc=False):
    """A component got another status at a time."""

    component: str
    at: datetime
    status: ComponentStatus


class Incident(msgspec.Struct, frozen=True, gc=False):
    """An incident or a maintenance with at least one update, oldest first."""

    id: str
    name: str
    impact: Impact
    updates: tuple[Update, ...]
    components: tuple[Component, ...]
    scheduled_for: datetime | None = None
    scheduled_until: datetime | None = None

    @property
    def status(self) -> IncidentStatus:
        """The status of the newest update."""
        return self.updates[-1].status

    @property
    def started_at(self) -> datetime:
        """When the first update holds from."""
        return self.updates[0].at

    @property
    def updated_at(self) -> datetime:
        """When the newest update holds from."""
        return self.updates[-1].at

    @property
    def began_at(self) -> datetime | None:
        """When it began to be felt: a maintenance is announced long before, and may be called off."""
        if not self.status.of_maintenance:
            return self.started_at
        return next((each.at for each in self.updates if each.status is IncidentStatus.IN_PROGRESS), None)

    @property
    def monitoring_at(self) -> datetime | None:
        """When it was first said to be mended."""
        return next((each.at for each in self.updates if each.status is IncidentStatus.MONITORING), None)

    @property
    def resolved_at(self) -> datetime | None:
        """Since when it has been over without a break, or None while it is not."""
        since = None
        for update in self.updates:
            since = (since or update.at) if update.status.over else None
        return since


class Snapshot(msgspec.Struct, frozen=True, gc=False):
    """Everything public. Incidents and maintenances newest first, changes oldest first."""

    components: tuple[Component, ...]
    incidents: tuple[Incident, ...]
    maintenances: tuple[Incident, ...]
    changes: tuple[Change, ...]

    @property
    def unresolved(self) -> tuple[Incident, ...]:
        """Incidents that are not over."""
        return tuple(each for each in self.incidents if not each.status.over)

    @property
    def updated_at(self) -> datetime:
        """When anything last changed."""
        incidents = [each.updated_at for each in (*self.incidents, *self.maintenances)]
        return max([each.updated_at for each in self.components] + incidents)

    def maintenances_in(self, *statuses: IncidentStatus) -> tuple[Incident, ...]:
        """Return the maintenances that stand at one of these statuses."""
        return tuple(each for each in self.maintenances if each.status in statuses)

    def days(self, component: Component, today: date, count: int) -> tuple[tuple[date, ComponentStatus | None], ...]:
        """Return the worst status of each of the last days (UTC), oldest first; None before it was watched."""
        mine = [each for each in self.changes if each.component == component.key]
        return tuple(
            (day, _worst_on(day, mine)) for day in (today - timedelta(days=back) for back in range(count - 1, -1, -1))
        )


def _worst_on(day: date, changes: list[Change]) -> ComponentStatus | None:
    begin = datetime.combine(day, time(), UTC)
    end = begin + timedelta(days=1)
    at_begin = [each.status for each in changes if each.at <= begin][-1:]
    during = [each.status for each in changes if begin < each.at < end]
    return max((*at_begin, *during), key=lambda each: each.rank, default=None)
