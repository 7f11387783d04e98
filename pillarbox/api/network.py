"""The operator's scanning network by API: report what happened to parcels, and hear which to expect.

Its own credential opens nothing by itself; with a tracking number it opens that one parcel.
"""

from __future__ import annotations

import msgspec
from litestar import Response

from pillarbox.api.desk import Desk, body_of, knock_of
from pillarbox.api.encoding import ENCODER, JSON
from pillarbox.api.problems import problem
from pillarbox.api.reading import read_body, read_query
from pillarbox.api.route import Door, Incoming, Route
from pillarbox.api.tracking import tidy
from pillarbox.api.views.tracking import BulkTaken, PreAdvice, bulk_view
from pillarbox.desk.bulk_events import EventsUnreadable, EventUnreadable, NetworkEvent, parse_events, take_events
from pillarbox.desk.record_event import (
    EventCodeUnknown,
    EventInFuture,
    EventTaken,
    EventTextUnusable,
    EventTooOld,
    record_event,
)
from pillarbox.kernel.errors import BadInput, NotFound, PillarboxError
from pillarbox.postage.tracking_codes import EventTimeUnusable

MOST_NUMBERS = 10_000


class NumbersUncountable(BadInput):
    """A page has 1 to 10,000 numbers."""


class PreAdviceQuery(msgspec.Struct, frozen=True):
    """`limit` 1 to 10,000; `cursor` from the page before."""

    limit: int = 1_000
    cursor: str = ""


def routes(desk: Desk) -> list[Route]:
    """The routes of /v1/network."""
    return [
        Route(
            "report_event", "POST /v1/network/events", "Report what happened to one parcel",
            door=Door.NETWORK, takes=NetworkEvent, gives=EventTaken,
            run=lambda request, route: _report(desk, request, route),
            raises=(EventCodeUnknown, EventTimeUnusable, EventInFuture, EventTooOld, EventTextUnusable),
        ),
        Route(
            "report_events", "POST /v1/network/events/bulk", "Report what happened to many parcels",
            door=Door.NETWORK, takes=list[NetworkEvent], gives=BulkTaken, raises=(EventsUnreadable,),
            run=lambda request, route: _report_many(desk, request, route),
        ),
        Route(
            "list_pre_advice", "GET /v1/network/pre-advice", "Tracking numbers to expect",
            door=Door.NETWORK, query=PreAdviceQuery, gives=PreAdvice, raises=(NumbersUncountable,),
            run=lambda request, route: _pre_advice(desk, request, route),
        ),
    ]  # fmt: skip


async def _report(desk: Desk, request: Incoming, route: Route) -> Response[bytes]:
    knock, counter = knock_of(request, "network"), desk.counter
    try:
        try:
            event = read_body(await body_of(request, route), NetworkEvent)
            number = tidy(event.number)
        except PillarboxError:
            await desk.gate.pre_advice(knock.credential, "", 1)  # nobody without a key hears what was wrong
            raise
        said = {"place": event.place, "note": event.note, "event_key": event.event_key}
        taken = await desk.gate.serve_scan(
            knock, number, lambda box: record_event(box, counter, event.code, event.at, **said)
        )
    except PillarboxError as error:
        return problem(error)
    return Response(ENCODER.encode(taken), media_type=JSON)


async def _report_many(desk: Desk, request: Incoming, route: Route) -> Response[bytes]:
    knock = knock_of(request, "network")
    try:
        await desk.gate.pre_advice(knock.credential, "", 1)
        events = [_tidied(event) for event in parse_events(await body_of(request, route))]
        results = await take_events(
            lambda number, work: desk.gate.serve_scan(knock, number, work), desk.counter, events
        )
    except PillarboxError as error:
        return problem(error)
    return Response(ENCODER.encode(bulk_view(results)), media_type=JSON)


def _tidied(event: NetworkEvent | BadInput) -> NetworkEvent | BadInput:
    if isinstance(event, BadInput):
        return event
    try:
        return msgspec.structs.replace(event, number=tidy(event.number))
    except NotFound:
        return EventUnreadable(field="number")


async def _pre_advice(desk: Desk, request: Incoming, _: Route) -> Response[bytes]:
    credential = knock_of(request, "network").credential
    try:
        await desk.gate.pre_advice(credential, "", 1)
        query = read_query(dict(request.query_params.items()), PreAdviceQuery)
        if not 1 <= query.limit <= MOST_NUMBERS:
            raise NumbersUncountable(field="limit")
        numbers = tuple(await desk.gate.pre_advice(credential, query.cursor, query.limit))
    except PillarboxError as error:
        return problem(error)
    cursor = numbers[-1] if len(numbers) == query.limit else None
    return Response(ENCODER.encode(PreAdvice(numbers, cursor)), media_type=JSON)
