"""Signing in and out, and the start page that leads each person to where they work."""

from __future__ import annotations

from functools import partial
from typing import Final

from litestar import get, post
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.sign_out_everywhere import sign_out_everywhere
from pillarbox.gate import Box, Public, Source
from pillarbox.gate.sign_in import SignInRefused
from pillarbox.kernel.errors import Denied, Forbidden, PillarboxError
from pillarbox.web.answers import OWN_PATH, Answer, Ask, Pages, Visit, see
from pillarbox.web.faults import fault, html
from pillarbox.web.pages import render_view
from pillarbox.web.views import FieldError, PublicPage, View, doors


class NothingOpens(Forbidden):
    """You are signed in, but nothing here has been opened to you yet. Ask whoever made your account."""


_STARTS: Final = (
    ("orders:read", "/orders"),
    ("staff", "/prices"),
    ("labels", "/labels"),
    ("money:read", "/money"),
    ("journal", "/seen"),
    ("settings", "/settings"),
)
"""Where a person begins: the first page that their scopes open."""


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers around an account's pages."""
    return [*_starts(pages), *_sign_ins(pages), *_sign_outs(pages)]


def _starts(pages: Pages) -> list[BaseRouteHandler]:

    @get("/")
    async def start(request: Ask) -> Answer:
        try:
            return see(f"/a/{pages.gate.place(pages.jar.credential(request))}")
        except Denied:
            return see("/sign-in")

    @get("/a/{place:str}")
    async def account_start(request: Ask) -> Answer:
        for scope, path in _STARTS:
            answer = await pages.act(Visit(request, scope), _nothing, partial(_to, path))
            if answer.status_code != 403:
                return answer
        return fault(pages.counter, request, NothingOpens())

    return [start, account_start]


def _sign_ins(pages: Pages) -> list[BaseRouteHandler]:
    @get("/sign-in")
    async def sign_in_form(request: Ask) -> Answer:
        view = doors.SignIn(next_path=_next(request.query_params.get("next", "")))
        return _public(pages, request, "Sign in", view)

    @post("/sign-in")
    async def sign_in(request: Ask) -> Answer:
        form = await request.form()
        email, password = str(form.get("email", "")).strip(), str(form.get("password", ""))
        wanted = _next(str(form.get("next", "")))
        errors = _missing(email, password)
        view = doors.SignIn(email[:320], wanted)
        if errors:
            return _public(pages, request, "Sign in", view, errors)
        try:
            credential = await pages.sign_in.sign_in(email, password)
        except SignInRefused as error:
            return _public(pages, request, "Sign in", view, (FieldError("email", error.detail),))
        except PillarboxError as error:
            return fault(pages.counter, request, error)
        place = pages.gate.place(credential)
        own = f"/a/{place}"
        answer = see(wanted if wanted.startswith(own) else own)
        answer.cookies.extend(pages.jar.signed_in(credential, place))
        return answer

    return [sign_in_form, sign_in]


def _sign_outs(pages: Pages) -> list[BaseRouteHandler]:
    @post("/a/{place:str}/sign-out")
    async def sign_out(request: Ask) -> Answer:
        everywhere = bool((await request.form()).get("everywhere"))
        credential = pages.jar.credential(request)
        if everywhere:
            await _end_all(pages, request)
        await pages.sign_in.sign_out(credential)
        answer = see("/signed-out?everywhere=yes" if everywhere else "/signed-out")
        answer.cookies.extend(pages.jar.signed_out())
        return answer

    @get("/signed-out")
    async def signed_out(request: Ask) -> Answer:
        view = doors.SignedOut(everywhere=request.query_params.get("everywhere") == "yes")
        return _public(pages, request, "Signed out", view)

    return [sign_out, signed_out]


def _to(path: str, _: object) -> str:
    return path


async def _nothing(box: Box) -> Public[None]:
    await box.enter()
    return Public(None, Source.WORDS)


async def _end_all(pages: Pages, request: Ask) -> None:
    """End every session of the person; a session that has ended already has nothing left to end."""

    async def work(box: Box) -> Public[None]:
        await box.enter()
        await sign_out_everywhere(box)
        return Public(None, Source.WORDS)

    for scope, _ in _STARTS:
        try:
            await pages.gate.serve(pages.knock(request, check_first=True), scope, work)
        except Forbidden:
            continue
        except PillarboxError:
            return
        return


def _missing(email: str, password: str) -> tuple[FieldError, ...]:
    errors = []
    if "@" not in email:
        errors.append(FieldError("email", "Enter the e-mail address with which you signed up."))
    if not password:
        errors.append(FieldError("password", "Enter your password."))
    return tuple(errors)


def _next(path: str) -> str:
    return path if OWN_PATH.fullmatch(path) else ""


def _public(pages: Pages, request: Ask, title: str, view: View, errors: tuple[FieldError, ...] = ()) -> Answer:
    page = PublicPage(
        title=title,
        now=pages.counter.clock(),
        csrf=pages.csrf(request),
        status_url=pages.counter.status_url,
        errors=errors,
    )
    return html(render_view(page, view), 422 if errors else 200)
