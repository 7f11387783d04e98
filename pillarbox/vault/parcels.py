"""Rows of labels and the statements that read and write them. A label and its parcel are one row, named `lbl_…`.

What is written on a label is sealed whole, so that it can be drawn again byte for byte.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec

from pillarbox.db.errors import NumbersExhausted
from pillarbox.db.statement import load
from pillarbox.kernel.ids import Id, Kind
from pillarbox.postage.label import LabelContent
from pillarbox.vault.shape import Names, Sealed

__all__ = ["SEAL", "SQL", "LabelLine", "LabelName", "LabelRow", "Lease", "NumbersExhausted", "Sheet"]

SQL: Final = load("pillarbox.vault", "parcels.sql")
SEAL: Final = "label"
"""What a label's sealed contents are bound to, beside account and id."""


class LabelRow(msgspec.Struct, frozen=True, gc=False):
    """One label: what was bought, for how much (gross pence, the VAT within), and how it fares. Times are UTC."""

    label_id: Annotated[Id, Names(Kind.LABEL)]
    order_id: Annotated[Id, Names(Kind.ORDER)]
    batch_id: Annotated[Id | None, Names(Kind.BATCH)]
    tracking_number: str
    service_code: str
    format: str
    weight_g: int
    country: str
    price_pence: int
    vat_pence: int
    vat: str
    cover_pence: int | None
    bought_at: datetime
    printed_at: datetime | None
    voided_at: datetime | None
    status: str
    status_at: datetime
    first_scan_at: datetime | None
    delivered_at: datetime | None
    idempotency_key: str


class LabelLine(LabelRow, frozen=True, gc=False):
    """One label as a list shows it, with what is written on it."""

    content: Annotated[LabelContent, Sealed(SEAL)]


class Sheet(msgspec.Struct, frozen=True, gc=False):
    """What is written on one label, for printing."""

    label_id: Annotated[Id, Names(Kind.LABEL)]
    order_id: Annotated[Id, Names(Kind.ORDER)]
    voided_at: datetime | None
    first_scan_at: datetime | None
    content: Annotated[LabelContent, Sealed(SEAL)]


class Lease(msgspec.Struct, frozen=True, gc=False):
    """Places of a number range leased for a label and those after it; `specimen` ranges have no postal value."""

    label_id: Annotated[Id, Names(Kind.LABEL)]
    first_serial: int
    size: int
    first_place: int
    specimen: bool


class LabelName(msgspec.Struct, frozen=True, gc=False):
    """A label by its id and number, and the order it was bought for."""

    label_id: Annotated[Id, Names(Kind.LABEL)]
    order_id: Annotated[Id, Names(Kind.ORDER)]
    tracking_number: str
