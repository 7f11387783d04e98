from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.postage.orderfile.dates import order_shown, read_date

OCT5 = date(2026, 10, 5)


@pytest.mark.parametrize(
    ("text", "order", "wanted"),
    [
        ("2026-10-05", None, OCT5),
        ("20261005", None, OCT5),
        ("2026/10/5", None, OCT5),
        ("2026-10-05T23:59:59+00:00", None, OCT5),
        ("2026-10-05 00:30:00 +0100", "mdy", OCT5),
        ("05/10/2026", "dmy", OCT5),
        ("05/10/26", "dmy", OCT5),
        ("10/05/26", "mdy", OCT5),
        ("10/05/2026 14:30", "mdy", OCT5),
        ("5.10.2026", "mdy", OCT5),
        ("05-10-2026", "dmy", OCT5),
        ("Oct-05-26", None, OCT5),
        ("05-oct.-26", None, OCT5),
        ("5 October 2026", None, OCT5),
        ("5th Oct 2026", None, OCT5),
        ("Oct 5, 2026", None, OCT5),
        ("5. Okt. 2026", None, OCT5),
        ("05-Okt-26", None, OCT5),
        ("10-Dez-25", None, date(2025, 12, 10)),
        ("3 août 2026", None, date(2026, 8, 3)),
        ("26-May-26", None, date(2026, 5, 26)),
        ("13/10/2026", None, date(2026, 10, 13)),
        ("10/13/2026", None, date(2026, 10, 13)),
        ("10/10/2026", None, date(2026, 10, 10)),
    ],
)
def test_certain_dates(text, order, wanted):
    assert read_date(text, order) == (wanted, "")


@pytest.mark.parametrize(
    ("text", "order", "code"),
    [
        ("05/10/2026", None, "ambiguous"),
        ("09/25/26", "dmy", "unreadable"),
        ("25/09/26", "mdy", "unreadable"),
        ("31/02/2026", "dmy", "unreadable"),
        ("2026-13-01", None, "unreadable"),
        ("46320", None, "unreadable"),
        ("05/10/1926", "dmy", "unreadable"),
        ("yesterday", None, "unreadable"),
        ("Foo-05-26", None, "unreadable"),
        ("٠٥/١٠/٢٠٢٦", "dmy", "unreadable"),
    ],
)
def test_uncertain_dates_are_never_guessed(text, order, code):
    assert read_date(text, order) == (None, code)


def test_no_date_is_no_problem():
    assert read_date("", None) == (None, "")


def test_a_column_shows_its_order_only_when_it_does_not_contradict_itself():
    assert order_shown(["01/02/2026", "25/02/2026"]) == "dmy"
    assert order_shown(["01/02/2026", "02/25/2026"]) == "mdy"
    assert order_shown(["01/02/2026"]) is None
    assert order_shown(["25/02/2026", "02/25/2026"]) is None


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_reads_back_in_every_certain_form(day):
    forms = [(day.isoformat(), None), (f"{day:%d/%m/%Y}", "dmy"), (f"{day:%m/%d/%y}", "mdy"), (f"{day:%d.%m.%Y}", None)]
    forms += [(f"{day:%b-%d-%y}", None), (f"{day:%d-%b-%y}", None), (f"{day:%d %B %Y}", None)]
    assert [read_date(text, order) for text, order in forms] == [(day, "")] * len(forms)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_date_or_a_code(text):
    day, wrong = read_date(text, None)
    assert (day is None) == (wrong != "" or text == "")
