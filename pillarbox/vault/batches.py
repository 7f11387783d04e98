"""Rows of batches and the statements that read and write them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec

from pillarbox.db.statement import load
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.content import Addressee, Contents
from pillarbox.vault.shape import Names, Sealed

SQL: Final = load("pillarbox.vault", "batches.sql")
PROBLEM: Final = "batch problem"
"""What the sealed words about a failed item are bound to, beside account and order."""


class BatchRow(msgspec.Struct, frozen=True, gc=False):
    """A batch. `status` is waiting, running or done; `service_code` is empty when each order names its own."""

    batch_id: Annotated[Id, Names(Kind.BATCH)]
    created_at: datetime
    finished_at: datetime | None
    status: str
    service_code: str
    total: int
    bought: int
    failed: int
    charged_pence: int


class OrderForSale(msgspec.Struct, frozen=True, gc=False):
    """What must be known of an order to sell it a label. `place` is its number, or its place in a batch."""

    order_id: Annotated[Id, Names(Kind.ORDER)]
    place: int
    state: str
    country: str
    format: str | None
    weight_g: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    service_code: str | None
    customs_missing: bool
    addressee: Annotated[Addressee, Sealed("recipient")]
    contents: Annotated[Contents, Sealed("contents")]


class ItemName(msgspec.Struct, frozen=True, gc=False):
    """An order of a batch by its id and its place."""

    order_id: Annotated[Id, Names(Kind.ORDER)]
    place: int


class Problem(msgspec.Struct, frozen=True, gc=False):
    """Why an order of a batch was not bought, in words."""

    detail: str


class FailedItem(msgspec.Struct, frozen=True, gc=False):
    """An order of a batch that was not bought: a code for programs, and the sentence that helps."""

    order_id: Annotated[Id, Names(Kind.ORDER)]
    place: int
    number: int
    code: str
    problem: Annotated[Problem, Sealed(PROBLEM)]
    addressee: Annotated[Addressee, Sealed("recipient")]
