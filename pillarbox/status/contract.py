"""The documents of the Statuspage public API, version 2, made from a snapshot.

Field names and lists follow that contract to the letter, so that public clients and widgets read them unmodified.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from pillarbox.status.snapshot import Component, Incident, Snapshot, Update
from pillarbox.status.store import public_id
from pillarbox.status.words import IncidentStatus, overall

PAGE_ID = public_id("page", "pillarbox")


class Page(msgspec.Struct, frozen=True, gc=False):
    """The page itself: its name, public address without a final slash, and zone."""

    name: str
    url: str
    time_zone: str = "Europe/London"


def documents(snapshot: Snapshot, page: Page) -> dict[str, bytes]:
    """Return the body of every JSON document by its path."""
    head = {
        "id": PAGE_ID,
        "name": page.name,
        "url": page.url,
        "time_zone": page.time_zone,
        "updated_at": stamp(snapshot.updated_at),
    }
    indicator, description = overall([each.status for each in snapshot.components])
    status = {"indicator": indicator, "description": description}
    components = [_component(each) for each in snapshot.components]
    upcoming = snapshot.maintenances_in(IncidentStatus.SCHEDULED)
    active = snapshot.maintenances_in(IncidentStatus.IN_PROGRESS, IncidentStatus.VERIFYING)

    def listed(incidents: Iterable[Incident]) -> list[dict[str, Any]]:
        return [_incident(each, page) for each in incidents]

    bodies: dict[str, dict[str, Any]] = {
        "summary": {
            "components": components,
            "incidents": listed(snapshot.unresolved),
            "scheduled_maintenances": listed((*active, *upcoming)),
            "status": status,
        },
        "status": {"status": status},
        "components": {"components": components},
        "incidents": {"incidents": listed(snapshot.incidents)},
        "incidents/unresolved": {"incidents": listed(snapshot.unresolved)},
        "scheduled-maintenances": {"scheduled_maintenances": listed(snapshot.maintenances)},
        "scheduled-maintenances/upcoming": {"scheduled_maintenances": listed(upcoming)},
        "scheduled-maintenances/active": {"scheduled_maintenances": listed(active)},
    }
    return {f"/api/v2/{name}.json": msgspec.json.encode({"page": head, **body}) for name, body in bodies.items()}


def stamp(time: datetime) -> str:
    """Write a time as Statuspage does: UTC with milliseconds."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _maybe(time: datetime | None) -> str | None:
    return None if time is None else stamp(time)


def _component(component: Component) -> dict[str, Any]:
    return {
        "id": component.id,
        "name": component.name,
        "status": component.status,
        "created_at": stamp(component.created_at),
        "updated_at": stamp(component.updated_at),
        "position": component.position,
        "description": component.description,
        "showcase": True,
        "start_date": component.created_at.date().isoformat(),
        "group_id": None,
        "page_id": PAGE_ID,
        "group": False,
        "only_show_if_degraded": False,
    }


def _incident(incident: Incident, page: Page) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": incident.id,
        "name": incident.name,
        "status": incident.status,
        "created_at": stamp(incident.started_at),
        "updated_at": stamp(incident.updated_at),
        "monitoring_at": _maybe(incident.monitoring_at),
        "resolved_at": _maybe(incident.resolved_at),
        "impact": incident.impact,
        "shortlink": f"{page.url}/incidents/{incident.id}",
        "started_at": stamp(incident.started_at),
        "page_id": PAGE_ID,
        "incident_updates": [_update(each, incident.id) for each in reversed(incident.updates)],
        "components": [_component(each) for each in incident.components],
    }
    if incident.status.of_maintenance:
        body["scheduled_for"] = _maybe(incident.scheduled_for)
        body["scheduled_until"] = _maybe(incident.scheduled_until)
    return body


def _update(update: Update, incident_id: str) -> dict[str, Any]:
    return {
        "id": update.id,
        "status": update.status,
        "body": update.body,
        "incident_id": incident_id,
        "created_at": stamp(update.stored_at),
        "updated_at": stamp(update.stored_at),
        "display_at": stamp(update.at),
        "affected_components": update.affected or None,
        "deliver_notifications": False,
        "custom_tweet": None,
        "tweet_id": None,
    }
