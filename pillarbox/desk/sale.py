"""Sell one label: what must hold before, and everything that is written down when it is sold.

Buying one order and buying a batch both go through here, so both judge alike and book alike. Nothing here talks to
the database: checks are made on locked rows, and the writes are handed back to be sent in one round trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, Final

import msgspec

from pillarbox.desk.counter import Counter
from pillarbox.desk.label_words import declaration_of, label_words, number_kind
from pillarbox.desk.quote import parcel_of
from pillarbox.kernel.clock import london_date
from pillarbox.kernel.errors import Conflict
from pillarbox.kernel.ids import Id, Kind
from pillarbox.postage.address import Address
from pillarbox.postage.country import by_iso2
from pillarbox.postage.label import Customs
from pillarbox.postage.quote import Offer, price_for
from pillarbox.postage.s10 import S10, indicator_for, serial_at
from pillarbox.postage.search_words import fold
from pillarbox.postage.service import Service
from pillarbox.vault import crossings, money, orders, parcels
from pillarbox.vault.batches import OrderForSale
from pillarbox.vault.box import Box
from pillarbox.vault.content import Addressee
from pillarbox.vault.orders import OrderRow
from pillarbox.vault.settings import SettingRow
from pillarbox.vault.shape import ENCODER

COUNTRY: Final = "GB"
"""Whose numbers the operator issues."""

Write = tuple[Any, dict[str, Any]]
_ADDRESS: Final = msgspec.msgpack.Decoder(Address)


class OrderNotForSale(Conflict):
    """This order has a label already, or was cancelled."""


class CustomsMissing(Conflict):
    """Goods to this destination need a customs declaration. Add what is inside, then buy the label."""


class ServiceNotChosen(Conflict):
    """Choose a service for this order."""


class PriceChanged(Conflict):
    """The price is no longer the one you were shown. Nothing was charged; please look at the new price."""


class BalanceTooLow(Conflict):
    """Your balance does not cover this."""

    def __init__(self, missing_pence: int) -> None:
        """`missing_pence` is exactly how much must be topped up."""
        self.missing_pence = missing_pence
        pounds, pence = divmod(missing_pence, 100)
        super().__init__(f"Your balance is £{pounds:,}.{pence:02d} too low. Top up, then buy; nothing was charged.")


@dataclass(frozen=True, slots=True)
class Sale:
    """A label that can be sold: to whom, at which price, under which declaration."""

    order_id: Id
    service: Service
    offer: Offer
    weight_g: int
    country: str
    addressee: Addressee
    ship_from: Address | None
    declaration: Customs | None

    @property
    def indicator(self) -> str:
        """The S10 service indicator of its number."""
        return indicator_for(number_kind(self.service))


def check_sale(
    order: OrderRow | OrderForSale, counter: Counter, service_code: str, ship_from: Address | None, day: date
) -> Sale:
    """Say what selling this order a label means; without `service_code` the order's own wish counts.

    Raises `OrderNotForSale`, `ServiceNotChosen`, `WeightMissing`, `CustomsMissing`, `ShipFromMissing`,
    `FormNotPrinted`, `GoodsTooMany` and what `price_for` raises.
    """
    if order.state != "new":
        raise OrderNotForSale
    code = service_code or order.service_code
    if not code:
        raise ServiceNotChosen(field="service")
    parcel = parcel_of(order)
    service = counter.pack.service(code)
    offer = price_for(code, parcel, by_iso2(order.country), day, counter.pack, confirmed=counter.confirmed_prices)
    if order.customs_missing:
        raise CustomsMissing(field="customs")
    declaration = declaration_of(order.contents.customs, order.addressee, parcel.weight_g, ship_from, day)
    return Sale(order.order_id, service, offer, parcel.weight_g, order.country, order.addressee, ship_from, declaration)


def number_of(sale: Sale, counter: Counter, lease: parcels.Lease, place: int) -> str:
    """Return the tracking number at a place of a lease, counted from 0 within it.

    Each indicator has an order of its own: with one for all, the first label of two services would share its serial.
    """
    key = blake2b(sale.indicator.encode(), key=counter.s10_key, digest_size=32, person=b"pillarbox s10").digest()
    serial = serial_at(key, lease.first_serial, lease.size, lease.first_place + place)
    return str(S10(sale.indicator, serial, COUNTRY))


@dataclass(frozen=True, slots=True)
class Purchase:
    """One sale with its number: what is needed to write it down."""

    sale: Sale
    label_id: Id
    tracking: str
    specimen: bool
    idempotency_key: str
    now: datetime
    batch_id: Id | None = None


def label_columns(box: Box, counter: Counter, bought: Purchase) -> dict[str, Any]:
    """Return the columns of a new label, what is written on it sealed."""
    sale, offer = bought.sale, bought.sale.offer
    printed = label_words(
        label_id=bought.label_id,
        order_id=sale.order_id,
        tracking=bought.tracking,
        service=sale.service,
        offer=offer,
        weight_g=sale.weight_g,
        addressee=sale.addressee,
        ship_from=sale.ship_from,
        declaration=sale.declaration,
        operator=counter.operator_name,
        specimen=counter.specimen or bought.specimen,
    )
    return {
        "label_id": bought.label_id,
        "order_id": sale.order_id,
        "batch_id": bought.batch_id,
        "idempotency_key": bought.idempotency_key,
        "tracking_number": bought.tracking,
        "service_code": offer.code,
        "format": offer.format.value,
        "weight_g": sale.weight_g,
        "country": sale.country,
        "price_pence": offer.price_pence,
        "vat_pence": offer.vat_pence,
        "vat": offer.vat.value,
        "price_table": offer.table_key,
        "cover_pence": offer.cover_pence,
        "now": bought.now,
        "label": box.seal(bought.label_id, parcels.SEAL, ENCODER.encode(printed)),
    }


def writes_of(box: Box, bought: Purchase) -> tuple[Write, ...]:
    """Return what is written beside the label itself. The first is the payment: it touches nothing if refused."""
    sale = bought.sale
    return (
        (money.SQL["pay"], pay_columns(box, bought.label_id, sale.offer)),
        (crossings.SQL["register_tracking"], {"number": bought.tracking, "label_id": bought.label_id}),
        (orders.SQL["set_order_state"], {"order_id": sale.order_id, "before": "new", "after": "label_generated"}),
        (parcels.SQL["insert_number_token"], {"order_id": sale.order_id, "token": box.token(fold(bought.tracking))}),
    )


def pay_columns(box: Box, label_id: Id, offer: Offer) -> dict[str, Any]:
    """Return the two transfers of a price: net to postage, the rest to VAT (nothing where it is exempt)."""
    return {
        "subject": label_id,
        "net_pence": offer.price_pence - offer.vat_pence,
        "vat_pence": offer.vat_pence,
        "net_transfer": box.mint(Kind.ENTRY),
        "vat_transfer": box.mint(Kind.ENTRY),
    }


def ship_from_of(settings: Sequence[SettingRow]) -> Address | None:
    """Read the address that the account posts from, or None where it was never said."""
    return _ADDRESS.decode(settings[0].content) if settings else None


def today(counter: Counter) -> date:
    """Return London's day, by which prices hold."""
    return london_date(counter.clock())
