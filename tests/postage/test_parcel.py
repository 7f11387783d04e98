from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.postage.parcel import (
    Format,
    FormatUnknown,
    Parcel,
    ParcelDoesNotFit,
    ParcelNotUsable,
    SideMissing,
    SideUnusable,
    SizeMissing,
    WeightUnusable,
    check_parcel,
    format_of,
    limits,
    parse_format,
    settle_format,
    why_not,
)


@pytest.mark.parametrize(
    ("weight_g", "sides", "inland", "abroad"),
    [
        (100, (240, 165, 5), "letter", "letter"),
        (101, (240, 165, 5), "large_letter", "large_letter"),
        (60, (200, 100, 6), "large_letter", "large_letter"),
        (60, (241, 100, 5), "large_letter", "large_letter"),
        (750, (353, 250, 25), "large_letter", "large_letter"),
        (751, (353, 250, 25), "small_parcel", "parcel"),
        (800, (200, 100, 6), "small_parcel", "parcel"),
        (100, (353, 250, 26), "small_parcel", "parcel"),
        (2000, (450, 350, 160), "small_parcel", "medium_parcel"),
        (2000, (450, 350, 100), "small_parcel", "parcel"),
        (2001, (200, 200, 100), "medium_parcel", "medium_parcel"),
        (2000, (600, 150, 150), "medium_parcel", "parcel"),
        (20_000, (610, 460, 460), "medium_parcel", "medium_parcel"),
        (20_001, (100, 100, 100), "large_parcel", "large_parcel"),
        (30_000, (2500, 625, 625), "large_parcel", "large_parcel"),
    ],
)
def test_detection_at_the_limits(weight_g: int, sides: tuple[int, int, int], inland: str, abroad: str) -> None:
    for length, width, height in permutations(sides):
        parcel = check_parcel(weight_g, length, width, height)
        assert format_of(parcel) == inland
        assert format_of(parcel, abroad=True) == abroad


def test_a_declared_tube_is_measured_as_a_roll() -> None:
    roll = check_parcel(500, 900, 70, 70, Format.TUBE)
    assert format_of(roll) is Format.TUBE
    assert format_of(check_parcel(500, 900, 70, 70)) is Format.LARGE_PARCEL
    assert format_of(check_parcel(500, 900, 71, 71, Format.TUBE)) is Format.LARGE_PARCEL
    assert why_not(check_parcel(500, 900, 71, 71), Format.TUBE) == (
        "Its length and twice the diameter are 1042 mm; a tube may have up to 1040 mm.",
    )


def test_what_no_format_holds_is_said() -> None:
    parcel = check_parcel(1000, 2500, 700, 700)
    with pytest.raises(ParcelDoesNotFit, match="length and girth are 5300 mm"):
        format_of(parcel)


def test_without_a_size_nothing_is_detected() -> None:
    with pytest.raises(SizeMissing):
        format_of(check_parcel(100))
    with pytest.raises(SizeMissing):
        settle_format(check_parcel(100))


def test_reasons_name_every_limit_broken() -> None:
    assert why_not(check_parcel(800, 300, 200, 10), Format.LETTER) == (
        "It weighs 800 g; a letter may weigh up to 100 g.",
        "Its longest side is 300 mm; a letter may have up to 240 mm.",
        "Its middle side is 200 mm; a letter may have up to 165 mm.",
        "Its shortest side is 10 mm; a letter may have up to 5 mm.",
    )
    assert why_not(check_parcel(100, 601, 10, 10), Format.SMALL_PARCEL, abroad=True) == (
        "Its longest side is 601 mm; a small parcel may have up to 600 mm.",
    )


def test_a_larger_format_may_be_declared_never_a_smaller_one() -> None:
    small = check_parcel(90, 200, 100, 4)
    for declared in Format:
        parcel = Parcel(90, 200, 100, 4, declared)
        expected = Format.SMALL_PARCEL if declared is Format.PARCEL else declared
        assert settle_format(parcel) is expected
    assert settle_format(small) is Format.LETTER
    with pytest.raises(ParcelDoesNotFit, match="shortest side is 30 mm") as caught:
        settle_format(check_parcel(90, 200, 100, 30, Format.LARGE_LETTER))
    assert caught.value.field == "format"


def test_some_services_take_a_heavier_large_letter_when_it_is_declared() -> None:
    assert settle_format(check_parcel(1000, 300, 200, 20, Format.LARGE_LETTER)) is Format.LARGE_LETTER
    assert why_not(check_parcel(1001, format=Format.LARGE_LETTER), Format.LARGE_LETTER)
    assert why_not(check_parcel(751, format=Format.LARGE_LETTER), Format.LARGE_LETTER, abroad=True)
    assert limits()[Format.LARGE_LETTER].doubt


def test_an_unsaid_parcel_becomes_its_size_class_once_measured() -> None:
    assert settle_format(check_parcel(500, format=Format.PARCEL)) is Format.PARCEL
    assert settle_format(check_parcel(500, 500, 100, 100, Format.PARCEL)) is Format.MEDIUM_PARCEL
    assert settle_format(check_parcel(50, 100, 100, 2, Format.PARCEL), abroad=True) is Format.PARCEL
    assert settle_format(check_parcel(5000, 100, 100, 100, Format.PARCEL), abroad=True) is Format.MEDIUM_PARCEL
    assert settle_format(check_parcel(500, format=Format.SMALL_PARCEL), abroad=True) is Format.PARCEL


@pytest.mark.parametrize("weight_g", [0, -1, 30_001, 10**30, True, 1.5, "100", None])
def test_weights_that_cannot_be(weight_g: object) -> None:
    with pytest.raises(ParcelNotUsable) as caught:
        check_parcel(weight_g)  # type: ignore[arg-type]  # what a careless caller might hand over
    assert [(field, type(error)) for field, error in caught.value.problems] == [("weight_g", WeightUnusable)]


def test_every_bad_side_is_named() -> None:
    with pytest.raises(ParcelNotUsable) as caught:
        check_parcel(0, -3, None, 2501)
    assert [(field, type(error)) for field, error in caught.value.problems] == [
        ("weight_g", WeightUnusable),
        ("length_mm", SideUnusable),
        ("width_mm", SideMissing),
        ("height_mm", SideUnusable),
    ]
    assert all(error.field == field for field, error in caught.value.problems)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Parcel", Format.PARCEL),
        ("parcel", Format.PARCEL),
        ("SmallParcel", Format.SMALL_PARCEL),
        ("small parcel", Format.SMALL_PARCEL),
        ("smallParcel", Format.SMALL_PARCEL),
        ("mediumParcel", Format.MEDIUM_PARCEL),
        ("LARGE_PARCEL", Format.LARGE_PARCEL),
        ("largeLetter", Format.LARGE_LETTER),
        ("Large Letter", Format.LARGE_LETTER),
        ("large-letter", Format.LARGE_LETTER),
        ("letter", Format.LETTER),
        ("Documents", Format.DOCUMENTS),
        ("tube", Format.TUBE),
        ("undefined", None),
        ("Undefined", None),
        ("", None),
        ("  ", None),
    ],
)
def test_spellings_of_formats(text: str, expected: Format | None) -> None:
    assert parse_format(text) is expected


@pytest.mark.parametrize("text", ["box", "letterbox", "parcel\x00s", "large letter" * 100, "🎁s"])
def test_other_words_are_no_format(text: str) -> None:
    with pytest.raises(FormatUnknown):
        parse_format(text)


SIDE = st.integers(1, 2500)


@settings(derandomize=True, max_examples=200)
@given(st.integers(1, 30_000), SIDE, SIDE, SIDE, st.booleans())
def test_a_detected_format_always_fits_and_a_smaller_parcel_needs_no_larger_one(
    weight_g: int, length: int, width: int, height: int, abroad: bool
) -> None:
    parcel = check_parcel(weight_g, length, width, height)
    try:
        found = format_of(parcel, abroad=abroad)
    except ParcelDoesNotFit:
        assert why_not(parcel, Format.LARGE_PARCEL, abroad=abroad)
        return
    assert why_not(parcel, found, abroad=abroad) == ()
    order = list(limits(abroad=abroad))
    lighter = check_parcel(max(1, weight_g // 2), length, max(1, width // 2), height)
    assert order.index(format_of(lighter, abroad=abroad)) <= order.index(found)
