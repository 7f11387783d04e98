"""Who has seen this: the disclosure record of the whole account or of one order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from litestar import get
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.count_sights import Sights, count_sights
from pillarbox.desk.counter import Counter
from pillarbox.desk.who_has_seen import NEWEST, Before, SeenPage, Sight, Who, who_has_seen
from pillarbox.gate import Box, Owned, gather
from pillarbox.kernel.errors import BadInput, NotFound
from pillarbox.kernel.ids import Kind, parse
from pillarbox.web.answers import Answer, Ask, Pages, Visit
from pillarbox.web.sheet import Sheet
from pillarbox.web.trail import pager, read_trail
from pillarbox.web.views import Section, State, Tone, account, orders

PAGE: Final = 50
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OUTCOMES: Final = {
    "delivered": State("Yes", Tone.GOOD),
    "offered": State("Not confirmed", Tone.WAIT),
    "refused": State("Stopped", Tone.BAD),
}
_PATHS: Final = {
    Kind.ORDER: "/orders/",
    Kind.LABEL: "/tracking/",
    Kind.IMPORT: "/orders/import/",
    Kind.BATCH: "/batches/",
}
_NAMED: Final = 2
"""Things named in one line; of more the line says how many."""


class PlaceUnreadable(BadInput):
    """This address does not name a place in the record. Begin with the newest."""


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handler of /seen."""

    @get("/a/{place:str}/seen")
    async def seen(request: Ask) -> Answer:
        visit = Visit(request, "journal")
        query = request.query_params
        readings = query.get("readings") == "yes"
        try:
            trail = read_trail(request)
            before = _before(trail[-1]) if trail else NEWEST
            order = parse(Kind.ORDER, query["order"]) if query.get("order") else None
        except (BadInput, NotFound) as error:
            return pages.refuse(visit, error)

        async def verb(box: Box) -> Owned[Any]:
            page = await who_has_seen(box, order, before, PAGE, readings=readings)
            return gather((page, await count_sights(box, order)))

        kept = {"order": str(order or ""), "readings": "yes" if readings else ""}
        return await pages.show(visit, verb, partial(_sheet, counter=pages.counter, trail=trail, kept=kept))

    return [seen]


def _before(text: str) -> Before:
    """Read where a page begins: microseconds since 1970 and the number of a line."""
    at, _, line = text.partition("-")
    if not (text.isascii() and at.isdigit() and line.isdigit() and len(at) <= 16 and len(line) <= 18):
        raise PlaceUnreadable
    return Before(_EPOCH + timedelta(microseconds=int(at)), int(line))


def _written(before: Before | None) -> str:
    if before is None:
        return ""
    return f"{(before.at - _EPOCH) // timedelta(microseconds=1)}-{before.line}"


def _sheet(found: tuple[SeenPage, Sights], counter: Counter, trail: tuple[str, ...], kept: dict[str, str]) -> Sheet:
    page, sights = found
    readings = bool(kept["readings"])
    of_order = [("order", kept["order"])] if kept["order"] else []
    what = "This order" if of_order else "Everything of yours"
    chips = [
        orders.Chip(what, sights.shown, urlencode(of_order), on=not readings),
        orders.Chip(
            f"{what}, with page heads and readings of this record",
            sights.all,
            urlencode([*of_order, ("readings", "yes")]),
            on=readings,
        ),
    ]
    total = sights.all if readings else sights.shown
    view = account.Seen(
        tuple(chips),
        tuple(_row(sight) for sight in page.sights),
        pager(trail, len(page.sights), total, PAGE, _written(page.older), **kept),
        page.outsiders.strangers,
        page.since or counter.clock(),
    )
    return Sheet("Who has seen this", Section.SEEN, view)


def _row(sight: Sight) -> account.SightRow:
    names = [thing.name for thing in sight.things[:_NAMED]]
    more = len(sight.things) - len(names)
    one = sight.things[0] if len(sight.things) == 1 else None
    path = _PATHS.get(one.id.kind) if one else None
    return account.SightRow(
        sight.at,
        sight.name[:1].upper() + sight.name[1:],
        f"browser {sight.device}" if sight.device else "",
        sight.surface[:1].upper() + sight.surface[1:],
        ", ".join(names) + (f" and {more} more" if more > 0 else "") if names else "This record",
        sight.fields,
        _OUTCOMES[sight.outcome],
        f"{path}{one.id}" if one and path else "",
        sight.who is Who.STRANGER,
    )
