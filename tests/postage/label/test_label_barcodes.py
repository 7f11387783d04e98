from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from pillarbox.postage.label import MatrixUnprintable, Stock, TrackingNumberUnprintable, render_labels
from pillarbox.postage.label.barcode import Symbol, code_128, data_matrix

S10 = ("RR473124829GB", "EE876543216GB", "CP123456785US")
OTHERS = ("090367574000000FE1E1B", "9400111206206406260787", "ABCDEFGHJKLMNPQRST")


@pytest.mark.parametrize("stock", Stock)
@pytest.mark.parametrize("dpi", [203, 203.2, 300])
def test_an_independent_reader_reads_both_barcodes(make, picture, codes, stock, dpi):
    contents = [make(i, tracking=t, matrix=f"TEST{t:<41}") for i, t in enumerate((*S10, *OTHERS))]
    pdf = render_labels(contents, stock).pdf
    for page, content in enumerate(contents):
        found = codes(picture(pdf, page, dpi))
        assert found == {"Code128": content.tracking, "DataMatrix": content.matrix}


def test_each_module_covers_whole_dots_of_a_203_dpi_printer(make, picture):
    content = make()
    black = picture(render_labels([content], Stock.A6).pdf, dpi=203.2) < 128  # A6 is a whole number of dots each way
    bars, matrix = code_128(content.tracking), data_matrix(content.matrix)
    left, top = 24 + 500 - 156 * 3 // 2, 8 + 290
    expected = np.kron(np.unpackbits(np.frombuffer(bars.bits, np.uint8))[:156], np.ones((200, 3), bool))
    assert (black[top : top + 200, left : left + 468] == expected).all()
    assert not black[top : top + 200, left - 30 : left].any()
    assert not black[top : top + 200, left + 468 : left + 498].any()
    left, top = 24 + 120 - 64, 8 + 412 - 64
    cells = np.unpackbits(np.frombuffer(matrix.bits, np.uint8)).reshape(32, 32)
    assert (black[top : top + 128, left : left + 128] == np.kron(cells, np.ones((4, 4), bool))).all()


@pytest.mark.parametrize("matrix", ["A", "Café straße", "x" * 60, "a" * 180])
def test_matrix_data_of_other_lengths_and_western_letters_are_read_back(make, picture, codes, matrix):
    assert codes(picture(render_labels([make(matrix=matrix)]).pdf, 0, 300))["DataMatrix"] == matrix


def test_either_barcode_may_be_left_out(make, picture, codes):
    assert set(codes(picture(render_labels([make(tracking="")]).pdf))) == {"DataMatrix"}
    assert set(codes(picture(render_labels([make(matrix="")]).pdf))) == {"Code128"}


@pytest.mark.parametrize("tracking", ["É123", "A" * 30, "1" * 60, "ab\n1"])
def test_a_tracking_number_that_cannot_be_drawn_is_refused(make, tracking):
    with pytest.raises(TrackingNumberUnprintable):
        render_labels([make(tracking=tracking)])


@pytest.mark.parametrize("matrix", ["漢字", "a" * 400, "é" * 200])
def test_matrix_data_that_cannot_be_drawn_are_refused_and_the_next_label_is_well(make, picture, codes, matrix):
    with pytest.raises(MatrixUnprintable):
        render_labels([make(matrix=matrix)])
    assert "DataMatrix" in codes(picture(render_labels([make()]).pdf))


def test_bits_that_look_like_the_end_of_an_image_are_written_in_hex():
    plain, awkward = Symbol(16, 1, b"\xaa\xbb"), Symbol(16, 1, b"EI")
    assert b" ID \xaa\xbb\nEI" in plain.mask(0, 0, 1, 1)
    assert b"/F/AHx ID 4549>\nEI" in awkward.mask(0, 0, 1, 1)


def test_threads_draw_the_same_as_one_alone(make):
    contents = [make(i, tracking=f"AB{i:08d}9GB", matrix=f"TEST{i}") for i in range(40)]
    alone = [render_labels([c]).pdf for c in contents]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda c: render_labels([c]).pdf, contents)) == alone


def test_code_128_has_one_row_of_whole_bytes():
    symbol = code_128("RR473124829GB")
    assert (symbol.width, symbol.rows, len(symbol.bits)) == (156, 1, 20)
