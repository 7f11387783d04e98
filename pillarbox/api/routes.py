"""All routes of the API, gathered for `main`."""

from __future__ import annotations

from litestar import Router
from litestar.exceptions import HTTPException

from pillarbox.api import orders
from pillarbox.api.answers import Desk, from_framework, unforeseen
from pillarbox.desk.counter import Counter
from pillarbox.gate.admit import Gate
from pillarbox.gate.sign_in import SignIn


def routes(gate: Gate, sign_in: SignIn, counter: Counter) -> list[Router]:  # noqa: ARG001 - one form for all doors
    """Return the API's handlers."""
    desk = Desk(gate, counter)
    handlers = [*orders.routes(desk)]
    return [
        Router("/", route_handlers=handlers, exception_handlers={HTTPException: from_framework, Exception: unforeseen})
    ]
