"""All routes of the API, gathered for `main`."""

from __future__ import annotations

from litestar import Router
from litestar.exceptions import HTTPException

from pillarbox.api import description, imports, labels, money, network, orders, prices, tracking
from pillarbox.api.desk import Desk
from pillarbox.api.problems import from_framework, unforeseen
from pillarbox.api.route import Route
from pillarbox.desk.counter import Counter
from pillarbox.gate.admit import Gate
from pillarbox.gate.sign_in import SignIn


def routes(gate: Gate, sign_in: SignIn, counter: Counter) -> list[Router]:  # noqa: ARG001 - one form for all doors
    """Return the API's handlers."""
    desk = Desk(gate, counter)
    handlers = [desk.handler(route) for route in all_routes(desk)]
    return [
        Router("/", route_handlers=handlers, exception_handlers={HTTPException: from_framework, Exception: unforeseen})
    ]


def all_routes(desk: Desk) -> list[Route]:
    """Return every route of the API, in the order in which its description lists them."""
    rooms = (orders, prices, imports, labels, tracking, money, network)
    found = [route for room in rooms for route in room.routes(desk)]
    return [*found, *description.routes(desk, found)]
