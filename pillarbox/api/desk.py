"""From a route to its handler: read the request, knock at the gate, run the verb, answer or say what is wrong.

The verb's result is rendered to bytes inside the box. What is wrong with a request is said only to callers whose key
opens the route: whoever has none learns nothing but that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from pillarbox.api.encoding import ENCODER, JSON, Document
from pillarbox.api.problems import BodyTooLarge, problem
from pillarbox.api.route import Ask, Incoming, Once, Route, Verb
from pillarbox.desk.counter import Counter
from pillarbox.desk.idempotent import Answered, Asked, IdempotencyKeyMissing, check_key, once
from pillarbox.gate import Box, Owned, Public, render
from pillarbox.gate.admit import Gate, Knock
from pillarbox.kernel.errors import PillarboxError

Served = Owned[Any] | Public[Any]
Serve = Callable[[Callable[[Box], Awaitable[Served]]], Awaitable[Any]]


class Desk:
    """What routes need: the gate and the counter. Made once by `routes`."""

    __slots__ = ("counter", "gate")

    def __init__(self, gate: Gate, counter: Counter) -> None:
        """One for each process."""
        self.gate = gate
        self.counter = counter

    def handler(self, route: Route) -> HTTPRouteHandler:
        """Make the handler of a route for the framework; the route itself stays at hand in its `opt`."""

        async def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
            if route.run is not None:
                return await route.run(request, route)
            return await self.by_key(request, route)

        made = HTTPRouteHandler(
            route.path.replace("}", ":str}"),
            http_method=["GET", "HEAD"] if route.method == "GET" else route.method,
            name=f"api_{route.name}",  # the pages name theirs after the same verbs
            opt={"route": route},
            status_code=route.status,
            request_max_body_size=route.most_body + 1,
        )
        return made(handle)

    async def by_key(self, request: Incoming, route: Route) -> Response[bytes]:
        """Answer for the account that the caller's key opens."""
        knock = knock_of(request, route.surface, check_first=route.writes)
        if route.writes:
            try:
                self.gate.place(knock.credential)  # a body is read only for a key that could be one of ours
            except PillarboxError as error:
                return problem(error)
        return await self.answer(request, route, lambda work: self.gate.serve(knock, route.scope, work))

    async def answer(self, request: Incoming, route: Route, serve: Serve) -> Response[bytes]:
        """Answer through one way of the gate, `serve`, or with a problem."""
        try:
            raw = await body_of(request, route)
            value = await serve(lambda box: _work(box, request, route, raw))
        except PillarboxError as error:
            return problem(error)
        return respond(route, value)


async def _work(box: Box, request: Incoming, route: Route, raw: bytes) -> Served:
    if route.verb is None or route.view is None:
        raise TypeError(route.name)
    try:
        ask = Ask(request, route, raw, _key_of(request, route))
        _ = ask.query
        verb = route.verb(ask)
    except PillarboxError:
        await box.enter()  # so that nobody without a key hears what was wrong with the request
        raise
    if not ask.key:
        return await _render(box, verb, route.view)
    place = f"{request.method} {request.scope['path']}"
    return await once(box, Asked(ask.key, place, ask.material), lambda inside: _owned(inside, verb, route.view))


async def _render(box: Box, verb: Verb, view: Callable[..., Any]) -> Served:
    result = await verb(box)
    if isinstance(result, Public):
        return result
    return render(lambda value: _bytes(view(value)), result)


async def _owned(box: Box, verb: Verb, view: Callable[..., Any] | None) -> Owned[bytes]:
    result = await verb(box)
    if isinstance(result, Public) or view is None:
        raise TypeError("what belongs to nobody is not kept")
    return render(lambda value: ENCODER.encode(view(value)), result)


def _bytes(shown: Any) -> Any:
    return shown if isinstance(shown, Document) else ENCODER.encode(shown)


def respond(route: Route, value: Any) -> Response[bytes]:
    """Write a released value: bytes as they are, a document with its name, a public value through the route's view."""
    headers: dict[str, str] = {}
    if isinstance(value, Answered):
        if value.again:
            headers["Idempotent-Replay"] = "true"
        value = value.content
    elif not isinstance(value, bytes | Document):
        value = _bytes(route.view(value) if route.view is not None else value)
    if isinstance(value, Document):
        headers["Content-Disposition"] = f'attachment; filename="{value.file_name}"'
        return Response(value.content, status_code=route.status, media_type=route.media, headers=headers)
    return Response(value, status_code=route.status, media_type=JSON, headers=headers)


def knock_of(request: Incoming, surface: str, *, check_first: bool = False) -> Knock:
    """Read the caller's credential and request id off a request; API callers have no device."""
    header = request.headers.get("authorization", "")
    kind, _, token = header.partition(" ")
    credential = token.strip() if kind.lower() == "bearer" else None
    return Knock(surface, credential, None, request.scope["state"]["request"], check_first)


async def body_of(request: Incoming, route: Route) -> bytes:
    """Read the body whole. Raises `BodyTooLarge`."""
    if not route.writes:
        return b""
    raw = await request.body()
    if len(raw) > route.most_body:
        raise BodyTooLarge
    return raw


def _key_of(request: Incoming, route: Route) -> str:
    if route.once is Once.NO:
        return ""
    given = request.headers.get("idempotency-key")
    if given is None:
        if route.once is Once.MUST:
            raise IdempotencyKeyMissing(field="Idempotency-Key")
        return ""
    return check_key(given)
