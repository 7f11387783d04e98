"""Take a report of the operator's network about one parcel, in whatever order reports arrive.

Runs in the narrow box of `gate.serve_scan`, which reaches this parcel and its events and nothing else. An event is
kept once by its key; where the parcel stands is settled anew from all of them, so order and repetition change nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from pillarbox.desk.counter import Counter
from pillarbox.desk.parcel_state import settle
from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import Id
from pillarbox.postage.text import TextUnusable, clean
from pillarbox.postage.tracking import Event, ParcelState, Status
from pillarbox.postage.tracking_codes import EventTimeUnusable, event_from_code, network_code
from pillarbox.vault.box import Box
from pillarbox.vault.crossings import SQL as CROSSINGS
from pillarbox.vault.events import SQL, EventRow, ParcelInHand
from pillarbox.vault.owned import Owned

AHEAD: Final = timedelta(minutes=10)
"""How far ahead a scanner's clock may be."""
OLDEST: Final = timedelta(days=90)
"""How late a report may come: after that a claim is closed and nobody may move the parcel any more."""
LIMITS: Final = {"place": 100, "note": 200, "event_key": 64}
"""Most characters of each text."""


class EventCodeUnknown(BadInput):
    """We do not know this event code. The codes of Royal Mail and of the Universal Postal Union are understood."""


class EventInFuture(BadInput):
    """This event has not happened yet: its time is more than 10 minutes ahead of ours. Check the scanner's clock."""


class EventTooOld(BadInput):
    """This event is more than 90 days old. It is too late to report it."""


class EventTextUnusable(BadInput):
    """A place has at most 100 characters, a note 200 and an event key 64, without control characters."""


class EventTaken(msgspec.Struct, frozen=True, gc=False):
    """What became of a report. `repeated`: its key was known; `differs`: but with other contents, which were left out.

    `status` and `headline` say where the parcel stands now.
    """

    label_id: Id
    tracking_number: str
    event_key: str
    repeated: bool
    differs: bool
    status: Status
    headline: str
    used_after_void: bool


async def record_event(
    box: Box,
    counter: Counter,
    code: str,
    at: datetime,
    *,
    place: str = "",
    note: str = "",
    event_key: str = "",
) -> Owned[EventTaken]:
    """Record one report of the network. `at` is aware; without `event_key` code, time and place stand for the event.

    Raises `EventCodeUnknown`, `EventTimeUnusable`, `EventInFuture`, `EventTooOld`, `EventTextUnusable`; `NotFound` in
    a box that is not narrowed to one parcel.
    """
    now = counter.clock()
    place, note, event_key = check_event(code, at, now, place=place, note=note, event_key=event_key)
    parcel = box.open(await box.one(SQL["parcel_in_hand_for_scan"], ParcelInHand))
    event = event_from_code(parcel.tracking_number, code, at, now, place)
    event_key = event_key or event.event_key
    fresh = await box.write(SQL["insert_event"], **_columns(box, parcel.label_id, event, event_key, note))
    rows = box.open(await box.all(SQL["events_of_parcel"], EventRow, label_id=parcel.label_id))
    state = settle(parcel.tracking_number, parcel.bought_at, parcel.voided_at, rows)
    if fresh:
        await _keep(box, parcel, state)
    kept = next(row for row in rows if row.event_key == event_key)
    differs = (kept.at, kept.code, kept.place or "", kept.note or "") != (event.at, code, place, note)
    taken = EventTaken(
        parcel.label_id,
        parcel.tracking_number,
        event_key,
        not fresh,
        differs,
        state.status,
        state.status.label,
        state.used_although_void,
    )
    return box.own(taken, "label:status", (parcel.label_id,))


def check_event(
    code: str, at: datetime, now: datetime, *, place: str = "", note: str = "", event_key: str = ""
) -> tuple[str, str, str]:
    """Return the cleaned texts of a report, or raise what is wrong with it; `now` is aware UTC."""
    if network_code(code) is None:
        raise EventCodeUnknown(field="code")
    if at.tzinfo is None:
        raise EventTimeUnusable(field="at")
    if at > now + AHEAD:
        raise EventInFuture(field="at")
    if at < now - OLDEST:
        raise EventTooOld(field="at")
    return _text("place", place), _text("note", note), _text("event_key", event_key)


def _text(field: str, text: str) -> str:
    if len(text) > LIMITS[field] * 4:
        raise EventTextUnusable(field=field)
    try:
        tidy = clean(text)
    except TextUnusable as error:
        raise EventTextUnusable(field=field) from error
    if len(tidy) > LIMITS[field]:
        raise EventTextUnusable(field=field)
    return tidy


def _columns(box: Box, label_id: Id, event: Event, event_key: str, note: str) -> dict[str, object]:
    return {
        "label_id": label_id,
        "event_key": event_key,
        "at": event.at,
        "received_at": event.received_at.astimezone(UTC),
        "code": event.code,
        "status": event.status.value if event.status else None,
        "place": event.place or None,
        "note": box.seal(label_id, "event note", msgspec.msgpack.encode(note)) if note else None,
    }


async def _keep(box: Box, parcel: ParcelInHand, state: ParcelState) -> None:
    """Write down where the parcel stands; at its first scan leave word that its order is despatched."""
    await box.write(
        SQL["settle_parcel"],
        label_id=parcel.label_id,
        status=state.status.value,
        status_at=state.since,
        first_scan_at=state.first_scan_at,
        delivered_at=state.delivered_at,
    )
    if parcel.first_scan_at is None and state.first_scan_at is not None and parcel.voided_at is None:
        await box.ask(CROSSINGS["enqueue"], task="despatch", object=parcel.label_id, run_lock=None)
