"""All routes of the API, gathered for `main`."""

from __future__ import annotations

from litestar.handlers import BaseRouteHandler

from pillarbox.api import orders
from pillarbox.api.answers import Desk
from pillarbox.desk.counter import Counter
from pillarbox.gate.admit import Gate
from pillarbox.gate.sign_in import SignIn


def routes(gate: Gate, sign_in: SignIn, counter: Counter) -> list[BaseRouteHandler]:  # noqa: ARG001 - one form for all doors
    """Return the API's handlers."""
    desk = Desk(gate, counter)
    return [*orders.routes(desk)]
