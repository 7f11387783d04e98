import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape

import pytest

from pillarbox.kernel.errors import BadInput
from pillarbox.postage.orderfile import Shop, rejects_csv, sniff
from pillarbox.postage.orderfile import errors as e
from pillarbox.postage.orderfile.sheet import as_text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = ["Order reference", "Date", "Full name", "Address Line 1", "City", "Postcode", "Weight", "Total"]


def letters(column):
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


def cell(row, column, value):
    at = f"{letters(column)}{row}"
    if value is None:
        return ""
    if isinstance(value, date):
        return f'<c r="{at}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def sheet_xml(rows):
    body = "".join(
        f'<row r="{i}">{"".join(cell(i, j, v) for j, v in enumerate(row))}</row>' for i, row in enumerate(rows, 1)
    )
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def parts(*sheets):
    count = range(1, len(sheets) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{SHEET_TYPE}.worksheet+xml"/>' for i in count
    )
    names = "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="r{i}"/>' for i in count)
    links = "".join(f'<Relationship Id="r{i}" Type="{REL}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in count)
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{SHEET_TYPE}.sheet.main+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}<Relationship Id="st" '
        f'Type="{REL}/styles" Target="styles.xml"/><Relationship Id="ss" Type="{REL}/sharedStrings" '
        f'Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"></sst>',
    } | {f"xl/worksheets/sheet{i}.xml": xml for i, xml in zip(count, sheets, strict=True)}


def packed(entries):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def workbook(*tables):
    return packed(parts(*map(sheet_xml, tables)))


ROW = ["A-1", date(2026, 11, 20), "Zoë Bell", "1 High St", "Ely", "CB7 4AA", 0.45, 12.5]


def test_a_workbook_is_read_like_a_csv_with_its_own_row_numbers(orders):
    rows = [
        ["Orders of November"],
        [],
        HEAD,
        ROW,
        [],
        ["A-2", "21/11/2026", "Jo", "2 & 3 <b>", None, "CB7 4AA", 1, "7.00"],
    ]
    first, second = orders(workbook(rows))
    assert (first.line, first.reference, first.date, first.name) == (4, "A-1", date(2026, 11, 20), "Zoë Bell")
    assert (first.weight_g, first.total_pence, first.problems) == (450, 1250, ())
    assert (second.line, second.date, second.line1, second.town) == (6, date(2026, 11, 21), "2 & 3 <b>", "")
    assert (second.weight_g, second.total_pence, second.problems) == (1000, 700, ())


def test_the_sheet_with_the_orders_is_found():
    shape = sniff(workbook([["Notes"], ["to self"]], [[None, *HEAD], [None, *ROW]]))
    assert (shape.sheet, shape.shop, shape.header_line, shape.xlsx) == ("S2", Shop.CLICK_AND_DROP, 1, True)
    assert shape.header[:2] == ("Column 1", "Order reference")
    assert shape.sample[0][1][1] == "A-1"


def test_order_numbers_stay_whole_and_numbers_too_long_are_reported(orders, codes):
    whole, long = orders(workbook([HEAD, [123456789012, *ROW[1:]], [12345678901234567, *ROW[1:]]]))
    assert (whole.reference, codes(whole)) == ("123456789012", [])
    assert codes(long) == ["number-damaged"]


def test_left_out_rows_of_a_workbook_come_back_as_csv():
    data = workbook([HEAD, ROW, ["A-2", *ROW[1:]]])
    text = b"".join(rejects_csv(data, sniff(data), {3: "Because."})).decode()
    assert text.splitlines()[1] == "A-2,2026-11-20,Zoë Bell,1 High St,Ely,CB7 4AA,0.45,12.5,Because."


@pytest.mark.parametrize("rows", [[], [[]], [[None, None]]])
def test_an_empty_workbook(rows):
    with pytest.raises(e.OrderFileUnreadable, match="nothing in this workbook"):
        sniff(workbook(rows))


def test_a_workbook_with_only_names():
    with pytest.raises(e.OrderFileWithoutRows):
        sniff(workbook([HEAD]))


def test_a_zip_bomb_is_refused_before_it_is_opened(monkeypatch):
    monkeypatch.setattr(e, "MAX_UNPACKED_BYTES", 5_000_000)
    bomb = packed(parts(sheet_xml([HEAD, ROW])) | {"xl/media/image1.bin": b"\0" * 5_000_001})
    assert len(bomb) < 20_000
    with pytest.raises(e.WorkbookTooLarge):
        sniff(bomb)


def test_a_part_longer_than_it_declares_is_refused():
    data = bytearray(packed(parts(sheet_xml([HEAD, ROW])) | {"xl/x.bin": b"\0" * 1_000_000}))
    true_size = (1_000_000).to_bytes(4, "little")
    assert data.count(true_size) == 2
    with pytest.raises(e.OrderFileUnreadable, match="damaged"):
        sniff(bytes(data.replace(true_size, (1_000).to_bytes(4, "little"))))


@pytest.mark.parametrize(
    ("far", "error"),
    [
        ('<row r="9"><c r="XFD9"><v>1</v></c></row>', e.WorkbookTooLarge),
        ('<row r="9"><c r="A1048576"><v>1</v></c></row>', e.OrderFileTooManyRows),
        ("<row r='9'><c s='1' r = 'ZZ200000'><v>1</v></c></row>", e.WorkbookTooLarge),
        ('<row r="999999999"><c><v>1</v></c></row>', e.OrderFileTooManyRows),
        ('<row r="9"><c r="A99999999999"><v>1</v></c></row>', e.OrderFileUnreadable),
        ('<row r="9"><c r="&#88;FD9"><v>1</v></c></row>', e.WorkbookTooLarge),
        (f'<row r="9">{"<c/>" * 703}</row>', e.WorkbookTooLarge),
    ],
)
def test_one_cell_far_away_does_not_fill_the_memory(far, error):
    xml = sheet_xml([HEAD, ROW]).replace("</sheetData>", far + "</sheetData>")
    with pytest.raises(error):
        sniff(packed(parts(xml)))


def test_entities_other_encodings_and_parts_that_are_no_xml_are_refused():
    entries = parts(sheet_xml([HEAD, ROW]))
    sheet, links = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
    laughs = entries[sheet].replace("<worksheet", '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', 1)
    latin = entries[sheet].replace('version="1.0"', 'version="1.0" encoding="iso-8859-1"')
    aside = entries[links].replace("sheet1.xml", "sheet1.bin")
    spoiled = [
        {sheet: laughs},
        {sheet: latin},
        {links: aside, "xl/worksheets/sheet1.bin": entries[sheet]},
        {sheet: "<a>"},
    ]
    for change in spoiled:
        with pytest.raises(e.OrderFileUnreadable):
            sniff(packed(entries | change))


def test_one_long_text_used_again_and_again_is_refused_but_not_beside_short_ones(monkeypatch):
    monkeypatch.setattr(e, "MAX_UNPACKED_BYTES", 2_000_000)
    texts = [*HEAD, "x" * 30_000, "short"]
    shared = f'<sst xmlns="{MAIN}">{"".join(f"<si><t>{text}</t></si>" for text in texts)}</sst>'
    for used, refused in [(8, True), (9, False)]:
        rows = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>{used}</v></c></row>' for i in range(2, 200))
        xml = sheet_xml([HEAD]).replace("</sheetData>", rows + "</sheetData>")
        data = packed(parts(xml) | {"xl/sharedStrings.xml": shared})
        if refused:
            with pytest.raises(e.WorkbookTooLarge):
                sniff(data)
        else:
            assert sniff(data).sample[0][1][0] == "short"


def test_a_zip_that_is_no_workbook():
    with pytest.raises(e.OrderFileUnreadable, match="ZIP file"):
        sniff(packed({"orders.csv": "a,b"}))


def test_a_workbook_cut_or_spoiled_anywhere_never_crashes(read):
    data = workbook([HEAD, ROW])
    refused = 0
    for at in range(4, len(data), 37):
        for spoiled in (data[:at], data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]):
            try:
                read(spoiled)
            except BadInput:
                refused += 1
    assert refused > 50


def test_values_are_written_as_a_csv_would():
    assert [as_text(v) for v in ("x", 3.0, 0.45, True, date(2026, 11, 20), 1.5e15)] == [
        "x", "3", "0.45", "TRUE", "2026-11-20", "1.50000E+15",
    ]  # fmt: skip
