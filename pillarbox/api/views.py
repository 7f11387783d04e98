"""What the API shows of rows: plain structs, ids as text, money in pence, times in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from pillarbox.kernel.ids import Id

# The rows themselves are the vault's; a view takes them by their field names, so the door imports no vault.
OrderLike = Any


class OrderMadeView(msgspec.Struct, frozen=True):
    """The answer to a new order."""

    id: Id
    number: int
    created_at: datetime


class ParcelView(msgspec.Struct, frozen=True, omit_defaults=True):
    """Weight in grams, sides in millimetres."""

    weight_g: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    format: str | None = None


class LabelSummary(msgspec.Struct, frozen=True):
    """The live label of an order."""

    id: Id
    tracking_number: str
    status: str
    price_pence: int


class OrderView(msgspec.Struct, frozen=True):
    """One order, whole."""

    id: Id
    number: int
    state: str
    created_at: datetime
    updated_at: datetime
    reference: str
    recipient: dict[str, Any]
    parcel: ParcelView
    items: tuple[Any, ...]
    value_pence: int | None
    currency: str
    service_code: str | None
    note: str
    customs: Any
    customs_missing: bool
    shop: str | None
    label: LabelSummary | None


class OrderSummary(msgspec.Struct, frozen=True):
    """One order in a list."""

    id: Id
    number: int
    state: str
    created_at: datetime
    reference: str
    name: str
    postcode: str
    country: str
    weight_g: int | None
    format: str | None
    service_code: str | None
    customs_missing: bool
    label: LabelSummary | None


class OrderPage(msgspec.Struct, frozen=True):
    """A page of orders; `next_cursor` is null on the last one."""

    data: list[OrderSummary]
    next_cursor: str | None


def order_made(row: OrderLike) -> OrderMadeView:
    """View of a new order."""
    return OrderMadeView(row.order_id, row.number, row.created_at)


def order_view(row: OrderLike) -> OrderView:
    """View of one order."""
    address, contents = row.addressee.address, row.contents
    return OrderView(
        row.order_id,
        row.number,
        row.state,
        row.created_at,
        row.updated_at,
        row.addressee.reference,
        recipient_view(address),
        ParcelView(row.weight_g, row.length_mm, row.width_mm, row.height_mm, row.format),
        contents.items,
        row.value_pence,
        contents.currency,
        row.service_code,
        contents.note,
        contents.customs,
        row.customs_missing,
        row.shop,
        _label(row),
    )


def recipient_view(address: Any) -> dict[str, str]:
    """View of an address, in the keys by which it is handed in."""
    lines = (*address.lines, "", "", "")
    return {
        "name": address.name,
        "company": address.company,
        "line1": lines[0],
        "line2": lines[1],
        "line3": lines[2],
        "town": address.town,
        "county": address.county,
        "postcode": address.postcode,
        "country": address.country,
        "phone": address.phone,
        "email": address.email,
    }


def order_page(rows: tuple[OrderLike, ...], limit: int) -> OrderPage:
    """View of a page; there may be more when the page is full."""
    data = [
        OrderSummary(
            r.order_id,
            r.number,
            r.state,
            r.created_at,
            r.addressee.reference,
            r.addressee.address.name,
            r.addressee.address.postcode,
            r.country,
            r.weight_g,
            r.format,
            r.service_code,
            r.customs_missing,
            _label(r),
        )
        for r in rows
    ]
    return OrderPage(data, str(rows[-1].number) if len(rows) == limit else None)


def _label(row: OrderLike) -> LabelSummary | None:
    if row.label_id is None:
        return None
    return LabelSummary(row.label_id, row.tracking_number, row.status, row.price_pence)
