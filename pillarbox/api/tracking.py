"""Parcels under way by API: for the sender, for everybody with a number, and who has seen the account's data."""

from __future__ import annotations

import re
from typing import Final

import msgspec
from litestar import Response

from pillarbox.api.cursor import CursorUnreadable, line_before
from pillarbox.api.desk import Desk
from pillarbox.api.problems import problem
from pillarbox.api.route import Ask, Door, Incoming, Route, Verb
from pillarbox.api.views.tracking import SeenView, TrackingView, public_view, seen_view, tracking_view
from pillarbox.desk.counter import Counter
from pillarbox.desk.public_tracking import PublicTracking, public_tracking
from pillarbox.desk.track import track
from pillarbox.desk.tries import TriedTooOften
from pillarbox.desk.who_has_seen import NEWEST, Before, LinesUnusable, who_has_seen
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Knock, Work
from pillarbox.kernel.errors import Denied, NotFound
from pillarbox.kernel.ids import Id, Kind

_NUMBER: Final = re.compile(r"[A-Z0-9]{5,35}")


class PostcodeQuery(msgspec.Struct, frozen=True):
    """`postcode` of the address on the label: whoever knows it also sees the address."""

    postcode: str = ""


class SeenQuery(msgspec.Struct, frozen=True):
    """`limit` 1 to 200; `cursor` from the page before; `readings` also lists who read this record."""

    limit: int = 50
    cursor: str = ""
    readings: bool = False


def routes(desk: Desk) -> list[Route]:
    """The routes of /v1/tracking and /v1/seen, and the timeline of a label."""
    counter = desk.counter
    return [
        Route(
            "track_label", "GET /v1/labels/{label_id}/tracking", "One parcel with its timeline", "labels",
            gives=TrackingView, verb=lambda ask: lambda box: track(box, counter, ask.id(Kind.LABEL)),
            view=tracking_view,
        ),
        Route(
            "track_number", "GET /v1/tracking/{number}", "What everybody with a tracking number may see",
            door=Door.OPEN, query=PostcodeQuery, gives=PublicTracking, surface="tracking", raises=(TriedTooOften,),
            verb=lambda ask: _public(ask, counter), view=public_view,
            run=lambda request, route: _track(desk, request, route),
        ),
        Route(
            "list_seen", "GET /v1/seen", "Who has seen this account's data, newest first", "journal",
            query=SeenQuery, gives=SeenView, verb=lambda ask: _seen(ask, None), view=seen_view,
            raises=(LinesUnusable, CursorUnreadable),
        ),
        Route(
            "list_seen_of_order", "GET /v1/orders/{order_id}/seen", "Who has seen an order and its labels", "journal",
            query=SeenQuery, gives=SeenView, verb=lambda ask: _seen(ask, Kind.ORDER), view=seen_view,
            raises=(LinesUnusable, CursorUnreadable),
        ),
    ]  # fmt: skip


def tidy(number: str) -> str:
    """Return a tracking number as it is kept, without the spaces and dashes of its printed form.

    Raises `NotFound` for what can be no number.
    """
    bare = re.sub(r"[\s\-–]", "", number[:80]).upper()
    if not _NUMBER.fullmatch(bare):
        raise NotFound
    return bare


async def _track(desk: Desk, request: Incoming, route: Route) -> Response[bytes]:
    """Answer anybody; a number that is unknown is simply not there, for nobody needs a key here."""
    try:
        number = tidy(str(request.path_params["number"]))
    except NotFound as error:
        return problem(error)
    knock = Knock(route.surface, None, None, request.scope["state"]["request"])

    async def serve(work: Work) -> object:
        try:
            return await desk.gate.serve_tracking(knock, number, work)
        except Denied as error:
            raise NotFound from error

    return await desk.answer(request, route, serve)


def _public(ask: Ask, counter: Counter) -> Verb:
    postcode, number = ask.query.postcode[:40], tidy(ask.path("number"))

    async def shown(box: Box) -> Owned[PublicTracking]:
        if postcode.strip():
            await box.enter()  # an unknown number is nothing to guess at
            counter.postcode_tries.guess(number)
        found = await public_tracking(box, counter, postcode)
        if postcode.strip() and not box.open(found).postcode_sentence:
            counter.postcode_tries.right(number)
        return found

    return shown


def _seen(ask: Ask, kind: Kind | None) -> Verb:
    query: SeenQuery = ask.query
    before = Before(*line_before(query.cursor)) if query.cursor else NEWEST

    async def listed(box: Box) -> Owned[object]:
        order_id: Id | None = ask.id(kind) if kind else None
        return await who_has_seen(box, order_id, before, query.limit, readings=query.readings)

    return listed
