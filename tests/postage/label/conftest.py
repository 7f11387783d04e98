from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from pillarbox.kernel.ids import Id, Kind
from pillarbox.postage.label import Category, Customs, CustomsItem, LabelContent

MATRIX = "TEST012100000421234567890AB19XY1A 0SN35SD    "


@pytest.fixture
def make() -> Callable[..., LabelContent]:
    return make_label


@pytest.fixture
def declare() -> Callable[..., Customs]:
    return declaration


@pytest.fixture
def words() -> Callable[..., str]:
    return words_on


@pytest.fixture
def picture() -> Callable[..., np.ndarray]:
    return drawn


@pytest.fixture
def codes() -> Callable[[np.ndarray], dict[str, str]]:
    return codes_in


def tagged(kind: Kind, number: int) -> str:
    return str(Id(kind, number.to_bytes(16, "big")))


def make_label(number: int = 1, **other: object) -> LabelContent:
    fields: dict[str, object] = {
        "label_id": tagged(Kind.LABEL, 7_000_000 + number),
        "order_id": tagged(Kind.ORDER, 9_000_000 + number),
        "service": "Tracked 48",
        "format_name": "Parcel",
        "weight_g": 1975,
        "tracking": "RR473124829GB",
        "matrix": MATRIX,
        "recipient": ("Jane Doe", "12 High Street", "Old Town", "SWINDON", "SN1 3AB"),
        "return_address": ("Acme Stamps Ltd", "1 Return Road", "SWINDON", "SN3 5SD"),
        "customer_reference": "ORD-2026007775 / shop-5",
        "free_text": "2 × cotton shirt, blue; 1 × card",
        "operator": "PILLARBOX POST",
        "sort_letter": "F",
        "postage_paid": "Postage paid GB",
    }
    return LabelContent(**{**fields, **other})  # type: ignore[arg-type]  # the fields are named by each test


SHIRT = CustomsItem(
    description="Men's cotton shirt, woven", quantity=2, value_pence=4500, currency="GBP", weight_g=480,
    hs_code="620520", origin="IN",
)  # fmt: skip


def declaration(**other: object) -> Customs:
    fields: dict[str, object] = {
        "category": Category.SALE_OF_GOODS,
        "items": (SHIRT,),
        "total_pence": 4500,
        "currency": "GBP",
        "total_weight_g": 1210,
        "sender": ("Acme Stamps Ltd", "1 Return Road", "Swindon", "SN3 5SD", "United Kingdom"),
        "date": date(2026, 11, 24),
        "reference": "INV-2026-0042",
    }
    return Customs(**{**fields, **other})  # type: ignore[arg-type]  # the fields are named by each test


def words_on(pdf: bytes, page: int = 0) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return str(document[page].get_textpage().get_text_range()).replace("\r\n", "\n")
    finally:
        document.close()


def drawn(pdf: bytes, page: int = 0, dpi: float = 203.2) -> np.ndarray:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return np.array(document[page].render(scale=dpi / 72, grayscale=True).to_numpy().squeeze())
    finally:
        document.close()


def codes_in(pixels: np.ndarray) -> dict[str, str]:
    return {b.format.name: b.text for b in zxingcpp.read_barcodes(np.pad(pixels, 20, constant_values=255))}
