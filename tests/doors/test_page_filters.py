from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.web import assets, pages
from pillarbox.web.filters import FilterMisused, count, dated, day, grams, money, when

NOW = datetime(2026, 11, 24, 15, 5, tzinfo=UTC)


@pytest.mark.parametrize(("amount", "words"), [(123456, "£1,234.56"), (0, "£0.00"), (-5, "−£0.05")])
def test_money(amount, words):
    assert money(amount) == words


@pytest.mark.parametrize("wrong", [1.0, True, "1", None])
def test_money_and_counts_take_only_whole_numbers(wrong):
    with pytest.raises(FilterMisused):
        money(wrong)
    with pytest.raises(FilterMisused):
        count(wrong)


def test_count_with_its_noun():
    assert count(1284) == "1,284"
    assert count(1, "order") == "1 order"
    assert count(0, "order") == "0 orders"
    assert count(2, "entry", "entries") == "2 entries"


@pytest.mark.parametrize(
    ("weight", "words"),
    [(0, "0 g"), (999, "999 g"), (1000, "1 kg"), (1250, "1.25 kg"), (1005, "1.005 kg"), (30_000, "30 kg")],
)
def test_grams(weight, words):
    assert grams(weight).replace("\N{NO-BREAK SPACE}", " ") == words


@given(st.integers(min_value=0, max_value=10**7))
@settings(derandomize=True)
def test_grams_lose_nothing(weight):
    figure, unit = grams(weight).replace(",", "").split("\N{NO-BREAK SPACE}")
    whole, _, rest = figure.partition(".")
    assert weight == (int(whole) if unit == "g" else int(whole) * 1000 + int((rest + "000")[:3]))


def test_negative_grams_are_refused():
    with pytest.raises(FilterMisused):
        grams(-1)


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (NOW - timedelta(seconds=5), "just now"),
        (NOW + timedelta(seconds=5), "in a moment"),
        (NOW - timedelta(minutes=1), "1 minute ago"),
        (NOW + timedelta(minutes=25), "in 25 minutes"),
        (NOW - timedelta(hours=3), "today, 12:05 pm"),
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), "today, 12:00 am"),
        (datetime(2026, 11, 23, 23, 59, tzinfo=UTC), "yesterday, 11:59 pm"),
        (datetime(2026, 11, 28, 9, 0, tzinfo=UTC), "Saturday, 9:00 am"),
        (datetime(2026, 7, 3, 23, 30, tzinfo=UTC), "4 July, 12:30 am"),
        (datetime(2025, 12, 31, 10, 0, tzinfo=UTC), "31 December 2025, 10:00 am"),
    ],
)
def test_when_in_words(instant, words):
    assert f">{words}</time>" in when(instant, NOW)


def test_when_says_exactly_beside_the_words():
    html = when(datetime(2026, 7, 3, 23, 30, 7, tzinfo=UTC), NOW)
    assert 'title="Saturday 4 July 2026, 12:30:07 am BST"' in html
    assert 'datetime="2026-07-03T23:30:07Z"' in html


def test_when_refuses_naive_times():
    with pytest.raises(FilterMisused):
        when(datetime(2026, 1, 1), NOW)  # noqa: DTZ001 - a naive time is the point


def test_day():
    today = date(2026, 11, 24)
    assert [day(today + timedelta(days=n), today) for n in (-1, 0, 1, 2, 6, 7)] == [
        "yesterday",
        "today",
        "tomorrow",
        "Thursday",
        "Monday",
        "1 December",
    ]


def test_dated_is_the_day_in_london():
    assert dated(datetime(2026, 7, 3, 23, 30, tzinfo=UTC)) == "4 July 2026"
    with pytest.raises(FilterMisused):
        dated(datetime(2026, 7, 3))  # noqa: DTZ001 - a naive time is the point


def test_unknown_assets_and_icons_are_faults():
    with pytest.raises(assets.AssetUnknown):
        assets.asset("app.exe")
    with pytest.raises(pages.IconUnknown):
        pages.icon("no-such-icon")
