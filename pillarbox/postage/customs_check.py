"""What is wrong with a customs declaration, all of it at once and each with its field.

Vague words such as "gift" are refused here, with an explanation, because customs stop parcels for them. Numbers that
only their issuers can verify (EORI, IOSS, VAT) are checked by pattern and never claimed to be valid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.money import MAX_PENCE
from pillarbox.postage.country import Area, CountryUnknown, by_iso2
from pillarbox.postage.customs import Category, Customs, CustomsItem, Route, customs_file, ruling, totals
from pillarbox.postage.parcel import MAX_WEIGHT_G
from pillarbox.postage.text import TextUnusable, clean

MAX_QUANTITY = 100_000
"""Our own bound: more pieces of one kind than fit a 30 kg parcel, so a typing mistake."""


class ItemsMissing(BadInput):
    """Say what is inside: at least one item with description, quantity, value and weight."""


class DescriptionMissing(BadInput):
    """Say what this item is, for example men's cotton shirt."""


class DescriptionVague(BadInput):
    """This description tells customs nothing. Say what it is and what it is made of, for example men's cotton shirt."""


class QuantityUnusable(BadInput):
    """The quantity is a whole number from 1 to 100000."""


class ValueUnusable(BadInput):
    """The value of one piece is a whole number of pence, not below zero and not above £100 million."""


class ValueMissing(BadInput):
    """Goods that are sold have a value. Write what one piece costs."""


class ItemWeightUnusable(BadInput):
    """The weight of one piece is a whole number of grams from 1 to 30000. Declare many tiny things as one set."""


class ItemsTooHeavy(BadInput):
    """The items together weigh more than the whole parcel. Check quantities and the weight of one piece."""


class CurrencyUnreadable(BadInput):
    """A currency has three letters, for example GBP."""


class CurrencyMixed(BadInput):
    """All values of one declaration are in the same currency."""


class TariffCodeUnreadable(BadInput):
    """A tariff (HS) code has 6, 8 or 10 digits."""


class TariffCodeMissing(BadInput):
    """Goods for sale and samples need a tariff (HS) code of at least 6 digits."""


class OriginMissing(BadInput):
    """Goods for sale and samples need the country where they were made, as a two-letter code."""


class OriginUnknown(BadInput):
    """We do not know this country of origin. Write its two-letter code, for example GB."""


class ExplanationMissing(BadInput):
    """Say in a few words why the goods are sent: "other" alone is not enough for customs."""


class EoriUnreadable(BadInput):
    """This is not an EORI number. A British one is GB and 12 digits, one of Northern Ireland XI and 12 digits."""


class IossUnreadable(BadInput):
    """This is not an IOSS number. It is IM and 10 digits."""


class TaxNumberUnreadable(BadInput):
    """This is not a VAT or tax number. A British one is GB and 9 digits."""


class UkimsMissing(BadInput):
    """Goods above £135 for a business in Northern Ireland need the recipient's UKIMS number."""


class TextTooLong(BadInput):
    """This is longer than the form has room for."""


class CustomsNotUsable(BadInput):
    """The customs declaration has problems."""

    def __init__(self, problems: list[tuple[str, BadInput]]) -> None:
        """`problems` lists every field that cannot be used, such as `items.0.value_pence`, with its error."""
        self.problems = problems
        super().__init__(" ".join(error.detail for _, error in problems), field=problems[0][0])


def check_customs(customs: Customs, route: Route, gross_weight_g: int) -> Customs:
    """Return the declaration in its tidy spelling; `gross_weight_g` is the whole parcel's weight.

    Raises `CustomsNotUsable` with every problem. A parcel that needs neither form nor data is only tidied.
    """
    tidy = _tidied(customs)
    needed = ruling(tidy, route)
    if not needed.data_needed:
        return tidy
    problems = [*_header_problems(tidy, route)]
    if not tidy.items:
        problems.append(ItemsMissing(field="items"))
    for number, item in enumerate(tidy.items):
        problems += _item_problems(item, f"items.{number}", tidy.category)
    if len({item.currency for item in tidy.items}) > 1:
        problems.append(CurrencyMixed(field="items"))
    weights_usable = not any(isinstance(each, QuantityUnusable | ItemWeightUnusable) for each in problems)
    if weights_usable and totals(tidy).net_weight_g > gross_weight_g:
        net = totals(tidy).net_weight_g
        problems.append(ItemsTooHeavy(f"The items weigh {net} g, the whole parcel {gross_weight_g} g.", field="items"))
    if problems:
        raise CustomsNotUsable([(each.field or "", each) for each in problems])
    return tidy


_WORDS = ("explanation", "invoice_number", "licence_number", "certificate_number")


def _tidied(customs: Customs) -> Customs:
    return msgspec.structs.replace(
        customs,
        items=tuple(
            msgspec.structs.replace(
                item,
                description=_cleaned(item.description),
                currency=item.currency.strip().upper(),
                hs_code=re.sub(r"[\s.]", "", item.hs_code),
                origin=item.origin.strip().upper(),
            )
            for item in customs.items
        ),
        **{name: _cleaned(getattr(customs, name)) for name in _WORDS},
        **{
            name: re.sub(r"[\s\-]", "", getattr(customs, name)).upper()
            for name in ("sender_eori", "tax_number", "ioss", "recipient_eori", "ukims")
        },
    )


def _cleaned(text: str) -> str:
    try:
        return clean(text)
    except TextUnusable:
        return text


def _header_problems(customs: Customs, route: Route) -> Iterator[BadInput]:
    if customs.category in {Category.OTHER, Category.MIXED_CONTENT} and not customs.explanation:
        yield ExplanationMissing(field="explanation")
    for name in ("sender_eori", "recipient_eori"):
        given = getattr(customs, name)
        if given and not _matches(given, "eori_uk", "eori_elsewhere"):
            yield EoriUnreadable(field=name)
    if customs.ioss and not _matches(customs.ioss, "ioss"):
        yield IossUnreadable(field="ioss")
    if customs.tax_number and not _matches(
        customs.tax_number, "vat_uk", "voec" if route.to.iso2 == "NO" else "tax_elsewhere"
    ):
        yield TaxNumberUnreadable(field="tax_number")
    to_firm_in_ni = route.to_business and route.to.iso2 == "GB" and route.to_area is Area.NORTHERN_IRELAND
    above = totals(customs).value_pence > customs_file().forms.ni_business_without_ukims_up_to_pence
    if to_firm_in_ni and above and not customs.ukims:
        yield UkimsMissing(field="ukims")
    for name in (*_WORDS, "ukims"):
        yield from _text_problems(getattr(customs, name), name, name)


def _item_problems(item: CustomsItem, at: str, category: Category) -> Iterator[BadInput]:
    yield from _description_problems(item.description, f"{at}.description")
    if not _whole(item.quantity, 1, MAX_QUANTITY):
        yield QuantityUnusable(field=f"{at}.quantity")
    if not _whole(item.value_pence, 0, MAX_PENCE):
        yield ValueUnusable(field=f"{at}.value_pence")
    elif item.value_pence == 0 and category is Category.SALE_OF_GOODS:
        yield ValueMissing(field=f"{at}.value_pence")
    if not _whole(item.weight_g, 1, MAX_WEIGHT_G):
        yield ItemWeightUnusable(field=f"{at}.weight_g")
    if not _matches(item.currency, "currency"):
        yield CurrencyUnreadable(field=f"{at}.currency")
    if item.hs_code and not _matches(item.hs_code, "hs_code"):
        yield TariffCodeUnreadable(field=f"{at}.hs_code")
    elif not item.hs_code and category.commercial:
        yield TariffCodeMissing(field=f"{at}.hs_code")
    if not item.origin and category.commercial:
        yield OriginMissing(field=f"{at}.origin")
    elif item.origin and not _is_country(item.origin):
        yield OriginUnknown(field=f"{at}.origin")


def _description_problems(text: str, at: str) -> Iterator[BadInput]:
    if not any(c.isalpha() for c in text):
        yield DescriptionMissing(field=at)
    elif _vague(text):
        yield DescriptionVague(
            f"“{text[:40]}” tells customs nothing. Say what it is and what it is made of, for example men's cotton "
            "shirt.",
            field=at,
        )
    yield from _text_problems(text, at, "description")


def _text_problems(text: str, at: str, limit: str) -> Iterator[BadInput]:
    longest = customs_file().lengths.get(limit, customs_file().lengths["description"])
    if len(text) > longest:
        yield TextTooLong(f"This has {len(text)} characters; the form has room for {longest}.", field=at)
        return
    try:
        clean(text)
    except TextUnusable as refused:
        yield TextUnusable(f"This text holds {refused.detail}.", field=at)


def _vague(text: str) -> bool:
    """Say whether every word is vague or filler; plurals count: `gifts`, `various items`, `a present`."""
    file = customs_file()
    words = [word for word in re.split(r"[^\w/]+", text.casefold()) if word]
    telling = [word for word in words if word not in file.filler_words]
    return all(word in file.vague_words or word.removesuffix("s") in file.vague_words for word in telling)


def _matches(text: str, *patterns: str) -> bool:
    known = customs_file().patterns
    return any(re.fullmatch(known[name], text) is not None for name in patterns)


def _is_country(code: str) -> bool:
    try:
        by_iso2(code)
    except CountryUnknown:
        return False
    return True


def _whole(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most
