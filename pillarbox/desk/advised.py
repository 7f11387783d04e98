"""What the operator's network is told of a parcel that it expects: service, destination, and what it reported so far.

Runs in the narrow box of `gate.serve_scan`; no name and no address, which the network reads off the label itself.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from pillarbox.kernel.ids import Id
from pillarbox.vault.box import Box
from pillarbox.vault.events import SQL, EventRow, ParcelInHand
from pillarbox.vault.owned import Owned, render


class Advised(msgspec.Struct, frozen=True, gc=False):
    """A parcel as the network expects it; `country` is iso2, `reported` the keys of its reports that we hold."""

    label_id: Id
    service_code: str
    country: str
    bought_at: datetime
    voided: bool
    reported: frozenset[str]


async def advised(box: Box) -> Owned[Advised]:
    """Return what the network is told of the parcel in hand. Raises `NotFound` in a box that is not narrowed."""
    parcel = await box.one(SQL["parcel_in_hand"], ParcelInHand)
    events = await box.all(SQL["events_of_parcel"], EventRow, label_id=box.open(parcel).label_id)
    return render(_advised, parcel, events)


def _advised(parcel: ParcelInHand, events: tuple[EventRow, ...]) -> Advised:
    return Advised(
        parcel.label_id,
        parcel.service_code,
        parcel.country,
        parcel.bought_at,
        parcel.voided_at is not None,
        frozenset(event.event_key for event in events),
    )
