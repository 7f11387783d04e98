import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pillarbox.kernel.money import Vat
from pillarbox.postage.country import by_iso2
from pillarbox.postage.operator_pack import load_pack
from pillarbox.postage.pack import PackUnreadable
from pillarbox.postage.parcel import check_parcel
from pillarbox.postage.quote import Reason, price_for, quote
from pillarbox.postage.service import Feature, ServiceUnknown

UK = load_pack("uk")


def test_royal_mails_pack() -> None:
    assert (UK.name, UK.currency, UK.home) == ("Royal Mail", "GBP", "UK")
    assert len(UK.services) == 72
    assert sum(each.contract_only for each in UK.services.values()) == 54
    assert load_pack("uk") is UK


def test_one_table_ties_code_name_and_tariff_together() -> None:
    tied = {code: each.tariff for code, each in UK.services.items() if each.tariff}
    assert tied == {
        "OLP2": "second_class",
        "OLP1": "first_class",
        "OLP1SF": "first_class_signed",
        "OLP2SF": "second_class_signed",
        "SD1OLP": "special_delivery_1pm",
        "SD2OLP": "special_delivery_1pm",
        "SD3OLP": "special_delivery_1pm",
        "ISOLP": "intl_standard",
        "ITSOLP": "intl_tracked_signed",
        "TOLP24": "tracked_24",
        "TOLP24SF": "tracked_24_signed",
        "TOLP48": "tracked_48",
        "TOLP48SF": "tracked_48_signed",
        "IEOLP": "intl_economy",
        "ITROLP": "intl_tracked",
    }
    assert UK.service("OLP1SF").name == "Royal Mail Signed For 1st Class"


def test_contract_services_have_no_public_price() -> None:
    assert all(each.tariff is None for each in UK.services.values() if each.contract_only)


def test_services_say_what_comes_with_them() -> None:
    assert UK.service("SD2OLP").cover_pence == (100_000,)
    assert UK.service("ITROLP").cover_pence == (5000, 25_000)
    assert UK.service("OLP2").speed == "48 hour (2 working days)"
    assert UK.service("ISOLP").speed is None
    assert Feature.SAFEPLACE in UK.service("TOLP24").features
    assert Feature.SIGNED_FOR in UK.service("OLP2SF").features
    assert all(feature.words for feature in Feature)


def test_where_two_vocabularies_disagree_on_cover_the_smaller_is_promised() -> None:
    assert UK.service("OLP1SF").priced_tiers == ((2000, 5000),)
    assert UK.service("TOLP48").priced_tiers == ((7500, 15_000),)
    assert (
        UK.service("TOLP48").cover_doubt == "The price guides say £150, the ordering pages £75; the smaller is shown."
    )
    assert UK.service("ITROLP").priced_tiers == ((5000, 5000), (25_000, 25_000))


def test_unknown_service() -> None:
    with pytest.raises(ServiceUnknown) as caught:
        UK.service("olp1")
    assert caught.value.field == "service"


def test_what_an_operator_has_to_look_through() -> None:
    tables = UK.doubtful_tables(date(2026, 11, 24))
    held = [each.key for each in tables if each.held_because]
    assert held == [each.key for each in tables[: len(held)]]
    assert sorted(held) == [
        "2026-04-07/online/intl_tracked/letter/ALL/5000",
        "2026-04-07/online/intl_tracked/parcel/AU/5000",
        "2026-04-07/online/intl_tracked/parcel/IE/5000",
        "2026-04-07/online/intl_tracked/parcel/IT/5000",
    ]
    assert len(tables) == 27 + 18 + 3 + 21
    assert UK.doubtful_tables(date(2020, 1, 1)) == ()


ROW = {
    "service": "plain",
    "channel": "online",
    "format": "any",
    "to": "HOME",
    "cover_pence": 0,
    "vat": "standard",
    "bands": [[500, 120], [5000, 600]],
    "confidence": "two_sources",
    "sources": [0],
}


def write(folder: Path, rows: list[dict[str, Any]], services: list[dict[str, Any]] | None = None) -> Path:
    """A small operator at home in Ireland, whose one zone abroad is everywhere else."""
    (folder / "tariff").mkdir(exist_ok=True)
    operator = {
        "source": "our own price list",
        "as_of": "2026-11-01",
        "name": "Example Post",
        "currency": "GBP",
        "home": "HOME",
        "zones": ["HOME", "UK"],
        "groups": {},
        "tariffs": ["2026-11-01"],
        "country_zones": {"IE": "HOME"},
    }
    version = {
        "valid_from": "2026-11-01",
        "valid_to": None,
        "as_of": "2026-11-01",
        "about": "First.",
        "unit": "gross pence",
        "sources": ["our own price list"],
        "notes": [],
        "missing": [],
        "tables": rows,
    }
    plain = {"code": "P", "name": "Plain", "tariff": "plain", "cover_pence": [0], "formats": ["letter", "parcel"]}
    listed = {"source": "", "as_of": "", "about": [], "services": services or [plain]}
    (folder / "operator.json").write_text(json.dumps(operator), encoding="utf-8")
    (folder / "services.json").write_text(json.dumps(listed), encoding="utf-8")
    (folder / "tariff" / "2026-11-01.json").write_text(json.dumps(version), encoding="utf-8")
    return folder


def test_another_operator_brings_its_own_folder(tmp_path: Path) -> None:
    pack = load_pack(write(tmp_path, [ROW]))
    day = date(2026, 11, 24)
    parcel = check_parcel(800, 300, 200, 100)
    offer = price_for("P", parcel, by_iso2("IE"), day, pack)
    assert (pack.name, offer.price_pence, offer.vat, offer.vat_pence) == ("Example Post", 600, Vat.STANDARD, 100)
    assert offer.doubt is None
    abroad = quote(parcel, by_iso2("GB"), None, day, pack)
    assert abroad.offers == ()
    assert [each.reason for each in abroad.declined] == [Reason.NOT_THERE]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"to": "MARS"}, "to nowhere we know"),
        ({"format": "crate"}, "of a format we do not know"),
        ({"bands": [[500, 120], [500, 130]]}, "without rising weights"),
        ({"bands": []}, "without rising weights"),
        ({"bands": [[500, 0]]}, "without a price"),
        ({"sources": [1]}, "names source or note 1"),
        ({"service": "other"}, "no price table for P"),
        ({"vat": "none"}, "Invalid enum value 'none'"),
    ],
)
def test_a_pack_that_cannot_be_right_says_where(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PackUnreadable, match=sentence):
        load_pack(write(tmp_path, [ROW | change]))


def test_a_table_may_stand_once(tmp_path: Path) -> None:
    with pytest.raises(PackUnreadable, match="twice: 2026-11-01/online/plain/any/HOME/0"):
        load_pack(write(tmp_path, [ROW, ROW]))


def test_a_service_code_may_stand_once(tmp_path: Path) -> None:
    one = {"code": "P", "name": "Plain", "cover_pence": [0], "formats": ["letter"]}
    with pytest.raises(PackUnreadable, match="two services with one code"):
        load_pack(write(tmp_path, [ROW], [one, one]))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    write(tmp_path, [ROW])
    (tmp_path / "services.json").unlink()
    with pytest.raises(PackUnreadable, match=r"services\.json: it is not there"):
        load_pack(tmp_path)
