"""What the parcel of an order weighs and measures: as the file says, else by its products, else by the default.

Shop files carry no weights, so sellers give a default parcel once and we remember products by SKU.
"""

from __future__ import annotations

from typing import NamedTuple

from pillarbox.postage.orderfile.draft import Defaults, DraftItem, SkuParcel, WeightFrom


class DraftParcel(NamedTuple):
    """Grams and where they come from, format as text, sides in millimetres."""

    weight_g: int | None
    weight_from: WeightFrom
    format: str
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None


def settle_parcel(
    defaults: Defaults, grams: int | None, format_text: str, items: tuple[DraftItem, ...], *, unread: bool
) -> DraftParcel:
    """Choose weight, format and sides. With `unread` the file's weight could not be read, and none takes its place."""
    single = _single(defaults, items) if defaults.by_sku else None
    weight: int | None = grams
    source: WeightFrom = "file"
    if grams is None and not unread:
        weight, source = _weight(defaults, items)
    if weight is None:
        source = ""
    if format_text or single is None:
        known = single or defaults
        sides = (known.length_mm, known.width_mm, known.height_mm)
        return DraftParcel(weight, source, format_text or defaults.format, *sides)
    return DraftParcel(
        weight, source, single.format or defaults.format, single.length_mm, single.width_mm, single.height_mm
    )


def _single(defaults: Defaults, items: tuple[DraftItem, ...]) -> SkuParcel | None:
    """Return what is remembered of the product if it travels alone, one piece: only then its parcel is known."""
    if len(items) != 1 or items[0].quantity != 1 or not items[0].sku:
        return None
    return defaults.by_sku.get(items[0].sku)


def _weight(defaults: Defaults, items: tuple[DraftItem, ...]) -> tuple[int | None, WeightFrom]:
    """Add up the pieces when the weight of every one is known, from the file or from memory."""
    total = 0
    source: WeightFrom = "items"
    for item in items:
        grams = item.weight_g
        if grams is None:
            remembered = defaults.by_sku.get(item.sku) if item.sku else None
            grams, source = (remembered.weight_g if remembered else None), "sku"
        if grams is None:
            return defaults.weight_g, "default"
        total += grams * item.quantity
    return (total, source) if items else (defaults.weight_g, "default")
