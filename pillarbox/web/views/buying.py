"""Buying: the services for one order, the last look before money moves, and the batch that makes many labels.

Prices are gross pence with the VAT within; what cannot be bought is named with its reason.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from pillarbox.web.views.frame import Choice, View
from pillarbox.web.views.sending import Quote


class BuyLine(msgspec.Struct, frozen=True, gc=False):
    """Labels of one service and format in a purchase: how many, each, together, VAT within the total."""

    service: str
    format: str
    pieces: int
    each_pence: int
    total_pence: int
    vat_pence: int


class LeftOut(msgspec.Struct, frozen=True, gc=False):
    """An order that is not bought, with the reason and its id to mend it."""

    id: str
    reference: str
    reason: str


class Buy(View, frozen=True):
    """`buy.html`: the confirm page; posts `hidden` (the orders, the agreed prices and the idempotency key) to
    `/buy/confirm`.

    `services` are what all chosen orders could go by: another choice posts `orders` and `service` to `/buy` again.
    `balance_pence` is None for a person who may buy but not see the money. `missing_pence` is what the balance lacks, 0
    if nothing; then the page leads to the top-up first. `lines` may be empty when nothing can be bought.
    """

    TEMPLATE: ClassVar[str] = "buy.html"
    hidden: tuple[tuple[str, str], ...]
    orders: tuple[str, ...]
    services: tuple[Choice, ...]
    lines: tuple[BuyLine, ...]
    total_pence: int
    vat_pence: int
    balance_pence: int | None
    missing_pence: int
    left_out: tuple[LeftOut, ...] = ()

    @property
    def pieces(self) -> int:
        """How many labels are bought."""
        return sum(line.pieces for line in self.lines)

    @property
    def after_pence(self) -> int:
        """The balance afterwards; asked for only where the balance is known."""
        return (self.balance_pence or 0) - self.total_pence


class OrderPrices(View, frozen=True):
    """`order_prices.html`: every service for one order with its price; choosing posts `order` and `service` to `/buy`.

    `problem` says why there is no quote, with the way on; `quote` is None then.
    """

    TEMPLATE: ClassVar[str] = "order_prices.html"
    id: str
    reference: str
    to: str
    quote: Quote | None = None
    problem: str = ""


class Batch(View, frozen=True):
    """`batch.html`: labels being made, one by one; failures named with a way on, good ones not held up.

    Printing posts `batch` and one of `parts`, which is one where a document takes them all. A label is paid for when it
    is made, so `failed` ones cost nothing. The page asks again by itself until `finished`.
    """

    TEMPLATE: ClassVar[str] = "batch.html"
    id: str
    total: int
    done: int
    failed: tuple[LeftOut, ...]
    started: datetime
    finished: bool
    parts: tuple[Choice, ...] = ()
