from __future__ import annotations

import pytest

from pillarbox.postage.label import Category, CustomsItem, CustomsLinesTooMany, Stock, render_labels
from pillarbox.postage.label.cn22 import amount, kilograms

BOOK = CustomsItem(
    description="Printed book",
    quantity=1,
    value_pence=899,
    currency="EUR",
    weight_g=1220,
    hs_code="490199",
    origin="GB",
)


@pytest.mark.parametrize("stock", Stock)
def test_the_form_says_all_that_was_declared(make, declare, words, stock):
    customs = declare(items=(*declare().items, BOOK), total_pence=5399, total_weight_g=1810)
    result = render_labels([make(customs=customs)], stock)
    assert result.warnings == ()
    text = words(result.pdf, 1)
    for expected in (
        "CUSTOMS DECLARATION", "CN22", "May be opened officially", "RR 473 124 829 GB", "INV-2026-0042",
        "2 × Men's cotton shirt, woven", "620520", "IN", "0.480", "45.00 GBP", "1 × Printed book", "490199", "1.220",
        "8.99 EUR", "1.810", "53.99 GBP", "24 November 2026", "certify",
    ):  # fmt: skip
        assert expected in text
    assert "Sender: Acme Stamps Ltd, 1 Return Road, Swindon, SN3 5SD" in text.replace("\n", " ")


@pytest.mark.parametrize("category", Category)
def test_one_box_is_ticked_and_it_is_the_right_one(make, declare, picture, category):
    place = list(Category).index(category)
    dark = picture(render_labels([make(customs=declare(category=category))]).pdf, 1) < 128
    ticked = []
    for i in range(6):
        left, top = 10 + 32 + (0, 250, 486)[i % 3], 24 + 248 + 40 + 42 * (i // 3) - 22
        ticked.append(bool(dark[top + 4 : top + 20, left + 4 : left + 20].any()))
    assert ticked == [i == place for i in range(6)]


def test_another_category_is_explained(make, declare, words):
    customs = declare(category=Category.OTHER, explanation="mixed content")
    assert "Other: mixed content" in words(render_labels([make(customs=customs)]).pdf, 1)


def test_twenty_lines_fit_and_more_are_refused(make, declare, words, picture):
    long = CustomsItem(
        description="Cotton shirt with an embroidered collar, size forty",
        quantity=20,
        value_pence=123456,
        currency="GBP",
        weight_g=250,
        hs_code="6205200000",
        origin="IND",
    )
    result = render_labels([make(customs=declare(items=(long,) * 20, total_pence=2469120))])
    assert result.warnings == ()
    assert words(result.pdf, 1).count("embroidered collar, size forty") == 20
    dark = picture(result.pdf, 1) < 128
    assert not dark[:, 10 + 778 :].any()
    with pytest.raises(CustomsLinesTooMany):
        render_labels([make(customs=declare(items=(long,) * 21))])


def test_descriptions_in_other_scripts_and_unknown_characters_are_treated_as_on_the_label(make, declare):
    item = CustomsItem(description="قميص قطن த", quantity=1, value_pence=1, currency="GBP", weight_g=1)
    result = render_labels([make(customs=declare(items=(item,)))])
    assert [(w.field, "TAMIL LETTER TA" in w.words) for w in result.warnings] == [("customs description", True)]


@pytest.mark.parametrize(("grams", "written"), [(0, "0.000"), (5, "0.005"), (1210, "1.210"), (20000, "20.000")])
def test_grams_are_written_as_kilograms(grams, written):
    assert kilograms(grams) == written


@pytest.mark.parametrize(("hundredths", "written"), [(0, "0.00"), (7, "0.07"), (123456, "1234.56")])
def test_values_are_written_with_two_decimals(hundredths, written):
    assert amount(hundredths) == written
