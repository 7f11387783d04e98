"""Pages for what cannot be shown: nothing here, a problem, suspended. None holds anything of a customer's.

The page for nothing is the same bytes whether a thing is absent, somebody else's, or an address that never was.
"""

from __future__ import annotations

import traceback
from typing import Any, Final

import structlog
from litestar import Request, Response

from pillarbox.desk.counter import Counter
from pillarbox.gate import Suspended
from pillarbox.kernel.errors import BadInput, Conflict, Forbidden, NotFound, PillarboxError, Unavailable
from pillarbox.web.pages import render_view
from pillarbox.web.views import PublicPage, View, doors

_LOG: Final = structlog.get_logger()
HTML: Final = "text/html"
Ask = Request[Any, Any, Any]
_HEADINGS: Final[tuple[tuple[type[PillarboxError], int, str], ...]] = (
    (Forbidden, 403, "You may not do this"),
    (Conflict, 409, "This cannot be done now"),
    (BadInput, 422, "This cannot be used"),
    (Unavailable, 503, "This is not available just now"),
)


def html(body: bytes, status: int = 200) -> Response[bytes]:
    """Answer with a finished page."""
    return Response(body, status_code=status, media_type=HTML)


def public(counter: Counter, title: str, view: View, status: int, **rest: Any) -> Response[bytes]:
    """Answer with a page outside any account."""
    page = PublicPage(title=title, now=counter.clock(), csrf="", status_url=counter.status_url, **rest)
    return html(render_view(page, view), status)


def nothing_here(counter: Counter) -> Response[bytes]:
    """Answer as for anything that is not there or not theirs."""
    return public(counter, "Nothing here", doors.NotFoundPage(), 404)


def fault(counter: Counter, request: Ask, error: PillarboxError, way_on: str = "/") -> Response[bytes]:
    """Answer an error that no form can show."""
    if isinstance(error, NotFound):
        return nothing_here(counter)
    if isinstance(error, Suspended):
        return suspended(counter)
    for kind, status, heading in _HEADINGS:
        if isinstance(error, kind):
            view = doors.Problem(heading, (error.detail,), way_on, "Go back")
            return public(counter, heading, view, status)
    return unforeseen(counter, request, error)


def suspended(counter: Counter) -> Response[bytes]:
    """Answer while the doors are shut on purpose; since when and why is for the status page to say."""
    view = doors.Suspended("Pillarbox", None, counter.status_url)
    answer = public(counter, "Shut for now", view, 503)
    answer.headers["Retry-After"] = "300"
    return answer


def unforeseen(counter: Counter, request: Ask, error: BaseException) -> Response[bytes]:
    """Answer a fault of our own: logged by its type alone, for its text may hold somebody's data."""
    _LOG.error("unforeseen", type=type(error).__name__, at=_where(error))
    number = request.scope["state"]["request"].hex()
    sentences = (
        "Nothing was charged, and nothing you typed was sent twice.",
        f"Please try again in a minute. If it happens again, tell us this number: {number}.",
    )
    heading = "Something went wrong on our side"
    return public(counter, heading, doors.Problem(heading, sentences, "/", "Go to the start page"), 500)


def not_from_here(counter: Counter) -> Response[bytes]:
    """Answer a form whose secret is not this browser's: old, or made by another site."""
    heading = "This form is too old"
    sentences = (
        "It was opened before you signed in, or in another browser, so nothing was done with it.",
        "Please go back, load the page again and send it once more.",
    )
    return public(counter, heading, doors.Problem(heading, sentences, "/", "Go to the start page"), 403)


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
