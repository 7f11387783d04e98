"""Problems (RFC 9457): the one shape in which the API says that something is wrong, whoever found it.

A problem never holds anybody's data but the caller's own words, and "absent" and "forbidden" are the same bytes.
"""

from __future__ import annotations

import traceback
from typing import Any, Final

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from pillarbox.api.encoding import ENCODER
from pillarbox.desk.tries import TriedTooOften
from pillarbox.kernel.errors import BadInput, Conflict, Denied, Forbidden, NotFound, PillarboxError, Unavailable

_LOG = structlog.get_logger()
PROBLEM_JSON: Final = "application/problem+json"
_RETRY_SECONDS: Final = {503: "30", 429: "3600"}


class ParameterUnusable(BadInput):
    """A parameter of this request cannot be used."""


class BodyTooLarge(BadInput):
    """The body is larger than this address takes. Send large sets of orders as a file import."""


class MethodUnusable(BadInput):
    """This address does not take that method."""


class Unforeseen(PillarboxError):
    """Something went wrong on our side. Nothing was changed. Please quote the X-Request-Id of this answer."""


class FieldProblem(msgspec.Struct, frozen=True):
    """One thing wrong with what was sent: the field by its path, a code for programs, a sentence for people."""

    field: str
    code: str
    detail: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wrong (RFC 9457). `title` is a sentence that says what to do; the part of `type` after the last slash
    is stable for programs. `problems` lists every unusable field where there is more than one. `line` counts from 1;
    `missing_pence` is what must be paid in before a balance covers a purchase.
    """

    type: str
    title: str
    status: int
    field: str | None = None
    line: int | None = None
    problems: tuple[FieldProblem, ...] = ()
    missing_pence: int | None = None


_STATUS: Final[tuple[tuple[type[PillarboxError], int], ...]] = (
    (NotFound, 404),
    (Forbidden, 403),
    (Denied, 401),
    (Conflict, 409),
    (Unavailable, 503),
    (TriedTooOften, 429),
    (BodyTooLarge, 413),
    (MethodUnusable, 405),
    (BadInput, 422),
)
_NOT_FOUND: Final = Problem("/problems/not-found", "There is nothing here.", 404)


def status_of(error: type[PillarboxError]) -> int:
    """Return the HTTP status by which the API answers an error of this class."""
    return next((status for kind, status in _STATUS if issubclass(error, kind)), 500)


def problem_of(error: PillarboxError) -> Problem:
    """Describe an error; everything that is not there, or not the caller's, is described alike."""
    status = status_of(type(error))
    if status == 404:
        return _NOT_FOUND
    listed: list[tuple[str, BadInput]] = getattr(error, "problems", [])
    fields = tuple(FieldProblem(field, each.code, each.detail) for field, each in listed)
    return Problem(
        type=f"/problems/{error.code}",
        title=error.detail,
        status=status,
        field=error.field or None,
        line=error.line or None,
        problems=fields,
        missing_pence=getattr(error, "missing_pence", None),
    )


def described(kind: type[PillarboxError]) -> Problem:
    """Describe an error of this class as its docstring says it, without an occasion."""
    error = kind.__new__(kind)
    PillarboxError.__init__(error)
    return problem_of(error)


def problem(error: PillarboxError, headers: dict[str, str] | None = None) -> Response[bytes]:
    """Answer with an error."""
    said = problem_of(error)
    extra = dict(headers or {})
    if said.status == 401:
        extra["WWW-Authenticate"] = "Bearer"
    elif said.status in _RETRY_SECONDS:
        extra["Retry-After"] = _RETRY_SECONDS[said.status]
    return Response(ENCODER.encode(said), status_code=said.status, media_type=PROBLEM_JSON, headers=extra)


def from_framework(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Answer what the framework itself refused, in the API's one error shape."""
    if error.status_code == 404:
        return problem(NotFound())
    if error.status_code == 405:
        return problem(MethodUnusable(), {"Allow": (error.headers or {}).get("allow", "")})
    if error.status_code == 413:
        return problem(BodyTooLarge())
    if error.status_code < 500:
        return problem(ParameterUnusable())
    return problem(Unforeseen())


def unforeseen(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer a fault of our own: logged by its type and place alone, for its text may hold somebody's data."""
    if isinstance(error, PillarboxError):
        return problem(error)
    _LOG.error("unforeseen", type=type(error).__name__, at=_where(error))
    return problem(Unforeseen())


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
