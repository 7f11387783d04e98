"""What the API shows of prices: offers, services that do not fit, the list of services, countries. Gross pence."""

from __future__ import annotations

from datetime import date

import msgspec

from pillarbox.kernel.money import Vat
from pillarbox.postage.country import Country
from pillarbox.postage.operator_pack import Pack
from pillarbox.postage.parcel import Format
from pillarbox.postage.price_sheet import Declined, Offer
from pillarbox.postage.quote import Quote
from pillarbox.postage.service import Feature, Service
from pillarbox.postage.tariff import Channel, Table


class OfferView(msgspec.Struct, frozen=True):
    """One service at one price. `for_sale` is false while the operator has not confirmed a doubtful price; `doubt`
    says why. `covers_value` tells whether the compensation reaches the value of the goods.
    """

    service_code: str
    name: str
    price_pence: int
    vat: Vat
    vat_pence: int
    cover_pence: int
    covers_value: bool
    speed: str | None
    features: tuple[Feature, ...]
    format: Format
    up_to_g: int
    for_sale: bool
    doubt: str | None


class QuoteView(msgspec.Struct, frozen=True):
    """Offers from cheap to dear, and the services that do not fit with the reason. `format` is the parcel's own."""

    format: Format
    offers: tuple[OfferView, ...]
    declined: tuple[Declined, ...]


def quote_view(quote: Quote) -> QuoteView:
    """View of a quote."""
    return QuoteView(quote.format, tuple([_offer(each, quote.value_pence) for each in quote.offers]), quote.declined)


def _offer(offer: Offer, value_pence: int | None) -> OfferView:
    return OfferView(
        offer.code,
        offer.name,
        offer.price_pence,
        offer.vat,
        offer.vat_pence,
        offer.cover_pence,
        offer.covers(value_pence),
        offer.speed,
        offer.features,
        offer.format,
        offer.max_g,
        offer.sellable,
        offer.held_because or offer.doubt or offer.cover_doubt,
    )


class PriceStep(msgspec.Struct, frozen=True):
    """A price for everything up to a weight."""

    up_to_g: int
    price_pence: int


class PriceTable(msgspec.Struct, frozen=True):
    """The prices of a service for a format to a country (its ISO code), a zone or a group of zones."""

    format: str
    to: str
    cover_pence: int
    vat: Vat
    for_sale: bool
    prices: tuple[PriceStep, ...]


class ServiceView(msgspec.Struct, frozen=True):
    """One service. `contract_only`: sold to account holders alone, so it has no prices here."""

    service_code: str
    name: str
    international: bool
    contract_only: bool
    formats: tuple[Format, ...]
    features: tuple[Feature, ...]
    speed: str | None
    prices: tuple[PriceTable, ...]


class PriceList(msgspec.Struct, frozen=True):
    """The operator's services and online prices in force on `day` (London)."""

    operator: str
    currency: str
    day: date
    services: tuple[ServiceView, ...]


def price_list(pack: Pack, day: date, confirmed: frozenset[str]) -> PriceList:
    """Write the price list of one London day."""
    version = pack.version_on(day)
    by_service: dict[str, list[Table]] = {}
    for table in version.tables if version is not None else ():
        if table.channel is Channel.ONLINE:
            by_service.setdefault(table.service, []).append(table)
    services = tuple([_service(each, by_service, confirmed) for each in pack.services.values()])
    return PriceList(pack.name, pack.currency, day, services)


def _service(service: Service, by_service: dict[str, list[Table]], confirmed: frozenset[str]) -> ServiceView:
    covers = {listed for _, listed in service.priced_tiers}
    tables = [] if service.contract_only or service.tariff is None else by_service.get(service.tariff, [])
    return ServiceView(
        service.code,
        service.name,
        service.international,
        service.contract_only,
        service.formats,
        service.features,
        service.speed,
        tuple([_table(each, confirmed) for each in tables if each.cover_pence in covers]),
    )


def _table(table: Table, confirmed: frozenset[str]) -> PriceTable:
    steps = zip(table.limits_g, table.prices_pence, strict=True)
    return PriceTable(
        table.format,
        table.to,
        table.cover_pence,
        table.vat,
        not table.held_because or table.fingerprint in confirmed,
        tuple([PriceStep(limit, price) for limit, price in steps]),
    )


class CountryView(msgspec.Struct, frozen=True):
    """A destination: ISO 3166-1 code, English name, price zone, whether it is in the EU."""

    country: str
    name: str
    zone: str
    eu: bool


class CountryList(msgspec.Struct, frozen=True):
    """All destinations by name."""

    data: tuple[CountryView, ...]


def country_list(countries: tuple[Country, ...], pack: Pack) -> CountryList:
    """View of the destinations with this operator's zones."""
    views = [CountryView(each.iso2, each.name, pack.zone(each), each.eu) for each in countries]
    return CountryList(tuple(sorted(views, key=lambda view: view.name)))
