"""What the API shows of orders. Weight in grams, sides in millimetres, money in pence, times in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from pillarbox.kernel.ids import Id
from pillarbox.postage.address import Address
from pillarbox.postage.customs import Customs

# The rows themselves are the vault's; a view takes them by their field names, so the door imports no vault.
OrderLike = Any


class RecipientView(msgspec.Struct, frozen=True):
    """An address, in the keys by which it is handed in; absent parts are empty."""

    name: str
    company: str
    line1: str
    line2: str
    line3: str
    town: str
    county: str
    postcode: str
    country: str
    phone: str
    email: str


class ItemView(msgspec.Struct, frozen=True):
    """One line of goods; unit price in pence of the order's currency, unit weight in grams."""

    title: str
    quantity: int
    sku: str
    price_pence: int | None
    weight_g: int | None
    hs_code: str
    origin: str


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
    recipient: RecipientView
    parcel: ParcelView
    items: tuple[ItemView, ...]
    value_pence: int | None
    currency: str
    service_code: str | None
    note: str
    customs: Customs | None
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

    data: tuple[OrderSummary, ...]
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
        tuple([item_view(item) for item in contents.items]),
        row.value_pence,
        contents.currency,
        row.service_code,
        contents.note,
        contents.customs,
        row.customs_missing,
        row.shop,
        _label(row),
    )


def recipient_view(address: Address) -> RecipientView:
    """View of an address."""
    line1, line2, line3 = (*address.lines, "", "", "")[:3]
    return RecipientView(
        address.name,
        address.company,
        line1,
        line2,
        line3,
        address.town,
        address.county,
        address.postcode,
        address.country,
        address.phone,
        address.email,
    )


def item_view(item: Any) -> ItemView:
    """View of one line of goods."""
    return ItemView(item.title, item.quantity, item.sku, item.price_pence, item.weight_g, item.hs_code, item.origin)


def order_page(found: tuple[tuple[OrderLike, ...], int]) -> OrderPage:
    """View of a page and its limit; there may be more when the page is full."""
    rows, limit = found
    data = tuple([_summary(row) for row in rows])
    return OrderPage(data, str(rows[-1].number) if len(rows) == limit else None)


def _summary(row: OrderLike) -> OrderSummary:
    return OrderSummary(
        row.order_id,
        row.number,
        row.state,
        row.created_at,
        row.addressee.reference,
        row.addressee.address.name,
        row.addressee.address.postcode,
        row.country,
        row.weight_g,
        row.format,
        row.service_code,
        row.customs_missing,
        _label(row),
    )


def _label(row: OrderLike) -> LabelSummary | None:
    if row.label_id is None:
        return None
    return LabelSummary(row.label_id, row.tracking_number, row.status, row.price_pence)
