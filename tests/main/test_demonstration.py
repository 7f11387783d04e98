from __future__ import annotations

from importlib.resources import files

import pytest

from pillarbox.desk.new_order import check_order
from pillarbox.desk.quote import QuoteAsked, quote_fields
from pillarbox.main.compose import counter_of
from pillarbox.main.demonstration_story import Sent, read_story
from pillarbox.main.secrets import fresh
from pillarbox.main.settings import Settings
from pillarbox.postage.address import check_address
from pillarbox.postage.orderfile import Defaults, guess_mapping, read_orders, sniff
from pillarbox.postage.orderfile.draft import DraftOrder

STORY = read_story()
SENT = [sent for shop in STORY.houses for sent in shop.orders]


@pytest.mark.parametrize("sent", SENT, ids=[sent.order.reference for sent in SENT])
def test_every_order_can_be_written_down_and_its_label_bought_at_the_price_shown(sent: Sent) -> None:
    checked = check_order(sent.order)
    address, parcel = checked.addressee.address, checked.parcel
    assert parcel is not None
    if not sent.buy:
        return
    assert not checked.customs_missing
    asked = QuoteAsked(
        parcel.weight_g,
        *parcel.sides_mm or (None, None, None),
        format=sent.order.parcel.format,
        country=address.country,
        postcode=address.postcode,
    )
    counter = counter_of(Settings(), fresh())
    assert sent.buy in {offer.code for offer in quote_fields(counter, asked).value.offers}


def test_nobody_of_the_story_could_be_reached() -> None:
    assert all(sent.order.recipient["email"].endswith(".example") for sent in SENT)
    assert all(who.email.endswith(".example") for shop in STORY.houses for who in shop.people)
    assert len({sent.order.reference for sent in SENT}) == len(SENT)


def test_every_shop_has_an_owner_first_and_an_address_of_its_own() -> None:
    for shop in STORY.houses:
        assert shop.people[0].role == "owner"
        assert check_address(shop.ship_from).name == shop.name


def test_the_order_file_has_good_rows_and_some_that_teach() -> None:
    data = files("pillarbox.main").joinpath("demonstration.csv").read_bytes()
    shape = sniff(data)
    found = list(read_orders(data, shape, guess_mapping(shape), Defaults()))
    assert sum(isinstance(each, DraftOrder) for each in found) >= 6
