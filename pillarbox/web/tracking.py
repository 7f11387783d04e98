"""Tracking for the sender: how all parcels fare, and one parcel with everything that was reported of it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from litestar import get
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.track import (
    Faring,
    PageUnusable,
    ParcelLine,
    ParcelsAsked,
    Step,
    Tracking,
    count_parcels,
    list_parcels,
    track,
)
from pillarbox.gate import Box, Owned, gather
from pillarbox.kernel.ids import Kind, parse
from pillarbox.web.answers import Answer, Ask, Pages, Visit
from pillarbox.web.parcel_words import FLAGS, MISUSED, state_of, tone_of
from pillarbox.web.sheet import Sheet
from pillarbox.web.trail import pager, read_trail
from pillarbox.web.views import Section, account
from pillarbox.web.views.orders import Chip

PAGE: Final = 50
HOW: Final = "how"
_WORDS: Final = {
    Faring.PROBLEM: "Need attention",
    Faring.WAITING: "Not seen yet",
    Faring.UNDER_WAY: "On their way",
    Faring.DELIVERED: "Delivered",
}
_BETWEEN: Final = "~"


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers of /tracking."""

    @get("/a/{place:str}/tracking", name="tracking")
    async def listed(request: Ask) -> Answer:
        trail = read_trail(request)
        how = request.query_params.get(HOW) or None

        async def verb(box: Box) -> Owned[Any]:
            rows = await list_parcels(box, pages.counter, _asked(how, trail))
            return gather((rows, await count_parcels(box)))

        return await pages.show(Visit(request, "orders:read"), verb, partial(_list, how=how, trail=trail))

    @get("/a/{place:str}/tracking/{label_id:str}", name="tracking_parcel")
    async def one(request: Ask) -> Answer:
        visit = Visit(request, "orders:read")
        return await pages.show(visit, lambda box: track(box, pages.counter, visit.id(Kind.LABEL, "label_id")), _one)

    return [listed, one]


def _asked(how: str | None, trail: tuple[str, ...]) -> ParcelsAsked:
    """Read what the address asks for; a page begins below the time and id of the row before it."""
    if not trail:
        return ParcelsAsked(how, PAGE)
    at, _, label = trail[-1].partition(_BETWEEN)
    try:
        before = datetime.fromisoformat(at)
    except ValueError as error:
        raise PageUnusable from error
    if before.tzinfo is None:
        raise PageUnusable
    return ParcelsAsked(how, PAGE, before, parse(Kind.LABEL, label))


def _list(found: tuple[tuple[ParcelLine, ...], dict[Faring, int]], *, how: str | None, trail: tuple[str, ...]) -> Sheet:
    rows, counts = found
    everything = sum(counts.values())
    total = counts[Faring(how)] if how else everything
    last = f"{rows[-1].last_news_at.isoformat()}{_BETWEEN}{rows[-1].label_id}" if rows else ""
    view = account.Parcels(
        _chips(counts, how) if everything else (),
        tuple(_row(row) for row in rows),
        pager(trail, len(rows), total, PAGE, last, how=how or ""),
    )
    return Sheet("Tracking", Section.TRACKING, view)


def _chips(counts: dict[Faring, int], how: str | None) -> tuple[Chip, ...]:
    first = Chip("All", sum(counts.values()), "", on=how is None)
    rest = (Chip(words, counts[each], urlencode({HOW: each.value}), on=how == each) for each, words in _WORDS.items())
    return (first, *rest)


def _row(line: ParcelLine) -> account.ParcelRow:
    return account.ParcelRow(
        str(line.label_id),
        line.addressee.reference or f"No. {line.order_number}",
        line.addressee.address.name or line.addressee.address.company,
        line.tracking_number,
        MISUSED if line.used_after_void else line.status.sentence,
        state_of(line.status, misused=line.used_after_void),
        line.last_news_at,
    )


def _one(found: Tracking) -> Sheet:
    address = found.addressee.address
    view = account.Parcel(
        str(found.order_id),
        found.addressee.reference or f"No. {found.order_number}",
        ", ".join(part for part in (address.name or address.company, address.town) if part),
        found.tracking_number,
        found.service,
        found.aim,
        found.headline,
        found.sentence,
        state_of(found.status, misused=found.used_after_void),
        found.since,
        tuple(_step(step) for step in reversed(found.steps)),
        f"/track/{found.tracking_number}",
        MISUSED if found.used_after_void else "",
    )
    return Sheet("Parcel", Section.TRACKING, view)


def _step(step: Step) -> account.ParcelStep:
    notes = (*((step.note,) if step.note else ()), *(FLAGS[flag] for flag in step.flags))
    return account.ParcelStep(step.words, step.place, step.at, notes, tone_of(step.status))
