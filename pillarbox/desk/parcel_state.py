"""Where a parcel stands, from what is kept of it: its label's own life and everything the network reported.

Buying and cancelling a label are facts of the parcel's row, not reports, so they join the reports here and are never
stored twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pillarbox.postage.tracking import Event, ParcelState, Status, fold
from pillarbox.postage.tracking_codes import event_from_code
from pillarbox.vault.events import EventRow

BOUGHT, VOIDED = "label bought", "label voided"
"""Keys of the two events that the parcel's own row stands for."""


def settle(number: str, bought_at: datetime, voided_at: datetime | None, rows: Iterable[EventRow]) -> ParcelState:
    """Return the state of a parcel; `since` is never None, because a label was bought. Times are aware UTC."""
    events = [Event(BOUGHT, bought_at, bought_at, "", Status.LABEL_CREATED)]
    if voided_at is not None:
        events.append(Event(VOIDED, voided_at, voided_at, "", Status.LABEL_CANCELLED))
    events.extend(_event(number, row) for row in rows)
    return fold(events)


def _event(number: str, row: EventRow) -> Event:
    """Read a stored report. Its note is the network's own, or else what its code says to people."""
    usual = event_from_code(number, row.code, row.at, row.received_at, row.place or "")
    status = Status(row.event_status) if row.event_status else None
    return Event(row.event_key, row.at, row.received_at, row.code, status, row.place or "", row.note or usual.note)
