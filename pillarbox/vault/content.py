"""What is sealed inside rows: the people, the goods and the words of an account.

These structs are encoded as MessagePack and sealed as whole values; a field added later needs a default, so that what
was sealed before still opens.
"""

from __future__ import annotations

import msgspec

from pillarbox.postage.address import Address
from pillarbox.postage.customs import Customs


class Profile(msgspec.Struct, frozen=True, gc=False):
    """A person who signs in."""

    name: str
    email: str


class Addressee(msgspec.Struct, frozen=True, gc=False):
    """Whom an order is for, and what the merchant calls the order."""

    reference: str
    address: Address


class Item(msgspec.Struct, frozen=True, gc=False):
    """One line of goods; unit price in pence of the order's currency, unit weight in grams."""

    title: str
    quantity: int = 1
    sku: str = ""
    price_pence: int | None = None
    weight_g: int | None = None
    hs_code: str = ""
    origin: str = ""


class Contents(msgspec.Struct, frozen=True, gc=False):
    """What is in the parcel and what was said about it. `shipping` is the shop's own word for the service."""

    items: tuple[Item, ...] = ()
    note: str = ""
    customs: Customs | None = None
    currency: str = "GBP"
    shipping: str = ""
