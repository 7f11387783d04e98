"""What the API shows of money: the balance, the ledger, top-ups. Integer pence, times in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from pillarbox.kernel.ids import Id


class BalanceView(msgspec.Struct, frozen=True):
    """What is there to spend, and in all what was paid in, spent on postage net, and its VAT."""

    balance_pence: int
    paid_in_pence: int
    postage_pence: int
    vat_pence: int


class LedgerLine(msgspec.Struct, frozen=True):
    """One line of the ledger: `pence` is gross and negative when it left the balance, which then stood at
    `balance_pence`. `reason` is top_up, postage or void.
    """

    id: Id
    at: datetime
    reason: str
    pence: int
    vat_pence: int
    balance_pence: int
    label_id: Id | None
    order_id: Id | None
    top_up_id: Id | None
    tracking_number: str | None
    service_code: str | None


class LedgerPage(msgspec.Struct, frozen=True):
    """A page of the ledger, newest first; `next_cursor` is null on the last one."""

    data: tuple[LedgerLine, ...]
    next_cursor: str | None


class TopUpView(msgspec.Struct, frozen=True):
    """A top-up. `status` is started, paid, declined or mismatched; `pay_url` is where to pay one just begun."""

    id: Id
    pence: int
    status: str
    created_at: datetime
    settled_at: datetime | None
    paid_pence: int | None
    pay_url: str | None


def balance_view(balance: Any) -> BalanceView:
    """View of the books."""
    return BalanceView(balance.prepaid_pence, balance.paid_in_pence, balance.postage_pence, balance.vat_pence)


def ledger_page(found: tuple[tuple[Any, ...], int]) -> LedgerPage:
    """View of a page and its limit."""
    rows, limit = found
    data = tuple([
        LedgerLine(
            row.transfer_id, row.at, row.reason, row.pence, row.vat_pence, row.balance_pence, row.label_id,
            row.order_id, row.top_up_id, row.tracking_number, row.service_code,
        )
        for row in rows
    ])  # fmt: skip
    return LedgerPage(data, str(rows[-1].transfer_id) if len(rows) == limit else None)


def top_up_view(row: Any, pay_url: str | None = None) -> TopUpView:
    """View of a top-up."""
    return TopUpView(row.top_up_id, row.pence, row.status, row.created_at, row.settled_at, row.paid_pence, pay_url)


def top_up_begun(begun: Any) -> TopUpView:
    """View of a top-up that was just begun, with the page on which to pay it."""
    return top_up_view(begun.top_up, begun.pay_url or None)
