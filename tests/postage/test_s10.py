import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.postage import s10

RIGHT = ("RR473124829GB", "EE876543216GB", "CP123456785US", "RB123456785CV", "FQ087430672GB")
KEY = bytes(range(32))


@pytest.mark.parametrize("text", RIGHT)
def test_right_numbers_read_and_write_back(text: str) -> None:
    assert str(s10.parse(text)) == text


@pytest.mark.parametrize("text", ["RR 4731 2482 9GB", "rr-473-124-829-gb", " RR473124829 GB\t", "RR.4731.2482.9GB"])
def test_people_leave_gaps(text: str) -> None:
    assert s10.parse(text) == s10.S10("RR", 47312482, "GB")


def test_written_for_people() -> None:
    assert s10.parse("RR473124829GB").for_people == "RR 4731 2482 9GB"
    assert s10.S10("ZP", 7).for_people == "ZP 0000 0007 6GB"


@pytest.mark.parametrize("text", ["", "RR47312482GB", "R4473124829GB", "RR473124829G1", "RR473124829GBX", "R" * 41])
def test_other_forms_are_unreadable(text: str) -> None:
    with pytest.raises(s10.NumberUnreadable):
        s10.parse(text)


def test_digits_of_other_scripts_are_unreadable() -> None:
    with pytest.raises(s10.NumberUnreadable):
        s10.parse("RR47312482٩GB")


def test_a_wrong_check_digit_is_a_typing_mistake() -> None:
    with pytest.raises(s10.NumberMistyped):
        s10.parse("RB123456786US")


def test_check_digits_at_the_two_exceptions() -> None:
    assert s10.check_digit(0) == 5
    assert s10.check_digit(10_000_007) == 11 - (8 + 49) % 11
    assert {s10.check_digit(n) for n in range(200)} == set(range(10))


@given(st.integers(0, s10.SERIALS - 1), st.integers(0, 7), st.integers(1, 9))
@settings(derandomize=True)
def test_every_single_wrong_digit_is_noticed_or_the_exceptions_collide(serial: int, place: int, off: int) -> None:
    digits = [int(d) for d in f"{serial:08d}"]
    digits[place] = (digits[place] + off) % 10
    other = int("".join(map(str, digits)))
    before, after = s10.check_digit(serial), s10.check_digit(other)
    # Modulo 11 folded into ten digits: only remainders 10 -> 0 and 11 -> 5 share a digit with another remainder.
    assert before != after or before in {0, 5}


@pytest.mark.parametrize("serial", [-1, s10.SERIALS])
def test_serials_outside_eight_digits(serial: int) -> None:
    with pytest.raises(s10.SerialUnusable):
        s10.S10("RR", serial)
    with pytest.raises(s10.SerialUnusable):
        s10.check_digit(serial)


@pytest.mark.parametrize(("service", "country"), [("R", "GB"), ("rr", "GB"), ("RR", "G1"), ("ÄÄ", "GB")])
def test_letters_must_be_two_capitals(service: str, country: str) -> None:
    with pytest.raises(s10.NumberUnreadable):
        s10.S10(service, 1, country)


def test_indicators_say_what_they_mean() -> None:
    assert s10.S10("RR", 1).meaning == "letter post, registered"
    assert s10.S10("CV", 1).meaning == "parcel, insured"
    assert s10.S10("FQ", 1).meaning == ""


def test_every_kind_has_its_own_indicator_within_the_standard() -> None:
    kinds = s10.indicator_kinds()
    assert len(set(kinds.values())) == len(kinds)
    for kind in kinds:
        number = s10.S10(s10.indicator_for(kind), 1)
        assert number.meaning
        abroad = kind.endswith("_abroad")
        assert (number.meaning == "domestic or by agreement") is not abroad
    with pytest.raises(s10.ServiceHasNoIndicator):
        s10.indicator_for("pigeon")


@given(st.integers(1, 3000), st.integers(0, s10.SERIALS - 3000), st.binary(min_size=16, max_size=64))
@settings(derandomize=True, max_examples=40, deadline=None)
def test_a_range_is_used_up_exactly_once(size: int, start: int, key: bytes) -> None:
    drawn = {s10.serial_at(key, start, size, index) for index in range(size)}
    assert drawn == set(range(start, start + size))


@pytest.mark.parametrize("size", [*range(1, 40), 99, 100, 101, 1023, 1024, 1025])
def test_small_and_awkward_ranges_are_permuted(size: int) -> None:
    assert sorted(s10.serial_at(KEY, 500, size, index) for index in range(size)) == list(range(500, 500 + size))


def test_the_largest_range_stays_within_eight_digits_and_does_not_repeat() -> None:
    drawn = [s10.serial_at(KEY, 0, s10.SERIALS, index) for index in range(5000)]
    assert len(set(drawn)) == 5000
    assert max(drawn) < s10.SERIALS
    assert min(drawn) >= 0


def test_key_and_range_both_change_the_order() -> None:
    def order(key: bytes, start: int, size: int) -> list[int]:
        return [s10.serial_at(key, start, size, index) - start for index in range(50)]

    first = order(KEY, 0, 1000)
    assert first != order(bytes(32), 0, 1000)
    assert first != order(KEY, 1000, 1000)
    assert first != order(KEY, 0, 1001)
    assert first == order(KEY, 0, 1000)


def test_the_order_never_changes_between_releases() -> None:
    assert [s10.serial_at(KEY, 10_000_000, 1_000_000, index) for index in range(3)] == PINNED


def test_neighbouring_indices_do_not_make_neighbouring_serials() -> None:
    size = 1_000_000
    drawn = [s10.serial_at(KEY, 0, size, index) for index in range(4000)]
    steps = [abs(b - a) for a, b in itertools.pairwise(drawn)]
    # Two random places of 0..n-1 lie n/3 apart on average; a counter lies 1 apart.
    assert 0.31 < sum(steps) / len(steps) / size < 0.36
    rising = sum(b > a for a, b in itertools.pairwise(drawn))
    assert 1850 < rising < 2150
    for tenth in range(10):
        assert 320 < sum(tenth * size // 10 <= n < (tenth + 1) * size // 10 for n in drawn) < 480


def test_past_the_end_of_a_range() -> None:
    with pytest.raises(s10.RangeUsedUp):
        s10.serial_at(KEY, 0, 10, 10)
    for start, size, index in ((-1, 10, 0), (0, 0, 0), (s10.SERIALS - 9, 10, 0), (0, 10, -1)):
        with pytest.raises(s10.SerialUnusable):
            s10.serial_at(KEY, start, size, index)
    with pytest.raises(ValueError, match="16 to 64"):
        s10.serial_at(b"short", 0, 10, 0)


def test_messages_show_a_right_number() -> None:
    example = re.search(r"[A-Z]{2} \d{4} \d{4} \d[A-Z]{2}", s10.NumberUnreadable().detail)
    assert example is not None
    s10.parse(example[0])


PINNED = [10586718, 10843573, 10551793]
