"""Where a parcel is: statuses, the events a network reports, and how a heap of events becomes one state.

Events arrive late, twice and in any order, and some contradict each other. `fold` orders them by the time they
happened, rejects none, and flags what does not fit. Statuses, their words and legal transitions live in
`packs/uk/tracking.json`; the networks' own codes are read by `tracking_codes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from functools import cache

import msgspec

from pillarbox.kernel.clock import london_date
from pillarbox.postage.pack import read_pack


class Status(StrEnum):
    """What a parcel is doing. Declared in the order of a journey, which settles events of the same instant."""

    UNKNOWN = "unknown"
    LABEL_CREATED = "label_created"
    PRE_ADVISED = "pre_advised"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    CUSTOMS_PROCESSING = "customs_processing"
    CUSTOMS_HELD = "customs_held"
    CUSTOMS_RELEASED = "customs_released"
    REDIRECTED = "redirected"
    HELD = "held"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_ATTEMPTED = "delivery_attempted"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    EXCEPTION = "exception"
    CANCELLED = "cancelled"
    RETURNING_TO_SENDER = "returning_to_sender"
    DELIVERED = "delivered"
    RETURNED_TO_SENDER = "returned_to_sender"
    LOST = "lost"
    DESTROYED = "destroyed"
    LABEL_CANCELLED = "label_cancelled"

    @property
    def label(self) -> str:
        """The status in a few plain words: `On its way`."""
        return _statuses()[self].label

    @property
    def sentence(self) -> str:
        """One or two sentences for whoever waits for the parcel."""
        return _statuses()[self].sentence

    @property
    def terminal(self) -> bool:
        """Whether a journey ends here, unless it is corrected later."""
        return _statuses()[self].terminal

    @property
    def following(self) -> frozenset[Status]:
        """Statuses that may come next."""
        return _statuses()[self].next

    @property
    def scanned(self) -> bool:
        """Whether the network must have had the parcel in its hands to say this."""
        return self not in _ON_PAPER


_ON_PAPER = frozenset({Status.UNKNOWN, Status.LABEL_CREATED, Status.PRE_ADVISED, Status.LABEL_CANCELLED})


class Flag(StrEnum):
    """Why an entry of a timeline deserves a second look."""

    ILLEGAL_TRANSITION = "illegal_transition"
    """This cannot follow what was known then."""
    LATE = "late"
    """It reached us after something that happened later."""
    CORRECTED = "corrected"
    """It reopens a journey that had ended: the ending was a mistaken scan."""
    USED_AFTER_VOID = "used_after_void"
    """A cancelled label was scanned: a case for revenue protection."""
    DISAGREES = "disagrees"
    """The same event arrived again with other contents; the one received first stands."""


class Event(msgspec.Struct, frozen=True, gc=False):
    """One report of the network. Times are aware UTC; `status` is None when it is information only.

    `event_key` says which reports are the same event; `code` is the network's own, `note` an explanation for people.
    """

    event_key: str
    at: datetime
    received_at: datetime
    code: str
    status: Status | None = None
    place: str = ""
    note: str = ""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One line of a timeline: the event, the parcel's status once it is taken into account, and its flags."""

    event: Event
    status: Status
    flags: tuple[Flag, ...]


class ParcelState(msgspec.Struct, frozen=True, gc=False):
    """Where a parcel stands. `since` is when this status began, `timeline` oldest first, all times aware UTC.

    For the sender a return counts as delivered too, so `returned_at` is kept beside `delivered_at`.
    """

    status: Status
    since: datetime | None
    timeline: tuple[Entry, ...]
    first_scan_at: datetime | None
    delivered_at: datetime | None
    returned_at: datetime | None
    terminal: bool

    @property
    def used_although_void(self) -> bool:
        """Whether this label was both cancelled and scanned, whichever was reported first."""
        void = any(entry.event.status is Status.LABEL_CANCELLED for entry in self.timeline)
        return void and self.first_scan_at is not None


def fold(events: Iterable[Event]) -> ParcelState:
    """Settle events into a state. The same events in any order, with any repeated, give the same state.

    Events are taken in the order they happened and none is rejected. What cannot follow is flagged; it still counts,
    except that a journey that has ended is reopened only by a later event that may follow or says `in_transit`, and
    that paperwork never takes back a scan.
    """
    kept = _without_repeats(events)
    late = _late_keys([event for event, _ in kept])
    status, since, latest = Status.UNKNOWN, None, None
    timeline = []
    for event, disagrees in kept:
        moved, flags = _move(status, latest, event)
        if moved is not status:
            status, since, latest = moved, event.at, event.at
        elif event.status is status:
            latest = event.at
        if event.event_key in late:
            flags.append(Flag.LATE)
        if disagrees:
            flags.append(Flag.DISAGREES)
        timeline.append(Entry(event, status, tuple(flags)))
    return ParcelState(
        status=status,
        since=since,
        timeline=tuple(timeline),
        first_scan_at=next((each.at for each, _ in kept if each.status is not None and each.status.scanned), None),
        delivered_at=since if status is Status.DELIVERED else None,
        returned_at=since if status is Status.RETURNED_TO_SENDER else None,
        terminal=status.terminal,
    )


def void_allowed(state: ParcelState) -> bool:
    """Say whether the label may still be cancelled: nobody has scanned it and it is not cancelled already."""
    return state.first_scan_at is None and not state.terminal


def headline(state: ParcelState, today: date) -> str:
    """Return the one line that answers "where is it?"; `today` is the day in London."""
    if state.status is Status.OUT_FOR_DELIVERY and state.since is not None and london_date(state.since) == today:
        return f"{state.status.label} today"
    return state.status.label


def _move(status: Status, latest: datetime | None, event: Event) -> tuple[Status, list[Flag]]:
    """Return the status after an event and what is odd about it; `latest` is when `status` was last confirmed."""
    new = event.status
    if new is None or new is Status.UNKNOWN or new is status:
        return status, []
    odd = [] if new in status.following else [Flag.ILLEGAL_TRANSITION]
    if status is Status.LABEL_CANCELLED and new.scanned:
        return new, [*odd, Flag.USED_AFTER_VOID]
    if status.terminal:
        later = latest is None or event.at > latest
        if later and (not odd or new is Status.IN_TRANSIT):
            return new, [Flag.CORRECTED]
        return status, [Flag.ILLEGAL_TRANSITION]
    if odd and not new.scanned:
        return status, odd
    return new, odd


def _without_repeats(events: Iterable[Event]) -> list[tuple[Event, bool]]:
    """Return one event per key, oldest first, and whether others with its key said something else."""
    by_key: dict[str, list[Event]] = {}
    for event in events:
        by_key.setdefault(event.event_key, []).append(event)
    kept = []
    for same in by_key.values():
        first = min(same, key=lambda each: (each.received_at, _order(each), _contents(each)))
        kept.append((first, any(_contents(each) != _contents(first) for each in same)))
    return sorted(kept, key=lambda pair: _order(pair[0]))


def _order(event: Event) -> tuple[datetime, int, str, str]:
    """Order by time; at the same instant by the course of a journey, then by what never changes."""
    return event.at, _RANK[event.status], event.code, event.event_key


def _contents(event: Event) -> tuple[datetime, str, str, str, str]:
    return event.at, event.code, event.status or "", event.place, event.note


def _late_keys(oldest_first: list[Event]) -> set[str]:
    late: set[str] = set()
    known_before: datetime | None = None
    by_time: dict[datetime, list[Event]] = {}
    for event in oldest_first:
        by_time.setdefault(event.at, []).append(event)
    for same_time in reversed(by_time.values()):
        if known_before is not None:
            late.update(each.event_key for each in same_time if each.received_at > known_before)
        earliest = min(each.received_at for each in same_time)
        known_before = earliest if known_before is None else min(known_before, earliest)
    return late


_RANK: dict[Status | None, int] = {None: -1} | {status: rank for rank, status in enumerate(Status)}


class _Row(msgspec.Struct, frozen=True):
    status: Status
    terminal: bool
    label: str
    sentence: str
    next: frozenset[Status]


class _File(msgspec.Struct, frozen=True):
    source: str
    as_of: str
    statuses: tuple[_Row, ...]


@cache
def _statuses() -> dict[Status, _Row]:
    return {row.status: row for row in read_pack("uk/tracking.json", _File).statuses}
