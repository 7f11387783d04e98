"""Sending one parcel: a price from three answers, then the address, then an order whose label can be bought."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from litestar import get, post
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.counter import Counter
from pillarbox.desk.create_order import create_order
from pillarbox.desk.new_order import Item, NewOrder, check_order
from pillarbox.desk.quote import QuoteAsked, quote_fields
from pillarbox.gate import Box, Owned, Public, Source
from pillarbox.kernel.clock import london_date
from pillarbox.kernel.errors import BadInput, Conflict
from pillarbox.postage.country import Country, country, special_area
from pillarbox.postage.customs import Category, Customs, Form, Route, ruling
from pillarbox.postage.parcel import WeightUnusable
from pillarbox.postage.postcode import PostcodeUnknown, area_name, area_of, parse_postcode
from pillarbox.postage.quote import Offer, Quote
from pillarbox.postage.service import Feature
from pillarbox.web.answers import Answer, Ask, Pages, Visit, done
from pillarbox.web.filters import grams
from pillarbox.web.form import Fields
from pillarbox.web.order_form import (
    address_of_form,
    declaration,
    format_choices,
    origin_code,
    parcel_of_form,
    reason_choices,
)
from pillarbox.web.sheet import Sheet, field_errors
from pillarbox.web.views import FieldError, Section, sending

READ, WRITE = "orders:read", "orders:write"
_UNSURE: Final = "Not sure: I give its size"
_ISLANDS: Final = {"GY": "GG", "JE": "JE", "IM": "IM"}
"""Postcode areas that are countries of their own to customs (`postage/packs/uk/postcodes.json`)."""
_THREE: Final = ("what", "weight", "to", "length", "width", "height")


class DestinationMissing(BadInput):
    """Say where it goes: a postcode in the UK, or a country."""


class ServiceNotOffered(Conflict):
    """This service does not take this parcel. Go back and choose another."""


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers of /send."""
    return [*_prices(pages), *_details(pages)]


def _prices(pages: Pages) -> list[BaseRouteHandler]:
    @get("/a/{place:str}/send")
    async def send(request: Ask) -> Answer:
        fields = Fields(request.query_params)
        found: Quote | None = None
        errors: tuple[FieldError, ...] = ()
        if fields.text("weight") or fields.text("to"):
            try:
                found = priced(pages.counter, fields)
            except BadInput as error:
                errors = _renamed(field_errors(error))
        return await pages.show(
            Visit(request, READ),
            partial(_public, found),
            partial(_send_sheet, fields=fields, counter=pages.counter),
            errors=errors,
            status=422 if errors else 200,
        )

    return [send]


def _details(pages: Pages) -> list[BaseRouteHandler]:
    @get("/a/{place:str}/send/details")
    async def details(request: Ask) -> Answer:
        return await _details_page(pages, Visit(request, WRITE), Fields(request.query_params))

    @post("/a/{place:str}/send")
    async def write(request: Ask) -> Answer:
        visit, fields = Visit(request, WRITE), Fields(await request.form())

        async def verb(box: Box) -> Owned[Any]:
            checked = check_order(new_order(fields))
            await box.enter()
            return await create_order(box, checked)

        return await pages.act(
            visit,
            verb,
            lambda made: done(f"/orders/{made.order_id}", "sent"),
            partial(_details_page, pages, visit, fields),
        )

    return [details, write]


async def _details_page(pages: Pages, visit: Visit, fields: Fields, errors: tuple[FieldError, ...] = ()) -> Answer:
    async def verb(box: Box) -> Public[Offer]:
        await box.enter()
        return Public(_offer(priced(pages.counter, fields), fields.text("service")), Source.TARIFF)

    return await pages.show(
        visit,
        verb,
        partial(_details_sheet, fields=fields),
        errors=tuple(FieldError(e.field.removesuffix("-0"), e.message) for e in errors),
        status=422 if errors else 200,
    )


async def _public(value: Any, box: Box) -> Public[Any]:
    """Hand a price through, which belongs to nobody, beside the frame, which does."""
    await box.enter()
    return Public(value, Source.TARIFF)


def priced(counter: Counter, fields: Fields) -> Quote:
    """Price what was typed in the three fields. Raises `BadInput` naming the fields."""
    parcel = parcel_of_form(fields)
    fields.finish()
    if parcel.weight_g is None:
        raise WeightUnusable("Say how heavy it is with its packaging, in grams.", field="weight")
    to, postcode = destination(fields.text("to"))
    asked = QuoteAsked(
        parcel.weight_g, parcel.length_mm, parcel.width_mm, parcel.height_mm, parcel.format, to.iso2, postcode
    )
    return quote_fields(counter, asked).value


def destination(text: str) -> tuple[Country, str]:
    """Read a postcode of the UK and its islands, or a country. Raises `DestinationMissing`, `CountryUnknown`."""
    if not text:
        raise DestinationMissing(field="to")
    try:
        postcode = parse_postcode(text)
    except PostcodeUnknown:
        if any(c.isdigit() for c in text):
            raise
        return country(text), ""
    return country(_ISLANDS.get(area_of(postcode), "GB")), postcode


def new_order(fields: Fields) -> NewOrder:
    """Return the order that the form describes. Raises `FormNotUsable`, `CategoryUnknown`."""
    parcel = parcel_of_form(fields)
    to, _ = destination(fields.text("to"))
    quantity, value = fields.whole("item_quantity"), fields.pence("item_value")
    fields.finish()
    items: tuple[Item, ...] = ()
    pieces = 1 if quantity is None else quantity
    if fields.text("item_name"):
        each_g = (parcel.weight_g or 0) // max(1, pieces)
        code, origin = fields.text("item_hs"), origin_code(fields.text("item_origin"))
        items = (Item(fields.text("item_name"), pieces, "", value, each_g, code, origin),)
    address = {**address_of_form(fields), "country": to.iso2}
    reason = fields.text("reason")
    return NewOrder(
        address,
        fields.text("reference"),
        parcel,
        items,
        None if value is None else value * pieces,
        service_code=fields.text("service"),
        customs=declaration(reason, items) if reason else None,
    )


def _offer(found: Quote, code: str) -> Offer:
    for offer in found.offers:
        if offer.code == code and offer.sellable:
            return offer
    raise ServiceNotOffered(field="service")


def _renamed(errors: tuple[FieldError, ...]) -> tuple[FieldError, ...]:
    names = {"postcode": "to", "country": "to", "format": "what"}
    return tuple(FieldError(names.get(e.field, e.field), e.message) for e in errors)


def _send_sheet(found: Quote | None, fields: Fields, counter: Counter) -> Sheet:
    view = sending.SendOne(
        format_choices(fields.text("what") if "what" in fields else "small_parcel", _UNSURE),
        fields.text("weight"),
        fields.text("to"),
        fields.text("length"),
        fields.text("width"),
        fields.text("height"),
        _quote(found, fields, counter) if found else None,
    )
    return Sheet("Send one", Section.SEND, view)


def _quote(found: Quote, fields: Fields, counter: Counter) -> sending.Quote:
    sold = [offer for offer in found.offers if offer.sellable]
    held = [sending.NotOffered(o.name, o.held_because) for o in found.offers if o.held_because is not None]
    version = counter.pack.version_on(london_date(counter.clock()))
    weight = fields.grams("weight") or 0
    what = found.format.words
    return sending.Quote(
        f"{what[0].upper()}{what[1:]} of {grams(weight)} to {_place(fields.text('to'))}",
        tuple(offer_view(offer, "Cheapest" if n == 0 and len(sold) > 1 else "") for n, offer in enumerate(sold)),
        (*held, *(sending.NotOffered(each.name, each.detail) for each in found.declined)),
        version.valid_from if version else london_date(counter.clock()),
    )


def offer_view(offer: Offer, best: str = "") -> sending.Offer:
    """One service with its price, as the pages show it."""
    words = ", ".join(feature.words for feature in sorted(offer.features, key=_first)) or "not tracked"
    return sending.Offer(
        offer.code,
        offer.name,
        offer.price_pence,
        offer.vat_pence,
        offer.speed or "No speed is published",
        offer.cover_pence,
        words[0].upper() + words[1:],
        best,
    )


def _first(feature: Feature) -> tuple[bool, bool]:
    """Put what most people ask about first: is it tracked, is it signed for."""
    return feature is not Feature.TRACKED, feature is not Feature.SIGNED_FOR


def _place(text: str) -> str:
    to, postcode = destination(text)
    return f"{area_name(area_of(postcode)) or ''} {postcode}".strip() if postcode else to.name


def _details_sheet(offer: Offer, fields: Fields) -> Sheet:
    to, postcode = destination(fields.text("to"))
    values = {"postcode": postcode, "item_quantity": "1", **fields.typed()}
    special = special_area(postcode) if postcode else None
    rule = ruling(Customs(Category.SALE_OF_GOODS), Route(to, special.area if special else None))
    query = urlencode([(name, fields.text(name)) for name in _THREE if fields.text(name)])
    view = sending.SendDetails(
        offer_view(offer),
        f"{offer.format.words} of {grams(fields.grams('weight') or 0)}",
        _place(fields.text("to")),
        tuple((name, fields.text(name)) for name in (*_THREE, "service") if fields.text(name)),
        values,
        rule.data_needed,
        "" if rule.form is Form.NONE else rule.form.value,
        reason_choices(fields.text("reason")),
        query,
    )
    return Sheet("Where does it go?", Section.SEND, view)
