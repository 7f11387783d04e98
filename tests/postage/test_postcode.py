from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.postage.postcode import PostcodeUnknown, area_name, area_of, outcode_of, outcodes, parse_postcode

REAL = [
    "SW1A 1AA",  # Buckingham Palace
    "SW1A 2AA",  # Downing Street
    "EC1A 1BB",
    "W1A 0AX",
    "M1 1AE",
    "B33 8TH",
    "CR2 6XH",
    "EH99 1SP",  # Scottish Parliament
    "CF99 1SN",  # Senedd
    "BT4 3XX",  # Stormont
    "BF1 2AU",
    "GY1 1AA",
    "JE2 3AB",
    "IM1 1AA",
    "ZE1 0AA",
    "BX9 1AS",
    "N1C 4AG",
    "E1W 1AA",
    "NW1W 8AA",
    "TR21 0LW",
    "L1 8JQ",
    "SE1P 5LX",
]


@pytest.mark.parametrize("postcode", REAL)
def test_real_postcodes_however_they_are_written(postcode: str) -> None:
    tight = postcode.replace(" ", "")
    for text in (postcode, tight, postcode.lower(), f"  {tight} ", f"{postcode}.", "-".join(tight), f"\t{tight}\n"):
        assert parse_postcode(text) == postcode
    assert parse_postcode(postcode.replace(" ", "\u00a0")) == postcode
    assert parse_postcode("\u200b" + postcode) == postcode


def test_a_district_without_live_postcodes_is_refused() -> None:
    with pytest.raises(PostcodeUnknown, match="There is no postcode district DN55"):
        parse_postcode("DN55 1PT")


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("SWIA 1AA", "SW1A 1AA"),
        ("SW1A lAA", "SW1A 1AA"),
        ("SO14 OAA", "SO14 0AA"),
        ("M1 IAE", "M1 1AE"),
        ("EH1 OAA", "EH1 0AA"),
        ("0X1 1AA", "OX1 1AA"),
        ("1P1 1AA", "IP1 1AA"),
        ("8S1 1AA", "BS1 1AA"),
        ("ＳＷ１Ａ １ＡＡ", "SW1A 1AA"),
        ("ſW1A 1AA", "SW1A 1AA"),
    ],
)
def test_look_alikes_are_suggested_and_never_taken(text: str, suggestion: str) -> None:
    with pytest.raises(PostcodeUnknown) as caught:
        parse_postcode(text)
    assert suggestion in caught.value.suggestions
    assert suggestion in caught.value.detail
    assert caught.value.field == "postcode"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "give the postcode"),
        (" - ", "give the postcode"),
        ("QQ1 1AA", "No UK postcode begins with QQ"),
        ("SW99 1AA", "There is no postcode district SW99"),
        ("90210", "should look like"),
        ("75001", "should look like"),
        ("SW1A", "should look like"),
        ("SW1A 1A", "should look like"),
        ("SW1A 1AAA", "should look like"),
        ("SW1A 1CA", "should look like"),  # C I K M O V never stand in the last part
        ("SW1A 1AM", "should look like"),
        ("BFPO 58", "address line"),
        ("FIQQ 1ZZ", "overseas territory"),
        ("GX11 1AA", "overseas territory"),
        ("ASCN1ZZ", "overseas territory"),
        ("SW1A\x001AA", "should look like"),
        ("x" * 100_000, "should look like"),
        ("S٣1 1AA", "should look like"),
        ("=SW1A1AA", "should look like"),
        ("N/A", "should look like"),
    ],
)
def test_what_is_no_postcode_is_told_why(text: str, words: str) -> None:
    with pytest.raises(PostcodeUnknown, match=words):
        parse_postcode(text)


def test_parts() -> None:
    assert (outcode_of("SW1A 1AA"), area_of("SW1A 1AA")) == ("SW1A", "SW")
    assert (outcode_of("M1 1AE"), area_of("M1 1AE")) == ("M1", "M")
    assert area_name("AB") == "Aberdeen"
    assert area_name("QQ") is None


def test_the_districts_are_all_there() -> None:
    assert len(outcodes()) == 2977 + 1 + 9
    assert {"BF1", "SW1A", "GY10", "N1C", "W1W", "BL0"} <= outcodes()


INWARD = st.from_regex(r"[0-9][ABD-HJLNP-UW-Z]{2}", fullmatch=True)


@settings(derandomize=True, max_examples=300)
@given(st.sampled_from(sorted(outcodes())), INWARD, st.text(" .-,\t", max_size=3), st.booleans())
def test_every_district_is_read_back(outcode: str, inward: str, between: str, lower: bool) -> None:
    text = outcode + between + inward
    assert parse_postcode(text.lower() if lower else text) == f"{outcode} {inward}"
    assert outcode_of(f"{outcode} {inward}") == outcode
    assert area_name(area_of(f"{outcode} {inward}"))


@settings(derandomize=True, max_examples=300)
@given(st.text(max_size=25) | st.text("SWIL1O0ZB8 ", max_size=9))
def test_letters_and_digits_are_never_altered(text: str) -> None:
    with suppress(PostcodeUnknown):
        found = parse_postcode(text)
        assert [c for c in text.upper() if c.isalnum()] == [c for c in found if c.isalnum()]
        assert parse_postcode(found) == found


@settings(derandomize=True, max_examples=300)
@given(st.sampled_from(sorted(outcodes())), st.text("0123456789OILSBZ", min_size=3, max_size=3))
def test_whatever_is_suggested_can_be_taken(outcode: str, inward: str) -> None:
    text = outcode.replace("O", "0").replace("1", "I") + inward
    try:
        suggestions: tuple[str, ...] = (parse_postcode(text),)
    except PostcodeUnknown as error:
        suggestions = error.suggestions
    assert all(parse_postcode(each) == each for each in suggestions)
