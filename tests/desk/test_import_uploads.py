import msgspec
import pytest

from pillarbox.desk.import_choices import ImportChoices
from pillarbox.desk.preview_import import preview_import
from pillarbox.desk.read_import import list_imports, list_problems, read_import
from pillarbox.desk.read_order import OrdersAsked, list_orders
from pillarbox.desk.start_import import start_import
from pillarbox.desk.upload_file import ImportStarted, drop_upload, upload_order_file
from pillarbox.kernel.errors import BadInput, NotFound
from pillarbox.postage.orderfile import SkuParcel
from pillarbox.postage.orderfile.errors import (
    ColumnMissing,
    OrderFileEmpty,
    OrderFileTooLarge,
    OrderFileUnreadable,
    OrderFileWithoutRows,
)

pytestmark = pytest.mark.anyio


async def test_an_upload_is_recognised_and_nothing_becomes_an_order(ask, newcomer, csv_of, row_of):
    person = await newcomer()
    row = await ask(person, upload_order_file, "orders.csv", csv_of([row_of(1), row_of(2, Postcode="X")]))
    assert (row.status, row.shop, row.encoding, row.delimiter) == ("uploaded", "click_and_drop", "utf-8", ",")
    assert (row.settings.name, row.rows_total, row.rows_read) == ("orders.csv", 2, 0)
    seen = await ask(person, preview_import, row.import_id)
    assert seen.mapping.columns["postcode"] == ("Postcode",)
    assert [line for line, _ in seen.sample] == [2, 3]
    assert [order.reference for order in seen.orders] == ["R-1", "R-2"]
    assert (seen.usable, seen.whole, seen.asks_parcel, seen.unmapped, seen.seen) == (1, True, False, (), None)
    (group,) = seen.problems
    assert (group.code, group.field, group.column, group.count, group.lines) == (
        "postcode-unknown", "postcode", "Postcode", 1, (3,),
    )  # fmt: skip
    assert await ask(person, list_orders, OrdersAsked()) == ()


async def test_a_large_file_is_previewed_by_its_beginning(ask, newcomer, csv_of, row_of):
    person = await newcomer()
    data = csv_of([row_of(n, Address_Line_1="x" * 100) for n in range(12_000)])
    assert len(data) > 2_000_000
    row = await ask(person, upload_order_file, "orders.csv", data)
    assert row.rows_total == 12_000
    seen = await ask(person, preview_import, row.import_id)
    assert (len(seen.orders), seen.usable, seen.whole, seen.problems) == (200, 200, False, ())


async def test_the_cut_of_the_look_is_no_problem_of_the_file(ask, newcomer, csv_of, row_of):
    person = await newcomer()
    long = 'two\nlines "quoted" ' * 60
    data = csv_of([row_of(n, City=long[:90], Address_Line_1="y" * 90, Total="z" * 2_000) for n in range(150)])
    row = await ask(person, upload_order_file, "orders.csv", data)
    seen = await ask(person, preview_import, row.import_id)
    assert {group.code for group in seen.problems} <= {"price-unreadable", "too-long"}
    assert len(seen.orders) < 150


async def test_a_corrected_mapping_is_used_and_remembered(ask, imported, newcomer):
    person = await newcomer()
    data = b"Ref,Who,Street,Place,Code,Grams\r\nA-1,Ann,1 High St,York,YO1 7HH,200\r\n"
    row = await ask(person, upload_order_file, "own.csv", data)
    seen = await ask(person, preview_import, row.import_id)
    mapping = msgspec.structs.replace(
        seen.mapping,
        columns={
            "reference": ("Ref",), "name": ("Who",), "line1": ("Street",), "town": ("Place",),
            "postcode": ("Code",), "weight": ("Grams",),
        },
        weight_unit="g",
    )  # fmt: skip
    wrong = msgspec.structs.replace(mapping, columns=mapping.columns | {"email": ("Mail",)})
    for verb in (preview_import, start_import):
        with pytest.raises(ColumnMissing):
            await ask(person, verb, row.import_id, ImportChoices(mapping=wrong))
    seen = await ask(person, preview_import, row.import_id, ImportChoices(mapping=mapping))
    assert (seen.usable, seen.orders[0].weight_g) == (1, 200)
    done = await imported(person, data.replace(b"A-1", b"A-2"), ImportChoices(mapping=mapping))
    assert done.orders_made == 1
    again = await ask(person, upload_order_file, "own.csv", data)
    assert again.settings.mapping == mapping
    other = await ask(await newcomer(), upload_order_file, "own.csv", data)
    assert other.settings.mapping != mapping


ETSY = (
    b"Order ID,SKU,Ship Name,Ship Address1,Ship City,Ship Zipcode,Ship Country,Number of Items,Order Value,"
    b"Sale Date,Full Name\r\n"
)


async def test_the_parcel_is_asked_once_and_remembered_by_product(ask, imported, newcomer):
    person = await newcomer()
    data = ETSY + b"1,MUG,Ann,1 High St,York,YO1 7HH,United Kingdom,1,5.00,11/20/26,Ann\r\n"
    row = await ask(person, upload_order_file, "etsy.csv", data)
    seen = await ask(person, preview_import, row.import_id)
    assert seen.asks_parcel
    assert [product.sku for product in seen.unweighed] == ["MUG"]
    with pytest.raises(BadInput) as caught:
        await ask(person, start_import, row.import_id, ImportChoices(parcel=SkuParcel(weight_g=99_000)))
    assert caught.value.field == "parcel.weight_g"
    choices = ImportChoices(parcel=SkuParcel(weight_g=900), by_sku={"MUG": SkuParcel(weight_g=350)})
    seen = await ask(person, preview_import, row.import_id, choices)
    assert (seen.orders[0].weight_g, seen.orders[0].weight_from, seen.asks_parcel) == (350, "sku", False)
    await imported(person, data, choices)
    more = data + b"2,PLATE,Bob,2 High St,York,YO1 7HH,United Kingdom,1,5.00,11/20/26,Bob\r\n"
    done = await imported(person, more)
    assert (done.orders_made, done.duplicates) == (1, 1)
    (plate, mug) = await ask(person, list_orders, OrdersAsked())
    assert (mug.weight_g, plate.weight_g) == (350, 900)


async def test_the_same_file_twice_is_noticed_and_gives_nothing_twice(ask, imported, newcomer, csv_of, row_of):
    person = await newcomer()
    data = csv_of([row_of(n) for n in range(5)])
    first = await imported(person, data)
    second = await ask(person, upload_order_file, "renamed.csv", data)
    seen = (await ask(person, preview_import, second.import_id)).seen
    assert (seen.import_id, seen.status, seen.orders_made) == (first.import_id, "done", 5)
    third = await imported(person, data)
    assert (third.orders_made, third.duplicates, third.problems) == (0, 5, 0)
    assert len(await ask(person, list_orders, OrdersAsked())) == 5
    stranger = await newcomer()
    theirs = await ask(stranger, upload_order_file, "orders.csv", data)
    assert (await ask(stranger, preview_import, theirs.import_id)).seen is None


async def test_a_cut_file_gives_what_is_whole(ask, imported, newcomer, csv_of, row_of):
    person = await newcomer()
    data = csv_of([row_of(n) for n in range(10)])
    row = await imported(person, data[:-30])
    assert (row.orders_made, row.problems) == (9, 1)
    (problem,) = await ask(person, list_problems, row.import_id)
    assert (problem.line, problem.code) == (11, "row-short")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", OrderFileEmpty),
        (b"Order reference,Name\r\n", OrderFileWithoutRows),
        (b"x" * (50 * 1024 * 1024 + 1), OrderFileTooLarge),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"\0" * 1000, OrderFileUnreadable),
        (b"PK\x03\x04" + b"\0" * 500, OrderFileUnreadable),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, OrderFileUnreadable),
    ],
    ids=["empty", "no rows", "too large", "pdf", "broken zip", "png"],
)
async def test_what_is_no_order_file_is_refused_and_not_kept(data, error, ask, newcomer):
    person = await newcomer()
    with pytest.raises(error):
        await ask(person, upload_order_file, "orders.csv", data)
    assert await ask(person, list_imports) == ()


async def test_hostile_cells_stay_words(ask, imported, newcomer, csv_of, row_of):
    person = await newcomer()
    evil = "Robert'); drop table vault.order; --"
    rows = [
        row_of(1, Last_Name=evil),
        row_of(2, Last_Name="<script>alert(1)</script>"),
        row_of(3, Last_Name="x" * 40_000),
        row_of(4, Last_Name="a\x00b"),
        row_of(5),
    ]
    row = await imported(person, csv_of(rows))
    lines = await ask(person, list_orders, OrdersAsked())
    names = {line.addressee.address.name for line in lines}
    assert {f"Zoë {evil}", "Zoë <script>alert(1)</script>"} <= names
    assert row.orders_made + row.problems == 5
    assert "cell-too-long" in {p.code for p in await ask(person, list_problems, row.import_id)}


async def test_an_import_starts_once_and_an_upload_can_be_dropped(ask, imported, newcomer, csv_of, row_of):
    person, stranger = await newcomer(), await newcomer()
    row = await ask(person, upload_order_file, "orders.csv", csv_of([row_of(1)]))
    for verb in (preview_import, start_import, drop_upload):
        with pytest.raises(NotFound):
            await ask(stranger, verb, row.import_id)
    dropped = await ask(person, drop_upload, row.import_id)
    assert dropped == row.import_id
    with pytest.raises(NotFound):
        await ask(person, read_import, row.import_id)
    done = await imported(person, csv_of([row_of(1)]))
    for verb in (start_import, drop_upload):
        with pytest.raises(ImportStarted):
            await ask(person, verb, done.import_id)


async def test_a_workbook_becomes_orders(ask, imported, newcomer, workbook):
    person = await newcomer()
    head = ["Order reference", "Full name", "Address Line 1", "City", "Postcode", "Weight"]
    row = await imported(
        person,
        workbook([head, *[[f"X-{n}", "Zoë Bell", "1 High St", "Ely", "CB7 4AA", 0.45] for n in range(3)]]),
        name="orders.xlsx",
    )
    assert (row.encoding, row.delimiter, row.rows_total, row.orders_made) == ("xlsx", "", 3, 3)
    lines = await ask(person, list_orders, OrdersAsked(search="X-2"))
    assert [line.weight_g for line in lines] == [450]
