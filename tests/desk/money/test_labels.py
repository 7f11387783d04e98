from __future__ import annotations

import io

import pypdfium2
import pytest
import zxingcpp

from pillarbox.desk.label_words import FormNotPrinted, ShipFromMissing
from pillarbox.desk.print_labels import LabelsUncountable, print_labels
from pillarbox.desk.read_label import LabelCounts, count_labels, labels_of_order, list_labels, read_label
from pillarbox.desk.void_label import LabelScanned, LabelVoided, void_label
from pillarbox.kernel.errors import NotFound
from pillarbox.postage.customs import Category, Customs, CustomsItem
from pillarbox.postage.label import Stock

pytestmark = pytest.mark.anyio

PARIS = {"name": "Jean Dupont", "line1": "1 rue de Rivoli", "town": "Paris", "postcode": "75001", "country": "FR"}
SHIRT = CustomsItem("Men's cotton shirt", 2, 2000, 200, hs_code="620520", origin="GB")


async def draw(shop, *labels, stock=Stock.FOUR_BY_SIX):
    return await shop.do(lambda box: print_labels(box, shop.counter, [x.label_id for x in labels], stock))


def pages(pdf):
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf))]


async def test_a_label_says_what_was_bought(shop):
    await shop.fund(1000)
    await shop.post_from()
    label = await shop.buy(await shop.order(reference="A-77"), "OLP1SF")
    pdf = await draw(shop, label)
    (words,) = pages(pdf)
    for said in (
        "Signed For",
        "1st Class",
        "Jane Doe",
        "12 High Street",
        "SN1 3AB",
        "A-77",
        "400 g",
        "Small parcel",
        "SPECIMEN",
    ):
        assert said in words
    assert "Signature on delivery" in words
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=300 / 72).to_pil()
    codes = {code.format.name: code.text for code in zxingcpp.read_barcodes(picture)}
    assert codes["Code128"] == label.tracking_number
    assert codes["DataMatrix"] == f"{label.tracking_number} {label.label_id}"


async def test_printing_again_gives_the_same_bytes_whatever_changed_since(shop):
    await shop.fund(2000)
    one, two = await shop.buy(await shop.order()), await shop.buy(await shop.order(), "TOLP48")
    first = await draw(shop, one, two)
    printed_at = (await shop.do(lambda box: read_label(box, one.label_id))).printed_at
    await shop.post_from()
    assert await draw(shop, one, two) == first
    assert (await shop.do(lambda box: read_label(box, one.label_id))).printed_at == printed_at is not None
    assert await draw(shop, two, one) != first
    assert len(pages(first)) == 2


async def test_both_papers(shop):
    await shop.fund(1000)
    label = await shop.buy(await shop.order())
    for stock in Stock:
        page = pypdfium2.PdfDocument(await draw(shop, label, stock=stock))[0]
        assert page.get_width() == pytest.approx(stock.value[0] * 72 / 25400, abs=0.1)


async def test_goods_abroad_get_a_cn22(shop):
    await shop.fund(5000)
    goods = Customs(Category.SALE_OF_GOODS, (SHIRT,))
    order = await shop.order(recipient=PARIS, customs=goods)
    with pytest.raises(ShipFromMissing):
        await shop.buy(order, "ITROLP")
    await shop.post_from()
    label = await shop.buy(order, "ITROLP")
    front, form = pages(await draw(shop, label))
    assert "FRANCE" in front
    for said in ("CN22", "620520", "0.400", "40.00", "Acme Ltd"):
        assert said in form


async def test_a_form_we_cannot_print_is_not_sold(shop):
    await shop.fund(5000)
    await shop.post_from()
    dear = Customs(
        Category.SALE_OF_GOODS, (CustomsItem("Men's gold watch", 1, 100_000, 200, hs_code="910111", origin="CH"),)
    )
    with pytest.raises(FormNotPrinted):
        await shop.buy(await shop.order(recipient=PARIS, customs=dear), "ITROLP")
    assert shop.audit()["prepaid"] == 5000


async def test_cancelled_and_scanned_labels_are_not_printed(shop):
    await shop.fund(1000)
    one, two = await shop.buy(await shop.order()), await shop.buy(await shop.order())
    await shop.do(lambda box: void_label(box, shop.counter, one.label_id))
    with pytest.raises(LabelVoided):
        await draw(shop, two, one)
    shop.write(f"update vault.parcel set first_scan_at = now() where tracking_number = '{two.tracking_number}'")
    with pytest.raises(LabelScanned):
        await draw(shop, two)
    with pytest.raises(LabelsUncountable):
        await draw(shop)


async def test_a_strangers_label_is_not_there(shop, rival):
    await shop.fund(1000)
    await rival.fund(1000)
    label, own = await shop.buy(await shop.order()), await rival.buy(await rival.order())
    for work in (
        lambda box: print_labels(box, rival.counter, [own.label_id, label.label_id]),
        lambda box: read_label(box, label.label_id),
    ):
        with pytest.raises(NotFound):
            await rival.do(work)
    assert await rival.do(lambda box: labels_of_order(box, label.order_id)) == ()
    assert (await rival.do(lambda box: read_label(box, own.label_id))).printed_at is None


async def test_labels_are_listed_newest_first(shop):
    await shop.fund(2000)
    bought = [await shop.buy(await shop.order(reference=f"R{n}")) for n in range(4)]
    await draw(shop, bought[0])
    lines = await shop.do(list_labels)
    assert [x.label_id for x in lines] == [x.label_id for x in reversed(bought)]
    assert lines[0].content.recipient[0] == "Jane Doe"
    assert lines[0].content.customer_reference == "R3"
    waiting = await shop.do(lambda box: list_labels(box, waiting=True, most=2, before=bought[3].label_id))
    assert [x.label_id for x in waiting] == [bought[2].label_id, bought[1].label_id]
    assert await shop.do(count_labels) == LabelCounts(4, 3)
