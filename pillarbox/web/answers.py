"""How the pages answer: HTML out of released values, redirects, documents; errors as pages or beside their fields.

Every route hands `Pages` a scope, a verb and a function that turns the verb's value into a `Sheet`. The page is
rendered inside the owned value, frame and all, so that the gate compares owners and journals before a byte exists
outside.

    Pages.show      a page of the account, at its own unguessable path
    Pages.act       something done, then a redirect, or the form again with what was wrong
    Pages.document  bytes to print or keep
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from litestar import Request, Response
from litestar.background_tasks import BackgroundTask
from litestar.response import Redirect
from litestar.template.base import csrf_token

from pillarbox.desk.counter import Counter
from pillarbox.desk.who_am_i import Me, who_am_i
from pillarbox.gate import Box, Owned, Public, Source, render
from pillarbox.gate.admit import Gate, Knock
from pillarbox.gate.sign_in import SignIn
from pillarbox.kernel.errors import BadInput, Denied, Forbidden, NotFound, PillarboxError
from pillarbox.kernel.ids import Id, Kind, parse
from pillarbox.web.cookies import Jar
from pillarbox.web.faults import fault, html
from pillarbox.web.pages import render_view
from pillarbox.web.sheet import Around, Drawn, Sheet, field_errors, page_of
from pillarbox.web.views import FieldError
from pillarbox.web.words import flashes_of

Ask = Request[Any, Any, Any]
Answer = Response[Any]
Verb = Callable[[Box], Awaitable[Owned[Any] | Public[Any]]]
Draw = Callable[[Any], Sheet]
Again = Callable[[tuple[FieldError, ...]], Awaitable[Answer]]

OWN_PATH: Final = re.compile(r"/a/[0-9a-z]{24}(?:/[A-Za-z0-9_-]+)*(?:\?[A-Za-z0-9_.~%&=+:-]*)?")
"""What `next` may be at sign-in: a path of an account's own pages, and nothing that leads elsewhere."""
_CLEAN_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a page of an account, and the scope that the page needs."""

    request: Ask
    scope: str

    @property
    def place(self) -> str:
        """The account's path segment that the request came by."""
        return str(self.request.path_params["place"])

    def id(self, kind: Kind, name: str) -> Id:
        """Read an id from the path. Raises `NotFound` for what is none."""
        return parse(kind, str(self.request.path_params[name]))


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to print or keep; `name` is the file's, without anybody's data, `inline` lets the browser show it.

    `writes` is for one whose making changes something.
    """

    media_type: str
    name: str
    inline: bool = False
    writes: bool = False


class Pages:
    """What a page's route needs: the gate, the sign-in desk, the counter and the cookies. Made once by `routes`."""

    __slots__ = ("counter", "gate", "jar", "sign_in")

    def __init__(self, gate: Gate, sign_in: SignIn, counter: Counter) -> None:
        """One for each process."""
        self.gate = gate
        self.sign_in = sign_in
        self.counter = counter
        self.jar = Jar(https=counter.public_url.startswith("https://"))

    async def show(
        self, visit: Visit, verb: Verb, sheet: Draw, *, errors: tuple[FieldError, ...] = (), status: int = 200
    ) -> Answer:
        """Answer with a page: `verb` reads in the box, `sheet` is a pure function of the value it returns.

        `errors` are those of a form that is shown again. With a verb that writes, use `act`.
        """
        try:
            return self._sent(
                visit, finished(visit.request, await self._drawn(visit, verb, sheet, errors, writes=False), status)
            )
        except PillarboxError as error:
            return self.refuse(visit, error)

    async def act(self, visit: Visit, verb: Verb, go: Callable[[Any], str], again: Again | None = None) -> Answer:
        """Do something, then lead on to `go(value)`, a path after the account's own (see `done`).

        What the form got wrong (`BadInput`) goes to `again`, which shows the form with it; nothing was then changed.
        """

        async def work(box: Box) -> Owned[Any] | Public[Any]:
            await placed(box, visit.place)
            result = await verb(box)
            return Public(go(result.value), Source.ECHO) if isinstance(result, Public) else render(go, result)

        try:
            path = await self.gate.serve(self.knock(visit.request, check_first=True), visit.scope, work)
        except PillarboxError as error:
            return await self._amiss(visit, error, again)
        return self._sent(visit, see(f"/a/{visit.place}{path}"))

    async def act_and_show(self, visit: Visit, verb: Verb, sheet: Draw, again: Again | None = None) -> Answer:
        """Do something and show what came of it at once: for what can be seen only this time, such as a new key."""
        try:
            return self._sent(visit, finished(visit.request, await self._drawn(visit, verb, sheet, (), writes=True)))
        except PillarboxError as error:
            return await self._amiss(visit, error, again)

    async def document(self, visit: Visit, verb: Verb, paper: Paper) -> Answer:
        """Answer with the bytes that `verb` returns."""

        async def work(box: Box) -> Owned[Any] | Public[Any]:
            await placed(box, visit.place)
            return await verb(box)

        try:
            body = await self.gate.serve(self.knock(visit.request, check_first=paper.writes), visit.scope, work)
        except PillarboxError as error:
            return self.refuse(visit, error)
        kind = "inline" if paper.inline else "attachment"
        headers = {"Content-Disposition": f'{kind}; filename="{_CLEAN_NAME.sub("-", paper.name)}"'}
        return self._sent(visit, Response(body, media_type=paper.media_type, headers=headers))

    def refuse(self, visit: Visit, error: PillarboxError) -> Answer:
        """Answer an error: to sign-in if nobody is signed in, else with its page."""
        if isinstance(error, Denied) and not isinstance(error, Forbidden):
            return to_sign_in(visit.request)
        return fault(self.counter, visit.request, error, f"/a/{visit.place}")

    def knock(self, request: Ask, *, check_first: bool = False) -> Knock:
        """Read session, device and request id off a request."""
        state = request.scope["state"]
        return Knock("pages", self.jar.credential(request), state["device"], state["request"], check_first)

    def csrf(self, request: Ask) -> str:
        """Return the secret that this browser's forms carry."""
        return csrf_token({"request": request})

    def _sent(self, visit: Visit, answer: Answer) -> Answer:
        """Have it noted that what was shown really went out, once its last byte has."""
        answer.background = BackgroundTask(self.gate.delivered, visit.request.scope["state"]["request"])
        return answer

    async def _amiss(self, visit: Visit, error: PillarboxError, again: Again | None) -> Answer:
        if again is None or not isinstance(error, BadInput):
            return self.refuse(visit, error)
        return await again(field_errors(error))

    async def _drawn(
        self, visit: Visit, verb: Verb, sheet: Draw, errors: tuple[FieldError, ...], *, writes: bool
    ) -> Drawn:
        around = self._around(visit, errors)

        async def work(box: Box) -> Owned[Drawn]:
            me = await who_am_i(box)
            await placed(box, visit.place)
            return framed(await verb(box), me, around, sheet)

        page: Drawn = await self.gate.serve(self.knock(visit.request, check_first=writes), visit.scope, work)
        return page

    def _around(self, visit: Visit, errors: tuple[FieldError, ...]) -> Around:
        return Around(
            f"/a/{visit.place}",
            visit.place,
            self.counter.clock(),
            self.csrf(visit.request),
            errors,
            () if errors else flashes_of(visit.request.query_params.get("done")),
            self.counter.payments.name == "test",
        )


async def placed(box: Box, place: str) -> None:
    """Raise `NotFound` unless a path is that of the account that was entered."""
    await box.enter()
    if box.place != place:
        raise NotFound


def framed(result: Owned[Any] | Public[Any], me: Owned[Me], around: Around, sheet: Draw) -> Owned[Drawn]:
    """Render a page with its frame inside the owned values it is made of."""
    if isinstance(result, Public):
        public = result.value
        return render(lambda who: _draw(public, who, around, sheet), me)
    return render(lambda value, who: _draw(value, who, around, sheet), result, me)


def _draw(value: Any, me: Me, around: Around, sheet: Draw) -> Drawn:
    made = sheet(value)
    return Drawn(render_view(page_of(made, me, around), made.view), made.reload)


def finished(request: Ask, page: Drawn, status: int = 200) -> Answer:
    """Answer with a finished page."""
    answer = html(page.body, status)
    if page.reload and "hx-request" in request.headers:
        answer.headers["HX-Refresh"] = "true"
    return answer


def see(path: str) -> Answer:
    """Lead to another page by GET (303)."""
    return Redirect(path, status_code=303)


def to_sign_in(request: Ask) -> Answer:
    """Lead to sign-in, and from there back to where a reader wanted to be."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    to = f"?{urlencode({'next': wanted})}" if request.method == "GET" and OWN_PATH.fullmatch(wanted) else ""
    return see(f"/sign-in{to}")


def done(path: str, code: str = "", **query: object) -> str:
    """Write a path after the account's own, with the code of what to say there (`words.DONE`)."""
    asked = {**query, "done": code} if code else query
    return quote(path, safe="/") + (f"?{urlencode(asked)}" if asked else "")
