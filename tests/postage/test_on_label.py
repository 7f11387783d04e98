import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.postage.abroad import arrange, rules_of
from pillarbox.postage.address import check_address
from pillarbox.postage.country import UK_POSTCODE_COUNTRIES, Country, all_countries
from pillarbox.postage.on_label import lines_for_label

ANN: dict[str, object] = {"name": "Ann Example", "line1": "1 High Street", "line2": "Flat 2"}


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        (
            {"company": "Example Ltd", "town": "Leeds", "county": "West Yorkshire", "postcode": "LS1 1AA"},
            ["Ann Example", "Example Ltd", "1 High Street", "Flat 2", "LEEDS", "LS1 1AA"],
        ),
        (
            {"town": "St Helier", "postcode": "JE2 3AB", "country": "JE"},
            ["Ann Example", "1 High Street", "Flat 2", "ST HELIER", "JE2 3AB"],
        ),
        (
            {"line3": "bfpo 58", "town": "Episkopi", "postcode": "BF1 2AU"},
            ["Ann Example", "1 High Street", "Flat 2", "BFPO 58", "BF1 2AU"],
        ),
        ({"town": "BFPO 58", "postcode": "BF1 2AU"}, ["Ann Example", "1 High Street", "Flat 2", "BFPO 58", "BF1 2AU"]),
        (
            {"town": "Paris", "postcode": "75001", "country": "FR", "county": "Île-de-France"},
            ["Ann Example", "1 High Street", "Flat 2", "75001 PARIS", "FRANCE"],
        ),
        (
            {"town": "Boston", "county": "ma", "postcode": "02134", "country": "US"},
            ["Ann Example", "1 High Street", "Flat 2", "BOSTON, MA 02134", "UNITED STATES OF AMERICA"],
        ),
        (
            {"town": "Zürich", "postcode": "8001", "country": "CH"},
            ["Ann Example", "1 High Street", "Flat 2", "CH-8001 Zürich", "SWITZERLAND"],
        ),
        (
            {"town": "Singapore", "postcode": "546080", "country": "SG"},
            ["Ann Example", "1 High Street", "Flat 2", "SINGAPORE 546080", "SINGAPORE"],
        ),
        (
            {"town": "Dubai", "country": "AE"},
            ["Ann Example", "1 High Street", "Flat 2", "Dubai", "UNITED ARAB EMIRATES"],
        ),
        (
            {"town": "Shibuya-ku", "county": "Tokyo", "postcode": "150-0001", "country": "JP"},
            ["Ann Example", "1 High Street", "Flat 2", "Shibuya-ku, TOKYO", "150-0001", "JAPAN"],
        ),
        (
            {
                "name": "山田太郎",
                "line1": "神宮前1-1",
                "line2": "",
                "town": "渋谷区",
                "county": "東京都",
                "postcode": "150-0001",
                "country": "JP",
            },
            ["〒150-0001", "東京都", "渋谷区", "神宮前1-1", "山田太郎", "JAPAN"],
        ),
        (
            {"town": "iznik", "postcode": "16860", "country": "TR", "county": "Bursa"},
            ["Ann Example", "1 High Street", "Flat 2", "16860 İZNİK/Bursa", "TURKEY"],
        ),
        (
            {"town": "Roma", "postcode": "00144", "country": "IT"},
            ["Ann Example", "1 High Street", "Flat 2", "00144 ROMA", "ITALY"],
        ),
        (
            {"town": "Saint-Denis", "postcode": "97400", "country": "Reunion"},
            ["Ann Example", "1 HIGH STREET", "FLAT 2", "97400 SAINT-DENIS", "RÉUNION"],
        ),
    ],
)
def test_the_destination_sets_the_order(fields: dict[str, object], lines: list[str]) -> None:
    assert list(lines_for_label(check_address(ANN | fields))) == lines


def test_mail_from_abroad_names_the_uk_but_never_for_a_bfpo() -> None:
    leeds = check_address(ANN | {"town": "Leeds", "postcode": "LS1 1AA"})
    assert lines_for_label(leeds, "FR")[-2:] == ("LS1 1AA", "UNITED KINGDOM")
    assert lines_for_label(leeds, "JE")[-1] == "LS1 1AA"
    bfpo = check_address(ANN | {"town": "", "postcode": "BF1 2AU", "line3": "BFPO 58"})
    assert lines_for_label(bfpo, "FR")[-1] == "BF1 2AU"


def test_at_home_abroad_no_country_is_written() -> None:
    paris = check_address(ANN | {"town": "Paris", "postcode": "75001", "country": "FR"})
    assert lines_for_label(paris, "FR")[-1] == "75001 PARIS"


@pytest.mark.parametrize(
    ("fmt", "fields", "lines"),
    [
        ("%N%n%A%n%C, %S %Z", {"N": "n", "A": "a\nb", "C": "c", "S": "s", "Z": "z"}, ["n", "a", "b", "c, s z"]),
        ("%C, %S %Z", {"C": "c", "Z": "z"}, ["c z"]),
        ("%C, %S %Z", {"C": "c"}, ["c"]),
        ("%C, %S %Z", {"S": "s"}, ["s"]),
        ("FI-%Z %C", {"C": "c"}, ["c"]),
        ("%C/%S", {"C": "c"}, ["c"]),
        ("%A%nGIBRALTAR%n%Z", {"A": "a"}, ["a", "GIBRALTAR"]),
        ("%A, %S", {"A": "a\nb", "S": "s"}, ["a", "b, s"]),
        ("%N", {}, []),
        ("%N", {"N": "100%Z"}, ["100%Z"]),
    ],
)
def test_formats_are_filled_without_stray_punctuation(fmt: str, fields: dict[str, str], lines: list[str]) -> None:
    assert arrange(fmt, fields) == lines


WORD = st.text("abcdefghijklmnop", min_size=3, max_size=12)


@settings(derandomize=True, max_examples=300)
@given(st.sampled_from([each for each in all_countries() if each.iso2 not in UK_POSTCODE_COUNTRIES]), WORD, WORD, WORD)
def test_nothing_needed_is_lost_in_any_country(country: Country, name: str, street: str, town: str) -> None:
    postcode = rules_of(country.iso2).example
    fields = {"name": name, "line1": street, "town": f"{town} town", "county": "Shire", "postcode": postcode}
    address = check_address(fields | {"country": country.iso2})
    lines = lines_for_label(address)
    whole = "\n".join(lines).casefold().replace("i̇", "i")
    for part in (name, street, f"{town} town", address.postcode.casefold()):
        assert part.casefold() in whole
    assert lines[-1] == country.name.upper()
