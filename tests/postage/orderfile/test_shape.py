import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.kernel.errors import BadInput
from pillarbox.postage.orderfile import Shop, click_and_drop_template, file_digest, guess_mapping, sniff
from pillarbox.postage.orderfile import errors as e
from pillarbox.postage.orderfile.shape import row_source, unique_names

HEADER = ["Order reference", "First Name", "Address Line 1", "City", "Postcode", "Zoë"]
PLAIN = "abc XYZ019,;|\t\"'=+-@\n/.#"
ENCODINGS = {"utf-8": "utf-8", "utf-8-sig": "utf-8-sig", "utf-16": "utf-16", "cp1252": "cp1252"}
LETTERS = {"cp1252": PLAIN + "éüñß£", "utf-8": PLAIN + "éłΩ中\u200d😀\u00a0", "utf-16": PLAIN + "éłΩ中😀"}


def written(rows, encoding, delimiter, quoting, line_end):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=line_end).writerows(rows)
    return text.getvalue().encode(encoding)


@st.composite
def tables(draw):
    encoding = draw(st.sampled_from(sorted(ENCODINGS)))
    cell = st.text(LETTERS.get(encoding, LETTERS["utf-8"]), max_size=12)
    rows = draw(st.lists(st.lists(cell, min_size=6, max_size=6), min_size=1, max_size=6))
    # A letter outside ASCII before an ASCII one: no byte pattern of Windows-1252 text then passes for UTF-8.
    rows[0][5] = "Zoë Z"
    return encoding, rows


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    tables(),
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_any_table_in_any_encoding_and_delimiter_reads_back(table, delimiter, quoting, line_end):
    encoding, rows = table
    data = written([HEADER, *rows], encoding, delimiter, quoting, line_end)
    shape = sniff(data)
    assert (ENCODINGS[encoding], delimiter, tuple(HEADER)) == (shape.encoding, shape.delimiter, shape.header)
    found = list(row_source(data, shape)())
    assert [row for _, row in found] == rows
    starts = [2]
    for row in rows[:-1]:
        starts.append(starts[-1] + 1 + sum(cell.count("\n") for cell in row))
    assert [line for line, _ in found] == starts


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda t: t.encode("utf-16")))
def test_junk_is_refused_kindly_or_read_but_never_crashes(data):
    try:
        header = sniff(data).header
    except BadInput:
        return
    assert header


def test_old_mac_line_ends_and_utf16_without_mark():
    rows = [HEADER, ["A", "Jo", "1 High St", "Ely", "CB7 4AA", ""], ["B", "Al", "2 High St", "Ely", "CB7 4AA", ""]]
    data = written(rows, "utf-16-le", ",", csv.QUOTE_ALL, "\r")
    shape = sniff(data)
    assert shape.encoding == "utf-16-le"
    assert list(row_source(data, shape)()) == [(2, rows[1]), (3, rows[2])]


@pytest.mark.parametrize(
    ("start", "line"),
    [
        ("sep=;\r\n", 2),
        ('"sep=;"\r\n', 2),
        ("\r\n\r\n", 3),
        (";;;\n", 2),
        ("My shop; orders of November\n\n", 3),
        ('Export of "today\n', 2),
    ],
)
def test_lines_above_the_header_are_skipped_and_lines_keep_their_numbers(start, line):
    data = (start + "Order number;Name;Address 1;Town;Postcode\r\n7;Jo;1 High St;Ely;CB7 4AA\r\n").encode()
    shape = sniff(data)
    assert (shape.delimiter, shape.header_line, shape.header[0]) == (";", line, "Order number")
    assert next(row_source(data, shape)())[0] == line + 1


def test_a_header_that_nobody_knows_is_still_a_header():
    shape = sniff(b"alpha|beta|gamma, delta\n1|2|3\n4|5|6\n")
    assert (shape.delimiter, shape.header, shape.shop) == ("|", ("alpha", "beta", "gamma, delta"), None)
    assert guess_mapping(shape).columns == {}


def test_a_header_over_two_lines():
    shape = sniff(b'"Order\nnumber",Name,Postcode\n1,Jo,CB7 4AA\n')
    assert (shape.header_line, shape.header_lines, shape.header[0]) == (1, 2, "Order number")
    assert shape.sample == ((3, ("1", "Jo", "CB7 4AA")),)


def test_column_names_are_made_unique():
    names = unique_names(["Name", "", "Name", "Name (2)", "\ufeffName", "", ""])
    assert names[0] == "Name"
    assert names[1] == "Column 2"
    assert len(set(names)) == len(names) == 5


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", e.OrderFileEmpty),
        (b" \r\n\r\n", e.OrderFileEmpty),
        (b"Order number,Name,Postcode\r\n", e.OrderFileWithoutRows),
        (b"Order number,Name,Postcode\r\n\r\n,,\r\n", e.OrderFileWithoutRows),
        (click_and_drop_template().encode(), e.OrderFileWithoutRows),
        (b"%PDF-1.7 ...", e.OrderFileUnreadable),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), e.OrderFileUnreadable),
        (bytes(range(256)) * 40, e.OrderFileUnreadable),
        (b"\0" * 1000, e.OrderFileUnreadable),
        (b"just a letter to you\nwith lines\n", e.OrderFileUnreadable),
        (b"x" * (e.MAX_FILE_BYTES + 1), e.OrderFileTooLarge),
    ],
)
def test_what_is_no_order_file_is_refused_by_its_own_error(data, error):
    with pytest.raises(error) as refused:
        sniff(data)
    assert refused.type is error


def test_a_file_from_an_old_mac_is_read_with_its_accents_but_not_called_sure():
    text = "Order number,Name,Town,Postcode,Country\n" + "".join(
        f"{i},Zoé Lefèvre,Besançon,25000,France\n{i}b,Hélène Gérard,Orléans,45000,France\n" for i in range(20)
    )
    data = text.encode("mac_roman")
    shape = sniff(data)
    assert (shape.encoding, shape.encoding_sure) == ("mac_roman", False)
    assert shape.sample[0][1][1] == "Zoé Lefèvre"


def test_a_foreign_byte_in_a_utf8_file_spoils_its_own_row_only(read, codes):
    head = "Order number,Name,Address 1,Town,Postcode\n"
    good = "".join(f"{i},Zoé Lefèvre,1 Hîgh St,Ely,CB7 4AA\n" for i in range(4))
    data = (head + good).encode() + "9,Zoë,1 High St,Ely,CB7 4AA\n".encode("cp1252")
    assert (sniff(data).encoding, sniff(data).encoding_sure) == ("utf-8", False)
    found = read(data)
    assert [codes(f) for f in found] == [[]] * 4 + [["text-damaged"]]
    assert found[0].name == "Zoé Lefèvre"


@pytest.mark.parametrize("told", ['sep="', "sep=a", "sep=", "sep=;;"])
def test_a_separator_that_cannot_be_one_is_passed_over(told):
    assert sniff(f"{told}\nOrder number,Name,Postcode\n1,Jo,CB7 4AA\n".encode()).delimiter == ","


def test_the_digest_is_of_the_bytes():
    assert file_digest(b"a") == file_digest(b"a") != file_digest(b"b")
    assert len(file_digest(b"a")) == 32


def test_the_template_is_recognised_and_completely_mapped():
    data = (click_and_drop_template() + "A1" + "," * 18 + "\r\n").encode()
    shape = sniff(data)
    assert shape.shop is Shop.CLICK_AND_DROP
    used = {column for names in guess_mapping(shape).columns.values() for column in names}
    assert used == set(shape.header)
