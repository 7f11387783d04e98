import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.kernel.errors import BadInput
from pillarbox.postage import customs_check as check
from pillarbox.postage.country import Area, by_iso2
from pillarbox.postage.customs import (
    Category,
    CategoryUnknown,
    Confidence,
    Customs,
    CustomsItem,
    Form,
    Route,
    Totals,
    customs_file,
    notes_for,
    parse_category,
    ruling,
    totals,
)

SHIRT = CustomsItem("men's cotton shirt", 2, 1999, 250, hs_code="620520", origin="PT")
SALE = Customs(Category.SALE_OF_GOODS, (SHIRT,))
FRANCE = Route(by_iso2("FR"))
GB = by_iso2("GB")
NI_FIRM = Route(GB, to_area=Area.NORTHERN_IRELAND, to_business=True)


def change(customs: Customs = SALE, **fields: object) -> Customs:
    return msgspec.structs.replace(customs, **fields)


def item(**fields: object) -> Customs:
    return change(items=(msgspec.structs.replace(SHIRT, **fields),))


def problems(customs: Customs, route: Route = FRANCE, gross_weight_g: int = 600) -> dict[str, type]:
    with pytest.raises(check.CustomsNotUsable) as found:
        check.check_customs(customs, route, gross_weight_g)
    assert found.value.field == found.value.problems[0][0]
    return {field: type(error) for field, error in found.value.problems}


def test_a_good_declaration_passes_and_is_tidied() -> None:
    assert check.check_customs(SALE, FRANCE, 600) == SALE
    untidy = item(hs_code="6205 20.00", origin=" pt", currency="gbp ", description=" men's \u200b cotton shirt ")
    tidy = check.check_customs(change(untidy, sender_eori="gb 123456789000", ioss="im-0123456789"), FRANCE, 600)
    assert tidy.items[0] == msgspec.structs.replace(SHIRT, hs_code="62052000")
    assert (tidy.sender_eori, tidy.ioss) == ("GB123456789000", "IM0123456789")


def test_totals() -> None:
    book = CustomsItem("printed book", 1, 800, 300)
    assert totals(change(items=(SHIRT, book))) == Totals(4798, "GBP", 800, 3)
    assert totals(Customs(Category.GIFT)) == Totals(0, "GBP", 0, 0)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"description": ""}, check.DescriptionMissing),
        ({"description": "..."}, check.DescriptionMissing),
        ({"description": "x" * 51}, check.TextTooLong),
        ({"description": "shirt \x07"}, check.TextUnusable),
        ({"quantity": 0}, check.QuantityUnusable),
        ({"quantity": True}, check.QuantityUnusable),
        ({"value_pence": -1}, check.ValueUnusable),
        ({"value_pence": 0}, check.ValueMissing),
        ({"weight_g": 0}, check.ItemWeightUnusable),
        ({"currency": "£"}, check.CurrencyUnreadable),
        ({"hs_code": "12345"}, check.TariffCodeUnreadable),
        ({"hs_code": "1234567"}, check.TariffCodeUnreadable),
        ({"hs_code": "12345678901"}, check.TariffCodeUnreadable),
        ({"hs_code": "61091٠"}, check.TariffCodeUnreadable),
        ({"hs_code": ""}, check.TariffCodeMissing),
        ({"origin": ""}, check.OriginMissing),
        ({"origin": "QQ"}, check.OriginUnknown),
    ],
)
def test_each_thing_wrong_with_an_item_names_its_field(fields: dict[str, object], kind: type) -> None:
    assert problems(item(**fields)) == {f"items.0.{next(iter(fields))}": kind}


@pytest.mark.parametrize(
    "text", ["gift", "Gifts", "a present", "Various items!", "GOODS", "misc. stuff", "some toys", "n/a", "sample parts"]
)
def test_vague_words_are_refused_with_an_explanation(text: str) -> None:
    with pytest.raises(check.CustomsNotUsable) as found:
        check.check_customs(item(description=text), FRANCE, 600)
    field, error = found.value.problems[0]
    assert (field, type(error)) == ("items.0.description", check.DescriptionVague)
    assert text in error.detail
    assert "cotton" in error.detail


@pytest.mark.parametrize("text", ["wooden toy train", "gift box of soap", "clothes pegs, beech", "本", "bicycle parts"])
def test_telling_descriptions_pass(text: str) -> None:
    check.check_customs(item(description=text), FRANCE, 600)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"sender_eori": "GB12345"}, check.EoriUnreadable),
        ({"recipient_eori": "FR" + "1" * 16}, check.EoriUnreadable),
        ({"ioss": "IM12345"}, check.IossUnreadable),
        ({"tax_number": "GB12"}, check.TaxNumberUnreadable),
        ({"invoice_number": "9" * 36}, check.TextTooLong),
        ({"licence_number": "9" * 42}, check.TextTooLong),
        ({"items": ()}, check.ItemsMissing),
        ({"category": Category.OTHER}, check.ExplanationMissing),
    ],
)
def test_each_thing_wrong_with_the_header(fields: dict[str, object], kind: type) -> None:
    field = "explanation" if "category" in fields else next(iter(fields))
    assert problems(change(**fields)) == {field: kind}


@pytest.mark.parametrize(
    "fields",
    [
        {"sender_eori": "XI123456789000"},
        {"recipient_eori": "DE123456789012345"},
        {"ioss": "IM3720000224"},
        {"tax_number": "GB123456789"},
        {"tax_number": "GBGD001"},
        {"tax_number": "FR12345678901"},
        {"category": Category.OTHER, "explanation": "repair under guarantee"},
    ],
)
def test_right_numbers_pass(fields: dict[str, object]) -> None:
    check.check_customs(change(**fields), FRANCE, 600)


def test_norway_takes_its_own_number() -> None:
    norway = Route(by_iso2("NO"))
    check.check_customs(change(tax_number="VOEC 2024123"), norway, 600)
    assert problems(change(tax_number="12"), norway) == {"tax_number": check.TaxNumberUnreadable}


def test_all_problems_are_collected() -> None:
    bad = change(sender_eori="?", items=(SHIRT, CustomsItem("gift", 0, 0, 0, "EUR", "1", "??")))
    assert set(problems(bad)) == {
        "sender_eori",
        "items",
        *(f"items.1.{name}" for name in ("description", "quantity", "value_pence", "weight_g", "hs_code", "origin")),
    }


def test_items_may_not_outweigh_the_parcel() -> None:
    check.check_customs(SALE, FRANCE, 500)
    assert problems(SALE, gross_weight_g=499) == {"items": check.ItemsTooHeavy}


def test_gifts_need_neither_tariff_code_nor_origin_nor_value() -> None:
    gift = change(item(hs_code="", origin="", value_pence=0), category=Category.GIFT)
    check.check_customs(gift, FRANCE, 600)
    assert problems(change(gift, category=Category.COMMERCIAL_SAMPLE)).keys() == {"items.0.hs_code", "items.0.origin"}


@pytest.mark.parametrize(("pence", "form"), [(27000, Form.CN22), (27001, Form.CN23)])
def test_form_by_value(pence: int, form: Form) -> None:
    found = ruling(item(quantity=1, value_pence=pence), FRANCE)
    assert (found.form, found.data_needed, found.confidence) == (form, True, Confidence.SOURCED)


def test_another_currency_takes_the_form_for_any_value() -> None:
    assert ruling(item(currency="JPY", value_pence=1), FRANCE).form is Form.CN23


ROUTES = [
    (Route(GB), Form.NONE, False),
    (Route(by_iso2("IM")), Form.NONE, False),
    (Route(by_iso2("JE")), Form.CN22, True),
    (Route(GB, to_area=Area.BFPO), Form.CN22, True),
    (Route(GB, to_area=Area.NORTHERN_IRELAND), Form.NONE, False),
    (NI_FIRM, Form.NONE, True),
    (Route(GB, Area.NORTHERN_IRELAND, Area.NORTHERN_IRELAND, to_business=True), Form.NONE, False),
    (Route(GB, from_area=Area.NORTHERN_IRELAND), Form.NONE, False),
    (Route(by_iso2("FR"), from_area=Area.NORTHERN_IRELAND), Form.NONE, True),
    (Route(by_iso2("US"), from_area=Area.NORTHERN_IRELAND), Form.CN22, True),
]


@pytest.mark.parametrize(("route", "form", "data"), ROUTES)
def test_form_and_data_by_route(route: Route, form: Form, data: bool) -> None:
    found = ruling(SALE, route)
    assert (found.form, found.data_needed) == (form, data)
    assert found.note.endswith(".")


def test_documents_need_nothing() -> None:
    letter = Customs(Category.DOCUMENTS)
    assert ruling(letter, FRANCE).form is Form.NONE
    assert check.check_customs(letter, FRANCE, 50) == letter


def test_inland_nothing_is_asked() -> None:
    check.check_customs(Customs(Category.SALE_OF_GOODS), Route(GB), 100)


def test_a_firm_in_northern_ireland_needs_a_ukims_number_above_its_limit() -> None:
    check.check_customs(item(quantity=1, value_pence=13500), NI_FIRM, 600)
    dear = item(quantity=1, value_pence=13501)
    assert problems(dear, NI_FIRM) == {"ukims": check.UkimsMissing}
    check.check_customs(change(dear, ukims="XIUKIM12345"), NI_FIRM, 600)


@pytest.mark.parametrize("text", ["saleOfGoods", "Sale of goods", "sale_of_goods"])
def test_categories_as_people_write_them(text: str) -> None:
    assert parse_category(text) is Category.SALE_OF_GOODS


def test_every_category_reads_back_and_has_a_box() -> None:
    for row in customs_file().categories:
        assert parse_category(row.api) is row.category
        assert row.category.tick_box
    assert len({row.category for row in customs_file().categories}) == len(Category)
    with pytest.raises(CategoryUnknown):
        parse_category("contraband")


def test_notes_by_destination() -> None:
    assert "IOSS" in notes_for(by_iso2("FR"))[0].note
    assert notes_for(by_iso2("US"))[0].confidence is Confidence.SOURCED
    assert notes_for(by_iso2("BR")) == ()
    for note in customs_file().regimes:
        assert note.source
        assert all(code == "@EU" or by_iso2(code) for code in note.countries)


texts = st.text(max_size=60)
numbers = st.integers(-5, 10**12)
anything = st.builds(
    Customs,
    st.sampled_from(Category),
    st.lists(st.builds(CustomsItem, texts, numbers, numbers, numbers, texts, texts, texts), max_size=3).map(tuple),
    *[texts] * 9,
)


@given(anything, st.sampled_from([route for route, _, _ in ROUTES]), st.integers(0, 30000))
@settings(derandomize=True, max_examples=150, deadline=None)
def test_whatever_comes_is_refused_with_fields_or_passes(customs: Customs, route: Route, gross: int) -> None:
    found: list[tuple[str, BadInput]] = []
    tidy = customs
    try:
        tidy = check.check_customs(customs, route, gross)
    except check.CustomsNotUsable as refused:
        found = refused.problems
    for field, error in found:
        assert re.fullmatch(r"[a-z_]+(\.\d+\.[a-z_]+)?", field)
        assert error.field == field
    if not found:
        assert check.check_customs(tidy, route, gross) == tidy
