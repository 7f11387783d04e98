"""An order as a program hands it in: named fields, so that a misspelt one is refused and the description shows all."""

from __future__ import annotations

import msgspec

from pillarbox.desk.new_order import CheckedOrder, NewOrder, ParcelFields, check_order
from pillarbox.postage.customs import Customs


class RecipientFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom it is for. `country` is an English name or two-letter code, "" for the UK; a name or a company is needed."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    line3: str = ""
    town: str = ""
    county: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


class ItemFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of goods; unit price in pence of the order's currency, unit weight in grams."""

    title: str
    quantity: int = 1
    sku: str = ""
    price_pence: int | None = None
    weight_g: int | None = None
    hs_code: str = ""
    origin: str = ""


class OrderFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order. `value_pence` is what the goods are worth; `shipping` the shop's own word for the service wanted."""

    recipient: RecipientFields
    reference: str = ""
    parcel: ParcelFields = ParcelFields()
    items: tuple[ItemFields, ...] = ()
    value_pence: int | None = None
    currency: str = "GBP"
    service_code: str = ""
    note: str = ""
    customs: Customs | None = None
    shop: str = ""
    shipping: str = ""


def checked(order: OrderFields) -> CheckedOrder:
    """Check an order whole. Raises `OrderNotUsable` with every problem and its field."""
    return check_order(msgspec.convert(msgspec.to_builtins(order), NewOrder))
