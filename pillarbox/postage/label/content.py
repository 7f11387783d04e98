"""What a label says, and what comes of printing it: values only, without any drawing.

The words are printed as they are given here; whoever fills these in has already priced, numbered and checked the item.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Final

from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import ID_PATTERN

MAX_ADDRESS_LINES: Final = 7
MAX_CUSTOMS_LINES: Final = 20


class NothingToPrint(BadInput):
    """There is no label to print. Choose at least one."""


class LabelIdMalformed(BadInput):
    """A label needs the tagged id of its own and, if there is one, that of its order."""


class CustomsLinesTooMany(BadInput):
    """A CN22 on a label has room for twenty kinds of goods. Put like goods together, or use a CN23."""


class PageAbsent(BadInput):
    """The document has no page with this number."""


class Category(StrEnum):
    """The boxes to tick on a CN22 (UPU Convention Regulations, form CN 22)."""

    GIFT = "gift"
    DOCUMENTS = "documents"
    SALE_OF_GOODS = "sale_of_goods"
    COMMERCIAL_SAMPLE = "commercial_sample"
    RETURNED_GOODS = "returned_goods"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomsItem:
    """One kind of goods. Value and net weight are of the whole line, not of one piece.

    `value_pence` is in hundredths of `currency`, `weight_g` in grams; `origin` is an ISO 3166-1 code or a short name.
    """

    description: str
    quantity: int
    value_pence: int
    currency: str
    weight_g: int
    hs_code: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customs:
    """What a CN22 declares. `total_pence` is in hundredths of `currency`, `total_weight_g` the gross weight in grams.

    `explanation` says what the category `OTHER` means; `sender` is name and address in lines; `reference` is the
    sender's own, such as an invoice number. The fields are those of the UPU's form CN 22.
    """

    category: Category
    items: tuple[CustomsItem, ...]
    total_pence: int
    currency: str
    total_weight_g: int
    sender: tuple[str, ...]
    date: date
    reference: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelContent:
    """One label. `label_id` and `order_id` are tagged ids (`lbl_…`, `ord_…`); the order may be absent, as "".

    `recipient` and `return_address` are lines from top to bottom, the name first and, abroad, the country last in Latin
    capitals. `tracking` becomes the Code 128 and `matrix` the Data Matrix; "" leaves either out. `sort_letter` is one
    or two letters. `specimen` stays true until an operator has a licence and number ranges of its own.
    """

    label_id: str
    order_id: str
    service: str
    format_name: str
    weight_g: int
    tracking: str
    matrix: str
    recipient: tuple[str, ...]
    return_address: tuple[str, ...] = ()
    customer_reference: str = ""
    free_text: str = ""
    handling: str = ""
    operator: str
    sort_letter: str = ""
    postage_paid: str = ""
    specimen: bool = True
    customs: Customs | None = None

    @property
    def tags(self) -> str:
        """The ids of everything drawn on this label's pages, with a space between. Raises `LabelIdMalformed`."""
        for wanted, text in (("lbl", self.label_id), ("ord", self.order_id)):
            match = ID_PATTERN.fullmatch(text)
            if not (match and match[1] == wanted) and (text or wanted == "lbl"):
                raise LabelIdMalformed
        return f"{self.label_id} {self.order_id}".rstrip()


class Stock(Enum):
    """The paper: width and height in thousandths of a millimetre, and the margin left and above the design in dots.

    A dot is an eighth of a millimetre (203.2 dpi), and the page's top left corner is where a printer begins to count.
    """

    FOUR_BY_SIX = (101_600, 152_400, 10, 24)
    A6 = (105_000, 148_000, 24, 8)


@dataclass(frozen=True, slots=True)
class LabelWarning:
    """Something that could not be printed quite as asked: on which label, in which field, and what, in plain words."""

    label_id: str
    field: str
    words: str


@dataclass(frozen=True, slots=True)
class RenderedLabels:
    """A PDF of all labels in the order asked for, each followed by its CN22 if it has one, and the warnings."""

    pdf: bytes
    warnings: tuple[LabelWarning, ...]
