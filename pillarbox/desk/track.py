"""What the sender sees of parcels: one with its whole timeline, or a page of them by how they fare."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import msgspec

from pillarbox.desk.counter import Counter
from pillarbox.desk.parcel_state import settle
from pillarbox.kernel.clock import london_date
from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import Id, Kind
from pillarbox.postage.operator_pack import Pack
from pillarbox.postage.tracking import Entry, Flag, Status, headline
from pillarbox.postage.tracking_codes import network_code
from pillarbox.vault.box import Box
from pillarbox.vault.content import Addressee
from pillarbox.vault.events import SQL, EventRow, TrackedParcel
from pillarbox.vault.owned import Owned, render

MOST: Final = 200
_NEWEST: Final = datetime(9999, 1, 1, tzinfo=UTC)
_LAST_ID: Final = Id(Kind.LABEL, b"\xff" * 16)


class FilterUnknown(BadInput):
    """There is no such filter. Use waiting, under_way, delivered or problem."""


class PageUnusable(BadInput):
    """A page has 1 to 200 parcels."""


class Faring(StrEnum):
    """How a parcel fares, for the filters of a list; every parcel is in exactly one."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    DELIVERED = "delivered"
    PROBLEM = "problem"


PROBLEMS: Final = frozenset(
    {
        Status.CUSTOMS_HELD,
        Status.HELD,
        Status.DELIVERY_ATTEMPTED,
        Status.EXCEPTION,
        Status.CANCELLED,
        Status.RETURNING_TO_SENDER,
        Status.RETURNED_TO_SENDER,
        Status.LOST,
        Status.DESTROYED,
    }
)
"""Statuses in which a sender may have to do something."""


class Step(msgspec.Struct, frozen=True, gc=False):
    """One line of a timeline, in words; `at` is aware UTC. `flags` say what is odd about it."""

    at: datetime
    words: str
    status: Status
    code: str
    place: str
    note: str
    flags: tuple[Flag, ...]


class Tracking(msgspec.Struct, frozen=True, gc=False):
    """One parcel whole. `steps` are oldest first; `aim` is the service's published speed or empty."""

    label_id: Id
    order_id: Id
    order_number: int
    addressee: Addressee
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


class ParcelLine(msgspec.Struct, frozen=True, gc=False):
    """One parcel of a list. `last_news_at` and `label_id` of the last line are where the next page begins."""

    label_id: Id
    order_id: Id
    order_number: int
    addressee: Addressee
    tracking_number: str
    service: str
    faring: Faring
    status: Status
    headline: str
    last_news_at: datetime
    used_after_void: bool


class ParcelsAsked(msgspec.Struct, frozen=True):
    """Which parcels: latest news first, after a line of the page before, faring in one way or in any."""

    faring: str | None = None
    most: int = 50
    before_at: datetime = _NEWEST
    before_id: Id = _LAST_ID


async def track(box: Box, counter: Counter, label_id: Id) -> Owned[Tracking]:
    """Return one parcel with its timeline. Raises `NotFound`, the same for absent and for somebody else's."""
    parcels, events = await box.both(
        (SQL["tracked_parcel"], TrackedParcel), (SQL["events_of_parcel"], EventRow), label_id=label_id
    )
    if not box.open(parcels):
        await box.one(SQL["tracked_parcel"], TrackedParcel, label_id=label_id)
    return render(_tracking, parcels, events, counter=counter)


async def list_parcels(box: Box, counter: Counter, asked: ParcelsAsked) -> Owned[tuple[ParcelLine, ...]]:
    """Return a page of parcels. Raises `FilterUnknown`, `PageUnusable`."""
    if asked.faring is not None and asked.faring not in set(Faring):
        raise FilterUnknown(field="filter")
    if not 1 <= asked.most <= MOST:
        raise PageUnusable(field="limit")
    statuses = None if asked.faring is None else [s.value for s in Status if faring_of(s) == asked.faring]
    rows = await box.all(
        SQL["tracked_page"],
        TrackedParcel,
        before_at=asked.before_at,
        before_id=asked.before_id,
        statuses=statuses,
        misused=asked.faring in {None, Faring.PROBLEM},
        most=asked.most,
    )
    return render(_lines, rows, counter=counter)


async def count_parcels(box: Box) -> Owned[dict[Faring, int]]:
    """Return how many parcels fare in each way; cancelled labels count only where they were used all the same."""
    return render(_counts, await box.figures(SQL["tracked_counts"], "label:count"))


def faring_of(status: Status, *, used_after_void: bool = False) -> Faring:
    """Say how a parcel of this status fares."""
    if used_after_void or status in PROBLEMS:
        return Faring.PROBLEM
    if status is Status.DELIVERED:
        return Faring.DELIVERED
    return Faring.UNDER_WAY if status.scanned else Faring.WAITING


def service_words(pack: Pack, code: str) -> tuple[str, str]:
    """Return a service's name and what its maker publishes of its speed; a code no longer sold stands for itself."""
    service = pack.services.get(code)
    return (service.name, service.speed or "") if service else (code, "")


def step_words(entry: Entry) -> str:
    """Say in a few words what happened: the status it brought, or what the network's code is called."""
    if entry.event.status is not None:
        return entry.event.status.label
    known = network_code(entry.event.code)
    return known.event if known else entry.event.code


def _tracking(parcels: tuple[TrackedParcel, ...], events: tuple[EventRow, ...], *, counter: Counter) -> Tracking:
    parcel = parcels[0]
    state = settle(parcel.tracking_number, parcel.bought_at, parcel.voided_at, events)
    service, aim = service_words(counter.pack, parcel.service_code)
    return Tracking(
        label_id=parcel.label_id,
        order_id=parcel.order_id,
        order_number=parcel.number,
        addressee=parcel.addressee,
        tracking_number=parcel.tracking_number,
        service_code=parcel.service_code,
        service=service,
        aim=aim,
        faring=faring_of(state.status, used_after_void=state.used_although_void),
        status=state.status,
        headline=headline(state, london_date(counter.clock())),
        sentence=state.status.sentence,
        since=state.since or parcel.bought_at,
        first_scan_at=state.first_scan_at,
        delivered_at=state.delivered_at,
        terminal=state.terminal,
        used_after_void=state.used_although_void,
        steps=tuple(_step(entry) for entry in state.timeline),
    )


def _step(entry: Entry) -> Step:
    event = entry.event
    return Step(event.at, step_words(entry), entry.status, event.code, event.place, event.note, entry.flags)


def _lines(rows: tuple[TrackedParcel, ...], *, counter: Counter) -> tuple[ParcelLine, ...]:
    return tuple(_line(row, counter) for row in rows)


def _line(row: TrackedParcel, counter: Counter) -> ParcelLine:
    status = Status(row.status)
    misused = row.voided_at is not None and row.first_scan_at is not None
    today = london_date(counter.clock()) == london_date(row.status_at) and status is Status.OUT_FOR_DELIVERY
    return ParcelLine(
        label_id=row.label_id,
        order_id=row.order_id,
        order_number=row.number,
        addressee=row.addressee,
        tracking_number=row.tracking_number,
        service=service_words(counter.pack, row.service_code)[0],
        faring=faring_of(status, used_after_void=misused),
        status=status,
        headline=f"{status.label} today" if today else status.label,
        last_news_at=row.status_at,
        used_after_void=misused,
    )


def _counts(rows: tuple[tuple[str, int, int], ...]) -> dict[Faring, int]:
    counts = dict.fromkeys(Faring, 0)
    for status, living, misused in rows:
        counts[faring_of(Status(status))] += living
        counts[Faring.PROBLEM] += misused
    return counts
