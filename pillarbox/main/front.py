"""What stands in front of every door of the web server, as one plain ASGI function: request id, device, headers.

The request id (16 random bytes) and the browser's device id lie in `scope["state"]` as `request` and `device`. The
device id tells browsers apart when it must be found out who saw what; it opens nothing.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable
from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

DEVICE: Final = "pillarbox_device"
_DEVICE_IN_COOKIE: Final = re.compile(rb"(?:^|;\s*)(?:__Host-)?pillarbox_device=([0-9a-f]{32})(?:;|\s|$)")
_DEVICE_SECONDS: Final = 400 * 24 * 3600
"""The longest that browsers keep a cookie (RFC 6265bis, section 5.6.1: 400 days)."""
_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_PAGES: Final = b"text/html"

SECURITY: Final[tuple[tuple[bytes, bytes], ...]] = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""On every answer; a door that needs another of them sets it itself and is left alone."""
_STRICT_TRANSPORT: Final = (b"strict-transport-security", b"max-age=31536000")
_PRIVATE: Final = (b"cache-control", b"private, no-store")
_VARY: Final = (b"cookie", b"authorization")
_FOREIGN: Final = {
    "type": "/problems/sent-from-elsewhere",
    "title": "This was sent by a page of another site, so it was not done. Please do it from Pillarbox's own page.",
    "status": 403,
}


class Front:
    """The middleware. `static` is the path under which files lie whose name carries their content's hash."""

    __slots__ = ("_app", "_cookie", "_delivered", "_fixed", "_static")

    def __init__(
        self, app: ASGIApp, *, https: bool, static: str, delivered: Callable[[bytes], None] = lambda _: None
    ) -> None:
        """With `https` browsers are told to stay with it, and the device cookie travels encrypted only.

        `delivered` is told the id of a request whose answer was handed to the network to its last byte.
        """
        self._app = app
        self._delivered = delivered
        self._static = static.rstrip("/") + "/"
        self._fixed = (*SECURITY, _STRICT_TRANSPORT) if https else SECURITY
        name, safe = (f"__Host-{DEVICE}", "; Secure") if https else (DEVICE, "")
        self._cookie = f"{name}=%s; Path=/; Max-Age={_DEVICE_SECONDS}; HttpOnly; SameSite=Lax{safe}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with its ids in the scope and the headers on its answer."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        cookie, authorised = b"", False
        for name, value in scope["headers"]:
            if name == b"cookie":
                cookie += b"; " + value if cookie else value
            elif name == b"authorization":
                authorised = True
        known = _DEVICE_IN_COOKIE.search(cookie) if cookie else None
        device = bytes.fromhex(known[1].decode()) if known else secrets.token_bytes(16)
        request = secrets.token_bytes(16)
        state = scope.setdefault("state", {})
        state["request"], state["device"] = request, None if authorised and not known else device
        static = scope["path"].startswith(self._static)
        named = bool(cookie) or authorised

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                self._dress(headers, request, named=named, static=static)
                if known is None and not authorised and not static and _is_page(headers):
                    headers.append((b"set-cookie", (self._cookie % device.hex()).encode()))
                message["headers"] = headers
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body") and not static:
                self._delivered(request)

        if cookie and scope["method"] not in _SAFE and not _from_here(scope["headers"]):
            await _refuse(answer)
            return
        await self._app(scope, receive, answer)

    def _dress(self, headers: list[tuple[bytes, bytes]], request: bytes, *, named: bool, static: bool) -> None:
        present = {name.lower() for name, _ in headers}
        headers.extend(each for each in self._fixed if each[0] not in present)
        headers.append((b"x-request-id", request.hex().encode()))
        if static and b"cache-control" in present:
            return
        if named or b"cache-control" not in present:
            headers[:] = [each for each in headers if each[0].lower() != b"cache-control"]
            headers.append(_PRIVATE)
        vary = [word.strip() for name, value in headers if name.lower() == b"vary" for word in value.split(b",")]
        vary += [word for word in _VARY if word not in {each.lower() for each in vary}]
        headers[:] = [each for each in headers if each[0].lower() != b"vary"]
        headers.append((b"vary", b", ".join(word.title() for word in vary)))


def _is_page(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(_PAGES) for name, value in headers)


def _from_here(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request that carries cookies and wants to change something comes from a page of ours.

    Every current browser says so in `Sec-Fetch-Site` (W3C Fetch Metadata), older ones in `Origin`; a program that
    sends neither has been told its cookie by its own user.
    """
    found = {name: value for name, value in headers if name in (b"sec-fetch-site", b"origin", b"host")}
    site = found.get(b"sec-fetch-site")
    if site is not None:
        return site in (b"same-origin", b"none")
    origin = found.get(b"origin")
    return origin is None or origin.partition(b"://")[2] == found.get(b"host")


async def _refuse(send: Send) -> None:
    body = json.dumps(_FOREIGN).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
