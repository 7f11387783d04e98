"""What the API shows of parcels under way: to their sender, to everybody, to the network, and who has seen what."""

from __future__ import annotations

from datetime import datetime

import msgspec

from pillarbox.api.cursor import line_cursor
from pillarbox.api.problems import Problem, problem_of
from pillarbox.desk.bulk_events import EventResult
from pillarbox.desk.public_tracking import PublicTracking
from pillarbox.desk.record_event import EventTaken
from pillarbox.desk.track import Faring, Step, Tracking
from pillarbox.desk.who_has_seen import Outsiders, SeenPage, SeenThing, Who
from pillarbox.kernel.ids import Id
from pillarbox.postage.tracking import Status


class TrackingView(msgspec.Struct, frozen=True):
    """One parcel with its timeline, oldest step first. `faring` is waiting, under_way, delivered or problem; `aim` is
    the service's published speed; `used_after_void` says that a cancelled label was posted all the same.
    """

    label_id: Id
    order_id: Id
    tracking_number: str
    service_code: str
    service: str
    aim: str
    faring: Faring
    status: Status
    headline: str
    sentence: str
    since: datetime
    first_scan_at: datetime | None
    delivered_at: datetime | None
    terminal: bool
    used_after_void: bool
    steps: tuple[Step, ...]


def tracking_view(tracking: Tracking) -> TrackingView:
    """View of one parcel for its sender."""
    names = [field.name for field in msgspec.structs.fields(TrackingView)]
    return TrackingView(**{name: getattr(tracking, name) for name in names})


def public_view(tracking: PublicTracking) -> PublicTracking:
    """View of what everybody may see; it is the desk's own, which holds nothing else."""
    return tracking


def taken_view(taken: EventTaken) -> EventTaken:
    """View of what became of a report; it is the desk's own."""
    return taken


class BulkItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one report, by its place from 0: `taken`, or `problem`; `again`: sending it again may help."""

    index: int
    number: str
    taken: EventTaken | None = None
    problem: Problem | None = None
    again: bool = False


class BulkTaken(msgspec.Struct, frozen=True):
    """What became of many reports, in their order."""

    taken: int
    failed: int
    results: tuple[BulkItem, ...]


def bulk_view(results: tuple[EventResult, ...]) -> BulkTaken:
    """View of what became of many reports."""
    items = tuple([
        BulkItem(each.index, each.number, each.taken, problem_of(each.error) if each.error else None, each.again)
        for each in results
    ])  # fmt: skip
    taken = sum(each.taken is not None for each in results)
    return BulkTaken(taken, len(results) - taken, items)


class PreAdvice(msgspec.Struct, frozen=True):
    """Tracking numbers that the network is to expect, in their order; `next_cursor` is null on the last page."""

    numbers: tuple[str, ...]
    next_cursor: str | None


class SightView(msgspec.Struct, frozen=True):
    """One line of the record: who saw which fields of which things, when, by which door. `outcome` is delivered,
    offered (it left; nobody told us that it arrived) or refused. `device` tells browsers apart.
    """

    at: datetime
    who: Who
    name: str
    outside: bool
    device: str
    surface: str
    fields: str
    things: tuple[SeenThing, ...]
    outcome: str
    request: str


class SeenView(msgspec.Struct, frozen=True):
    """A page of the record, newest first. `since` is when it begins; `outsiders` counts, ever, who from outside the
    account was shown something; `next_cursor` is null on the last page.
    """

    data: tuple[SightView, ...]
    next_cursor: str | None
    since: datetime | None
    outsiders: Outsiders


def seen_view(page: SeenPage) -> SeenView:
    """View of a page of the record."""
    names = [field.name for field in msgspec.structs.fields(SightView)]
    sights = tuple([SightView(**{name: getattr(sight, name) for name in names}) for sight in page.sights])
    cursor = line_cursor(page.older.at, page.older.line) if page.older else None
    return SeenView(sights, cursor, page.since, page.outsiders)
