from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.kernel.errors import BadInput
from pillarbox.postage.address import (
    LIMITS,
    Address,
    AddressNotUsable,
    EmailUnusable,
    FieldMissing,
    FieldTooLong,
    PhoneUnusable,
    PostcodeNotThere,
    check_address,
)
from pillarbox.postage.country import CountryUnknown
from pillarbox.postage.postcode import PostcodeUnknown
from pillarbox.postage.text import TextUnusable

LEEDS: dict[str, object] = {
    "name": "Ann Example",
    "line1": "1 High Street",
    "town": "Leeds",
    "postcode": "ls1 1aa",
    "country": "United Kingdom",
}


def problems(**fields: object) -> dict[str, BadInput]:
    with pytest.raises(AddressNotUsable) as caught:
        check_address(LEEDS | fields)
    return dict(caught.value.problems)


def kinds(**fields: object) -> dict[str, type[BadInput]]:
    return {field: type(error) for field, error in problems(**fields).items()}


def test_a_good_address_comes_back_tidied() -> None:
    address = check_address(
        LEEDS
        | {
            "company": " Example  Ltd ",
            "line2": "",
            "line3": "Back door",
            "county": "West Yorkshire",
            "phone": "+44 20 7946 0000",
            "email": "ann@example.com",
            "Order reference": "not ours",
        }
    )
    assert address == Address(
        name="Ann Example",
        company="Example Ltd",
        lines=("1 High Street", "Back door"),
        town="Leeds",
        county="West Yorkshire",
        postcode="LS1 1AA",
        country="GB",
        phone="+44 20 7946 0000",
        email="ann@example.com",
    )
    assert address.destination.name == "United Kingdom"


def test_all_problems_are_told_at_once_in_order() -> None:
    with pytest.raises(AddressNotUsable) as caught:
        check_address(
            {
                "name": "\u202eevil",
                "line1": "x\x00y",
                "town": "a" * 101,
                "postcode": "LS1 IAA",
                "country": "Germny",
                "phone": "12",
                "email": "a@b",
            }
        )
    assert [(field, type(error)) for field, error in caught.value.problems] == [
        ("name", TextUnusable),
        ("line1", TextUnusable),
        ("town", FieldTooLong),
        ("country", CountryUnknown),
        ("phone", PhoneUnusable),
        ("email", EmailUnusable),
    ]
    assert all(error.field == field and error.detail for field, error in caught.value.problems)
    assert caught.value.field == "name"
    assert "Did you mean Germany" in caught.value.detail


def test_an_empty_address_lacks_what_the_uk_needs() -> None:
    with pytest.raises(AddressNotUsable) as caught:
        check_address({})
    assert [field for field, _ in caught.value.problems] == ["name", "line1", "town", "postcode"]
    assert caught.value.problems[1][1].detail == "Please give address line 1."
    with pytest.raises(AddressNotUsable) as caught:
        check_address({}, default_country="")
    assert [field for field, _ in caught.value.problems] == ["name", "line1", "country"]


def test_a_company_will_do_for_a_name_and_any_line_for_the_first() -> None:
    assert check_address(LEEDS | {"name": "", "company": "Example Ltd"}).company == "Example Ltd"
    assert check_address(LEEDS | {"line1": None, "line2": "1 High Street"}).lines == ("1 High Street",)


@pytest.mark.parametrize("field", ["name", "company", "line1", "line2", "town"])
@pytest.mark.parametrize("text", ["-", "...", "💌"])
def test_signs_alone_are_no_address(field: str, text: str) -> None:
    assert kinds(**{field: text}) == {field: FieldMissing}


@pytest.mark.parametrize("field", [field for field in LIMITS if field not in {"postcode", "country", "phone", "email"}])
def test_lengths_at_the_limit(field: str) -> None:
    check_address(LEEDS | {field: "é" * LIMITS[field]})
    assert kinds(**{field: "é" * (LIMITS[field] + 1)}) == {field: FieldTooLong}
    assert kinds(**{field: "x" * 1_000_000}) == {field: FieldTooLong}
    found = problems(**{field: "x" * (LIMITS[field] + 1)})[field]
    assert str(LIMITS[field] + 1) in found.detail


@pytest.mark.parametrize(
    "text", ["=1+1", "+Ann", "-Ann", "@Ann", "=HYPERLINK(1)", "Robert'); DROP TABLE x;--", "<b>Ann"]
)
def test_text_that_looks_like_code_is_kept_as_it_is(text: str) -> None:
    address = check_address(LEEDS | {"name": text, "line1": text, "town": text})
    assert (address.name, address.lines, address.town) == (text, (text,), text)


@pytest.mark.parametrize(
    "name", ["محمد علي", "משה כהן", "山田太郎", "Nguyễn Thị Ánh", "Ó Súilleabháin", "علی\u200cرضا"]
)
def test_names_of_every_script_are_kept(name: str) -> None:
    assert check_address(LEEDS | {"name": name}).name == name


@pytest.mark.parametrize("value", [3.5, True, b"x", ["x"], object()])
def test_only_text_and_whole_numbers_are_read(value: object) -> None:
    assert kinds(line1=value) == {"line1": TextUnusable}


def test_whole_numbers_from_spreadsheets_are_read() -> None:
    address = check_address(LEEDS | {"line2": 12, "phone": 442079460000})
    assert (address.lines[1], address.phone) == ("12", "442079460000")
    assert kinds(line2=10**5000) == {"line2": FieldTooLong}


@pytest.mark.parametrize(
    "phone",
    ["+44 20 7946 0000", "020 7946 0000", "(0)20-7946.0000", "+1 (212) 555-0100 ext. 12", "07911123456 x4", "123456"],
)
def test_telephone_numbers(phone: str) -> None:
    assert check_address(LEEDS | {"phone": phone}).phone == phone


@pytest.mark.parametrize(
    "phone",
    ["12345", "+", "n/a", "4.47912E+11", "'+447911123456", "1" * 16, "++44 20 7946", "٠٢٠٧٩٤٦٠٠٠٠", "020 7946 0000;1"],
)
def test_what_is_no_telephone_number(phone: str) -> None:
    assert kinds(phone=phone) == {"phone": PhoneUnusable}


@pytest.mark.parametrize(
    "email",
    [
        "a@example.com",
        "a.b+c@mail.example.co.uk",
        "o'neil@example.ie",
        "jörg@müller.example",
        "x@xn--mller-kva.example",
    ],
)
def test_email_addresses(email: str) -> None:
    assert check_address(LEEDS | {"email": email}).email == email


@pytest.mark.parametrize(
    "email",
    [
        "a",
        "a@b",
        "@example.com",
        "a@@example.com",
        "a b@example.com",
        "a@example..com",
        ".a@example.com",
        "a.@example.com",
        "a@-example.com",
        "a@127.0.0.1",
        "a@example.com, b@example.com",
        "Ann <a@example.com>",
        "a" * 65 + "@example.com",
        "a@" + "b" * 64 + ".com",
        "a@example.com\nBcc: b@example.com",
    ],
)
def test_what_is_no_email_address(email: str) -> None:
    assert kinds(email=email) == {"email": EmailUnusable}


def test_uk_postcodes_are_checked_with_their_suggestion() -> None:
    found = problems(postcode="LS1 IAA")["postcode"]
    assert isinstance(found, PostcodeUnknown)
    assert found.suggestions == ("LS1 1AA",)


@pytest.mark.parametrize(
    ("country", "postcode", "good"),
    [
        ("Jersey", "JE2 3AB", True),
        ("Jersey", "LS1 1AA", False),
        ("GG", "GY1 1AA", True),
        ("Isle of Man", "JE2 3AB", False),
        ("GB", "JE2 3AB", True),
        ("England", "BT4 3XX", True),
    ],
)
def test_islands_have_their_own_postcodes(country: str, postcode: str, good: bool) -> None:
    if good:
        assert check_address(LEEDS | {"country": country, "postcode": postcode}).postcode == postcode
    else:
        assert kinds(country=country, postcode=postcode) == {"postcode": PostcodeNotThere}


def test_a_bfpo_needs_no_town() -> None:
    assert check_address(LEEDS | {"town": "", "line2": "BFPO 58", "postcode": "bf12au"}).postcode == "BF1 2AU"


@pytest.mark.parametrize(
    ("fields", "postcode"),
    [
        ({"country": "FR", "town": "Paris", "postcode": "75001"}, "75001"),
        ({"country": "FR", "town": "Paris", "postcode": "F-75001"}, "75001"),
        ({"country": "DE", "town": "Bonn", "postcode": "D-53113"}, "53113"),
        ({"country": "CH", "town": "Bern", "postcode": "ch-3000"}, "3000"),
        ({"country": "SE", "town": "Lund", "postcode": "SE-222 22"}, "222 22"),
        ({"country": "US", "town": "Boston", "county": "MA", "postcode": "02134-1000"}, "02134-1000"),
        ({"country": "CA", "town": "Ottawa", "county": "ON", "postcode": "k1a0b1"}, "K1A0B1"),
        ({"country": "NL", "town": "Den Haag", "postcode": "2511 aa"}, "2511 AA"),
        ({"country": "IE", "town": "Dublin", "postcode": "D02 X285"}, "D02 X285"),
        ({"country": "IE", "town": "Dublin", "postcode": ""}, ""),
        ({"country": "HK", "town": "Kowloon", "postcode": ""}, ""),
        ({"country": "AE", "town": "Dubai", "postcode": ""}, ""),
        ({"country": "JP", "town": "Shibuya", "county": "Tokyo", "postcode": "150-0001"}, "150-0001"),
        ({"country": "IT", "town": "Roma", "postcode": "00144"}, "00144"),
        ({"country": "XK", "town": "Pristina", "postcode": "10000"}, "10000"),
        ({"country": "GI", "town": "Gibraltar", "postcode": "gx11 1aa"}, "GX11 1AA"),
        ({"country": "Falkland Islands", "town": "Stanley", "postcode": "FIQQ 1ZZ"}, "FIQQ 1ZZ"),
        ({"country": "AQ", "town": "Rothera", "postcode": "BIQQ 1ZZ"}, "BIQQ 1ZZ"),
    ],
)
def test_addresses_abroad(fields: dict[str, object], postcode: str) -> None:
    assert check_address(LEEDS | fields).postcode == postcode


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"country": "US", "town": "Boston", "postcode": "02134"}, "county", "United States of America need it"),
        ({"country": "US", "county": "MA", "postcode": "2134"}, "postcode", "Did you mean 02134"),
        ({"country": "IT", "postcode": "144"}, "postcode", "Did you mean 00144"),
        ({"country": "PL", "postcode": "90001"}, "postcode", "Did you mean 90-001"),
        ({"country": "LV", "postcode": "1010"}, "postcode", "Did you mean LV-1010"),
        ({"country": "DE", "postcode": "ABC"}, "postcode", "should look like"),
        ({"country": "DE", "postcode": "LS1 1AA"}, "postcode", "is in the UK"),
        ({"country": "NI"}, "postcode", "not a postcode of Nicaragua. LS1 1AA is in the UK"),
        ({"country": "FR", "postcode": "٧٥٠٠١"}, "postcode", "not a postcode of France"),
        ({"country": "FR", "town": "", "postcode": "75001"}, "town", "give the town"),
        ({"country": "FR", "postcode": ""}, "postcode", "give the postcode"),
        ({"country": "FR", "postcode": "x" * 21}, "postcode", "20 are allowed"),
    ],
)
def test_what_is_wrong_abroad(fields: dict[str, object], field: str, words: str) -> None:
    found = problems(**fields)
    assert set(found) == {field}
    assert words in found[field].detail


VALUE = (
    st.none() | st.text(max_size=120) | st.integers() | st.sampled_from(["GB", "FR", "US", "LS1 1AA", "75001", "Ann"])
)


@settings(derandomize=True, max_examples=300)
@given(st.dictionaries(st.sampled_from(list(LIMITS)), VALUE))
def test_whatever_comes_in_is_an_address_or_a_list_of_problems(fields: dict[str, object]) -> None:
    with suppress(AddressNotUsable):
        address = check_address(fields)
        assert 1 <= len(address.lines) <= 3
        assert address.name or address.company
        again = {
            "name": address.name,
            "company": address.company,
            "town": address.town,
            "county": address.county,
            "postcode": address.postcode,
            "country": address.country,
            "phone": address.phone,
            "email": address.email,
        } | {f"line{place}": line for place, line in enumerate(address.lines, 1)}
        assert check_address(again) == address
        assert all(len(str(again[key])) <= most for key, most in LIMITS.items() if key in again)


GOOD_LINE = st.text("abcdefgh 0123456789'-,./", min_size=1, max_size=60).filter(
    lambda text: any(c.isalnum() for c in text)
)


@settings(derandomize=True, max_examples=200)
@given(GOOD_LINE, GOOD_LINE, GOOD_LINE)
def test_ordinary_words_always_make_an_address(name: str, line: str, town: str) -> None:
    address = check_address(LEEDS | {"name": name, "line1": line, "town": town})
    assert (address.name, address.lines, address.town) == tuple(
        value if place != 1 else (value,)
        for place, value in enumerate(" ".join(text.split()) for text in (name, line, town))
    )
