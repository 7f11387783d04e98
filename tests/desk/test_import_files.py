from pathlib import Path

import pytest

from pillarbox.desk.choose_import import choose_import
from pillarbox.desk.import_choices import ImportChoices
from pillarbox.desk.preview_import import preview_import
from pillarbox.desk.read_import import count_problems, list_problems
from pillarbox.desk.read_order import OrdersAsked, list_orders, read_order
from pillarbox.desk.upload_file import upload_order_file
from pillarbox.postage.address import Address
from pillarbox.postage.orderfile import SkuParcel
from pillarbox.vault.content import Item

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[1] / "postage" / "orderfile" / "samples"
PARCEL = ImportChoices(parcel=SkuParcel(weight_g=700, format="small parcel"))


async def _orders(ask, person):
    lines = await ask(person, list_orders, OrdersAsked())
    return [await ask(person, read_order, line.order_id) for line in reversed(lines)]


def _short(order):
    return (
        order.shop, order.addressee.reference, order.addressee.address, order.format, order.weight_g,
        order.value_pence, order.contents.currency, order.service_code, order.contents.items, order.contents.note,
        order.contents.shipping,
    )  # fmt: skip


def _at(name, lines, town, county, postcode, phone="", email=""):
    return Address(name, "", lines, town, county, postcode, "GB", phone, email)


ZOE = ("Flat 2", "12 Maple Street"), "York"
YORK = "North Yorkshire", "YO1 7HH"
WANTED = {
    "amazon-unshipped.txt": [
        ("amazon", "204-1111111-1111111",
         _at("Zoë Example", *ZOE, *YORK, email="abc123@marketplace.amazon.co.uk"),
         "small_parcel", 700, None, "GBP", None, (Item("Ceramic mug, blue", 2, "MUG-01"),), "", "Standard"),
    ],
    "click-and-drop-import.csv": [
        (None, "A-1001", _at("Zoë Example", *ZOE, "", "YO1 7HH", "07700900111", "z@example.com"),
         "parcel", 450, 1644, "GBP", "TOLP48", (), "1x Teapot", ""),
    ],
    "ebay-orders-report.csv": [
        ("ebay", "11-10000-00002",
         _at("Alice Hart", ("12 Maple Street",), "York", *YORK, "07700 900111", "a@example.com"),
         "small_parcel", 700, 1644, "GBP", None, (Item("Teapot", 1, "TP-1", 1299),), "", ""),
        ("ebay", "11-10000-00003",
         _at("Bob Keene", ("44 Canal Walk", "Apartment 3"), "Manchester", "Greater Manchester", "M1 1AE",
             "0161 496 0100", "b@example.com"),
         "small_parcel", 700, 3220, "GBP", None, (Item("Cup", 1, "CUP-1", 1300), Item("Saucer", 1, "SAU-1", 1500)),
         "", ""),
    ],
    "shopify-orders-export.csv": [
        ("shopify", "#1050", _at("Carol Shaw", ("3 Market Road",), "Leeds", "", "LS1 1UR", "+447700900333",
                                 "c@example.com"),
         "small_parcel", 700, 4365, "GBP", None, (Item("Tea 100 g", 1, "TEA-100", 2200),
                                                  Item("Tea 50 g", 1, "TEA-50", 1800)), "", "Tracked 48"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", WANTED)
async def test_every_shop_file_becomes_orders_by_value(name, ask, imported, newcomer):
    person = await newcomer()
    row = await imported(person, (SAMPLES / name).read_bytes(), PARCEL, name)
    assert [_short(order) for order in await _orders(ask, person)] == WANTED[name]
    assert (row.status, row.orders_made, row.duplicates, row.problems) == ("done", len(WANTED[name]), 0, 0)
    assert row.rows_read == row.rows_total


async def test_an_order_that_was_sent_is_left_out_unless_it_is_asked_for(ask, imported, newcomer):
    data = (SAMPLES / "etsy-sold-orders.csv").read_bytes()
    person = await newcomer()
    row = await imported(person, data, PARCEL)
    assert (row.orders_made, row.problems) == (0, 1)
    (problem,) = await ask(person, list_problems, row.import_id)
    assert (problem.line, problem.code, problem.field) == (2, "order-sent", "despatched")
    other = await newcomer()
    first = await ask(other, upload_order_file, "etsy.csv", data)
    await ask(other, choose_import, first.import_id, ImportChoices(take_sent=True))
    assert (await ask(other, preview_import, first.import_id)).usable == 1
    row = await imported(other, data, ImportChoices(parcel=PARCEL.parcel, take_sent=True))
    assert (row.orders_made, row.problems) == (1, 0)
    (order,) = await _orders(ask, other)
    assert (order.shop, order.addressee.reference, order.weight_g) == ("etsy", "11223344", 700)
    assert order.addressee.address == _at("Jane Doe", ("1 High St",), "Oxford", "", "OX1 1BP")


async def test_a_file_without_addresses_says_what_is_missing(ask, imported, newcomer):
    person = await newcomer()
    row = await imported(person, (SAMPLES / "ebay-fr-semicolon.csv").read_bytes(), PARCEL)
    assert (row.status, row.orders_made, row.problems) == ("done", 0, 1)
    groups = await ask(person, count_problems, row.import_id)
    assert {(g.code, g.field, g.count) for g in groups} == {
        ("field-missing", field, 1) for field in ("name", "line1", "town", "postcode")
    }
