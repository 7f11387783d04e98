"""How the API answers: JSON out of released values, problems (RFC 9457) out of errors, nothing else.

Every route hands `Desk.answer` a scope, a verb and a view; rendering happens inside the owned value, so that the gate
compares owners and journals before a byte exists outside.
"""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from pillarbox.desk.counter import Counter
from pillarbox.gate import Box, Owned, Public, render
from pillarbox.gate.admit import Gate, Knock
from pillarbox.kernel.errors import BadInput, Conflict, Denied, Forbidden, NotFound, PillarboxError, Unavailable
from pillarbox.kernel.ids import Id

_LOG = structlog.get_logger()
JSON: Final = "application/json"
PROBLEM_JSON: Final = "application/problem+json"
MOST_BODY: Final = 2_000_000


def as_json(value: Any) -> Any:
    """Write what msgspec does not know: ids as their public form, kinds of text as text."""
    if isinstance(value, Id):
        return str(value)
    raise TypeError(type(value).__name__)


ENCODER: Final = msgspec.json.Encoder(enc_hook=as_json)

Verb = Callable[[Box], Awaitable[Owned[Any] | Public[Any]]]


class BodyUnreadable(BadInput):
    """The body is not JSON of the expected shape."""


class BodyTooLarge(BadInput):
    """The body is larger than 2 MB. Send large sets of orders as a file import."""


class Desk:
    """What a route needs: the gate and the counter. Made once by `routes`."""

    __slots__ = ("counter", "gate")

    def __init__(self, gate: Gate, counter: Counter) -> None:
        """One for each process."""
        self.gate = gate
        self.counter = counter

    async def answer(
        self,
        request: Request[Any, Any, Any],
        scope: str,
        verb: Verb,
        view: Callable[..., Any],
        *,
        status: int = 200,
        write: bool = False,
        surface: str = "api",
    ) -> Response[bytes]:
        """Run a verb for the caller's key and answer with its view as JSON, or with a problem."""

        async def work(box: Box) -> Owned[bytes] | Public[Any]:
            result = await verb(box)
            if isinstance(result, Public):
                return result
            return render(lambda value: ENCODER.encode(view(value)), result)

        try:
            value = await self.gate.serve(knock_of(request, surface, check_first=write), scope, work)
        except PillarboxError as error:
            return problem(error)
        content = value if isinstance(value, bytes) else ENCODER.encode(view(value))
        return Response(content, status_code=status, media_type=JSON)


def knock_of(request: Request[Any, Any, Any], surface: str, *, check_first: bool = False) -> Knock:
    """Read the caller's credential and request id off a request; API callers have no device."""
    header = request.headers.get("authorization", "")
    kind, _, token = header.partition(" ")
    credential = token.strip() if kind.lower() == "bearer" else None
    return Knock(surface, credential, None, request.scope["state"]["request"], check_first)


async def body_of(request: Request[Any, Any, Any], shape: type[Any]) -> Any:
    """Read a JSON body into a struct. Raises `BodyUnreadable` naming the field, or `BodyTooLarge`."""
    raw = await request.body()
    if len(raw) > MOST_BODY:
        raise BodyTooLarge
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$")
        raise BodyUnreadable(f"{text}.", field=path.strip("`.") or None) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BodyUnreadable("The body is not JSON.") from error


_STATUS: Final[tuple[tuple[type[PillarboxError], int], ...]] = (
    (NotFound, 404),
    (Forbidden, 403),
    (Denied, 401),
    (Conflict, 409),
    (Unavailable, 503),
    (BadInput, 422),
)


def problem(error: PillarboxError) -> Response[bytes]:
    """Write an error as RFC 9457 problem details. `problems` lists each field when there is more than one."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    body: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": error.detail if status != 404 else "There is nothing here.",
        "status": status,
    }
    if status == 404:
        body["type"] = "/problems/not-found"
    if error.field:
        body["field"] = error.field
    if error.line:
        body["line"] = error.line
    listed = getattr(error, "problems", None)
    if listed:
        body["problems"] = [{"field": field, "code": each.code, "detail": each.detail} for field, each in listed]
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {"Retry-After": "30"} if status == 503 else {}
    return Response(ENCODER.encode(body), status_code=status, media_type=PROBLEM_JSON, headers=headers)


class ParameterUnusable(BadInput):
    """A parameter of this request cannot be used."""


class MethodUnusable(BadInput):
    """This address does not take that method."""


class Unforeseen(PillarboxError):
    """Something went wrong on our side. Nothing was changed. Please quote the X-Request-Id of this answer."""


def from_framework(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Answer what the framework itself refused, in the API's one error shape."""
    if error.status_code == 404:
        return problem(NotFound())
    if error.status_code == 405:
        return problem(MethodUnusable())
    if error.status_code < 500:
        listed = error.extra if isinstance(error.extra, list) else []
        names = [str(each["key"]) for each in listed if isinstance(each, dict) and "key" in each]
        return problem(ParameterUnusable(field=names[0] if names else None))
    return problem(Unforeseen())


def unforeseen(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer a fault of our own: logged by its type alone, for its text may hold somebody's data."""
    if isinstance(error, PillarboxError):
        return problem(error)
    _LOG.error("unforeseen", type=type(error).__name__, at=_where(error))
    return problem(Unforeseen())


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
