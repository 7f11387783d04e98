"""The form of one order, both ways: from an order to fields, and from fields to an order that can be checked.

What the form does not show (a third address line, the shop, the currency) is kept from the order as it stands.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from pillarbox.desk.new_order import Item, NewOrder, ParcelFields
from pillarbox.postage.country import CountryUnknown, by_iso2, country
from pillarbox.postage.customs import Category, Customs, CustomsItem, parse_category
from pillarbox.postage.parcel import Format
from pillarbox.web.form import Fields
from pillarbox.web.views import Choice

ADDRESS: Final = (
    "name",
    "company",
    "line1",
    "line2",
    "line3",
    "town",
    "county",
    "postcode",
    "country",
    "phone",
    "email",
)
FORMATS: Final = (
    Format.LETTER,
    Format.LARGE_LETTER,
    Format.SMALL_PARCEL,
    Format.MEDIUM_PARCEL,
    Format.LARGE_PARCEL,
    Format.PARCEL,
    Format.TUBE,
    Format.DOCUMENTS,
)
MOST_ITEMS: Final = 200


def format_choices(chosen: str, unsure: str) -> tuple[Choice, ...]:
    """Return the formats to choose from; `unsure` are the words for not knowing."""
    first = Choice("", unsure, chosen=not chosen)
    return (first, *(Choice(f.value, f.value.replace("_", " ").capitalize(), chosen=f == chosen) for f in FORMATS))


def reason_choices(chosen: str) -> tuple[Choice, ...]:
    """Return why goods travel, as customs ask it."""
    return tuple(Choice(c.value, c.value.replace("_", " ").capitalize(), chosen=c == chosen) for c in Category)


def parcel_of_form(form: Fields) -> ParcelFields:
    """Read weight, sides and format; `what` or `format` names the format."""
    return ParcelFields(
        form.grams("weight"),
        form.whole("length"),
        form.whole("width"),
        form.whole("height"),
        form.text("format") or form.text("what"),
    )


def address_of_form(form: Fields) -> dict[str, str]:
    """Read the fields of an address."""
    return {name: form.text(name) for name in ADDRESS if name in form}


def values_of(order: Any) -> dict[str, str]:
    """Write an order into the form's fields, by their names."""
    address = order.addressee.address
    lines = (*address.lines, "", "", "")
    sides = {"length": order.length_mm, "width": order.width_mm, "height": order.height_mm, "weight": order.weight_g}
    return {
        "name": address.name,
        "company": address.company,
        "line1": lines[0],
        "line2": lines[1],
        "line3": lines[2],
        "town": address.town,
        "county": address.county,
        "postcode": address.postcode,
        "country": by_iso2(address.country).name,
        "phone": address.phone,
        "email": address.email,
        "format": order.format or "",
        "service": order.service_code or "",
        "reference": order.addressee.reference,
        "note": order.contents.note,
        "reason": order.contents.customs.category.value if order.contents.customs else "",
        **{name: "" if figure is None else str(figure) for name, figure in sides.items()},
    }


def items_of(order: Any) -> tuple[dict[str, str], ...]:
    """Write an order's items into the form's fields, by their names without place, and an empty one after them."""
    declared = order.contents.customs.items if order.contents.customs else ()
    rows = []
    for place, item in enumerate(order.contents.items):
        known = declared[place] if place < len(declared) else None
        rows.append(
            {
                "item_name": item.title,
                "item_sku": item.sku,
                "item_quantity": str(item.quantity),
                "item_value": _amount(item.price_pence),
                "item_weight": _figure(item.weight_g or (known.weight_g if known else None)),
                "item_origin": item.origin or (known.origin if known else ""),
                "item_hs": item.hs_code or (known.hs_code if known else ""),
            }
        )
    return (*rows, {"item_quantity": ""})


def typed_items(typed: dict[str, str]) -> tuple[dict[str, str], ...]:
    """Return the items of a form as they were typed, to be shown again."""
    places = sorted(
        {int(p) for n in typed for _, _, p in (n.rpartition("-"),) if n.startswith("item_") and p.isdigit()}
    )
    names = ("item_name", "item_sku", "item_quantity", "item_value", "item_weight", "item_origin", "item_hs")
    return tuple({name: typed.get(f"{name}-{place}", "") for name in names} for place in places[:MOST_ITEMS])


def changed_order(form: Fields, order: Any) -> NewOrder:
    """Return what the form makes of an order. Raises `FormNotUsable`, `CategoryUnknown`."""
    old, contents = order.addressee.address, order.contents
    parcel = parcel_of_form(form)
    items = _items(form, contents.items)
    reason = form.text("reason")
    form.finish()
    lines = (*old.lines, "", "", "")
    return NewOrder(
        {"line3": lines[2], **address_of_form(form)},
        form.text("reference"),
        parcel,
        items,
        _value(items, order.value_pence),
        contents.currency,
        form.text("service"),
        form.text("note"),
        _customs(reason, items, contents) if reason or contents.customs else None,
        order.shop or "",
        contents.shipping,
    )


def declaration(reason: str, items: tuple[Item, ...], currency: str = "GBP") -> Customs:
    """Write a declaration of goods that were described once, in the form. Raises `CategoryUnknown`."""
    lines = tuple(
        CustomsItem(
            i.title, i.quantity, i.price_pence or 0, i.weight_g or 0, currency, i.hs_code, origin_code(i.origin)
        )
        for i in items
    )
    return Customs(parse_category(reason), lines)


def origin_code(text: str) -> str:
    """Return the two-letter code of a country as people write it; what we do not know stays, to be refused by name."""
    try:
        return country(text).iso2 if text else ""
    except CountryUnknown:
        return text[:40]


def _customs(reason: str, items: tuple[Item, ...], contents: Any) -> Customs:
    if contents.customs is None:
        return declaration(reason, items, contents.currency)
    before: Customs = contents.customs
    made = declaration(reason or before.category.value, items, contents.currency)
    return msgspec.structs.replace(before, category=made.category, items=made.items)


def _items(form: Fields, before: tuple[Item, ...]) -> tuple[Item, ...]:
    """Read the items; what the form did not ask (weight, code and origin inland) stays as it was at that place."""
    found = []
    for place in range(MOST_ITEMS):
        if f"item_name-{place}" not in form:
            break
        if not form.text(f"item_name-{place}") and not form.text(f"item_sku-{place}"):
            continue
        old = before[place] if place < len(before) else None
        quantity, value = form.whole(f"item_quantity-{place}"), form.pence(f"item_value-{place}")
        asked_weight = f"item_weight-{place}" in form
        weight = form.grams(f"item_weight-{place}") if asked_weight else old.weight_g if old else None
        found.append(
            Item(
                form.text(f"item_name-{place}"),
                1 if quantity is None else quantity,
                form.text(f"item_sku-{place}"),
                value,
                weight,
                _kept(form, f"item_hs-{place}", old, "hs_code"),
                origin_code(_kept(form, f"item_origin-{place}", old, "origin")),
            )
        )
    return tuple(found)


def _kept(form: Fields, name: str, old: Item | None, attribute: str) -> str:
    if name in form:
        return form.text(name)
    return str(getattr(old, attribute)) if old is not None else ""


def _value(items: tuple[Item, ...], before: int | None) -> int | None:
    """What the goods are worth: the sum of the items where each has a value, else what was known before."""
    prices = [item.price_pence for item in items]
    known = [price for price in prices if price is not None]
    if not items or len(known) < len(prices):
        return before
    return sum(item.quantity * price for item, price in zip(items, known, strict=True))


def _amount(amount_pence: int | None) -> str:
    return "" if amount_pence is None else f"{amount_pence // 100}.{amount_pence % 100:02d}"


def _figure(figure: int | None) -> str:
    return "" if not figure else str(figure)
