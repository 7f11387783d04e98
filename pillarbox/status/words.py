"""The vocabulary of the status page: states of components and incidents, and how each is said to people.

The values are those of the Statuspage public API, version 2, so that its clients read ours unchanged.
"""

from __future__ import annotations

from enum import StrEnum


class ComponentStatus(StrEnum):
    """How one part of the platform fares, best first."""

    OPERATIONAL = "operational"
    UNDER_MAINTENANCE = "under_maintenance"
    DEGRADED_PERFORMANCE = "degraded_performance"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"

    @property
    def words(self) -> str:
        """The state in a word or two."""
        return _COMPONENT_WORDS[self]

    @property
    def rank(self) -> int:
        """0 for the best state; the worst of several has the highest."""
        return list(ComponentStatus).index(self)


class IncidentStatus(StrEnum):
    """How far an incident or a maintenance has come; the last four belong to maintenance."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    POSTMORTEM = "postmortem"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    VERIFYING = "verifying"
    COMPLETED = "completed"

    @property
    def words(self) -> str:
        """The status in a few plain words."""
        return _INCIDENT_WORDS[self]

    @property
    def over(self) -> bool:
        """Whether nothing more is expected to happen."""
        return self in {IncidentStatus.RESOLVED, IncidentStatus.POSTMORTEM, IncidentStatus.COMPLETED}

    @property
    def of_maintenance(self) -> bool:
        """Whether this status belongs to a scheduled maintenance."""
        return list(IncidentStatus).index(self) >= list(IncidentStatus).index(IncidentStatus.SCHEDULED)


class Impact(StrEnum):
    """How much an incident hurts, as its editor judges it."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"
    MAINTENANCE = "maintenance"


_COMPONENT_WORDS = {
    ComponentStatus.OPERATIONAL: "Working",
    ComponentStatus.UNDER_MAINTENANCE: "Being maintained",
    ComponentStatus.DEGRADED_PERFORMANCE: "Slow",
    ComponentStatus.PARTIAL_OUTAGE: "Partly down",
    ComponentStatus.MAJOR_OUTAGE: "Down",
}

_INCIDENT_WORDS = {
    IncidentStatus.INVESTIGATING: "We are looking into it",
    IncidentStatus.IDENTIFIED: "We know the cause",
    IncidentStatus.MONITORING: "Mended, and we are watching it",
    IncidentStatus.RESOLVED: "Resolved",
    IncidentStatus.POSTMORTEM: "What happened",
    IncidentStatus.SCHEDULED: "Planned",
    IncidentStatus.IN_PROGRESS: "Under way",
    IncidentStatus.VERIFYING: "Done, and we are checking it",
    IncidentStatus.COMPLETED: "Completed",
}


def overall(statuses: list[ComponentStatus]) -> tuple[str, str]:
    """Return indicator and description of the whole from its components, in Statuspage's own terms.

    All parts down is critical; any part down, wholly or partly, is major; anything slow is minor.
    """
    worst = max(statuses, key=lambda each: each.rank, default=ComponentStatus.OPERATIONAL)
    if worst is ComponentStatus.OPERATIONAL:
        return "none", "All Systems Operational"
    if worst is ComponentStatus.UNDER_MAINTENANCE:
        return "maintenance", "Service Under Maintenance"
    if worst is ComponentStatus.DEGRADED_PERFORMANCE:
        return "minor", "Partially Degraded Service"
    if all(each is ComponentStatus.MAJOR_OUTAGE for each in statuses):
        return "critical", "Major System Outage"
    return "major", "Partial System Outage"
