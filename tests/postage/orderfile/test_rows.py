from datetime import date

import msgspec
import pytest

from pillarbox.postage.orderfile import (
    Defaults,
    DraftItem,
    Mapping,
    Shop,
    SkuParcel,
    guess_mapping,
    read_orders,
    sniff,
    used_twice,
)
from pillarbox.postage.orderfile.errors import ColumnMissing

CLICK = "Order reference,Date,Full name,Address Line 1,City,Postcode,Country,Phone,Service Code,Package Format,Weight"
SHOPIFY = "Name,Created at,Cancelled at,Currency,Total,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,"
SHOPIFY += "Shipping Name,Shipping Address1,Shipping City,Shipping Zip,Shipping Country,Shipping Phone"
AMAZON = "order-id\torder-item-id\tpurchase-date\tsku\tproduct-name\tquantity-purchased\tquantity-to-ship\tcurrency"
AMAZON += "\titem-price\trecipient-name\tship-address-1\tship-city\tship-postal-code\tship-country"
GENERIC = "Order number,Name,Address 1,Town,Postcode,SKU,Item,Quantity,Price,HS code,Country of origin,Unit weight (g)"


def lines(*rows):
    return "".join(row + "\r\n" for row in rows).encode()


def click(*rows):
    return lines(CLICK, *rows)


def test_amazon_rows_of_one_order_make_its_items_and_its_prices_are_for_all_pieces(only):
    row = "1-2-3\t{}\t2026-11-20T08:00:00+00:00\t{}\t{}\t{}\t{}\tGBP\t{}\tJo\t1 High St\tEly\tCB7 4AA\tGB"
    order = only(
        lines(
            AMAZON,
            row.format(1, "MUG", '5" mug', 3, 3, "30.00"),
            row.format(2, "CUP", '"Best" cup, "blue"', 3, 2, "10.01"),
            row.format(3, "SAU", '"Saucer, ""old"""', 1, 0, "5.00"),
        )
    )
    assert order.items == (
        DraftItem("MUG", '5" mug', 3, 1000, "GBP"),
        DraftItem("CUP", '"Best" cup, "blue"', 2, 501, "GBP"),
    )
    assert order.lines == (2, 3, 4)


def test_amazon_orders_already_sent_say_so(only, codes):
    order = only(lines(AMAZON, "1-2-3\t1\t2026-11-20\tM\tMug\t3\t0\tGBP\t3.00\tJo\t1 High St\tEly\tCB7 4AA\tGB"))
    assert codes(order) == ["nothing-to-send"]


def test_scattered_rows_of_one_order_come_together_at_the_last_one():
    row = "{}\t{}\t2026-11-20\tS{}\tMug\t1\t1\tGBP\t3.00\tJo\t1 High St\tEly\tCB7 4AA\tGB"
    data = lines(AMAZON, *[row.format(o, i, i) for i, o in enumerate("ABACBAD")])
    shape = sniff(data)
    found = list(read_orders(data, shape, guess_mapping(shape), Defaults()))
    assert [(o.reference, o.lines) for o in found] == [("C", (5,)), ("B", (3, 6)), ("A", (2, 4, 7)), ("D", (8,))]
    assert [i.sku for i in found[2].items] == ["S0", "S2", "S5"]


def test_rows_of_one_order_that_contradict_each_other_are_reported(orders):
    order, other = orders(
        click(
            "A,,Jo Bell,1 High St,Ely,CB7 4AA,,,,,0.5",
            "A,,JO BELL,2 High St,Ely,CB7 4AA,,,,,0.7",
            "B,,Al,2 High St,Ely,CB7 4AA,,,,,0.5",
        )
    )
    assert [(p.line, p.column, p.code) for p in order.problems] == [
        (3, "Address Line 1", "order-rows-differ"),
        (3, "Weight", "order-rows-differ"),
    ]
    assert other.problems == ()


def test_guards_come_off_and_formulas_stay(only):
    order = only(click("A,,'t Hooft,=1+1,Ely,'CB7 4AA,,'+447700900333,,,"))
    assert (order.name, order.line1) == ("'t Hooft", "=1+1")
    assert (order.postcode, order.phone) == ("CB7 4AA", "+447700900333")
    order = only(click('"=""00123""",,\'=cmd,O\'Neil House,Ely,CB7 4AA,,"=""07700900333""",,,'))
    assert (order.reference, order.name, order.line1, order.phone) == ("00123", "=cmd", "O'Neil House", "07700900333")


def test_invisible_characters_go_and_meaningful_ones_stay(only):
    order = only(click('\u200bA\0,,Jo\u00a0 \x07Bell \u202e,"1 High St\r\nFlat\t2",میر\u200cزا,CB7\u20094AA,,,,,'))
    assert (order.reference, order.name, order.line1) == ("A", "Jo Bell", "1 High St Flat 2")
    assert (order.town, order.postcode) == ("میر\u200cزا", "CB7 4AA")


def test_numbers_a_spreadsheet_has_shortened_are_reported(only):
    order = only(click("1.23E+11,,Jo,1 High St,Ely,CB7 4AA,,4.477E+11,,,"))
    assert [(p.column, p.code) for p in order.problems] == [
        ("Order reference", "number-damaged"),
        ("Phone", "number-damaged"),
    ]


@pytest.mark.parametrize(
    ("cells", "column", "field", "code"),
    [
        ("A,31/02/2026,Jo,1 High St,Ely,CB7 4AA,,,,,", "Date", "date", "date-unreadable"),
        ("A,,Jo,1 High St,Ely,CB7 4AA,,,,,light", "Weight", "weight", "weight-unreadable"),
        (f"A,,Jo,{'x' * 101},Ely,CB7 4AA,,,,,", "Address Line 1", "line1", "too-long"),
        (f"{'A' * 41},,Jo,1 High St,Ely,CB7 4AA,,,,,", "Order reference", "reference", "too-long"),
    ],
)
def test_a_problem_says_line_column_field_and_what_to_do(only, cells, column, field, code):
    order = only(click("", cells))
    (problem,) = order.problems
    assert (problem.line, problem.column, problem.field, problem.code) == (3, column, field, code)
    assert problem.message.endswith(".")


def test_an_unreadable_weight_is_not_replaced_by_the_default(only):
    defaults = Defaults(weight_g=300)
    assert only(click("A,,Jo,1 High St,Ely,CB7 4AA,,,,,light"), defaults).weight_g is None
    assert only(click("A,,Jo,1 High St,Ely,CB7 4AA,,,,,0"), defaults).weight_from == "default"


def test_items_quantities_customs_and_weights_of_a_file_of_no_known_shop(orders, codes):
    head = lines(GENERIC)
    where = "Jo,1 High St,Ely,CB7 4AA"
    a, b, c, d = orders(
        head
        + lines(
            f"1,{where},MUG,Mug,2,12.50,691200,GB,400",
            f"2,{where},CUP,Cup,,3.00,,,",
            f"3,{where},CUP,Cup,lots,3.00,,,",
            f"4,{where},CUP,Cup,2.0,3.000.00,,,",
        )
    )
    assert a.items == (DraftItem("MUG", "Mug", 2, 1250, "", 400, "691200", "GB"),)
    assert (a.weight_g, a.weight_from, a.order_key) == (800, "items", "file:1")
    assert [codes(o) for o in (b, c, d)] == [["quantity-missing"], ["quantity-unreadable"], ["price-unreadable"]]
    assert d.items[0].quantity == 2


def test_products_are_remembered_by_sku(orders):
    memory = {
        "MUG": SkuParcel(weight_g=350, format="small parcel", length_mm=120, width_mm=110, height_mm=100, origin="GB"),
        "CARD": SkuParcel(weight_g=20, format="letter"),
    }
    defaults = Defaults(weight_g=500, format="parcel", currency="GBP", by_sku=memory)
    where = "Jo,1 High St,Ely,CB7 4AA"
    rows = [f"1,{where},MUG,Mug,1,12.50,,,", f"2,{where},MUG,Mug,2,12.50,,PT,", f"2,{where},CARD,Card,3,1.00,,,"]
    one, many, unknown = orders(lines(GENERIC, *rows, f"3,{where},NEW,New,1,1.00,,,"), defaults)
    assert (one.weight_g, one.weight_from, one.format, one.length_mm) == (350, "sku", "small parcel", 120)
    assert (many.weight_g, many.weight_from, many.format, many.length_mm) == (760, "sku", "parcel", None)
    assert (unknown.weight_g, unknown.weight_from, unknown.format) == (500, "default", "parcel")
    assert [i.origin for i in one.items + many.items] == ["GB", "PT", ""]
    assert one.currency == "GBP"


def test_the_same_order_has_the_same_key_in_every_file(only):
    row = "A,,Jo,1 High St,Ely,CB7 4AA,,,,,"
    assert only(click(row)).order_key == only(click("", row)).order_key == "click_and_drop:A"
    bare = row.removeprefix("A")
    assert only(click(bare)).order_key == only(click("", bare)).order_key
    assert only(click(bare)).order_key != only(click(bare.replace("Jo", "Al"))).order_key


def test_rows_without_a_reference_are_orders_of_their_own(orders):
    assert [o.line for o in orders(click(",,Jo,1 High St,Ely,CB7 4AA,,,,,", ",,Jo,1 High St,Ely,CB7 4AA,,,,,"))] == [
        2,
        3,
    ]


def test_ebay_falls_back_to_the_sales_record_number(only):
    head = (
        "Sales Record Number,Order Number,Buyer Username,Post to name,Post to address 1,Post to county,Post to postcode"
    )
    order = only(
        lines(head + ",Item title,Quantity", "142,,jo9,Jo,1 High St,Cambs,CB7 4AA,Cup,2", '"1 record(s) downloaded"')
    )
    assert (order.reference, order.order_key, order.county) == ("142", "ebay:142", "Cambs")
    assert order.items == (DraftItem("", "Cup", 2),)


def test_ebay_summary_lines_in_every_dress_are_no_orders(orders):
    head = '"Sales Record Number","Order Number","Buyer Username","Item Title","Quantity"'
    for end in [
        "2,record(s) downloaded,",
        '"2 record(s) downloaded"',
        "2,record(s) downloaded,,,",
        "Seller ID : me,,,,",
    ]:
        assert [o.reference for o in orders(lines(head, '"1","7-7","b","Cup","1"', end))] == ["7-7"]


def test_a_german_ebay_report(only):
    head = "Verkaufsprotokollnummer;Bestellnummer;Nutzername des Käufers;Artikelbezeichnung;Anzahl;Verkauft für"
    data = lines(head + ";Gesamtpreis;Verkauft am", "1;23-1-2;jo;Tasse;2;1.116,99 €;2.233,98 €;10-Dez-25")
    order = only(data.decode().encode("cp1252"))
    assert (order.date, order.total_pence, order.currency) == (date(2025, 12, 10), 223398, "EUR")
    assert order.items == (DraftItem("", "Tasse", 2, 111699, "EUR"),)


def test_etsy_in_british_wording_with_decimal_commas_and_several_skus(orders):
    head = "Sale Date,Order ID,Buyer User ID,Full Name,Number of Items,Date Posted,Street 1,Delivery City,"
    head += "Delivery State,Delivery Zipcode,Delivery Country,Currency,Order Value,Order total,SKU"
    first, second = orders(
        lines(
            head,
            '03/04/26,7,jo,Jo,2,,1 High St,Ely,,CB7 4AA,United Kingdom,GBP,"12,00","15,40","MUG,CUP"',
            '03/04/26,8,jo,Jo,3,04/05/26,1 High St,Ely,,CB7 4AA,United Kingdom,GBP,"1.212,00","1.215,40",MUG',
        )
    )
    assert sniff(lines(head, "x" + "," * 14)).shop is Shop.ETSY
    assert (first.date, first.total_pence, first.state) == (date(2026, 3, 4), 1540, "")
    assert [(i.sku, i.quantity, i.unit_pence) for i in first.items] == [("MUG", 1, None), ("CUP", 1, None)]
    assert (second.total_pence, second.state, second.items[0].unit_pence) == (121540, "despatched", 40400)


def test_etsy_sold_order_items_group_by_order(only):
    head = (
        "Sale Date,Item Name,Buyer,Quantity,Price,Order Shipping,Item Total,Currency,Listing ID,Date Shipped,Ship Name,"
    )
    head += "Ship Address1,Ship City,Ship Zipcode,Ship Country,Order ID,SKU"
    row = "09/25/26,{},jo,{},{},2.00,9.00,GBP,1,,Jo,1 High St,Ely,CB7 4AA,United Kingdom,77,{}"
    order = only(lines(head, row.format("Cup", 3, "3.00", "C"), row.format("Pot", 1, "9.00", "P")))
    assert order.items == (DraftItem("C", "Cup", 3, 300, "GBP"), DraftItem("P", "Pot", 1, 900, "GBP"))
    assert (order.reference, order.total_pence) == ("77", None)


def test_shopify_cancelled_orders_say_so_and_bad_currencies_are_reported(orders, codes):
    row = "{},2026-05-29 10:15:00 +0100,{},{},{},1,Tea,4.00,T,Jo,1 High St,Leeds,'LS1 1UR,GB,"
    one, two, three = orders(
        lines(
            SHOPIFY,
            row.format("#1", "2026-05-30", "GBP", "4.00"),
            row.format("#2", "", "pounds", "4.00"),
            row.format("#3", "", "EUR", "£4.00"),
        )
    )
    assert (one.state, one.postcode, codes(one)) == ("cancelled", "LS1 1UR", [])
    assert codes(two) == ["currency-unreadable"]
    assert codes(three) == ["currency-differs"]


def test_woocommerce_and_bigcommerce(only):
    woo = (
        "order_id,order_date,billing_first_name,billing_last_name,billing_email,shipping_first_name,shipping_last_name,"
    )
    woo += "shipping_address_1,shipping_city,shipping_postcode,shipping_country,order_total,order_currency"
    order = only(lines(woo, "7,2026-11-20 10:00:00,Al,Bell,a@b.uk,Jo,Bell,1 High St,Ely,CB7 4AA,GB,5.00,GBP"))
    assert (order.order_key, order.name, order.total_pence) == ("woocommerce:7", "Jo Bell", 500)
    big = "Order ID,Order Date,Order Status,Order Total,First Name,Last Name,Shipping Street 1,Shipping City"
    order = only(lines(big + ",Shipping Zip Code", "7,20/11/2026,Shipped,5.00,Jo,Bell,1 High St,Ely,CB7 4AA"))
    assert (order.order_key, order.name, order.date) == ("bigcommerce:7", "Jo Bell", date(2026, 11, 20))


def test_people_correct_the_guess_and_keep_it(orders, codes):
    data = lines("Ref,Who,Street,Zip,Weight,When,Paid", "1,Jo,1 High St,CB7 4AA,450,05/10/2026,1.234")
    shape = sniff(data)
    guess = guess_mapping(shape)
    (draft,) = read_orders(data, shape, guess, Defaults())
    assert codes(draft) == ["weight-unit-missing"]
    columns = guess.columns | {"name": ("Who",), "date": ("When",), "total": ("Paid",)}
    (draft,) = read_orders(data, shape, Mapping(columns), Defaults())
    assert codes(draft) == ["date-ambiguous", "price-ambiguous", "weight-unit-missing"]
    chosen = Mapping(columns, date_order="mdy", decimal=",", weight_unit="g")
    kept = msgspec.json.decode(msgspec.json.encode(chosen), type=Mapping)
    assert kept == chosen
    (draft,) = read_orders(data, shape, kept, Defaults())
    assert (draft.name, draft.date, draft.total_pence, draft.weight_g) == ("Jo", date(2026, 5, 10), 123400, 450)
    assert draft.problems == ()
    assert used_twice(Mapping({"name": ("Who",), "company": ("Who",)})) == {"Who": ("name", "company")}


def test_a_mapping_that_does_not_fit_the_file_is_refused_at_once():
    data = click("A,,Jo,1 High St,Ely,CB7 4AA,,,,,")
    shape = sniff(data)
    with pytest.raises(ColumnMissing, match="Nickname") as refused:
        read_orders(data, shape, Mapping({"name": ("Nickname",)}), Defaults())
    assert refused.value.field == "name"
    with pytest.raises(ColumnMissing, match="colour"):
        read_orders(data, shape, Mapping({"colour": ("City",)}), Defaults())


def test_dates_of_an_unknown_shop_follow_what_the_column_shows(orders, codes):
    head, row = "Order number,Date,Name,Address 1,Postcode", "{},{},Jo,1 High St,CB7 4AA"
    shown = orders(lines(head, row.format(1, "05/10/2026"), row.format(2, "25/10/2026")))
    assert [o.date for o in shown] == [date(2026, 10, 5), date(2026, 10, 25)]
    (unsure,) = orders(lines(head, row.format(1, "05/10/2026")))
    assert (unsure.date, codes(unsure)) == (None, ["date-ambiguous"])
