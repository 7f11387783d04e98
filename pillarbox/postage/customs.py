"""Customs declarations: what is inside, what it is worth, and which form a parcel needs on which route.

Values are whole pence (or the currency's own hundredths) for one piece, weights whole grams for one piece. Limits and
notes live in `packs/uk/customs.json` with source and confidence; `customs_check` says what is wrong with a declaration.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.postage.country import Area, Country
from pillarbox.postage.pack import read_pack


class Category(StrEnum):
    """Why the goods travel, as customs ask it."""

    GIFT = "gift"
    DOCUMENTS = "documents"
    SALE_OF_GOODS = "sale_of_goods"
    COMMERCIAL_SAMPLE = "commercial_sample"
    RETURNED_GOODS = "returned_goods"
    MIXED_CONTENT = "mixed_content"
    OTHER = "other"

    @property
    def tick_box(self) -> str:
        """The box to tick on CN22 and CN23; `Other` wants an explanation beside it."""
        return next(each.tick_box for each in customs_file().categories if each.category is self)

    @property
    def commercial(self) -> bool:
        """Whether customs want tariff code and origin of every item."""
        return self in {Category.SALE_OF_GOODS, Category.COMMERCIAL_SAMPLE}


class Confidence(StrEnum):
    """How sure we are of a rule: read in a named public source, or general knowledge of the trade to be verified."""

    SOURCED = "sourced"
    GENERAL = "general"


class Form(StrEnum):
    """The form fixed to the parcel."""

    CN22 = "CN22"
    CN23 = "CN23"
    NONE = "none"


class CustomsItem(msgspec.Struct, frozen=True, gc=False):
    """One kind of thing inside: value and net weight of one piece, tariff code of 6, 8 or 10 digits, origin as iso2."""

    description: str
    quantity: int
    value_pence: int
    weight_g: int
    currency: str = "GBP"
    hs_code: str = ""
    origin: str = ""


class Customs(msgspec.Struct, frozen=True, gc=False):
    """A declaration. `tax_number` is the sender's VAT or GST number; `ukims` the recipient's, from Britain to NI."""

    category: Category
    items: tuple[CustomsItem, ...] = ()
    explanation: str = ""
    sender_eori: str = ""
    tax_number: str = ""
    ioss: str = ""
    recipient_eori: str = ""
    ukims: str = ""
    invoice_number: str = ""
    licence_number: str = ""
    certificate_number: str = ""


class Route(msgspec.Struct, frozen=True, gc=False):
    """From where in the UK to where; areas as in `country.special_area`, `to_business` if a firm receives it."""

    to: Country
    to_area: Area | None = None
    from_area: Area | None = None
    to_business: bool = False


class Totals(msgspec.Struct, frozen=True, gc=False):
    """Sums of a declaration: value in hundredths of the currency, net weight in grams, number of pieces."""

    value_pence: int
    currency: str
    net_weight_g: int
    pieces: int


class Ruling(msgspec.Struct, frozen=True, gc=False):
    """Which form, why, how sure we are, and whether the electronic data are sent ahead."""

    form: Form
    note: str
    confidence: Confidence
    data_needed: bool


class Note(msgspec.Struct, frozen=True, gc=False):
    """One thing to know about a destination, with its source."""

    countries: tuple[str, ...]
    confidence: Confidence
    note: str
    source: str


class CategoryUnknown(BadInput):
    """We do not know this customs category. Use gift, documents, sale of goods, commercial sample, returned goods,
    mixed content or other."""


def parse_category(text: str) -> Category:
    """Read a category as people and Click & Drop write it (`saleOfGoods`). Raises `CategoryUnknown`."""
    folded = "".join(c for c in text[:60].casefold() if c.isalpha())
    for category in Category:
        if folded == category.value.replace("_", ""):
            return category
    raise CategoryUnknown(field="category")


def totals(customs: Customs) -> Totals:
    """Add up a declaration; the currency is the first item's, because `check_customs` admits only one."""
    return Totals(
        value_pence=sum(item.quantity * item.value_pence for item in customs.items),
        currency=customs.items[0].currency if customs.items else customs_file().forms.currency,
        net_weight_g=sum(item.quantity * item.weight_g for item in customs.items),
        pieces=sum(item.quantity for item in customs.items),
    )


def ruling(customs: Customs, route: Route) -> Ruling:
    """Say which form a parcel needs on a route and whether its data are sent ahead.

    Sources: Royal Mail's electronic customs data guide (limits, documents, NI to EU) and Windsor Framework pages.
    """
    inside = _within_uk(route)
    if inside is not None:
        return inside
    if customs.category is Category.DOCUMENTS:
        return Ruling(
            Form.NONE, "Documents without commercial value need no declaration.", Confidence.SOURCED, data_needed=False
        )
    if route.from_area is Area.NORTHERN_IRELAND and route.to.eu:
        note = "From Northern Ireland to the EU no form is needed; the data are still sent ahead."
        return Ruling(Form.NONE, note, Confidence.SOURCED, data_needed=True)
    return _by_value(customs, route)


def notes_for(to: Country) -> tuple[Note, ...]:
    """Return what a sender should know about a destination's duties and tax numbers, with source and confidence."""
    return tuple(
        each for each in customs_file().regimes if to.iso2 in each.countries or ("@EU" in each.countries and to.eu)
    )


def _within_uk(route: Route) -> Ruling | None:
    """Rule on routes that do not leave the UK's customs area; None for all others."""
    if route.to.iso2 == "IM":
        note = "The Isle of Man lies inside the UK's VAT and customs area: no declaration."
        return Ruling(Form.NONE, note, Confidence.GENERAL, data_needed=False)
    if route.to.iso2 != "GB" or route.to_area is Area.BFPO:
        return None
    if route.to_area is Area.NORTHERN_IRELAND and route.from_area is not Area.NORTHERN_IRELAND:
        if route.to_business:
            note = (
                "Goods for a business in Northern Ireland fall under the Windsor Framework: the data are sent ahead, "
                "with the recipient's UKIMS number above £135."
            )
            return Ruling(Form.NONE, note, Confidence.SOURCED, data_needed=True)
        note = "Parcels to private people in Northern Ireland need no customs declaration (Windsor Framework)."
        return Ruling(Form.NONE, note, Confidence.SOURCED, data_needed=False)
    return Ruling(Form.NONE, "The parcel stays in the United Kingdom.", Confidence.SOURCED, data_needed=False)


def _by_value(customs: Customs, route: Route) -> Ruling:
    limit = customs_file().forms
    sums = totals(customs)
    confidence = limit.confidence
    if sums.currency != limit.currency:
        form, note = Form.CN23, f"The value is in {sums.currency}; CN23 may be used for any value."
    elif sums.value_pence > limit.cn22_up_to_pence:
        form, note = Form.CN23, f"The goods are worth more than £{limit.cn22_up_to_pence // 100}."
    else:
        form, note = Form.CN22, f"The goods are worth £{limit.cn22_up_to_pence // 100} or less."
    if route.to_area is Area.BFPO:
        confidence = Confidence.GENERAL
        note += " A British Forces address outside the UK needs it; one inside the UK does not."
    elif route.to.iso2 in {"GG", "JE"}:
        confidence = Confidence.GENERAL
    return Ruling(form, note, confidence, data_needed=True)


class _Forms(msgspec.Struct, frozen=True):
    cn22_up_to_pence: int
    currency: str
    confidence: Confidence
    source: str
    ni_business_without_ukims_up_to_pence: int
    ni_source: str


class _CategoryRow(msgspec.Struct, frozen=True):
    category: Category
    api: str
    tick_box: str


class CustomsFile(msgspec.Struct, frozen=True):
    """The data file as it stands."""

    as_of: str
    forms: _Forms
    categories: tuple[_CategoryRow, ...]
    lengths: dict[str, int]
    patterns: dict[str, str]
    vague_words: frozenset[str]
    filler_words: frozenset[str]
    regimes: tuple[Note, ...]


@cache
def customs_file() -> CustomsFile:
    """Return `packs/uk/customs.json`, read once."""
    return read_pack("uk/customs.json", CustomsFile)
