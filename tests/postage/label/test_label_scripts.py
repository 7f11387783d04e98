from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pillarbox.postage.label import Stock, render_labels
from pillarbox.postage.label.fonts import REGULAR, face
from pillarbox.postage.label.script import pieces, printable, visual
from pillarbox.postage.label.text import Typesetter

NAMES = {
    "latin": "Łukasz Żółć, François Lefèvre, Nguyễn Văn An",
    "greek": "Αλέξανδρος Παπαδόπουλος",
    "cyrillic": "Екатерина Иванова",
    "arabic": "محمد عبد الله",
    "persian": "می‌خواهم",
    "hebrew": "ישראל ישראלי",
    "thai": "นายสมชาย ใจดี ที่อยู่",
    "devanagari": "समीर शर्मा हिन्दी",
    "chinese": "王小明 北京市朝阳区建国路",
    "japanese": "山田太郎 テスト ひらがな",
    "korean": "김철수 서울특별시 강남구",
    "emoji": "😀🎁❤👍",
}


@pytest.mark.parametrize("script", NAMES)
def test_names_in_many_scripts_print_without_a_replacement_mark(make, picture, script):
    name = NAMES[script]
    with_name = render_labels([make(recipient=("", name, "FRANCE"))])
    without = render_labels([make(recipient=("", "", "FRANCE"))])
    assert with_name.warnings == ()
    assert (picture(with_name.pdf) < 128).sum() > (picture(without.pdf) < 128).sum() + 200
    glyphs = Typesetter()
    glyphs.line(name)
    assert all(0 not in used for used in glyphs.glyphs().values())


@pytest.mark.parametrize(
    "script", ["latin", "greek", "cyrillic", "thai", "devanagari", "chinese", "japanese", "korean"]
)
def test_what_is_read_from_left_to_right_can_be_copied_out_of_the_file(make, words, script):
    assert NAMES[script] in words(render_labels([make(recipient=("", NAMES[script]))]).pdf)


@pytest.mark.parametrize(
    ("spoken", "seen"),
    [
        ("שלום 123 עולם", "םלוע 123 םולש"),
        ("אב (ABC) 12", "12 (ABC) בא"),
        ("abc (אב) 12", "abc (בא) 12"),
        ("אב <x> גד", "דג <x> בא"),
        ("אב (", ") בא"),
        ("אב ((ab) ג)", "(ג (ab)) בא"),
        ("רחוב הרצל 12/5 דירה 3", "3 הריד 12/5 לצרה בוחר"),
        ("12 אב", "בא 12"),
        ("a\u2067אב 1\u2069b", "a1 באb"),
        ("אב +44 20 7946", "7946 20 44+ בא"),
        ("דירה 3-5", "3-5 הריד"),
        ("Flat 3 Herzl", "Flat 3 Herzl"),
    ],
)
def test_lines_are_ordered_by_the_full_bidirectional_algorithm(spoken, seen):
    assert visual(spoken) == seen


def test_mixed_arabic_digits_and_latin_are_shaped_in_pieces_in_their_places():
    found = pieces("شارع 25، Building 7 مبنى")
    assert [p.text.strip() for p in found if p.text.strip()] == ["مبنى", "Building 7 ،25", "شارع"]
    assert [p.right_to_left for p in found if p.text.strip()] == [True, False, True]


def test_arabic_letters_join_and_marks_stay_with_their_letters():
    joined = [g.number for g in face("A").shape("محمد", right_to_left=True)]
    alone = [face("A").glyph(c) for c in "دمحم"]
    assert len(joined) == len(alone)
    assert joined != alone
    assert [g.text for g in face("A").shape("محمد", right_to_left=True)] == list("دمحم")
    assert pieces("בְּרֵא x")[-1].text == "בְּרֵא"


@pytest.mark.parametrize(("pointed", "bare"), [("דּוּגְמָה עִם נִקּוּד", "דוגמה עם נקוד"), ("مُحَمَّدٌ", "محمد")])
def test_vowel_points_move_no_letter(make, picture, pointed, bare):
    def extent(name):
        dark = picture(render_labels([make(recipient=(name,), return_address=())], Stock.A6).pdf) < 128
        columns = dark[8 + 566 : 8 + 625, 24 + 20 : 24 + 760].any(axis=0).nonzero()[0]
        return int(columns[0]), int(columns[-1])

    assert extent(pointed) == pytest.approx(extent(bare), abs=3)


def test_words_of_two_scripts_without_a_space_keep_their_order():
    fonts = [key for key, _ in Typesetter().line("אבمم")._shown]
    assert fonts == ["A", "H"]


def test_devanagari_reorders_the_short_i_before_its_consonant():
    glyphs = face("D").shape("हि", right_to_left=False)
    assert len(glyphs) == 2
    assert glyphs[1].number == face("D").glyph("ह")


def test_a_character_no_font_has_prints_a_mark_and_is_named(make, words):
    content = make(recipient=("Tamil த", "1 Street"), customer_reference="\U0001fbf0 ok")
    result = render_labels([make(2), content])
    assert {(w.label_id, w.field) for w in result.warnings} == {
        (content.label_id, "recipient"),
        (content.label_id, "customer reference"),
    }
    assert any("U+0BA4 TAMIL LETTER TA" in w.words for w in result.warnings)
    assert content.recipient[0] == "Tamil த"
    setter = Typesetter()
    line = setter.line("த")
    assert line.missing == ("த",)
    assert face("R").glyph("\ufffd") in setter.glyphs()["R"]


@pytest.mark.parametrize(
    ("given_text", "printed"),
    [
        ("e\u0301", "é"),
        ("❤\ufe0f", "❤"),
        ("👍🏽", "👍"),
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("\u200dabc", "abc"),
        ("a\tb\nc", "a b c"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u1112\u1161\u11ab", "한"),
    ],
)
def test_the_printed_form_is_composed_and_without_what_no_printer_shows(given_text, printed):
    assert printable(given_text) == printed


def test_every_face_in_the_chain_has_what_it_is_there_for():
    for key, character in zip("RADHTCE", "a\u0639\u0915\u05d0\u0e01\u6f22\U0001f600", strict=True):
        assert key in REGULAR
        assert face(key).glyph(character), key


def test_characters_set_by_table_need_no_shaping():
    for key in "RB":
        for character in face(key).codes:
            glyphs = face(key).shape(character, right_to_left=False)
            assert [(g.number, g.advance) for g in glyphs] == [
                (face(key).glyph(character), face(key).widths[character])
            ]


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_any_text_at_all_is_printed_or_warned_about(text):
    setter = Typesetter()
    line = setter.line(text)
    assert line.width >= 0
    line.at(30)
    for character in line.missing:
        assert character in printable(text)
        assert not any(face(k).glyph(character) for k in REGULAR)
    for key, glyphs in setter.glyphs().items():
        face(key).cut(set(glyphs))


@settings(derandomize=True, max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=90), max_size=9), st.text(max_size=300), st.text(max_size=90))
def test_no_words_in_any_field_break_a_label(make, lines, words, name):
    content = make(
        recipient=tuple(lines), return_address=tuple(lines), free_text=words, customer_reference=name, service=name,
        operator=name, handling=name, sort_letter=name, format_name=name, postage_paid=name,
    )  # fmt: skip
    assert render_labels([content], Stock.A6).pdf.startswith(b"%PDF")


def test_damaged_letters_print_a_mark_and_a_warning(make):
    result = render_labels([make(recipient=("bad \ud83d אב", "\ufffd"))])
    assert {w.words.split(";")[0] for w in result.warnings} == {"no font has U+FFFD REPLACEMENT CHARACTER"}


RIGHT = st.text("אבגדה אבג(ab) [12]+-.,/٣٤", max_size=30)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(RIGHT)
def test_ordering_loses_and_invents_no_character(text):
    def mirrored(words):
        return sorted(words.translate(str.maketrans(")]", "([")))

    assert mirrored(visual(text)) == mirrored(text)
    assert mirrored("".join(p.text for p in pieces(text))) == mirrored(text)
    for piece in pieces(text):
        if piece.right_to_left:
            assert all(unicodedata.bidirectional(c) in {"R", "AL", "NSM"} for c in piece.text)
