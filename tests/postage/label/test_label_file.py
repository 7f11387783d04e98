from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys

import pypdfium2
import pytest
from PIL import Image

from pillarbox.kernel.ids import ID_PATTERN
from pillarbox.postage.label import LabelIdMalformed, NothingToPrint, PageAbsent, Stock, preview_png, render_labels
from pillarbox.postage.label.fonts import escaped

AGAIN = """
import sys, hashlib
sys.path.insert(0, {folder!r})
from conftest import declaration, make_label
from pillarbox.postage.label import render_labels
names = ("Jane Doe", "Екатерина", "محمد عبد الله 12", "समीर शर्मा", "王小明", "😀 ت")
customs = (None, declaration())
contents = [make_label(i, recipient=(n, "Street"), customs=customs[i % 2]) for i, n in enumerate(names)]
print(hashlib.sha256(render_labels(contents).pdf).hexdigest())
"""


def ids_by_page(pdf):
    """What a program sees that knows nothing but PDF's clear text."""
    pages = re.findall(rb"<</Type/Page/[^\n]*?/PBX\(([^)]*)\)>>", pdf)
    return [p.decode("ascii").split() for p in pages]


def test_the_same_labels_give_the_same_bytes_in_every_process(request):
    script = AGAIN.format(folder=str(request.path.parent))
    digests = {
        subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2", "77")
    }
    assert len(digests) == 1
    assert len(digests.pop().strip()) == hashlib.sha256().digest_size * 2


def test_many_labels_make_one_file_in_order_with_each_cn22_after_its_label(make, declare, words):
    contents = [make(i, recipient=(f"Person {i}",), customs=declare() if i in {1, 3} else None) for i in range(5)]
    pdf = render_labels(contents).pdf
    shown = [0, 1, 1, 2, 3, 3, 4]
    assert len(pypdfium2.PdfDocument(pdf)) == len(shown)
    assert [ids[0] for ids in ids_by_page(pdf)] == [contents[i].label_id for i in shown]
    for page, i in enumerate(shown):
        text = words(pdf, page)
        assert ("CN22" in text) == (page in {2, 5})
        assert (f"Person {i}" in text) == (page not in {2, 5})


def test_each_page_names_and_prints_its_own_ids_and_no_others(make, declare, words):
    contents = [make(i, customs=declare() if i % 3 == 0 else None) for i in range(9)]
    pdf = render_labels(contents).pdf
    expected = [{c.label_id, c.order_id} for c in contents for _ in range(2 if c.customs else 1)]
    assert [set(ids) for ids in ids_by_page(pdf)] == expected
    for page, ids in enumerate(expected):
        assert {m[0] for m in ID_PATTERN.finditer(words(pdf, page))} == ids
    assert {m[0] for m in ID_PATTERN.finditer(pdf.decode("latin-1"))} == set().union(*expected)


def test_the_tag_belongs_to_the_page_object_by_pdfs_own_structure(make):
    contents = [make(i) for i in range(3)]
    pdf = render_labels(contents).pdf
    offsets = [int(o) for o in re.findall(rb"(\d{10}) 00000 n ", pdf)]
    kids = [int(k) for k in re.findall(rb"(\d+) 0 R", re.search(rb"/Kids\[([^\]]*)\]", pdf)[1])]
    for content, number in zip(contents, kids, strict=True):
        page = pdf[offsets[number - 1] :].split(b"endobj")[0]
        assert page.startswith(b"%d 0 obj" % number)
        assert f"/PBX({content.label_id} {content.order_id})".encode() in page


def test_an_id_that_somebody_typed_names_nothing_on_paper(make, words):
    foreign = make(99).label_id
    content = make(1, customer_reference=foreign, free_text=f"see {foreign}", recipient=(foreign, "محمد " + foreign))
    text = words(render_labels([content]).pdf)
    assert {m[0] for m in ID_PATTERN.finditer(text)} == {content.label_id, content.order_id}
    assert foreign.replace("_", "-") in text


def test_latin_words_can_be_copied_out_as_they_went_in(make, words):
    content = make(
        specimen=False, handling="Signature required", recipient=("Seán Ó Briain", "Ångström (№ 3)", "Łódź\\")
    )
    text = words(render_labels([content]).pdf)
    for expected in (
        content.service, content.format_name, "1975 g", content.operator, content.postage_paid, content.handling,
        *content.recipient, *content.return_address, content.customer_reference, content.free_text,
        "RR 473 124 829 GB", content.label_id, content.order_id,
    ):  # fmt: skip
        assert expected in text


def test_every_plain_character_survives_the_journey_through_the_file(make, words):
    plain = [chr(c) for c in (*range(0x21, 0x7F), *range(0xA1, 0x180)) if chr(c) not in "_\xad"]
    lines = ["".join(plain[i : i + 20]) for i in range(0, len(plain), 20)]
    contents = [make(i, recipient=tuple(lines[i : i + 6]), return_address=()) for i in range(0, len(lines), 6)]
    pdf = render_labels(contents).pdf
    for page, content in enumerate(contents):
        text = words(pdf, page)
        assert [line for line in content.recipient if line not in text] == []


def test_bytes_that_mean_something_inside_a_string_are_escaped():
    assert escaped(b"a\r(\\)") == rb"a\r\(\\\)"


@pytest.mark.parametrize("stock", Stock)
def test_without_a_licence_every_page_says_that_it_is_a_specimen(make, declare, words, stock):
    mixed = [make(1, customs=declare()), make(2, specimen=False, customs=declare()), make(3)]
    pdf = render_labels(mixed, stock).pdf
    marked = ["SPECIMEN, NO POSTAL VALUE" in words(pdf, page) for page in range(5)]
    assert marked == [True, True, False, False, True]
    assert "Postage paid GB" not in words(pdf, 0)
    assert make(1).specimen


@pytest.mark.parametrize(("stock", "size"), [(Stock.FOUR_BY_SIX, (288, 432)), (Stock.A6, (297.64, 419.53))])
def test_the_design_is_the_same_size_on_both_kinds_of_stock(make, picture, stock, size):
    pdf = render_labels([make()], stock).pdf
    assert pypdfium2.PdfDocument(pdf)[0].get_size() == pytest.approx(size, abs=0.01)
    rows, columns = (picture(pdf) < 128).nonzero()
    assert columns.max() - columns.min() == pytest.approx(762, abs=1)
    assert rows.max() - rows.min() == pytest.approx(1138, abs=1)


def test_a_label_in_a_batch_takes_about_a_kilobyte_and_one_alone_little_more_than_its_fonts(make):
    contents = [
        make(i, matrix=f"TEST{i:041d}", recipient=(f"Jane Doe {i}", f"{i} High Street", "SWINDON", "SN1 3AB"))
        for i in range(400)
    ]
    assert len(render_labels(contents).pdf) < 400 * 1150
    assert len(render_labels(contents[:1]).pdf) < 14_000


def test_the_order_may_be_absent_but_ids_must_be_ids(make):
    alone = make(order_id="")
    assert ids_by_page(render_labels([alone]).pdf) == [[alone.label_id]]
    for wrong in ({"label_id": "lbl_short"}, {"label_id": make().order_id}, {"order_id": ") /x("}, {"label_id": ""}):
        with pytest.raises(LabelIdMalformed):
            render_labels([make(**wrong)])


def test_nothing_to_print_is_an_error():
    with pytest.raises(NothingToPrint):
        render_labels([])


def test_a_preview_is_a_picture_of_the_page(make, declare):
    pdf = render_labels([make(customs=declare())]).pdf
    with Image.open(io.BytesIO(preview_png(pdf, 1, 100))) as image:
        image.load()
        assert (image.mode, image.size) == ("L", (400, 600))
        low, high = image.getextrema()
        assert low < 40
        assert high == 255
    for page in (-1, 2):
        with pytest.raises(PageAbsent):
            preview_png(pdf, page)
