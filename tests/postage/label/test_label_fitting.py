from __future__ import annotations

from dataclasses import replace

import pytest

from pillarbox.postage.label import render_labels
from pillarbox.postage.label.fitting import ELLIPSIS, fit, flow, wrapped
from pillarbox.postage.label.pen import WIDTH
from pillarbox.postage.label.text import Typesetter

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenweg 1234567890 Nebengebäude hinten links"


def fields(result):
    return {w.field for w in result.warnings}


def test_a_line_that_fits_keeps_its_size():
    fitted = fit(Typesetter(), "Short", 500, (40, 20))
    assert (fitted.size, fitted.shortened) == (40, False)


def test_a_longer_line_gets_smaller_and_fills_its_room():
    fitted = fit(Typesetter(), "A line of some thirty letters", 400, (40, 20))
    assert 20 <= fitted.size < 40
    assert not fitted.shortened
    assert fitted.lines[0].width * fitted.size <= 400 < fitted.lines[0].width * (fitted.size + 1)


@pytest.mark.parametrize("text", [LONG * 3, "한국어" * 90, "שלום עולם " * 30, "नमस्ते " * 60, "😀" * 200])
def test_what_does_not_fit_at_the_least_size_is_cut(text):
    fitted = fit(Typesetter(), text, 400, (40, 20))
    assert (fitted.size, fitted.shortened) == (20, True)
    assert 300 < fitted.lines[0].width * 20 <= 400


def test_text_flows_into_lines_at_the_largest_size_that_breaks_no_word():
    fitted = flow(Typesetter(), "International Tracked & Signed", (380, 160), (58, 26), bold=True)
    assert len(fitted.lines) == 2
    assert fitted.size > 40
    assert not fitted.shortened
    assert all(line.width * fitted.size <= 380 for line in fitted.lines)


def test_a_text_too_long_for_its_area_ends_in_an_ellipsis():
    fitted = flow(Typesetter(), "word " * 400, (400, 100), (30, 20))
    assert fitted.shortened
    assert len(fitted.lines) == 4
    assert all(line.width * fitted.size <= 400 for line in fitted.lines)


def test_chinese_breaks_between_characters():
    lines = wrapped(Typesetter(), "北京市朝阳区建国路" * 4, 10, bold=False)
    assert [len(line) for line in lines] == [10, 10, 10, 6]


def test_long_words_break_only_at_the_least_size():
    flowed = flow(Typesetter(), f"An {LONG}", (400, 300), (40, 12))
    assert flowed.size < 16
    torn = flow(Typesetter(), LONG, (400, 300), (40, 20))
    assert (torn.size, torn.shortened) == (20, False)
    assert all(0 < line.width * 20 <= 400 for line in torn.lines)
    lines = wrapped(Typesetter(), LONG, 10, bold=False)
    assert "".join(lines).replace(" ", "") == LONG.replace(" ", "")


@pytest.mark.parametrize(
    "text", ["شارع الملك فهد 25، " * 60, "漢字" * 600, "नमस्ते " * 200, "long words and so on " * 60]
)
def test_a_very_long_text_in_any_script_stays_inside_its_area(text):
    flowed = flow(Typesetter(), text, (728, 130), (26, 18))
    assert flowed.shortened
    assert all(line.width * flowed.size <= 728 for line in flowed.lines)


def test_seven_lines_fit_and_more_share_a_line_with_the_country_still_last(make, words):
    seven = tuple(f"Line number {i}" for i in range(1, 8))
    assert render_labels([make(recipient=seven)]).warnings == ()
    result = render_labels([make(recipient=(*seven[:6], "WOLVERHAMPTON", "Extra", "GERMANY"))])
    assert fields(result) == {"recipient"}
    assert "WOLVERHAMPTON, Extra\nGERMANY" in words(result.pdf)


def test_a_long_address_line_wraps_while_there_are_lines_left(make, words):
    result = render_labels(
        [make(recipient=("Jane", "A very long address line that goes on for quite a while " * 2, "PARIS"))]
    )
    assert result.warnings == ()
    assert " ".join(words(result.pdf).split()).count("goes on for quite a while") == 2


def test_overlong_fields_stay_inside_the_frame_and_are_named(make, picture):
    content = make(
        service="Special Delivery " * 30,
        operator="THE VERY LONG NATIONAL OPERATOR OF POST",
        format_name="A format name that is far too long",
        sort_letter="FGHIJK",
        recipient=(LONG * 2,) * 9,
        return_address=(LONG,) * 9,
        customer_reference="REF-" * 80,
        free_text="word " * 4000,
        handling="Handle with care " * 20,
    )
    for specimen in (True, False):
        result = render_labels([make(2), replace(content, specimen=specimen)])
        assert {"service", "operator", "recipient", "return address", "customer reference", "free text"} <= fields(
            result
        )
        dark = picture(result.pdf, 1) < 128
        assert not dark[:, : 10 + 14].any()
        assert not dark[:, 10 + WIDTH - 14 :].any()
        inner = dark[24 + 18 : 24 + 1150, 10 + 764 : 10 + 773]
        assert inner.mean() < 0.12  # only the rules and the specimen strip cross the right margin


def test_the_ellipsis_is_a_character_that_prints():
    assert Typesetter().line(ELLIPSIS).missing == ()
