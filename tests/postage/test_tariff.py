from collections import Counter
from datetime import date
from itertools import pairwise

import msgspec
import pytest

from pillarbox.kernel.money import Vat
from pillarbox.postage.country import all_countries, by_iso2
from pillarbox.postage.operator_pack import load_pack
from pillarbox.postage.parcel import Format
from pillarbox.postage.tariff import Channel, Confidence, Table

PACK = load_pack("uk")
TODAY = date(2026, 11, 24)
TABLES = [table for version in PACK.versions for table in version.tables]


def find(
    service: str,
    wanted: Format,
    iso2: str = "GB",
    cover_pence: int = 2000,
    channel: Channel = Channel.ONLINE,
    day: date = TODAY,
) -> Table | None:
    version = PACK.version_on(day)
    assert version is not None
    return version.table(service, channel, cover_pence, wanted, PACK.places(by_iso2(iso2)))


def bands(table: Table | None) -> list[tuple[int, int]]:
    assert table is not None
    return list(zip(table.limits_g, table.prices_pence, strict=True))


def test_all_seven_hundred_tables_are_there() -> None:
    assert Counter(table.valid_from.isoformat() for table in TABLES) == {
        "2024-10-07": 178,
        "2025-04-07": 196,
        "2025-10-06": 119,
        "2026-04-07": 207,
    }
    assert Counter(table.channel.value for table in TABLES) == {"online": 280, "post_office": 420}
    assert Counter(table.confidence.value for table in TABLES) == {"one_source": 415, "two_sources": 282, "derived": 3}
    assert len({table.key for table in TABLES}) == len({table.fingerprint for table in TABLES}) == 700


GOLDEN = [
    ("first_class", Format.LETTER, "GB", 2000, [(100, 180)]),
    ("second_class", Format.LETTER, "GB", 2000, [(100, 91)]),
    ("first_class", Format.LARGE_LETTER, "GB", 2000, [(100, 320), (750, 330)]),
    ("second_class", Format.LARGE_LETTER, "GB", 2000, [(100, 155), (250, 190), (500, 240), (750, 270)]),
    ("first_class", Format.SMALL_PARCEL, "GB", 2000, [(2000, 515)]),
    ("second_class", Format.MEDIUM_PARCEL, "GB", 2000, [(2000, 625), (10000, 805), (20000, 1245)]),
    ("first_class_signed", Format.LETTER, "GB", 5000, [(100, 380)]),
    ("tracked_48", Format.LARGE_LETTER, "GB", 15000, [(1000, 285)]),
    ("tracked_24", Format.TUBE, "GB", 15000, [(2000, 655), (10000, 855), (20000, 1385)]),
    (
        "special_delivery_1pm",
        Format.MEDIUM_PARCEL,
        "GB",
        100_000,
        [(100, 1245), (500, 1345), (1000, 1445), (2000, 1845), (10000, 2495), (20000, 2995)],
    ),
    ("intl_standard", Format.LETTER, "NZ", 2000, [(100, 360)]),
    ("intl_tracked", Format.PARCEL, "DE", 5000, [(250, 815), (500, 940), (2000, 995)]),
    (
        "intl_tracked",
        Format.PARCEL,
        "DK",
        5000,
        [(250, 895), (500, 1070), (750, 1090), (1000, 1095), (1500, 1180), (2000, 1315)],
    ),
    ("intl_economy", Format.LARGE_LETTER, "BR", 2000, [(100, 430), (250, 785), (500, 1115), (750, 1925)]),
    ("intl_tracked", Format.LETTER, "FJ", 5000, [(100, 810)]),
]


@pytest.mark.parametrize(("service", "wanted", "iso2", "cover", "expected"), GOLDEN)
def test_online_prices_of_april_2026(
    service: str, wanted: Format, iso2: str, cover: int, expected: list[tuple[int, int]]
) -> None:
    table = find(service, wanted, iso2, cover)
    assert bands(table) == expected
    assert table is not None
    assert table.valid_from == date(2026, 4, 7)


def test_the_counter_has_its_own_prices() -> None:
    assert bands(find("first_class", Format.LARGE_LETTER, channel=Channel.POST_OFFICE)) == [(100, 330), (750, 360)]
    assert bands(find("special_delivery_9am", Format.LETTER, "GB", 5000, Channel.POST_OFFICE))[0] == (100, 5395)
    assert find("special_delivery_9am", Format.LETTER, "GB", 5000) is None


@pytest.mark.parametrize(
    ("day", "first", "second"),
    [
        (date(2024, 10, 7), 165, 85),
        (date(2025, 4, 6), 165, 85),
        (date(2025, 4, 7), 170, 87),
        (date(2026, 4, 6), 170, 87),
        (date(2026, 4, 7), 180, 91),
        (date(2031, 1, 1), 180, 91),
    ],
)
def test_a_day_has_the_prices_in_force_on_it(day: date, first: int, second: int) -> None:
    assert bands(find("first_class", Format.LETTER, day=day)) == [(100, first)]
    assert bands(find("second_class", Format.LETTER, day=day)) == [(100, second)]


def test_before_the_first_tariff_nothing_is_in_force() -> None:
    assert PACK.version_on(date(2024, 10, 6)) is None


def test_versions_follow_each_other_without_gap_or_overlap() -> None:
    for earlier, later in pairwise(PACK.versions):
        assert earlier.valid_to is not None
        assert (later.valid_from - earlier.valid_to).days == 1
    assert PACK.versions[-1].valid_to is None


@pytest.mark.parametrize(
    ("iso2", "places"),
    [
        ("GB", ("GB", "UK")),
        ("JE", ("JE", "UK")),
        ("DE", ("DE", "EUR1", "ALL")),
        ("US", ("US", "W3", "WORLD_EXCEPT_EUROPE", "ALL")),
    ],
)
def test_places_run_from_narrow_to_wide(iso2: str, places: tuple[str, ...]) -> None:
    assert PACK.places(by_iso2(iso2)) == places


def test_every_table_is_what_some_destination_gets() -> None:
    """Nothing in the data is hidden by a wider or narrower table, so nothing in it is dead."""
    for version in PACK.versions:
        reached = set()
        for places in {PACK.places(country) for country in all_countries()}:
            for service, channel, cover in {(t.service, t.channel, t.cover_pence) for t in version.tables}:
                for wanted in Format:
                    table = version.table(service, channel, cover, wanted, places)
                    if table is not None:
                        reached.add(table.key)
        assert reached == {table.key for table in version.tables}


def test_a_country_wins_over_its_zone_and_a_format_over_parcel_over_any() -> None:
    version = PACK.version_on(TODAY)
    assert version is not None
    for places in {PACK.places(country) for country in all_countries() if country.iso2 in VARIED}:
        for service, cover in {(t.service, t.cover_pence) for t in version.tables}:
            for wanted in Format:
                table = version.table(service, Channel.ONLINE, cover, wanted, places)
                rivals = [
                    t
                    for t in version.tables
                    if (t.service, t.channel, t.cover_pence) == (service, Channel.ONLINE, cover)
                    and t.to in places
                    and t.format in (wanted, "any", "parcel" if wanted.value in COVERED else "")
                ]
                assert (table is None) == (not rivals)
                if table is not None:
                    best = min(rivals, key=lambda t: (places.index(t.to), t.format != wanted, t.format == "any"))
                    assert table is best


VARIED = {"GB", "JE", "DE", "IE", "DK", "ES", "PL", "NO", "CA", "BR", "AU", "FJ", "US"}
COVERED = {"small_parcel", "medium_parcel", "tube", "parcel"}


@pytest.mark.parametrize("wanted", [Format.LETTER, Format.LARGE_LETTER, Format.LARGE_PARCEL, Format.DOCUMENTS])
def test_parcel_prices_are_not_for_letters_or_large_parcels(wanted: Format) -> None:
    assert find("intl_tracked_signed_heavier", wanted, "FR", 5000) is None
    assert find("intl_tracked_signed_heavier", Format.TUBE, "FR", 5000) is not None


def test_prices_rise_with_weight_except_where_a_warning_says_so() -> None:
    falling = {table.key for table in TABLES if list(table.prices_pence) != sorted(table.prices_pence)}
    warned = {table.key for table in TABLES if "heavier parcel would cost less" in table.warning}
    assert falling == warned
    assert len(warned) == 4


def test_weights_rise_and_prices_are_positive() -> None:
    for table in TABLES:
        assert list(table.limits_g) == sorted(set(table.limits_g))
        assert len(table.limits_g) == len(table.prices_pence)
        assert min(table.prices_pence) > 0
        assert 0 < table.limits_g[0] <= table.limits_g[-1] <= 30_000


def test_vat_classes_follow_the_service() -> None:
    standard = {
        "tracked_24",
        "tracked_48",
        "tracked_24_signed",
        "tracked_48_signed",
        "special_delivery_9am",
        "special_delivery_1pm_saturday",
    }
    assert {table.service for table in TABLES if table.vat is Vat.STANDARD} == standard
    assert {table.service for table in TABLES if table.vat is Vat.EXEMPT}.isdisjoint(standard)


def test_a_single_source_is_marked_but_not_held() -> None:
    table = find("first_class", Format.LETTER)
    assert table is not None
    assert table.doubt == "Only one source gives this price."
    assert table.held_because == ""


def test_two_sources_without_remark_are_not_in_doubt() -> None:
    table = find("first_class", Format.LETTER, channel=Channel.POST_OFFICE)
    assert table is not None
    assert table.doubt == ""
    assert len(table.sources) == 2


def test_what_is_held_and_why() -> None:
    held = {table.key: table.held_because for table in TABLES if table.held_because}
    stale = [why for why in held.values() if "may be out of date" in why]
    assert len(stale) == 30 + 29 + 15 + 17 + 17
    assert {key.split("/")[2] for key, why in held.items() if "reckoned" in why} == {"special_delivery_1pm_saturday"}
    assert "2026-04-07/online/intl_tracked/letter/ALL/5000" in held
    assert len(held) == len(stale) + 4 + 3 + 1
    assert all(table.doubt.endswith(table.held_because) for table in TABLES)


def test_a_fingerprint_belongs_to_these_very_figures() -> None:
    table = find("intl_tracked", Format.PARCEL, "IT", 5000)
    assert table is not None
    assert table.key == "2026-04-07/online/intl_tracked/parcel/IT/5000"
    assert table.fingerprint == "1507b4e4986461f2"
    dearer = msgspec.structs.replace(table, prices_pence=(966, *table.prices_pence[1:]))
    exempt = msgspec.structs.replace(table, vat=Vat.STANDARD)
    suspect = msgspec.structs.replace(table, warning="Printed wrongly.")
    assert len({each.fingerprint for each in (table, dearer, exempt, suspect)}) == 4
    noted = msgspec.structs.replace(table, note="Seen again.", confidence=Confidence.TWO_SOURCES)
    assert noted.fingerprint == table.fingerprint
