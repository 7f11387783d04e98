from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.postage.country import (
    Area,
    CountryUnknown,
    Declaration,
    Zone,
    all_countries,
    by_iso2,
    country,
    special_area,
)

SPELLINGS = {
    "GB": ["UK", "uk", "U.K.", "England", "scotland", "Wales", "Great Britain", "GBR", "The United Kingdom", "XI"],
    "US": ["USA", "U.S.A.", "United States", "united states of america", "America", "The United States"],
    "IE": ["Ireland", "Republic of Ireland", "Éire", "EIRE", "IRL"],
    "CI": ["Côte d'Ivoire", "cote d’ivoire", "Ivory Coast", "COTE D'IVOIRE"],
    "BA": ["Bosnia and Herzegovina", "Bosnia & Herzegovina", "bosnia-herzegovina"],
    "LC": ["St Lucia", "St. Lucia", "SAINT LUCIA"],
    "CZ": ["Czech Republic", "Czechia"],
    "NL": ["Holland", "the Netherlands", "Nederland"],
    "KR": ["South Korea", "Korea, Republic of", "KOR"],
    "KP": ["North Korea", "Korea, Democratic People's Republic of"],
    "CG": ["Congo", "Republic of the Congo"],
    "CD": ["DR Congo", "Congo, The Democratic Republic of the"],
    "DE": ["Deutschland", "  germany  "],
    "JP": ["日本"],
    "GR": ["ΕΛΛΆΔΑ", "Greece", "EL"],
    "VN": ["Viet Nam", "Viet-Nam", "vietnam"],
    "TR": ["Türkiye", "TURKIYE", "Turkey"],
    "AX": ["Åland Islands", "Aland Islands"],
    "NE": ["Niger"],
    "NG": ["Nigeria"],
    "DM": ["Dominica"],
    "DO": ["Dominican Republic"],
    "GN": ["Guinea"],
    "GQ": ["Equatorial Guinea"],
}


@pytest.mark.parametrize(("iso2", "text"), [(iso2, text) for iso2, texts in SPELLINGS.items() for text in texts])
def test_usual_spellings_find_their_country(iso2: str, text: str) -> None:
    assert country(text).iso2 == iso2


@pytest.mark.parametrize(
    ("iso2", "zone", "eu"),
    [
        ("GB", Zone.UK, False),
        ("JE", Zone.UK, False),
        ("IM", Zone.UK, False),
        ("FR", Zone.EUR1, True),
        ("IE", Zone.EUR1, True),
        ("MC", Zone.EUR1, False),
        ("ES", Zone.EUR2, True),
        ("CH", Zone.EUR3, False),
        ("NO", Zone.EUR3, False),
        ("AU", Zone.W2, False),
        ("SG", Zone.W2, False),
        ("JP", Zone.W1, False),
        ("CA", Zone.W1, False),
        ("US", Zone.W3, False),
        ("PR", Zone.W1, False),
    ],
)
def test_zone_and_union(iso2: str, zone: Zone, eu: bool) -> None:
    assert (by_iso2(iso2).zone, by_iso2(iso2).eu) == (zone, eu)


def test_the_list_is_whole() -> None:
    every = all_countries()
    assert len(every) == 250
    assert len({each.iso2 for each in every}) == len({each.iso3 for each in every}) == 250
    assert sum(each.eu for each in every) == 27
    assert {each.iso2 for each in every if each.zone_doubt} == {"AQ", "BV", "NF", "SJ", "XK"}
    assert [each.iso2 for each in every if each.zone is Zone.W3] == ["US"]
    for each in every:
        for text in (each.iso2, each.iso3, each.name, each.name.upper(), each.iso2.lower()):
            assert country(text) is each


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Germny", "Germany"),
        ("Korea", "South Korea"),
        ("Untied Kingdom", "United Kingdom"),
        ("Swizerland", "Switzerland"),
    ],
)
def test_a_slip_is_answered_with_a_suggestion(text: str, hint: str) -> None:
    with pytest.raises(CountryUnknown, match=hint) as caught:
        country(text)
    assert caught.value.field == "country"


@pytest.mark.parametrize("text", ["", "   ", "-", "zz", "Atlantis", "\x00", "💌", "x" * 100_000, "the", "£"])
def test_what_is_no_country_is_refused(text: str) -> None:
    with pytest.raises(CountryUnknown):
        country(text)


def test_codes_are_exact() -> None:
    for code in ("gb", "UK", "GBR", ""):
        with pytest.raises(CountryUnknown):
            by_iso2(code)


@settings(derandomize=True, max_examples=200)
@given(st.text())
def test_any_text_gives_a_country_or_says_that_it_is_unknown(text: str) -> None:
    with suppress(CountryUnknown):
        found = country(text)
        assert by_iso2(found.iso2) is found


@pytest.mark.parametrize(
    ("postcode", "area", "declaration"),
    [
        ("BT1 5GS", Area.NORTHERN_IRELAND, Declaration.DEPENDS),
        ("GY1 1AA", Area.CHANNEL_ISLANDS, Declaration.GOODS),
        ("JE2 3AB", Area.CHANNEL_ISLANDS, Declaration.GOODS),
        ("IM1 1AA", Area.ISLE_OF_MAN, Declaration.NONE),
        ("BF1 2AU", Area.BFPO, Declaration.DEPENDS),
    ],
)
def test_special_areas(postcode: str, area: Area, declaration: Declaration) -> None:
    found = special_area(postcode)
    assert found is not None
    assert (found.area, found.declaration) == (area, declaration)
    assert found.customs


@pytest.mark.parametrize("postcode", ["SW1A 1AA", "B1 1AA", "G1 1AA", "ZE1 0AA"])
def test_the_mainland_is_not_special(postcode: str) -> None:
    assert special_area(postcode) is None
