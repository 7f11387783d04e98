from datetime import date

import msgspec
import pytest

from pillarbox.postage.orderfile import (
    Defaults,
    DraftItem,
    DraftOrder,
    Shop,
    guess_mapping,
    sniff,
    unmapped,
    used_twice,
)

TEXTS = [f.name for f in msgspec.structs.fields(DraftOrder) if f.type is str or f.name in ("state", "weight_from")]
NUMBERS = ["date", "weight_g", "length_mm", "width_mm", "height_mm", "total_pence"]


def draft(**values):
    nothing = dict.fromkeys(TEXTS, "") | dict.fromkeys(NUMBERS) | {"items": (), "problems": ()}
    return DraftOrder(**(nothing | values))


WANTED = {
    "amazon-unshipped.txt": (
        ("utf-8", "\t", Shop.AMAZON, 1, 30),
        [
            draft(
                line=2, lines=(2,), order_key="amazon:204-1111111-1111111", reference="204-1111111-1111111",
                date=date(2026, 11, 20), name="Zoë Example", line1="Flat 2", line2="12 Maple Street", town="York",
                county="North Yorkshire", postcode="YO1 7HH", country="GB", email="abc123@marketplace.amazon.co.uk",
                shipping_service="Standard", items=(DraftItem("MUG-01", "Ceramic mug, blue", 2),),
            )
        ],
    ),
    "click-and-drop-import.csv": (
        ("cp1252", ",", Shop.CLICK_AND_DROP, 1, 19),
        [
            draft(
                line=2, lines=(2,), order_key="click_and_drop:A-1001", reference="A-1001", date=date(2026, 11, 20),
                name="Zoë Example", line1="Flat 2", line2="12 Maple Street", town="York", postcode="YO1 7HH",
                country="United Kingdom", phone="07700900111", email="z@example.com", format="Parcel",
                service_code="TOLP48", instructions="1x Teapot", weight_g=450, weight_from="file", total_pence=1644,
                currency="GBP",
            )
        ],
    ),
    "ebay-fr-semicolon.csv": (
        ("utf-8", ";", Shop.EBAY, 1, 9),
        [
            draft(
                line=2, lines=(2,), order_key="ebay:05-11111-22222", reference="05-11111-22222",
                date=date(2026, 10, 5), currency="EUR", items=(DraftItem("", "Théière", 1, 123450, "EUR"),),
            )
        ],
    ),
    "ebay-orders-report.csv": (
        ("utf-8-sig", ",", Shop.EBAY, 2, 21),
        [
            draft(
                line=4, lines=(4,), order_key="ebay:11-10000-00002", reference="11-10000-00002",
                date=date(2026, 11, 18), name="Alice Hart", line1="12 Maple Street", town="York",
                county="North Yorkshire", postcode="YO1 7HH", country="United Kingdom", phone="07700 900111",
                email="a@example.com", total_pence=1644, currency="GBP",
                items=(DraftItem("TP-1", "Teapot", 1, 1299, "GBP"),),
            ),
            draft(
                line=5, lines=(5, 6, 7), order_key="ebay:11-10000-00003", reference="11-10000-00003",
                date=date(2026, 11, 19), name="Bob Keene", line1="44 Canal Walk", line2="Apartment 3",
                town="Manchester", county="Greater Manchester", postcode="M1 1AE", country="United Kingdom",
                phone="0161 496 0100", email="b@example.com", total_pence=3220, currency="GBP",
                items=(DraftItem("CUP-1", "Cup", 1, 1300, "GBP"), DraftItem("SAU-1", "Saucer", 1, 1500, "GBP")),
            ),
        ],
    ),
    "etsy-sold-orders.csv": (
        ("utf-8", ",", Shop.ETSY, 1, 36),
        [
            draft(
                line=2, lines=(2,), order_key="etsy:11223344", reference="11223344", date=date(2026, 9, 25),
                name="Jane Doe", line1="1 High St", town="Oxford", postcode="OX1 1BP", country="United Kingdom",
                total_pence=5500, currency="GBP", state="despatched",
                items=(DraftItem("SKU-101", "", 1, 5000, "GBP"),),
            )
        ],
    ),
    "shopify-orders-export.csv": (
        ("utf-8", ",", Shop.SHOPIFY, 1, 79),
        [
            draft(
                line=2, lines=(2, 3), order_key="shopify:#1050", reference="#1050", date=date(2026, 5, 1),
                name="Carol Shaw", line1="3 Market Road", town="Leeds", postcode="LS1 1UR", country="GB",
                phone="+447700900333", email="c@example.com", shipping_service="Tracked 48", total_pence=4365,
                currency="GBP",
                items=(
                    DraftItem("TEA-100", "Tea 100 g", 1, 2200, "GBP"),
                    DraftItem("TEA-50", "Tea 50 g", 1, 1800, "GBP"),
                ),
            )
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WANTED)
def test_every_sample_is_recognised_and_read_by_value(name, sample, read):
    (encoding, delimiter, shop, header_line, columns), wanted = WANTED[name]
    shape = sniff(sample(name))
    assert (shape.encoding, shape.delimiter, shape.shop) == (encoding, delimiter, shop)
    assert (shape.header_line, len(shape.header), shape.xlsx, shape.encoding_sure) == (
        header_line,
        columns,
        False,
        True,
    )
    assert read(sample(name)) == wanted


@pytest.mark.parametrize("name", WANTED)
def test_the_guess_uses_no_column_twice_and_the_preview_shows_the_first_rows(name, sample):
    shape = sniff(sample(name))
    mapping = guess_mapping(shape)
    assert used_twice(mapping) == {}
    used = {column for names in mapping.columns.values() for column in names}
    assert set(unmapped(shape, mapping)) == set(shape.header) - used
    assert [line for line, _ in shape.sample][: len(WANTED[name][1])]


def test_click_and_drop_uses_every_column_of_its_sample(sample):
    shape = sniff(sample("click-and-drop-import.csv"))
    assert unmapped(shape, guess_mapping(shape)) == ()


def test_a_shop_file_takes_the_default_parcel_and_a_file_with_weights_does_not(sample, read):
    defaults = Defaults(weight_g=300, format="large letter", length_mm=300, width_mm=200, height_mm=20)
    (etsy,) = read(sample("etsy-sold-orders.csv"), defaults)
    assert (etsy.weight_g, etsy.weight_from, etsy.format) == (300, "default", "large letter")
    assert (etsy.length_mm, etsy.width_mm, etsy.height_mm) == (300, 200, 20)
    (own,) = read(sample("click-and-drop-import.csv"), defaults)
    assert (own.weight_g, own.weight_from, own.format) == (450, "file", "Parcel")
