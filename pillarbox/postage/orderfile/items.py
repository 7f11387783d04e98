"""The goods in an order, one for each of its rows that names any.

eBay writes an order of several items as one row of totals without an item and a row for each item; Etsy's order file
lists the products of an order in one cell. Amazon says how many are still to be sent.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from pillarbox.postage.orderfile.amounts import read_amount, read_weight
from pillarbox.postage.orderfile.cells import is_damaged_number
from pillarbox.postage.orderfile.draft import DraftItem, Problem
from pillarbox.postage.orderfile.plan import (
    HS_CODE,
    ITEM_FIELDS,
    ITEM_WEIGHT,
    LIMITS,
    LINE_TOTAL,
    MAX_FIGURE,
    ORIGIN,
    QUANTITY,
    SKU,
    TITLE,
    UNIT_PRICE,
    Plan,
    Row,
)
from pillarbox.postage.orderfile.problems import (
    DAMAGED_WORDS,
    length_problem,
    price_problem,
    problem,
    weight_problem,
)
from pillarbox.postage.orderfile.shops import Shop

MAX_QUANTITY: Final = 999_999
"""Click & Drop API, `ProductItemRequest.quantity`."""

_WHOLE: Final = re.compile(r"(\d{1,6})(?:[.,]0+)?", re.ASCII)


def read_items(
    plan: Plan, rows: list[tuple[int, Row]], currency: str, problems: list[Problem], *, long: bool
) -> tuple[DraftItem, ...]:
    """Read the items of one order, priced in its currency; items of which none is to be sent are left out.

    `long` says that some cell of the only row is longer than it may be.
    """
    items: list[DraftItem] = []
    named = False
    for line, cells in rows:
        if not (cells[SKU] or cells[TITLE]):
            continue
        named = True
        quantity = _quantity(plan, line, cells, problems)
        if quantity == 0:
            continue
        if long or len(rows) > 1:
            problems.extend(length_problem(plan, line, i) for i in ITEM_FIELDS if len(cells[i]) > LIMITS[i])
        item = _item(plan, line, cells, currency, problems)
        if quantity != 1:
            item = _several(item, quantity or 1, whole=not cells[UNIT_PRICE])
        if plan.shape.shop is Shop.ETSY and "," in item.sku:
            items.extend(_etsy_items(item))
        else:
            items.append(item)
    if named and not items:
        words = "Everything in this order has already been sent."
        problems.append(problem(plan, rows[0][0], QUANTITY, "nothing-to-send", words))
    return tuple(items)


def _quantity(plan: Plan, line: int, cells: Row, problems: list[Problem]) -> int | None:
    """Read how many; one where the file has no such column, None with a problem where it cannot be told."""
    text = cells[QUANTITY]
    if text == "1" or not plan.asks_quantity:
        return 1
    match = _WHOLE.fullmatch(text)
    if match:
        return int(match[1])
    if text:
        words = f"{text[:40]!r} is not a number of pieces. Write a whole number up to {MAX_QUANTITY}."
        problems.append(problem(plan, line, QUANTITY, "quantity-unreadable", words))
    else:
        problems.append(problem(plan, line, QUANTITY, "quantity-missing", "Say how many pieces of this are sent."))
    return None


def _item(plan: Plan, line: int, cells: Row, currency: str, problems: list[Problem]) -> DraftItem:
    """Read one piece of an item, its price in the order's currency if that is known; the quantity is set by others."""
    price, marked = _price(plan, line, cells, problems)
    if marked and currency and marked != currency:
        words = f"This price is in {marked}, but the order in {currency}."
        problems.append(problem(plan, line, UNIT_PRICE, "currency-differs", words))
    weight: int | None = None
    if cells[ITEM_WEIGHT]:
        weight, wrong = read_weight(
            cells[ITEM_WEIGHT][:MAX_FIGURE], plan.mapping.item_weight_unit, plan.mapping.decimal
        )
        if wrong:
            problems.append(weight_problem(plan, line, ITEM_WEIGHT, wrong, cells[ITEM_WEIGHT]))
    sku, title = cells[SKU], cells[TITLE]
    if "+" in sku and is_damaged_number(sku):
        problems.append(problem(plan, line, SKU, "number-damaged", DAMAGED_WORDS.format(sku)))
    remembered = plan.defaults.by_sku.get(sku) if sku else None
    hs_code, origin = cells[HS_CODE], cells[ORIGIN]
    if remembered:
        hs_code, origin = hs_code or remembered.hs_code, origin or remembered.origin
    return DraftItem(sku, title, 1, price, (currency or marked) if price is not None else "", weight, hs_code, origin)


def _price(plan: Plan, line: int, cells: Row, problems: list[Problem]) -> tuple[int | None, str]:
    """Read the price of the row, of one piece or of all, and the currency marked beside it."""
    field = UNIT_PRICE if cells[UNIT_PRICE] else LINE_TOTAL
    text = cells[field][:MAX_FIGURE]
    if not text:
        return None, ""
    price, marked, wrong = read_amount(text, plan.mapping.decimal)
    if wrong:
        problems.append(price_problem(plan, line, field, wrong, text))
    return price, marked


def _several(item: DraftItem, quantity: int, *, whole: bool) -> DraftItem:
    """Set the quantity; with `whole` the price was for all pieces and is divided, rounded half up."""
    price = item.unit_pence
    if price is not None and whole:
        price = (price * 2 + quantity) // (quantity * 2)
    return msgspec.structs.replace(item, quantity=quantity, unit_pence=price)


def _etsy_items(item: DraftItem) -> list[DraftItem]:
    """Split Etsy's list of SKUs into single pieces where it names every piece; else keep it as one item, unpriced."""
    skus = [sku.strip() for sku in item.sku.split(",") if sku.strip()]
    if len(skus) != item.quantity:
        return [DraftItem(item.sku, item.title, item.quantity)]
    return [DraftItem(sku, item.title, 1) for sku in skus]
