"""Tracking for whoever waits: by number, without signing in and without a script; the address only by its postcode.

An unknown number, a mistyped one and one that is nobody's answer with the same page.
"""

from __future__ import annotations

import re
from typing import Final

from litestar import get, post
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.public_tracking import PublicStep, PublicTracking, public_tracking
from pillarbox.gate import Box, Owned, render
from pillarbox.gate.admit import Knock
from pillarbox.kernel.errors import Denied, NotFound, PillarboxError
from pillarbox.web.answers import Answer, Ask, Pages, see
from pillarbox.web.faults import fault, html
from pillarbox.web.pages import render_view
from pillarbox.web.parcel_words import advice, tone_of
from pillarbox.web.tries import Tries
from pillarbox.web.views import FieldError, PublicPage, Tone, View, account
from pillarbox.web.views.orders import Person

_NUMBER: Final = re.compile(r"[A-Z0-9]{5,35}")
_UNKNOWN: Final = "We know no parcel by this number. Check it letter by letter; a new one may take a day to appear."
_ENOUGH: Final = "Too many postcodes were tried for this parcel. Please try again in an hour."
WRONG_TRIES: Final = 10
"""Wrong postcodes for one number within an hour: there are about 1.8 million to guess from."""


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers of /track."""
    tries = Tries(WRONG_TRIES, 3600.0)

    @get("/track", name="track_find")
    async def find(request: Ask) -> Answer:
        asked = request.query_params.get("number")
        if asked is None:
            return _find(pages, request)
        number = tidy(asked)
        return see(f"/track/{number}") if _NUMBER.fullmatch(number) else _find(pages, request, asked)

    @get("/track/{number:str}", name="track")
    async def shown(request: Ask) -> Answer:
        return await _show(pages, request, "", tries)

    @post("/track/{number:str}", name="track_postcode", status_code=200)
    async def asked(request: Ask) -> Answer:
        postcode = str((await request.form()).get("postcode", ""))[:40]
        return await _show(pages, request, postcode, tries)

    return [find, shown, asked]


def tidy(number: str) -> str:
    """Return a tracking number as it is kept: without the spaces and dashes of its printed form, in capitals."""
    return re.sub(r"[\s\-–]", "", number).upper()


async def _show(pages: Pages, request: Ask, postcode: str, tries: Tries) -> Answer:
    number = tidy(str(request.path_params["number"]))
    if not _NUMBER.fullmatch(number):
        return _find(pages, request, number)
    enough = bool(postcode) and tries.spent(number)
    given = "" if enough else postcode
    state = request.scope["state"]
    wrong = False

    async def work(box: Box) -> Owned[bytes]:
        nonlocal wrong
        found = await public_tracking(box, pages.counter, given)
        wrong = bool(box.open(found).postcode_sentence)
        return render(lambda value: _draw(pages, request, value, postcode, enough=enough), found)

    try:
        body = await pages.gate.serve_tracking(Knock("tracking", None, state["device"], state["request"]), number, work)
    except (Denied, NotFound):
        return _find(pages, request, number)
    except PillarboxError as error:
        return fault(pages.counter, request, error, "/track")
    if wrong:
        tries.note(number)
    return html(body, 429 if enough else 422 if wrong else 200)


def _draw(pages: Pages, request: Ask, found: PublicTracking, postcode: str, *, enough: bool) -> bytes:
    sentence = _ENOUGH if enough else found.postcode_sentence
    view = account.Track(
        found.tracking_number,
        found.headline,
        tone_of(found.status),
        tuple(_step(step, found) for step in reversed(found.steps)),
        advice(found.status),
        f"{found.service}, {found.aim}" if found.aim else found.service,
        f"/track/{found.tracking_number}",
        Person(found.recipient) if found.recipient else None,
        "" if found.recipient else postcode,
        found.sentence,
    )
    return render_view(_page(pages, request, "Your parcel", "postcode", sentence), view)


def _step(step: PublicStep, found: PublicTracking) -> account.TrackStep:
    """One line of the timeline; the last one has the colour of the whole."""
    tone = tone_of(found.status) if step is found.steps[-1] else Tone.PLAIN
    return account.TrackStep(step.words, step.place, step.at, tone)


def _find(pages: Pages, request: Ask, asked: str | None = None) -> Answer:
    """Ask for a number; `asked` is one that leads nowhere."""
    view: View = account.TrackFind((asked or "")[:60])
    page = _page(pages, request, "Track a parcel", "number", "" if asked is None else _UNKNOWN)
    return html(render_view(page, view), 200 if asked is None else 404)


def _page(pages: Pages, request: Ask, title: str, field: str, sentence: str) -> PublicPage:
    return PublicPage(
        title=title,
        now=pages.counter.clock(),
        csrf=pages.csrf(request),
        home="/track",
        status_url=pages.counter.status_url,
        errors=(FieldError(field, sentence),) if sentence else (),
    )
