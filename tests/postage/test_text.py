import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.postage.text import TextUnusable, clean, says_something


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Ann   Example ", "Ann Example"),
        ("Ann\u00a0Example", "Ann Example"),
        ("1 High Street\r\nFlat 2", "1 High Street Flat 2"),
        ("Ann\tExample\u2028", "Ann Example"),
        ("Zu\u0308rich", "Zürich"),
        ("\ufeffAnn", "Ann"),
        ("An\u200bn Ex\u00adample", "Ann Example"),
        ("\u2067محمد علي\u2069", "محمد علي"),
        ("\u200fמשה כהן\u200e", "משה כהן"),
        ("علی\u200cرضا", "علی\u200cرضا"),  # the joiner is part of the Persian spelling
        ("නාරායණ ක්\u200dෂ", "නාරායණ ක්\u200dෂ"),
        ("山田\u3000太郎", "山田 太郎"),
        ("=1+1", "=1+1"),
        ("+44", "+44"),
        ("-5", "-5"),
        ("@home", "@home"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_spacing_and_pasting_marks_go_and_letters_stay(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ann\x00", "control character"),
        ("Ann\x1b[31m", "control character"),
        ("Ann\x7f", "control character"),
        ("Ann\x9f", "control character"),
        ("Ann\x1cExample", "control character"),
        ("\u202eelpmaxE nnA", "reading direction"),
        ("A\u202dB", "reading direction"),
        ("M\ufffdller", "encoding"),
        ("Ann\ud800", "private character"),
        ("Ann\ue000", "private character"),
        ("Ann\uffff", "private character"),
    ],
)
def test_what_deceives_or_cannot_be_printed_is_refused(text: str, found: str) -> None:
    with pytest.raises(TextUnusable, match=found):
        clean(text)


def letters(text: str) -> list[str]:
    return [c for c in unicodedata.normalize("NFD", text) if c.isalnum()]


@settings(derandomize=True, max_examples=300)
@given(st.text())
def test_clean_text_is_stable_and_keeps_every_letter(text: str) -> None:
    with suppress(TextUnusable):
        found = clean(text)
        assert letters(found) == letters(text)
        assert clean(found) == found
        assert found == found.strip()
        assert "  " not in found


ARABIC = st.characters(min_codepoint=0x0621, max_codepoint=0x064A)
HEBREW = st.characters(min_codepoint=0x05D0, max_codepoint=0x05EA)


@settings(derandomize=True, max_examples=200)
@given(st.lists(st.text(ARABIC, min_size=1) | st.text(HEBREW, min_size=1), min_size=1, max_size=4))
def test_right_to_left_names_come_back_letter_for_letter(words: list[str]) -> None:
    name = unicodedata.normalize("NFC", " ".join(words))
    assert clean(name) == name
    assert clean(f"\u200f\u2067{name}\u2069\u200e") == name


def test_signs_alone_say_nothing() -> None:
    assert [says_something(text) for text in ("-", "...", "💌", "n", "7", "山", "ع")] == [False] * 3 + [True] * 4
