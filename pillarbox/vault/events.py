"""Rows of tracking: the parcel in hand, what the network reported of it, and a parcel with its order.

A network's note is sealed, because a driver's words may name a neighbour; everything else of an event is the public
course of a parcel.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec

from pillarbox.db.statement import load
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.content import Addressee
from pillarbox.vault.shape import Names, Sealed

SQL: Final = load("pillarbox.vault", "events.sql")


class ParcelInHand(msgspec.Struct, frozen=True, gc=False):
    """The one parcel that a narrow key reaches, without anybody's name."""

    label_id: Annotated[Id, Names(Kind.LABEL)]
    tracking_number: str
    service_code: str
    country: str
    bought_at: datetime
    voided_at: datetime | None
    status: str
    first_scan_at: datetime | None


class EventRow(msgspec.Struct, frozen=True, gc=False):
    """One report of the network; times are aware UTC. `note` is what it added in its own words."""

    label_id: Annotated[Id, Names(Kind.LABEL)]
    event_key: str
    at: datetime
    received_at: datetime
    code: str
    event_status: str | None
    place: str | None
    note: Annotated[str | None, Sealed("event note")]


class TrackedParcel(msgspec.Struct, frozen=True, gc=False):
    """A parcel with its order: the seal of the addressee is the order's, so the order's id comes first."""

    order_id: Annotated[Id, Names(Kind.ORDER)]
    label_id: Annotated[Id, Names(Kind.LABEL)]
    number: int
    tracking_number: str
    service_code: str
    country: str
    bought_at: datetime
    voided_at: datetime | None
    status: str
    status_at: datetime
    first_scan_at: datetime | None
    delivered_at: datetime | None
    addressee: Annotated[Addressee, Sealed("recipient")]


class OnLabel(msgspec.Struct, frozen=True, gc=False):
    """The part of a label's sealed contents that tracking needs: the addressee's lines, name first."""

    recipient: tuple[str, ...]


class RecipientOnLabel(msgspec.Struct, frozen=True, gc=False):
    """Whom a label is addressed to, as it was printed."""

    label_id: Annotated[Id, Names(Kind.LABEL)]
    recipient: Annotated[OnLabel, Sealed("label")]
