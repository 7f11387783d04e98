"""Everything the status process shows, made ready in advance: JSON, feeds, pages and the stylesheet.

A request only looks a body up, so the page stays quick while everybody reloads it. The same documents can be put on any
web server as plain files.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Final

import jinja2
import msgspec

from pillarbox.kernel.clock import LONDON
from pillarbox.status.contract import PAGE_ID, Page, documents, stamp
from pillarbox.status.snapshot import Component, Incident, Snapshot
from pillarbox.status.store import DAYS
from pillarbox.status.words import ComponentStatus, IncidentStatus, overall

HTML: Final = "text/html"
PAST: Final = 10
"""Past incidents on the front page; the feeds and the API list more."""

_FRESH: Final = "public, max-age=2, stale-if-error=86400"
"""Caches may show a page for two seconds, and for a day when this process cannot be reached."""
_ASSET: Final = "public, max-age=3600, stale-if-error=86400"

_HEADLINES: Final = {
    "none": "Everything is working",
    "maintenance": "Some parts are being maintained",
    "minor": "Some parts are slow",
    "major": "Some parts are down",
    "critical": "Everything is down",
}


class Document(msgspec.Struct, frozen=True, gc=False):
    """One body to serve with its media type, its tag for `If-None-Match` and how long it may be kept."""

    body: bytes
    media_type: str
    etag: str
    cache: str = _FRESH


def publish(snapshot: Snapshot, page: Page, now: datetime) -> dict[str, Document]:
    """Return every document by its path: the front page, one page per incident, API, feeds, stylesheet and icon."""
    made: dict[str, Document] = {
        path: _document(body, "application/json") for path, body in documents(snapshot, page).items()
    }
    indicator, _ = overall([each.status for each in snapshot.components])
    shared: dict[str, object] = {"page": page, "indicator": indicator, "headline": _HEADLINES[indicator]}
    made["/"] = _rendered("front.html", shared | _front(snapshot, now))
    for incident in (*snapshot.incidents, *snapshot.maintenances):
        made[f"/incidents/{incident.id}"] = _rendered("incident.html", shared | {"incident": incident})
    feed: dict[str, object] = {
        "page": page,
        "page_id": PAGE_ID,
        "incidents": snapshot.incidents,
        "updated_at": snapshot.updated_at,
    }
    made["/history.atom"] = _rendered("history.atom", feed, "application/atom+xml; charset=utf-8")
    made["/history.rss"] = _rendered("history.rss", feed, "application/rss+xml; charset=utf-8")
    return made | _assets()


def not_found() -> Document:
    """Return the page for an address that holds nothing."""
    return _rendered("nothing.html", {})


def _front(snapshot: Snapshot, now: datetime) -> dict[str, object]:
    planned = snapshot.maintenances_in(IncidentStatus.IN_PROGRESS, IncidentStatus.VERIFYING, IncidentStatus.SCHEDULED)
    past = sorted(
        (each for each in (*snapshot.incidents, *snapshot.maintenances) if each.status.over),
        key=lambda each: each.started_at,
        reverse=True,
    )
    return {
        "unresolved": snapshot.unresolved,
        "planned": planned,
        "past": past[:PAST],
        "parts": [(each, _history(snapshot, each, now)) for each in snapshot.components],
        "updated_at": snapshot.updated_at,
        "days": DAYS,
    }


def _history(snapshot: Snapshot, component: Component, now: datetime) -> dict[str, object]:
    """Return the worst status of each day and one sentence that says the same to whoever cannot see the bars."""
    days = snapshot.days(component, now.date(), DAYS)
    watched = [status for _, status in days if status is not None]
    trouble = sum(status not in {ComponentStatus.OPERATIONAL, ComponentStatus.UNDER_MAINTENANCE} for status in watched)
    if len(watched) <= 1:
        says = "Trouble on its first day" if trouble else "No trouble so far, on its first day"
    else:
        says = f"{f'Trouble on {trouble}' if trouble else 'No trouble on any'} of the last {len(watched)} days"
    return {"bars": _bars([status for _, status in days]), "sentence": f"{says}."}


def _bars(days: list[ComponentStatus | None]) -> dict[str, str]:
    """Return one SVG path per status, a bar of 3 by 16 in a step of 4 for each of its days, 20 high for trouble.

    One path for many days keeps the page a quarter of the size of one shape for each.
    """
    paths: dict[str, str] = {}
    for number, status in enumerate(days):
        top = 0 if status is not None and status.rank > ComponentStatus.UNDER_MAINTENANCE.rank else 4
        name = "unknown" if status is None else status.value
        paths[name] = paths.get(name, "") + f"M{number * 4} {top}h3v{20 - top}h-3z"
    return paths


def _document(body: bytes, media_type: str, cache_control: str = _FRESH) -> Document:
    return Document(body, media_type, f'"{blake2b(body, digest_size=12).hexdigest()}"', cache_control)


def _rendered(name: str, values: dict[str, object], media_type: str = HTML) -> Document:
    return _document(_templates().get_template(name).render(values).encode(), media_type)


@cache
def _assets() -> dict[str, Document]:
    folder = files("pillarbox.status").joinpath("static")
    return {
        f"/static/{name}": _document(folder.joinpath(name).read_bytes(), media_type, _ASSET)
        for name, media_type in (("status.css", "text/css"), ("status.svg", "image/svg+xml"))
    }


@cache
def _templates() -> jinja2.Environment:
    found = jinja2.Environment(
        loader=jinja2.PackageLoader("pillarbox.status"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"stamp": stamp, "in_london": _in_london, "rfc822": _rfc822, "paragraphs": _paragraphs}
    found.filters["duration"] = _duration
    return found


def _in_london(time: datetime) -> str:
    """Write a time for people: `24 November 2026, 14:03 GMT`."""
    local = time.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M %Z}"


def _rfc822(time: datetime) -> str:
    return f"{time:%a, %d %b %Y %H:%M:%S} +0000"


def _paragraphs(text: str) -> list[str]:
    return [each.strip() for each in text.split("\n\n") if each.strip()]


def _duration(incident: Incident) -> str:
    """Say how long an incident lasted: `lasted 3 hours 58 minutes`; a maintenance never begun was called off."""
    if incident.began_at is None:
        return "called off"
    end = incident.resolved_at or incident.updated_at
    minutes = max(1, round((end - incident.began_at).total_seconds() / 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    return "lasted " + " ".join(f"{count} {unit}{'s' if count > 1 else ''}" for count, unit in parts if count)
