import csv
import io

import pytest

from pillarbox.desk.create_order import create_order
from pillarbox.desk.mend_row import (
    FieldNotThere,
    Mended,
    OrderDuplicate,
    RowNotReadable,
    StillWrong,
    mend_alike,
    mend_row,
    row_to_mend,
)
from pillarbox.desk.new_order import NewOrder, OrderNotUsable, check_order
from pillarbox.desk.read_import import ProblemPageUnusable, count_problems, left_out_csv, list_problems, read_import
from pillarbox.desk.read_order import OrdersAsked, list_orders, read_order
from pillarbox.kernel.errors import NotFound

pytestmark = pytest.mark.anyio


async def _references(ask, person, **asked):
    lines = await ask(person, list_orders, OrdersAsked(most=200, **asked))
    return sorted(line.addressee.reference for line in lines)


async def test_one_spoilt_postcode_is_left_out_and_mended(ask, imported, newcomer, csv_of, row_of):
    person = await newcomer()
    rows = [row_of(n) for n in range(40)]
    rows[17]["Postcode"] = "YO1 7H"
    row = await imported(person, csv_of(rows))
    assert (row.status, row.rows_read, row.orders_made, row.problems) == ("done", 40, 39, 1)
    (problem,) = await ask(person, list_problems, row.import_id)
    assert (problem.line, problem.code, problem.field) == (19, "postcode-unknown", "postcode")
    assert problem.content.problem.column == "Postcode"
    (group,) = await ask(person, count_problems, row.import_id)
    assert (group.code, group.count, group.lines, group.message) == (
        "postcode-unknown", 1, (19,), problem.content.problem.message,
    )  # fmt: skip

    form = await ask(person, row_to_mend, row.import_id, 19)
    assert (form.fields["postcode"], form.fields["name"], form.fields["weight"]) == ("YO1 7H", "Zoë Hart17", "450")
    with pytest.raises(OrderNotUsable):
        await ask(person, mend_row, row.import_id, 19, {"postcode": "YO1 7"})
    with pytest.raises(FieldNotThere):
        await ask(person, mend_row, row.import_id, 19, {"account_id": "1"})
    made = await ask(person, mend_row, row.import_id, 19, {"postcode": "yo17hh", "weight": "500"})
    order = await ask(person, read_order, made.order_id)
    assert (order.number, order.weight_g, order.addressee.address.postcode) == (40, 500, "YO1 7HH")
    row = await ask(person, read_import, row.import_id)
    assert (row.orders_made, row.problems) == (40, 0)
    assert await ask(person, list_problems, row.import_id) == ()
    with pytest.raises(NotFound):
        await ask(person, mend_row, row.import_id, 19, {"postcode": "YO1 7HH"})
    assert await _references(ask, person, search="YO1 7HH Hart17") == ["R-17"]


async def test_three_of_a_hundred_are_there_already(ask, imported, newcomer, csv_of, row_of):
    person = await newcomer()

    async def make(box):
        await box.enter()
        address = {"name": "Ann", "line1": "1 High St", "town": "York", "postcode": "YO1 7HH"}
        return await create_order(box, check_order(NewOrder(address, reference="r-5")))

    await ask(person, make)
    rows = [row_of(n) for n in range(98)]
    rows += [row_of(20) | {"First Name": "Other"}, row_of(30)]
    rows[98]["Order reference"] = "R-20"
    row = await imported(person, csv_of([*rows[:50], rows[98], *rows[50:98], rows[99]]))
    # Rows of one reference that stand apart are one order: the reader joins them, and they differ.
    assert (row.rows_read, row.orders_made, row.duplicates, row.problems) == (100, 96, 1, 1)
    (double,) = await ask(person, list_problems, row.import_id, code="order-duplicate")
    assert (double.line, double.field) == (7, "reference")
    assert double.content.problem.message == "There already is order 1 with the reference R-5."
    with pytest.raises(OrderDuplicate):
        await ask(person, mend_row, row.import_id, 7, {})
    await ask(person, mend_row, row.import_id, 7, {}, anyway=True)
    row = await ask(person, read_import, row.import_id)
    assert (row.orders_made, row.duplicates, row.problems) == (97, 0, 1)


async def test_orders_without_reference_are_known_again_by_their_rows(ask, imported, newcomer, csv_of, row_of):
    person = await newcomer()
    same = row_of(1, Order_reference="")
    row = await imported(person, csv_of([same, same, row_of(2, Order_reference="")]))
    assert (row.orders_made, row.duplicates) == (3, 0)
    row = await imported(person, csv_of([same, row_of(3, Order_reference="")]))
    assert (row.orders_made, row.duplicates) == (1, 1)


async def test_two_shops_may_use_the_same_number(ask, imported, newcomer):
    person = await newcomer()
    woo = b"order_id,shipping_first_name,shipping_address_1,shipping_city,shipping_postcode,shipping_country\r\n"
    woo += b"1050,Ann,1 High St,York,YO1 7HH,GB\r\n"
    shopify = b"Name,Email,Financial Status,Lineitem name,Lineitem quantity,Lineitem price,Shipping Name,"
    shopify += b"Shipping Street,Shipping Address1,Shipping City,Shipping Zip,Shipping Country\r\n"
    shopify += b"1050,a@example.com,paid,Tea,1,4.00,Ann,1 High St,1 High St,York,YO1 7HH,GB\r\n"
    first, second = await imported(person, woo), await imported(person, shopify)
    assert (first.shop, second.shop) == ("woocommerce", "shopify")
    assert (first.orders_made, second.orders_made, second.duplicates) == (1, 1, 0)
    again = await imported(person, shopify)
    assert (again.orders_made, again.duplicates) == (0, 1)


async def test_the_left_out_rows_come_back_as_a_harmless_file(ask, imported, newcomer, csv_of, row_of):
    person = await newcomer()
    bad = row_of(3, Postcode="NOWHERE") | {"First Name": '=HYPERLINK("http://x","y")', "Weight": "-2"}
    row = await imported(person, csv_of([row_of(1), bad, row_of(2), row_of(4, City="")]))
    assert (row.orders_made, row.problems) == (2, 2)
    text = (await ask(person, left_out_csv, row.import_id)).decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(text))
    assert first["Order reference"] == "R-3"
    assert first["First Name"].startswith("'=HYPERLINK")
    assert first["Weight"] == "'-2"
    assert "Postcode: " in first["Problem"]
    assert "Weight: " in first["Problem"]
    assert (second["Order reference"], second["Last Name"]) == ("R-4", "Hart4")
    assert "City: " in second["Problem"]


async def test_a_row_that_could_not_be_read_wants_a_mended_file(ask, imported, newcomer, csv_of, row_of):
    person = await newcomer()
    row = await imported(person, csv_of([row_of(1), row_of(2)]) + b'R-3,"20/11')
    assert (row.orders_made, row.problems) == (2, 1)
    (problem,) = await ask(person, list_problems, row.import_id)
    assert (problem.line, problem.code) == (4, "row-cut")
    with pytest.raises(RowNotReadable):
        await ask(person, mend_row, row.import_id, 4, {"postcode": "YO1 7HH"})
    assert b"R-3" in await ask(person, left_out_csv, row.import_id)


async def test_what_the_reader_could_not_read_must_be_said_anew(ask, imported, newcomer, csv_of, row_of):
    person = await newcomer()
    row = await imported(person, csv_of([row_of(1, Weight="heavy")]))
    assert row.problems == 1
    with pytest.raises(StillWrong) as caught:
        await ask(person, mend_row, row.import_id, 2, {"town": "York"})
    assert (caught.value.field, caught.value.line) == ("weight", 2)
    made = await ask(person, mend_row, row.import_id, 2, {"weight": "750"})
    assert (await ask(person, read_order, made.order_id)).weight_g == 750


async def test_a_stranger_finds_nothing_of_it(ask, imported, newcomer, csv_of, row_of):
    person, stranger = await newcomer(), await newcomer()
    row = await imported(person, csv_of([row_of(1, Postcode="X")]))
    for verb, given in (
        (read_import, ()), (left_out_csv, ()), (row_to_mend, (2,)), (mend_row, (2, {"postcode": "YO1 7HH"})),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await ask(stranger, verb, row.import_id, *given)
    assert await ask(stranger, list_problems, row.import_id) == ()
    assert await ask(stranger, count_problems, row.import_id) == ()
    assert (await ask(person, read_import, row.import_id)).problems == 1


async def test_a_page_of_problems_has_bounds(ask, imported, newcomer, csv_of, row_of):
    person = await newcomer()
    row = await imported(person, csv_of([row_of(n, Postcode="X") for n in range(5)]))
    page = await ask(person, list_problems, row.import_id, most=2)
    rest = await ask(person, list_problems, row.import_id, after=page[-1].seq)
    assert [p.line for p in (*page, *rest)] == [2, 3, 4, 5, 6]
    with pytest.raises(ProblemPageUnusable):
        await ask(person, list_problems, row.import_id, most=0)


async def test_one_cause_is_mended_in_all_its_rows(ask, imported, newcomer, csv_of, row_of):
    person = await newcomer()
    rows = [row_of(n, Country="Yorkshire" if n % 2 else "GB") for n in range(8)]
    rows[3]["Postcode"] = "X"
    row = await imported(person, csv_of(rows))
    (group,) = [g for g in await ask(person, count_problems, row.import_id) if g.code == "country-unknown"]
    assert group.count == 4
    mended = await ask(person, mend_alike, row.import_id, "country-unknown", {"country": "United Kingdom"})
    assert mended == Mended(3, 1)
    row = await ask(person, read_import, row.import_id)
    assert (row.orders_made, row.problems) == (7, 1)
    assert await _references(ask, person) == [f"R-{n}" for n in range(8) if n != 3]
