"""What belongs to nobody: prices for what was just typed, the operator's services, the countries there are."""

from __future__ import annotations

from pillarbox.api.desk import Desk
from pillarbox.api.route import Ask, Route, Verb
from pillarbox.api.views.quotes import CountryList, PriceList, QuoteView, country_list, price_list, quote_view
from pillarbox.desk.counter import Counter
from pillarbox.desk.quote import QuoteAsked, quote_fields
from pillarbox.gate import Box, Public, Source
from pillarbox.kernel.clock import london_date
from pillarbox.postage.country import CountryUnknown, all_countries
from pillarbox.postage.parcel import FormatUnknown, ParcelDoesNotFit, ParcelNotUsable, SizeMissing
from pillarbox.postage.postcode import PostcodeUnknown
from pillarbox.postage.quote import Quote


def routes(desk: Desk) -> list[Route]:
    """The routes of /v1/quotes, /v1/services and /v1/countries."""
    counter = desk.counter
    return [
        Route(
            "quote", "POST /v1/quotes", "Price a parcel with every service; nothing is written down", "orders:read",
            takes=QuoteAsked, gives=QuoteView, verb=lambda ask: _quote(ask, counter), view=quote_view,
            raises=(CountryUnknown, PostcodeUnknown, FormatUnknown, ParcelNotUsable, SizeMissing, ParcelDoesNotFit),
        ),
        Route(
            "list_services", "GET /v1/services", "The operator's services and prices in force today", "orders:read",
            gives=PriceList, verb=lambda _: _services(counter), view=lambda shown: shown,
        ),
        Route(
            "list_countries", "GET /v1/countries", "All destinations with their price zones", "orders:read",
            gives=CountryList, verb=lambda _: _countries(counter), view=lambda shown: shown,
        ),
    ]  # fmt: skip


def _quote(ask: Ask, counter: Counter) -> Verb:
    found = quote_fields(counter, ask.body)

    async def quoted(_: Box) -> Public[Quote]:
        return found

    return quoted


def _services(counter: Counter) -> Verb:
    async def listed(_: Box) -> Public[PriceList]:
        prices = price_list(counter.pack, london_date(counter.clock()), counter.confirmed_prices)
        return Public(prices, Source.TARIFF)

    return listed


def _countries(counter: Counter) -> Verb:
    async def listed(_: Box) -> Public[CountryList]:
        return Public(country_list(all_countries(), counter.pack), Source.TARIFF)

    return listed
