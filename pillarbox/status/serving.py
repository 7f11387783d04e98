"""The status process's web server side: looks documents up, adds the headers, and keeps the keeper running.

Started as `granian --interface asgi --factory pillarbox.status.serving:app` with `PILLARBOX_STATUS_STORE` (the SQLite
file) and `PILLARBOX_SPOOL` (the directory) in the environment; `PILLARBOX_STATUS_URL` is the public address and
`PILLARBOX_STATUS_NAME` the name on the page.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get, route
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import MethodNotAllowedException, NotFoundException
from litestar.types import Message, Scope

from pillarbox.kernel.clock import Clock, utc_now
from pillarbox.kernel.errors import PillarboxError
from pillarbox.status.contract import Page
from pillarbox.status.keeper import Keeper
from pillarbox.status.publication import HTML, not_found
from pillarbox.status.store import Store

Asked = Request[None, None, Any]

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""On every answer. Strict transport security belongs to whatever ends TLS before this process."""

_OPEN = ("/api/", "/history.")


class SettingMissing(PillarboxError):
    """The status process needs PILLARBOX_STATUS_STORE (a file) and PILLARBOX_SPOOL (a directory) in its environment."""


class Settings(msgspec.Struct, frozen=True):
    """Where the store and the spool are, and how the page is called and reached."""

    store: Path
    spool: Path
    page: Page


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the settings. Raises `SettingMissing`."""
    store, spool = environment.get("PILLARBOX_STATUS_STORE"), environment.get("PILLARBOX_SPOOL")
    if not store or not spool:
        raise SettingMissing
    page = Page(
        name=environment.get("PILLARBOX_STATUS_NAME") or "Pillarbox",
        url=(environment.get("PILLARBOX_STATUS_URL") or "http://localhost").rstrip("/"),
    )
    return Settings(Path(store), Path(spool), page)


def app() -> Litestar:
    """Make the application from the environment; Granian calls this."""
    return make_app(settings_from(os.environ), utc_now)


def make_app(settings: Settings, clock: Clock) -> Litestar:
    """Open the store and make the application. Raises `sqlite3.Error` or `OSError` when a place cannot be used."""
    keeper = Keeper(Store(settings.store, clock), settings.spool, settings.page, clock)

    @contextlib.asynccontextmanager
    async def kept(_: Litestar) -> AsyncIterator[None]:
        running = asyncio.create_task(keeper.run())
        try:
            yield
        finally:
            keeper.stop()
            await running
            await asyncio.to_thread(keeper.close)

    @route(["/", "/{path:path}"], http_method=["GET", "HEAD", "OPTIONS"], sync_to_thread=False)
    def document(request: Asked) -> Response[bytes]:
        return _may_i() if request.method == "OPTIONS" else _answer(keeper, request)

    @get("/healthz", sync_to_thread=False)
    def health() -> Response[dict[str, str]]:
        says = {"status": "ok"} if keeper.well else {"status": "the spool or the store cannot be read"}
        return Response(says, status_code=200 if keeper.well else 503, headers={"Cache-Control": "no-store"})

    return Litestar(
        [document, health],
        lifespan=[kept],
        before_send=[_add_headers],
        exception_handlers={NotFoundException: _nothing, MethodNotAllowedException: _only_reading},
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def _answer(keeper: Keeper, request: Asked) -> Response[bytes]:
    found = keeper.documents.get(request.url.path)
    if found is None:
        raise NotFoundException
    headers = {"ETag": found.etag, "Cache-Control": found.cache}
    if found.etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=found.media_type)
    return Response(found.body, headers=headers, media_type=found.media_type)


def _may_i() -> Response[bytes]:
    """Answer a browser that asks before it reads from another site's page."""
    allowed = {"Access-Control-Allow-Methods": "GET, HEAD, OPTIONS", "Access-Control-Allow-Headers": "*"}
    return Response(b"", status_code=204, headers=allowed | {"Access-Control-Max-Age": "86400"})


async def _add_headers(message: Message, scope: Scope) -> None:
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in SECURITY.items():
        headers[name] = value
    if scope["path"].startswith(_OPEN):
        headers["Access-Control-Allow-Origin"] = "*"


def _nothing(_: Asked, __: Exception) -> Response[bytes]:
    return Response(not_found().body, status_code=404, media_type=HTML, headers={"Cache-Control": "no-cache"})


def _only_reading(_: Asked, __: Exception) -> Response[bytes]:
    body = b"This page can only be read.\n"
    return Response(body, status_code=405, media_type="text/plain", headers={"Allow": "GET, HEAD, OPTIONS"})
