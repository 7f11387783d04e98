from __future__ import annotations

import pytest

from pillarbox.desk.new_order import ParcelFields
from pillarbox.desk.quote import QuoteAsked, WeightMissing, quote_fields, quote_order
from pillarbox.kernel.errors import NotFound
from pillarbox.postage.country import CountryUnknown
from pillarbox.postage.parcel import ParcelNotUsable, SizeMissing
from pillarbox.postage.postcode import PostcodeUnknown

pytestmark = pytest.mark.anyio


def test_what_was_typed_is_priced(counter):
    found = quote_fields(counter, QuoteAsked(weight_g=400, format="Small Parcel", postcode="sn13ab")).value
    prices = [offer.price_pence for offer in found.offers]
    assert prices == sorted(prices) != []
    assert "OLP2" in {offer.code for offer in found.offers}


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (QuoteAsked(weight_g=0, format="letter"), ParcelNotUsable),
        (QuoteAsked(weight_g=100), SizeMissing),
        (QuoteAsked(weight_g=100, format="letter", postcode="ZZ1 1ZZ"), PostcodeUnknown),
        (QuoteAsked(weight_g=100, format="letter", country="Atlantis"), CountryUnknown),
    ],
)
def test_what_cannot_be_priced_says_why(counter, asked, error):
    with pytest.raises(error):
        quote_fields(counter, asked)


async def test_an_order_is_sold_at_the_price_it_was_quoted(shop):
    await shop.fund(1000)
    order = await shop.order()
    quoted = await shop.do(lambda box: quote_order(box, shop.counter, order), "orders:read")
    offer = next(o for o in quoted.offers if o.code == "TOLP48")
    label = await shop.buy(order, "TOLP48", agreed_pence=offer.price_pence)
    assert (label.price_pence, label.vat_pence) == (offer.price_pence, offer.vat_pence)


async def test_an_order_without_a_weight_or_of_a_stranger_has_no_price(shop, rival):
    order = await shop.order(parcel=ParcelFields())
    with pytest.raises(WeightMissing):
        await shop.do(lambda box: quote_order(box, shop.counter, order), "orders:read")
    with pytest.raises(NotFound):
        await rival.do(lambda box: quote_order(box, rival.counter, order), "orders:read")
