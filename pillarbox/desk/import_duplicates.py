"""Which orders of a file are there already: by reference, or for orders without one by their very rows.

Two shops may well use the same number, so a reference counts only within one shop, or where the shop is not known.
Without a reference the same rows in another import are the same order; twice in one file they are two orders.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from pillarbox.desk.drafted import shop_of
from pillarbox.desk.import_reading import Judged
from pillarbox.desk.new_order import CheckedOrder
from pillarbox.kernel.ids import Id
from pillarbox.postage.orderfile import DraftOrder, Problem
from pillarbox.vault.box import Box
from pillarbox.vault.imports import SQL, OrderAlike

DUPLICATE: Final = "order-duplicate"
"""The code of a row that repeats an order."""


class _Known(NamedTuple):
    shop: str | None
    where: str
    import_id: Id | None


class Duplicates:
    """The orders that a step's orders may repeat, asked for once."""

    __slots__ = ("_import_id", "_known", "_tokens")

    def __init__(self, import_id: Id, tokens: dict[int, bytes], known: dict[bytes, list[_Known]]) -> None:
        """`tokens` by the line at which each order begins."""
        self._import_id = import_id
        self._tokens = tokens
        self._known = known

    @classmethod
    async def look(cls, box: Box, import_id: Id, judged: Iterable[Judged]) -> Duplicates:
        """Ask the account's own orders for every reference of this step, in one statement."""
        drafts = [draft for draft, verdict, _ in judged if draft is not None and isinstance(verdict, CheckedOrder)]
        return await cls.of(box, import_id, drafts)

    @classmethod
    async def of(cls, box: Box, import_id: Id, drafts: Iterable[DraftOrder]) -> Duplicates:
        """Ask for the references of these drafts."""
        tokens = {draft.line: token_of(box, draft) for draft in drafts}
        found = await box.all(SQL["orders_like"], OrderAlike, tokens=sorted(set(tokens.values())))
        known: dict[bytes, list[_Known]] = {}
        for order in box.open(found):
            known.setdefault(order.reference_token, []).append(
                _Known(order.shop, f"order {order.number}", order.import_id)
            )
        return cls(import_id, tokens, known)

    def check(self, draft: DraftOrder) -> tuple[bytes, Problem | None]:
        """Return the token by which this order is found again, and what it repeats; a fresh one is remembered."""
        token = self._tokens[draft.line]
        shop = shop_of(draft) or None
        for one in self._known.get(token, ()):
            same_shop = one.shop is None or shop is None or one.shop == shop
            if same_shop and (draft.reference or one.import_id != self._import_id):
                what = f"the reference {draft.reference}" if draft.reference else "the very same row"
                words = f"There already is {one.where} with {what}."
                return token, Problem(draft.line, None, "reference", DUPLICATE, words)
        here = _Known(shop, f"line {draft.line} of this file", self._import_id)
        self._known.setdefault(token, []).append(here)
        return token, None


async def same_order(box: Box, import_id: Id, draft: DraftOrder) -> Problem | None:
    """Say what one order repeats, if anything."""
    _, problem = (await Duplicates.of(box, import_id, [draft])).check(draft)
    return problem


def token_of(box: Box, draft: DraftOrder) -> bytes:
    """Return the keyed token of an order's reference, as `create_order` makes it, or of its rows."""
    if draft.reference:
        return box.token(f"reference {draft.reference.casefold()}")
    return box.token(f"row {draft.order_key}")
