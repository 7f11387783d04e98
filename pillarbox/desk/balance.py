"""Read the money: the balance, the ledger page by page, and what a receipt says."""

from __future__ import annotations

from typing import Final

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import Id
from pillarbox.vault.box import Box
from pillarbox.vault.money import SQL, LedgerLine, ReceiptRow
from pillarbox.vault.owned import Owned, render

MOST: Final = 200


class LedgerPageUnusable(BadInput):
    """A page of the ledger has 1 to 200 lines."""


class Balance(msgspec.Struct, frozen=True, gc=False):
    """What stands in the books, in pence: the balance to spend, and in all what was paid in, spent net, and VAT."""

    prepaid_pence: int = 0
    paid_in_pence: int = 0
    postage_pence: int = 0
    vat_pence: int = 0


async def read_balance(box: Box) -> Owned[Balance]:
    """Return the books of the account; without any money yet all are 0."""
    return render(_balance, await box.figures(SQL["books"], "book:balance"))


def _balance(rows: tuple[tuple[str, int], ...]) -> Balance:
    books = dict(rows)
    return Balance(books.get("prepaid", 0), -books.get("paid_in", 0), books.get("postage", 0), books.get("vat", 0))


async def balance_pence(box: Box) -> int:
    """Return the balance for a decision inside a verb."""
    return box.open(await read_balance(box)).prepaid_pence


async def list_ledger(box: Box, *, before: Id | None = None, most: int = 50) -> Owned[tuple[LedgerLine, ...]]:
    """Return a page of the ledger, newest first, below the entry `before`. Raises `LedgerPageUnusable`."""
    if not 1 <= most <= MOST:
        raise LedgerPageUnusable(field="limit")
    return await box.all(SQL["ledger_page"], LedgerLine, before=before, most=most)


async def count_ledger(box: Box) -> Owned[int]:
    """Return how many lines the ledger has."""
    return render(lambda rows: int(rows[0][0]) if rows else 0, await box.figures(SQL["ledger_count"], "entry:count"))


async def read_receipt(box: Box, transfer_id: Id) -> Owned[ReceiptRow]:
    """Return what the receipt of one ledger line says; a top-up has none, for VAT is due when postage is bought.

    With the operator's name, address and VAT number beside it this is a simplified VAT invoice, allowed up to £250
    gross (VAT Regulations 1995 reg. 16A); a credit for a cancelled label has the same split. Raises `NotFound`.
    """
    return await box.one(SQL["receipt"], ReceiptRow, transfer_id=transfer_id)
