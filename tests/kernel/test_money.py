from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.kernel.money import MoneyUnreadable, Vat, pence, pounds, vat_within


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("12.5", 1250),
        ("19.99", 1999),
        (" 7 ", 700),
        ("-3.01", -301),
        ("0.005", 1),
        ("0.004", 0),
        ("1.2345", 123),
    ],
)
def test_amounts_read(text: str, amount: int) -> None:
    assert pence(text) == amount


@pytest.mark.parametrize(
    "text", ["", "£1", "1,5", "1e3", "nan", "inf", "1.23456", "١٢", "1 000", "--1", "9" * 11 + ".99"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(MoneyUnreadable):
        pence(text)


@given(st.integers(0, 10**9))
@settings(derandomize=True)
def test_vat_is_a_sixth_rounded_half_up(gross: int) -> None:
    vat = vat_within(gross, Vat.STANDARD)
    assert abs(vat * 6 - gross) <= 3
    assert vat_within(gross, Vat.EXEMPT) == vat_within(gross, Vat.ZERO) == 0


@pytest.mark.parametrize(("amount", "words"), [(123456, "£1,234.56"), (-5, "-£0.05"), (0, "£0.00")])
def test_pounds_for_people(amount: int, words: str) -> None:
    assert pounds(amount) == words
