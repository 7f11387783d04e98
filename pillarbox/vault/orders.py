"""Rows of orders and the statements that read and write them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, NamedTuple

import msgspec

from pillarbox.db.statement import load
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.content import Addressee, Contents
from pillarbox.vault.shape import Names, Sealed

SQL: Final = load("pillarbox.vault", "orders.sql")


class NewRow(NamedTuple):
    """One order to be stored: the columns of `vault.order`, sealed ones as bytes."""

    order_id: Id
    shop: str | None
    country: str
    format: str | None
    weight_g: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    value_pence: int | None
    service_code: str | None
    customs_missing: bool
    reference_token: bytes | None
    recipient: bytes
    contents: bytes


class OrderMade(msgspec.Struct, frozen=True, gc=False):
    """What `insert_order` says: the id, the number within the account, and when."""

    order_id: Annotated[Id, Names(Kind.ORDER)]
    number: int
    created_at: datetime


class OrderRow(msgspec.Struct, frozen=True, gc=False):
    """One order, whole. Weight in grams, sides in millimetres, value and price in pence."""

    order_id: Annotated[Id, Names(Kind.ORDER)]
    number: int
    created_at: datetime
    updated_at: datetime
    state: str
    shop: str | None
    country: str
    format: str | None
    weight_g: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    value_pence: int | None
    service_code: str | None
    customs_missing: bool
    label_id: Annotated[Id | None, Names(Kind.LABEL)]
    tracking_number: str | None
    status: str | None
    price_pence: int | None
    addressee: Annotated[Addressee, Sealed("recipient")]
    contents: Annotated[Contents, Sealed("contents")]


class OrderLine(msgspec.Struct, frozen=True, gc=False):
    """One order as a list shows it."""

    order_id: Annotated[Id, Names(Kind.ORDER)]
    number: int
    created_at: datetime
    state: str
    shop: str | None
    country: str
    format: str | None
    weight_g: int | None
    value_pence: int | None
    service_code: str | None
    customs_missing: bool
    label_id: Annotated[Id | None, Names(Kind.LABEL)]
    tracking_number: str | None
    status: str | None
    price_pence: int | None
    addressee: Annotated[Addressee, Sealed("recipient")]
