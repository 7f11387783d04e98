import csv
from contextlib import suppress

import pytest

from pillarbox.kernel.errors import BadInput
from pillarbox.postage.orderfile import Defaults, DraftOrder, guess_mapping, read_orders, sniff
from pillarbox.postage.orderfile import errors as e

HEAD = "Order reference,First Name,Address Line 1,City,Postcode,Special instructions\r\n"


def row(name, note=""):
    return f'{name},Zoë,"Flat 2\r\n12 ""Maple"" Street",York,YO1 7HH,{note}\r\n'


WHOLE = (
    HEAD + row("A") + "B,Jo,1 High St,Ely,CB7 4AA,\r\n" + row("B", "again") + row("C") + "D,Al,€ 2,Ely,CB7 4AA,x\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_cut_at_every_byte_keeps_every_row_before_the_cut(encoding, read):
    data = WHOLE.encode(encoding)
    bom = {"utf-8-sig": 3, "utf-16": 2}.get(encoding, 0)
    width = 2 if encoding == "utf-16" else 1
    ends, text = [], HEAD
    for piece in (
        row("A"),
        "B,Jo,1 High St,Ely,CB7 4AA,\r\n",
        row("B", "again"),
        row("C"),
        "D,Al,€ 2,Ely,CB7 4AA,x\r\n",
    ):
        text += piece
        ends.append(bom + len(text.encode("utf-16-le" if width == 2 else encoding.removesuffix("-sig"))))
    starts = [2, 4, 5, 7, 9]
    for cut in range(len(data) + 1):
        try:
            found = read(data[:cut])
        except BadInput:
            assert cut < ends[0]
            continue
        lines = {line for o in found if isinstance(o, DraftOrder) for line in o.lines}
        assert {start for start, end in zip(starts, ends, strict=True) if end <= cut} <= lines


@pytest.mark.parametrize(
    "name",
    ["amazon-unshipped.txt", "click-and-drop-import.csv", "ebay-orders-report.csv", "shopify-orders-export.csv"],
)
def test_the_samples_survive_any_cut(name, sample, read):
    data = sample(name)
    for cut in range(0, len(data), 3):
        with suppress(BadInput):
            assert read(data[:cut])


def test_a_cut_inside_quotes_names_the_line_where_the_row_begins(read, codes):
    data = WHOLE.encode()
    found = read(data[: data.index(b"Street", data.index(b"C,Zo"))])
    assert [o.reference for o in found if isinstance(o, DraftOrder)] == ["A", "B"]
    assert [(f.line, *codes(f)) for f in found[2:]] == [(7, "row-cut"), (8, "row-short")]


def test_a_short_last_row_says_how_short(read):
    *_, problem = read((HEAD + "A,Jo,1 High St,Ely,CB7 4AA,\r\nB,Al,1 Hi").encode())
    assert (problem.line, problem.column, problem.code) == (3, "City", "row-short")
    assert "3 of 6 columns" in problem.message


def test_too_many_cells_are_a_problem_unless_the_whole_file_ends_its_rows_so(read, codes):
    shifted = "B,Jo,1, High St,Ely,CB7 4AA,{}\r\n"
    found = read((HEAD + "A,Jo,1 High St,Ely,CB7 4AA,\r\n" + shifted.format("")).encode())
    assert [(f.line, codes(f)) for f in found] == [(2, []), (3, ["row-long"])]
    padded = HEAD.replace("\r\n", ",,\r\n") + "A,Jo,1 High St,Ely,CB7 4AA,,,\r\n" + shifted.format(",,")
    assert [codes(f) for f in read(padded.encode())] == [[], ["row-long"]]
    ended = HEAD + "A,Jo,1 High St,Ely,CB7 4AA,,\r\nB,Jo,1 High St,Ely,CB7 4AA,note,\r\n"
    assert [o.instructions for o in read(ended.encode())] == ["", "note"]


def test_a_forgotten_quote_does_not_swallow_the_rows_after_it(read, codes):
    good = "".join(f'{i},Jo,"{i}, High St",Ely,CB7 4AA,\r\n' for i in range(5))
    found = read((HEAD + '9,Jo,"1 High St,Ely,CB7 4AA,\r\n' + good).encode())
    assert codes(found[0]) == ["quotes-broken"]
    assert found[0].line == 2
    assert [o.reference for o in found[1:]] == ["0", "1", "2", "3", "4"]
    plain = "".join(f"{i},Jo,{i} High St,Ely,CB7 4AA,\r\n" for i in range(5))
    found = read((HEAD + '9,Jo,"1 High St,Ely,CB7 4AA,\r\n' + plain).encode())
    assert codes(found[0]) == ["row-cut"]
    assert [(o.line, o.reference) for o in found[1:]] == [(3, "0"), (4, "1"), (5, "2"), (6, "3"), (7, "4")]


def test_a_quote_that_is_never_closed_in_a_long_file_stays_one_problem(read, codes):
    rows = "".join(f"{i},Jo,{i} High St,Ely,CB7 4AA,\r\n" for i in range(1200))
    found = read((HEAD + '9,Jo,"1 High St,Ely,CB7 4AA,\r\n' + rows).encode())
    assert codes(found[0]) == ["row-too-long"]
    assert [entry.line for entry in found] == list(range(2, 1203))


def test_a_file_made_to_be_read_again_and_again_ends_soon(read):
    hostile = 'b",",c\r\n' * 60_000
    found = read((HEAD + "A,Jo,1 High St,Ely,CB7 4AA,\r\n" + hostile).encode())
    assert found[0].reference == "A"
    assert len(found) > 100


def test_a_broken_row_marks_the_order_it_belongs_to(read, codes):
    head = "Name,Email,Financial Status,Lineitem quantity,Lineitem name,Shipping Name,Shipping Address1,Shipping Zip\n"
    for spoiled in ["#1,a@b.de,,1\n", '#1,,,1,"Cup "x,,,\n', "#1,,,1,Cup,,,,more\n"]:
        rows = ["#1,,paid,1,Pot,Jo,1 High St,CB7 4AA\n", "#2,,paid,1,Pot,Al,2 High St,CB7 4AA\n"]
        for order in [[rows[0], spoiled, rows[1]], [spoiled, *rows], [*rows, spoiled]]:
            found = read((head + "".join(order)).encode())
            drafts = {o.reference: codes(o) for o in found if isinstance(o, DraftOrder)}
            assert drafts == {"#1": ["order-incomplete"], "#2": []}
            assert len(found) == 3


def test_letters_that_cannot_be_read_are_a_problem_only_where_they_matter(read, codes):
    head = "Order reference,First Name,Address Line 1,Postcode,Colour\n"
    damaged = "\ufffd"
    found = read((head + f"A,Zo{damaged},1 High St,YO1 7HH,\nB,Jo,1 High St,YO1 7HH,r{damaged}d\n").encode())
    assert [codes(f) for f in found] == [["text-damaged"], []]
    assert (found[0].line, found[0].column) == (2, "First Name")


def test_an_oversize_cell_is_a_problem_of_its_row(read, codes):
    for size, code in [(e.MAX_CELL_CHARS + 1, "cell-too-long"), (200_000, "row-too-long"), (600_000, "row-too-long")]:
        found = read((HEAD + f'A,Jo,"{"x" * size}",Ely,CB7 4AA,\r\nB,Jo,1 High St,Ely,CB7 4AA,\r\n').encode())
        assert [codes(f) for f in found] == [[code], []]
    (found,) = read((HEAD + f"A,Jo,{'x' * e.MAX_CELL_CHARS},Ely,CB7 4AA,\r\n").encode())
    assert codes(found) == ["too-long"]


def test_too_many_rows_are_refused_before_the_first_draft(monkeypatch):
    monkeypatch.setattr("pillarbox.postage.orderfile.rows.MAX_ROWS", 3)
    data = (HEAD + "A,Jo,1 High St,Ely,CB7 4AA,\r\n" * 4).encode()
    shape = sniff(data)
    with pytest.raises(e.OrderFileTooManyRows):
        next(read_orders(data, shape, guess_mapping(shape), Defaults()))


def test_a_file_with_too_much_broken_is_refused_before_the_first_draft(monkeypatch, read):
    monkeypatch.setattr("pillarbox.postage.orderfile.rows.MAX_BROKEN_ROWS", 3)
    assert len(read((HEAD + "A,b\r\n" * 3).encode())) == 3
    with pytest.raises(e.OrderFileTooBroken):
        read((HEAD + "A,b\r\n" * 4).encode())


def test_a_file_of_blank_lines_is_refused_by_its_size():
    with pytest.raises(e.OrderFileTooManyRows):
        sniff(HEAD.encode() + b"\r" * (e.MAX_LINE_ENDS + 1))


def test_the_csv_module_keeps_its_own_limit(read):
    before = csv.field_size_limit()
    read((HEAD + f"A,{'x' * 200_000},1,2,3,4\r\n").encode())
    assert csv.field_size_limit() == before
