"""Rows of money and the statements that read and write them: books, transfers, top-ups, receipts.

All amounts are integer pence. A purchase is two transfers of one subject, net and VAT; readers see them as one line.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec

from pillarbox.db.statement import load
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.shape import Names

SQL: Final = load("pillarbox.vault", "money.sql")


class TopUpRow(msgspec.Struct, frozen=True, gc=False):
    """A top-up. `status` is started, paid, declined or mismatched; `paid_pence` is what the provider says it took."""

    top_up_id: Annotated[Id, Names(Kind.TOP_UP)]
    pence: int
    provider: str
    reference: str | None
    status: str
    created_at: datetime
    settled_at: datetime | None
    paid_pence: int | None


class LedgerLine(msgspec.Struct, frozen=True, gc=False):
    """One line of the ledger: `pence` is gross, negative when it left the balance; `balance_pence` stood after it.

    `reason` is top_up, postage or void. A top-up names no label; what a purchase bought is named by the label.
    """

    transfer_id: Annotated[Id, Names(Kind.ENTRY)]
    at: datetime
    reason: str
    pence: int
    vat_pence: int
    balance_pence: int
    label_id: Annotated[Id | None, Names(Kind.LABEL)]
    order_id: Annotated[Id | None, Names(Kind.ORDER)]
    tracking_number: str | None
    service_code: str | None
    top_up_id: Annotated[Id | None, Names(Kind.TOP_UP)]


class ReceiptRow(msgspec.Struct, frozen=True, gc=False):
    """The figures of a receipt: a purchase (`reason` postage) or the credit for a cancelled label (void).

    `vat` is the class of the price: exempt, standard or zero.
    """

    transfer_id: Annotated[Id, Names(Kind.ENTRY)]
    label_id: Annotated[Id, Names(Kind.LABEL)]
    order_id: Annotated[Id, Names(Kind.ORDER)]
    at: datetime
    reason: str
    service_code: str
    format: str
    weight_g: int
    country: str
    tracking_number: str
    net_pence: int
    vat_pence: int
    vat: str
