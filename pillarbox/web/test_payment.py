"""The page of the built-in payment provider, which takes no real money. It stands where a card page would.

Paying there makes the provider call back as a real one does: the same signed words, checked in the same way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final, Protocol, runtime_checkable

from litestar import get, post
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.top_up import settle_top_up
from pillarbox.gate.admit import Knock
from pillarbox.kernel.errors import PillarboxError
from pillarbox.web.answers import Answer, Ask, Pages, see
from pillarbox.web.faults import fault, html
from pillarbox.web.pages import render_view
from pillarbox.web.views import Choice, PublicPage, doors


class Callback(Protocol):
    """What the provider sends: body and headers, `after_s` seconds later."""

    @property
    def body(self) -> bytes:
        """The signed bytes."""

    @property
    def headers(self) -> Mapping[str, str]:
        """With the signature."""

    @property
    def after_s(self) -> int:
        """Seconds to wait before it arrives."""


class Payment(Protocol):
    """A payment as its page shows it."""

    @property
    def reference(self) -> str:
        """The provider's own name of it."""

    @property
    def pence(self) -> int:
        """What is to be paid."""

    @property
    def return_url(self) -> str:
        """Where people go afterwards; it was signed by us."""


@runtime_checkable
class TestProvider(Protocol):
    """A payment provider that has a page of ours; real ones have their own."""

    @property
    def cards(self) -> Sequence[tuple[str, str]]:
        """Numbers of test cards and the words of their buttons."""

    def open(self, token: str) -> Payment:
        """Read the payment in a page's address. Raises `NotFound`."""

    def pay(self, token: str, card_number: str) -> Sequence[Callback]:
        """Say what the provider calls back when a test card pays. Raises `NotFound` and `BadInput`."""


_LATER: Final[set[asyncio.Task[None]]] = set()
"""Callbacks that are still to come; held here, because the loop alone would forget them."""


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers of /test-payments, none where the payment provider is a real one."""
    provider = pages.counter.payments
    if not isinstance(provider, TestProvider):
        return []

    @get("/test-payments/{token:str}", name="test_payment")
    async def shown(request: Ask) -> Answer:
        token = str(request.path_params["token"])
        try:
            return _page(pages, request, token, provider.open(token), provider.cards)
        except PillarboxError as error:
            return fault(pages.counter, request, error)

    @post("/test-payments/{token:str}", name="test_payment_pay")
    async def paid(request: Ask) -> Answer:
        token = str(request.path_params["token"])
        card = str((await request.form()).get("card", ""))
        try:
            payment, callbacks = provider.open(token), provider.pay(token, card)
        except PillarboxError as error:
            return fault(pages.counter, request, error)
        for each in callbacks:
            if each.after_s:
                task = asyncio.create_task(_deliver_later(pages, each), name="late test payment")
                _LATER.add(task)
                task.add_done_callback(_LATER.discard)
            else:
                await deliver(pages, each)
        return see(payment.return_url)

    return [shown, paid]


async def deliver(pages: Pages, callback: Callback) -> None:
    """Take a callback as if it had come from outside: check its signature, then settle the one top-up it names."""
    outcome = pages.counter.payments.verify(callback.body, callback.headers)
    await pages.gate.serve_payment(
        Knock("payments"), pages.counter.payments.name, outcome.reference, lambda box: settle_top_up(box, outcome)
    )


async def _deliver_later(pages: Pages, callback: Callback) -> None:
    await asyncio.sleep(callback.after_s)
    await deliver(pages, callback)


def _page(pages: Pages, request: Ask, token: str, payment: Payment, cards: Sequence[tuple[str, str]]) -> Answer:
    view = doors.TrialPayment(
        f"/test-payments/{token}",
        payment.pence,
        pages.counter.operator_name,
        payment.reference,
        tuple(Choice(number, words) for number, words in cards),
    )
    page = PublicPage(title="Test payment", now=pages.counter.clock(), csrf=pages.csrf(request), test_mode=True)
    return html(render_view(page, view))
