from datetime import UTC, date, datetime

import pytest

from pillarbox.kernel.clock import london_date
from pillarbox.kernel.money import Vat
from pillarbox.postage.country import Area, all_countries, by_iso2
from pillarbox.postage.operator_pack import load_pack
from pillarbox.postage.parcel import Format, Parcel, ParcelDoesNotFit, SizeMissing, check_parcel
from pillarbox.postage.quote import Offer, PriceNotConfirmed, Quote, Reason, ServiceDeclined, price_for, quote
from pillarbox.postage.service import Feature, ServiceUnknown

PACK = load_pack("uk")
TODAY = date(2026, 11, 24)
COUNTRIES = all_countries()

LETTER = check_parcel(40, 220, 110, 2)
LARGE_LETTER = check_parcel(400, 300, 200, 20)
SMALL = check_parcel(1500, 400, 300, 150)
MEDIUM = check_parcel(12_000, 600, 400, 400)
BOX = check_parcel(500, 250, 200, 100)


def ask(parcel: Parcel, iso2: str = "GB", day: date = TODAY, confirmed: frozenset[str] = frozenset()) -> Quote:
    return quote(parcel, by_iso2(iso2), None, day, PACK, confirmed=confirmed)


def prices(answer: Quote) -> dict[str, int]:
    return {each.code: each.price_pence for each in answer.offers}


def offered(answer: Quote, code: str) -> Offer:
    return next(each for each in answer.offers if each.code == code)


def why(answer: Quote, code: str) -> tuple[Reason, str]:
    return next((each.reason, each.detail) for each in answer.declined if each.code == code)


INLAND = [
    (LETTER, (91, 180, 291, 380, 285, 380, 945, 1245, 1945)),
    (LARGE_LETTER, (240, 330, 440, 530, 285, 380, 1045, 1345, 2045)),
    (SMALL, (395, 515, 555, 675, 365, 465, 1545, 1845, 2545)),
    (MEDIUM, (1245, 1475, 1405, 1635, 1185, 1385, 2695, 2995, 3695)),
]
CODES = ("OLP2", "OLP1", "OLP2SF", "OLP1SF", "TOLP48", "TOLP24", "SD1OLP", "SD2OLP", "SD3OLP")


@pytest.mark.parametrize(("parcel", "expected"), INLAND)
def test_inland_prices_today(parcel: Parcel, expected: tuple[int, ...]) -> None:
    answer = ask(parcel)
    assert prices(answer) == dict(zip(CODES, expected, strict=True))
    assert all(each.sellable for each in answer.offers)
    assert [each.price_pence for each in answer.offers] == sorted(expected)


ABROAD = [
    (LETTER, "US", {"ISOLP": 360, "IEOLP": 430, "ITROLP": 1217}),
    (LETTER, "DE", {"ISOLP": 360, "ITROLP": 980}),
    (LARGE_LETTER, "PL", {"ISOLP": 685, "ITROLP": 1050}),
    (BOX, "DE", {"ISOLP": 880, "ITROLP": 940}),
    (BOX, "DK", {"ISOLP": 880, "ITROLP": 1070}),
    (BOX, "US", {"ISOLP": 1940, "ITROLP": 1420, "IEOLP": 2165}),
    (BOX, "NZ", {"ISOLP": 1775, "ITROLP": 1985, "IEOLP": 2165}),
    (SMALL, "CA", {"ISOLP": 2800, "ITROLP": 2452, "IEOLP": 3510}),
]


@pytest.mark.parametrize(("parcel", "iso2", "expected"), ABROAD)
def test_prices_abroad_today(parcel: Parcel, iso2: str, expected: dict[str, int]) -> None:
    answer = ask(parcel, iso2)
    assert prices(answer) == expected
    assert all(each.sellable for each in answer.offers)


def test_an_offer_says_everything() -> None:
    offer = offered(ask(LARGE_LETTER), "TOLP24")
    assert (offer.name, offer.price_pence, offer.vat, offer.vat_pence) == ("Tracked 24", 380, Vat.STANDARD, 63)
    assert (offer.cover_pence, offer.speed) == (7500, "24 hour (next working day)")
    assert (offer.format, offer.max_g, offer.tariff) == (Format.LARGE_LETTER, 1000, "tracked_24")
    assert Feature.TRACKED in offer.features
    assert offer.table_key == "2026-04-07/online/tracked_24/large_letter/UK/15000"
    assert offer.doubt == "Only one source gives this price."
    assert offer.cover_doubt is not None
    assert offer.covers(None)
    assert offer.covers(7500)
    assert not offer.covers(7501)


def test_no_speed_is_made_up_abroad() -> None:
    assert offered(ask(BOX, "FR"), "ISOLP").speed is None


def test_reasons_inland() -> None:
    answer = ask(SMALL)
    assert why(answer, "BPL1") == (Reason.ACCOUNT_ONLY, "For account customers only.")
    assert why(answer, "ISOLP") == (Reason.NOT_THERE, "Only to other countries.")
    for code in ("TOLP24SF", "TOLP48SF", "TOLP24SFA", "TOLP48SFA"):
        assert why(answer, code) == (Reason.NOT_PUBLISHED, "There is no published online price.")


def test_reasons_abroad() -> None:
    answer = ask(check_parcel(2500, 400, 300, 200), "DE")
    assert answer.offers == ()
    assert why(answer, "ISOLP") == (Reason.TOO_HEAVY, "Too heavy: this service ends at 2 kg.")
    assert why(answer, "OLP1") == (Reason.NOT_THERE, "Not to Germany: an inland service only.")
    assert why(answer, "IEOLP") == (Reason.NOT_THERE, "Not to Germany.")
    assert why(answer, "ITSOLP") == (Reason.NOT_PUBLISHED, "There is no published online price.")
    assert why(answer, "ITHCOLP") == (Reason.NOT_PUBLISHED, "There is no published online price.")


def test_a_price_not_in_force_is_never_quoted() -> None:
    answer = ask(SMALL, day=date(2026, 1, 15))
    assert prices(answer) == {"OLP2": 350, "OLP1": 440, "TOLP48": 355, "TOLP24": 445}
    assert why(answer, "SD1OLP") == (Reason.NOT_IN_FORCE, "No online price is in force on this day.")
    assert why(answer, "OLP1SF") == (Reason.NOT_IN_FORCE, "No online price is in force on this day.")
    early = ask(SMALL, day=date(2024, 10, 6))
    assert early.offers == ()
    assert why(early, "OLP1")[0] is Reason.NOT_IN_FORCE


def test_the_tariff_changes_at_midnight_in_london_not_in_utc() -> None:
    for instant, pence in (
        (datetime(2026, 4, 6, 22, 59, 59, tzinfo=UTC), 170),
        (datetime(2026, 4, 6, 23, 0, 0, tzinfo=UTC), 180),
        (datetime(2025, 4, 6, 23, 0, 0, tzinfo=UTC), 170),
        (datetime(2025, 4, 6, 22, 59, 59, tzinfo=UTC), 165),
    ):
        assert price_for("OLP1", LETTER, by_iso2("GB"), london_date(instant), PACK).price_pence == pence


@pytest.mark.parametrize(
    ("grams", "pence"), [(1, 155), (100, 155), (101, 190), (250, 190), (251, 240), (500, 240), (501, 270), (750, 270)]
)
def test_a_band_ends_with_its_last_gram(grams: int, pence: int) -> None:
    parcel = Parcel(grams, format=Format.LARGE_LETTER)
    assert price_for("OLP2", parcel, by_iso2("GB"), TODAY, PACK).price_pence == pence


def test_a_service_without_the_format_takes_the_next_larger() -> None:
    assert offered(ask(LETTER), "TOLP48").format is Format.LARGE_LETTER
    assert offered(ask(LETTER, "US"), "ITROLP").format is Format.PARCEL
    heavy = ask(Parcel(900, format=Format.LARGE_LETTER))
    assert (offered(heavy, "OLP1").format, prices(heavy)["OLP1"]) == (Format.SMALL_PARCEL, 515)
    assert (offered(heavy, "TOLP24").format, prices(heavy)["TOLP24"]) == (Format.LARGE_LETTER, 380)


def test_a_format_declared_larger_is_priced_as_declared() -> None:
    declared = check_parcel(40, 220, 110, 2, Format.MEDIUM_PARCEL)
    assert prices(ask(declared))["OLP2"] == 625


def test_a_tube_has_its_own_price_or_that_of_its_box() -> None:
    long = ask(check_parcel(500, 800, 60, 60, Format.TUBE))
    assert prices(long) == {"TOLP48": 555, "TOLP24": 655, "SD1OLP": 1045, "SD2OLP": 1345, "SD3OLP": 2045}
    assert why(long, "OLP1") == (Reason.FORMAT, "This service does not take a tube.")
    short = ask(check_parcel(500, 400, 60, 60, Format.TUBE))
    assert (offered(short, "OLP2").format, prices(short)["OLP2"]) == (Format.SMALL_PARCEL, 395)
    assert prices(ask(check_parcel(500, 800, 60, 60, Format.TUBE), "DE")) == {"ISOLP": 880, "ITROLP": 940}


def test_a_parcel_of_unsaid_size_is_priced_only_where_size_does_not_matter() -> None:
    answer = ask(Parcel(1000, format=Format.PARCEL))
    assert prices(answer) == {"SD1OLP": 1145, "SD2OLP": 1445, "SD3OLP": 2145}
    assert why(answer, "OLP1") == (
        Reason.SIZE_UNKNOWN,
        "Say whether it is a small or a medium parcel, or give the three sides.",
    )


def test_too_large_and_too_heavy_are_told_apart() -> None:
    large = ask(check_parcel(5000, 1200, 300, 300))
    assert large.offers == ()
    assert why(large, "OLP1") == (Reason.FORMAT, "This service does not take a large parcel.")
    heavy = ask(check_parcel(25_000, 600, 400, 400))
    assert why(heavy, "OLP1") == (Reason.TOO_HEAVY, "Too heavy: this service ends at 20 kg.")


def test_neither_size_nor_format() -> None:
    with pytest.raises(SizeMissing):
        ask(Parcel(100))
    with pytest.raises(ParcelDoesNotFit):
        ask(check_parcel(40, 220, 110, 30, Format.LETTER))


@pytest.mark.parametrize(("iso2", "pence"), [("IT", 1115), ("IE", 1050), ("AU", 1585)])
def test_a_price_with_a_warning_is_shown_but_not_sold_until_confirmed(iso2: str, pence: int) -> None:
    country = by_iso2(iso2)
    shown = offered(ask(BOX, iso2), "ITROLP")
    assert (shown.price_pence, shown.sellable) == (pence, False)
    assert shown.held_because == "A heavier parcel would cost less than a lighter one, as the source has it."
    with pytest.raises(PriceNotConfirmed) as caught:
        price_for("ITROLP", BOX, country, TODAY, PACK)
    assert caught.value.code == "price-not-confirmed"

    confirmed = frozenset({shown.fingerprint})
    sold = price_for("ITROLP", BOX, country, TODAY, PACK, confirmed=confirmed)
    assert (sold.price_pence, sold.sellable, sold.doubt) == (pence, True, None)
    assert offered(ask(BOX, iso2, confirmed=confirmed), "ITROLP") == sold
    with pytest.raises(PriceNotConfirmed):
        price_for("ITROLP", BOX, country, TODAY, PACK, confirmed=frozenset({shown.table_key}))


def test_confirming_one_table_leaves_the_others_held() -> None:
    confirmed = frozenset({offered(ask(BOX, "IT"), "ITROLP").fingerprint})
    with pytest.raises(PriceNotConfirmed):
        price_for("ITROLP", BOX, by_iso2("IE"), TODAY, PACK, confirmed=confirmed)


def test_doubt_about_the_zone_outlives_a_confirmed_price() -> None:
    offer = offered(ask(BOX, "XK"), "ISOLP")
    zone = "The price zone of Kosovo is not certain: two of three published lists say EUR3, one W1."
    assert offer.doubt == f"Only one source gives this price. {zone}"
    assert offer.sellable
    assert offered(ask(BOX, "XK", confirmed=frozenset({offer.fingerprint})), "ISOLP").doubt == zone


def test_buying_raises_what_the_quote_says() -> None:
    with pytest.raises(ServiceDeclined, match=r"International Standard \(ISOLP\): Only to other countries\."):
        price_for("ISOLP", SMALL, by_iso2("GB"), TODAY, PACK)
    with pytest.raises(ServiceDeclined, match="For account customers only"):
        price_for("TPN24", SMALL, by_iso2("GB"), TODAY, PACK)
    with pytest.raises(ServiceDeclined, match="ends at 2 kg") as caught:
        price_for("ISOLP", check_parcel(2001, 300, 200, 100), by_iso2("FR"), TODAY, PACK)
    assert caught.value.declined.reason is Reason.TOO_HEAVY
    with pytest.raises(ServiceUnknown):
        price_for("NOPE", SMALL, by_iso2("GB"), TODAY, PACK)


@pytest.mark.parametrize(
    ("iso2", "postcode", "area"),
    [
        ("GB", "BT1 1AA", Area.NORTHERN_IRELAND),
        ("JE", "JE2 3AB", Area.CHANNEL_ISLANDS),
        ("GB", "BF1 3AB", Area.BFPO),
        ("GB", "B1 1AA", None),
        ("GB", None, None),
        ("FR", "BT1 1AA", None),
    ],
)
def test_special_areas_pay_inland_prices_and_are_named(iso2: str, postcode: str | None, area: Area | None) -> None:
    answer = quote(SMALL, by_iso2(iso2), postcode, TODAY, PACK, value_pence=5000)
    assert (answer.area.area if answer.area else None) == area
    assert answer.value_pence == 5000
    if iso2 != "FR":
        assert prices(answer) == prices(ask(SMALL))


def test_every_country_gets_a_quote_and_somebody_carries_there() -> None:
    assert len(COUNTRIES) == 250
    for country in COUNTRIES:
        for parcel in (LETTER, LARGE_LETTER, BOX, check_parcel(20_000, 610, 460, 460)):
            answer = quote(parcel, country, None, TODAY, PACK)
            assert len(answer.offers) + len(answer.declined) == 72
            if parcel.weight_g <= 2000:
                assert any(each.sellable for each in answer.offers), country


def test_the_islands_are_inland() -> None:
    for iso2 in ("GG", "JE", "IM"):
        assert prices(ask(LETTER, iso2)) == prices(ask(LETTER))
