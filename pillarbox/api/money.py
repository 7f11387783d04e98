"""Money by API: the balance, the ledger, top-ups, and the word of a payment provider."""

from __future__ import annotations

import contextlib

import msgspec
from litestar import Response

from pillarbox.api.cursor import CursorUnreadable, id_before
from pillarbox.api.desk import Desk, body_of
from pillarbox.api.encoding import ENCODER, JSON
from pillarbox.api.problems import problem
from pillarbox.api.route import Ask, Door, Incoming, Once, Route, Verb
from pillarbox.api.views.money import (
    BalanceView,
    LedgerPage,
    TopUpView,
    balance_view,
    ledger_page,
    top_up_begun,
    top_up_view,
)
from pillarbox.desk.balance import LedgerPageUnusable, list_ledger, read_balance
from pillarbox.desk.buy import KeyReused
from pillarbox.desk.counter import Counter, PaymentOutcome
from pillarbox.desk.top_up import TopUpUnusable, read_top_up, settle_top_up, start_top_up
from pillarbox.gate import Box, Owned, render
from pillarbox.gate.admit import Knock
from pillarbox.kernel.errors import Denied, NotFound, PillarboxError
from pillarbox.kernel.ids import Kind


class CallbackNotGenuine(Denied):
    """This callback was not signed by the payment provider."""


class NewTopUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much to pay in, in pence."""

    pence: int


class LedgerQuery(msgspec.Struct, frozen=True):
    """`limit` 1 to 200; `cursor` from the page before."""

    limit: int = 50
    cursor: str = ""


class Received(msgspec.Struct, frozen=True):
    """The answer to every genuine callback, whatever became of it."""

    received: bool = True


def routes(desk: Desk) -> list[Route]:
    """The routes of /v1/balance, /v1/ledger and /v1/top-ups, and the payment provider's callback."""
    counter = desk.counter
    return [
        Route(
            "read_balance", "GET /v1/balance", "The prepaid balance", "money:read",
            gives=BalanceView, verb=lambda _: read_balance, view=balance_view,
        ),
        Route(
            "list_ledger", "GET /v1/ledger", "The ledger, newest first", "money:read",
            query=LedgerQuery, gives=LedgerPage, verb=_ledger, view=ledger_page,
            raises=(LedgerPageUnusable, CursorUnreadable),
        ),
        Route(
            "create_top_up", "POST /v1/top-ups", "Begin a payment into the balance", "money:write",
            takes=NewTopUp, gives=TopUpView, status=201, once=Once.MUST, verb=lambda ask: _top_up(ask, counter),
            view=top_up_begun, raises=(TopUpUnusable, KeyReused),
        ),
        Route(
            "read_top_up", "GET /v1/top-ups/{top_up_id}", "One top-up", "money:read",
            gives=TopUpView, verb=lambda ask: lambda box: read_top_up(box, ask.id(Kind.TOP_UP)), view=top_up_view,
        ),
        Route(
            "payment_callback", "POST /callbacks/payments/{provider}", "The word of a payment provider",
            door=Door.OPEN, gives=Received, most_body=65_536, raises=(CallbackNotGenuine,),
            run=lambda request, route: _callback(desk, request, route),
        ),
    ]  # fmt: skip


def _ledger(ask: Ask) -> Verb:
    query: LedgerQuery = ask.query
    before = id_before(query.cursor, Kind.ENTRY)

    async def listed(box: Box) -> Owned[object]:
        return render(lambda rows: (rows, query.limit), await list_ledger(box, before=before, most=query.limit))

    return listed


def _top_up(ask: Ask, counter: Counter) -> Verb:
    wanted: NewTopUp = ask.body
    return lambda box: start_top_up(box, counter, wanted.pence, ask.key, return_url=f"{counter.public_url}/money")


async def _callback(desk: Desk, request: Incoming, route: Route) -> Response[bytes]:
    """Take the word of a provider: the same answer whatever became of it, so that nothing can be probed.

    What cannot be taken just now is answered 503, so that the provider comes again.
    """
    payments = desk.counter.payments
    try:
        body = await body_of(request, route)
        if request.path_params["provider"] != payments.name:
            raise CallbackNotGenuine
        try:
            outcome = payments.verify(body, dict(request.headers.items()))
        except Denied as error:
            raise CallbackNotGenuine from error
        await _settle(desk, outcome, request.scope["state"]["request"])
    except PillarboxError as error:
        return problem(error)
    return Response(ENCODER.encode(Received()), media_type=JSON)


async def _settle(desk: Desk, outcome: PaymentOutcome, request: bytes) -> None:
    """Settle the top-up that a genuine word names; one that we never began is nobody's, and nothing happens."""
    knock, name = Knock("payments", None, None, request), desk.counter.payments.name
    with contextlib.suppress(Denied, NotFound):
        await desk.gate.serve_payment(knock, name, outcome.reference, lambda box: settle_top_up(box, outcome))
