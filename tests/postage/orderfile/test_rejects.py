import csv
import io

from pillarbox.postage.orderfile import (
    Defaults,
    Problem,
    click_and_drop_template,
    guess_mapping,
    read_orders,
    reasons_by_line,
    rejects_csv,
    sniff,
)

HEAD = "Order reference;Name;Address 1;Town;Postcode;Date\n"


def rejected(data):
    shape = sniff(data)
    left_out = [
        entry
        for entry in read_orders(data, shape, guess_mapping(shape), Defaults())
        if isinstance(entry, Problem) or entry.problems
    ]
    return b"".join(rejects_csv(data, shape, reasons_by_line(left_out)))


def table(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_only_the_left_out_rows_come_back_each_with_its_reason():
    rows = "1;Jo;1 High St;Ely;CB7 4AA;2026-11-20\n2;Zoë;=1+1;Ely;CB7 4AA;some day\n3;Al\n4;Al;1;2;3;4;5\n"
    found = table(rejected((HEAD + rows).encode("cp1252")))
    assert found[0] == ["Order reference", "Name", "Address 1", "Town", "Postcode", "Date", "Problem"]
    assert [row[0] for row in found[1:]] == ["2", "3", "4"]
    assert found[1][:6] == ["2", "Zoë", "'=1+1", "Ely", "CB7 4AA", "some day"]
    assert found[1][6].startswith("Date: 'some day' is not a date")
    assert "2 of 6 columns" in found[2][6]
    assert found[3][6].endswith("Beyond the last column: 5")


def test_every_row_of_a_left_out_order_comes_back():
    rows = "1;Jo;1 High St;Ely;CB7 4AA;\n2;Jo;1 High St;Ely;CB7 4AA;\n1;Jo;2 High St;Ely;CB7 4AA;\n"
    assert [row[0] for row in table(rejected((HEAD + rows).encode()))[1:]] == ["1", "1"]


def test_no_cell_can_be_calculated():
    evil = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "＝1"]
    rows = "".join(f'{i};"{cell}";1 High St;Ely;CB7 4AA;never\n' for i, cell in enumerate(evil))
    found = table(rejected((HEAD + rows).encode()))[1:]
    assert [row[1] for row in found] == ["'" + cell for cell in evil]


def test_mended_rows_can_be_sent_again_and_get_one_problem_column():
    rows = "2;=Zoë;+1;Ely;'CB7 4AA;some day\n"
    first = rejected((HEAD + rows).encode())
    again = rejected(first)
    assert table(again)[0].count("Problem") == 1
    assert table(again)[1][:6] == table(first)[1][:6]
    mended = first.replace(b"some day", b"2026-11-20")
    shape = sniff(mended)
    (draft,) = read_orders(mended, shape, guess_mapping(shape), Defaults())
    assert (draft.name, draft.line1, draft.postcode, draft.problems) == ("=Zoë", "+1", "CB7 4AA", ())


def test_a_row_that_cannot_be_split_comes_back_whole():
    rows = '2;"Zoë";"1 "High" St";Ely;CB7 4AA;2026-11-20\n'
    found = table(rejected((HEAD + rows).encode()))
    assert found[1][0] == rows.strip()


def test_the_template_has_the_columns_in_use():
    assert click_and_drop_template().startswith(
        "Order reference,Date,First Name,Last Name,Company Name,Address Line 1,"
    )
    assert click_and_drop_template().endswith(",Total,Currency Code,Special instructions\r\n")
