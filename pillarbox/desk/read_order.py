"""Read one order, or a page of them, or how many there are in each state."""

from __future__ import annotations

from typing import Final

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import Id
from pillarbox.postage.search_words import words_asked
from pillarbox.vault.box import Box
from pillarbox.vault.orders import SQL, OrderLine, OrderRow
from pillarbox.vault.owned import Owned, render

STATES: Final = ("new", "label_generated", "despatched", "manifested", "cancelled", "refunded")
MOST: Final = 200
NEWEST: Final = 2**62


class StateUnknown(BadInput):
    """There is no such state. Use new, label_generated, despatched, manifested, cancelled or refunded."""


class PageUnusable(BadInput):
    """A page has 1 to 200 orders."""


class OrdersAsked(msgspec.Struct, frozen=True):
    """Which orders: newest first, below a number, in a state, carrying every word of a search."""

    before: int = NEWEST
    most: int = 50
    state: str | None = None
    search: str = ""


async def read_order(box: Box, order_id: Id, *, last: bool = False) -> Owned[OrderRow]:
    """Return one order. Raises `NotFound`, the same for absent and for somebody else's.

    `last`, here and below, says that the box asks nothing more, so that the commit travels along.
    """
    return await box.one(SQL["order_by_id"], OrderRow, last=last, order_id=order_id)


async def list_orders(box: Box, asked: OrdersAsked, *, last: bool = False) -> Owned[tuple[OrderLine, ...]]:
    """Return a page of orders, newest first. Raises `StateUnknown`, `PageUnusable`."""
    if asked.state is not None and asked.state not in STATES:
        raise StateUnknown(field="state")
    if not 1 <= asked.most <= MOST:
        raise PageUnusable(field="limit")
    given = {"before": asked.before, "most": asked.most, "state": asked.state}
    words = words_asked(asked.search)
    if not words:
        page = "order_page" if asked.state is None else "order_page_in_state"
        return await box.all(SQL[page], OrderLine, last=last, **given)
    await box.enter()
    return await box.all(SQL["order_page_found"], OrderLine, last=last, tokens=box.tokens(words), **given)


async def count_orders(box: Box) -> Owned[dict[str, int]]:
    """Return how many orders there are in each state."""
    return render(dict, await box.figures(SQL["order_counts"], "order:count"))
