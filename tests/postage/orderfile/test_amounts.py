from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.postage.orderfile.amounts import read_amount, read_weight

NBSP, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("text", "mark", "wanted"),
    [
        ("£12.99", None, (1299, "GBP", "")),
        ("12.5", None, (1250, "", "")),
        ("7", None, (700, "", "")),
        (".50", None, (None, "", "unreadable")),
        ("0.00", None, (0, "", "")),
        ("1 234,50 €", None, (123450, "EUR", "")),
        ("EUR 90,00", None, (9000, "EUR", "")),
        ("AU $3,000.00", None, (300000, "AUD", "")),
        ("US $1.00", None, (100, "USD", "")),
        ("$5.00", None, (500, "", "")),
        ("1.234,50", None, (123450, "", "")),
        ("1,234.50", None, (123450, "", "")),
        ("1,234,567.8", None, (123456780, "", "")),
        ("1.234.567", None, (123456700, "", "")),
        ("CHF 1'234.50", None, (123450, "CHF", "")),
        ("12,00", ".", (1200, "", "")),
        ("12.345", ".", (1235, "", "")),
        ("1,234", ".", (123400, "", "")),
        ("1,234", ",", (123, "", "")),
        ("1.234", ",", (123400, "", "")),
        ("1,234", None, (None, "", "ambiguous")),
        ("£1.234", None, (None, "GBP", "ambiguous")),
        ("0.123", None, (12, "", "")),
        ("1234,567", None, (123457, "", "")),
        ("-5.00", None, (None, "", "unreadable")),
        ("(5.00)", None, (None, "", "unreadable")),
        ("1.2.3", None, (None, "", "unreadable")),
        ("1,23,456.00", None, (None, "", "unreadable")),
        ("1.234,56,7", None, (None, "", "unreadable")),
        ("12 34", None, (None, "", "unreadable")),
        ("about 5", None, (None, "", "unreadable")),
        ("£5.00 EUR", None, (None, "", "unreadable")),
        ("£5.00 GBP", None, (500, "GBP", "")),
        ("१२.००", None, (None, "", "unreadable")),
        ("9" * 30, None, (None, "", "unreadable")),
        ("=1+1", None, (None, "", "unreadable")),
        ("", None, (None, "", "")),
    ],
)
def test_prices(text, mark, wanted):
    assert read_amount(text, mark) == wanted


WRITERS = {
    ".": lambda d: f"{d:,.2f}",
    ",": lambda d: f"{d:,.2f}".translate(str.maketrans(",.", ".,")),
    "blank": lambda d: f"{d:,.2f}".replace(",", " ").replace(".", ","),
}


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.integers(0, 10**9),
    st.sampled_from(sorted(WRITERS)),
    st.sampled_from([("£", ""), ("", " €"), ("EUR ", ""), ("", "")]),
)
def test_a_price_with_two_decimals_reads_the_same_in_every_country(pence, style, around):
    text = around[0] + WRITERS[style](Decimal(pence) / 100) + around[1]
    assert read_amount(text, None)[0] == pence
    assert read_amount(text, ".")[0] == read_amount(text, ",")[0] == pence


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text("0123456789.,' €£-E", max_size=12), st.sampled_from([None, ".", ","]))
def test_a_price_is_a_number_or_a_code_never_both_never_neither(text, mark):
    text = " ".join(text.split())
    amount, _, wrong = read_amount(text, mark)
    assert (amount is None) == (wrong != "" or text == "")


@pytest.mark.parametrize(
    ("text", "unit", "mark", "wanted"),
    [
        ("0.450", "kg", ".", (450, "")),
        ("0,450", "kg", None, (450, "")),
        ("1.250", "kg", ".", (1250, "")),
        ("1.250", "kg", None, (None, "ambiguous")),
        ("1,5", "kg", ".", (1500, "")),
        ("450", "g", None, (450, "")),
        ("450g", None, None, (450, "")),
        ("450 g", "kg", None, (450, "")),
        ("0.45 kg", "g", ".", (450, "")),
        ("2", "kg", None, (2000, "")),
        ("0.4501", "kg", ".", (451, "")),
        ("12.1", "g", ".", (13, "")),
        ("450", None, None, (None, "unit-missing")),
        ("1 lb", "kg", None, (None, "unreadable")),
        ("-1", "kg", None, (None, "unreadable")),
        ("heavy", "kg", None, (None, "unreadable")),
        ("0.000", "kg", ".", (None, "")),
        ("", "kg", ".", (None, "")),
        ("9" * 40, "kg", ".", (None, "unreadable")),
    ],
)
def test_weights(text, unit, mark, wanted):
    assert read_weight(text, unit, mark) == wanted


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.integers(1, 30_000))
def test_kilograms_with_three_decimals_are_the_same_grams(grams):
    assert read_weight(f"{Decimal(grams) / 1000:.3f}", "kg", ".") == (grams, "")
