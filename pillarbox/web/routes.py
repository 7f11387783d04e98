"""All pages, gathered for `main`, and how they answer what no route of theirs foresaw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, Router
from litestar.exceptions import HTTPException

from pillarbox.desk.counter import Counter
from pillarbox.gate.admit import Gate
from pillarbox.gate.sign_in import SignIn
from pillarbox.kernel.errors import PillarboxError
from pillarbox.web import (
    account_settings,
    buying,
    front_door,
    imports,
    labels,
    mending,
    money,
    order_edit,
    orders,
    public,
    seen,
    sending,
    staff,
    test_payment,
    tracking,
)
from pillarbox.web.answers import Pages
from pillarbox.web.faults import fault, not_from_here, nothing_here, unforeseen

Handler = Callable[[Request[Any, Any, Any], Any], Response[bytes]]


def routes(gate: Gate, sign_in: SignIn, counter: Counter) -> list[Router]:
    """Return the pages' handlers."""
    pages = Pages(gate, sign_in, counter)
    rooms = (
        front_door,
        orders,
        order_edit,
        sending,
        imports,
        mending,
        account_settings,
        seen,
        buying,
        labels,
        money,
        tracking,
        staff,
        public,
        test_payment,
    )
    handlers = [handler for room in rooms for handler in room.routes(pages)]
    return [Router("/", route_handlers=handlers, exception_handlers=exception_handlers(counter))]


def exception_handlers(counter: Counter) -> dict[int | type[Exception], Handler]:
    """Return how a page is answered that failed before or outside its route, or that has no route at all."""

    def framework(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
        if error.status_code == 403:
            return not_from_here(counter)
        if error.status_code < 500:
            return nothing_here(counter)
        return unforeseen(counter, request, error)

    def any_other(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        if isinstance(error, PillarboxError):
            return fault(counter, request, error)
        return unforeseen(counter, request, error)

    return {HTTPException: framework, Exception: any_other}
