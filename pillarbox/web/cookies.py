"""The cookies of the pages: the session, the tag by which a page knows its own browser, and the CSRF secret.

With https their names begin with `__Host-`, so that no other host of the domain can plant one (RFC 6265bis, section
4.1.3.2). The owner's tag is the exception: the page's script reads it, and it opens nothing.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Final

from litestar import Request
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import Cookie

SESSION: Final = "pillarbox_session"
OWNER: Final = "pillarbox_owner"
"""Read by app.js: a page made for another account than this browser's hides itself."""
CSRF: Final = "pillarbox_csrf"
SESSION_SECONDS: Final = 12 * 3600
"""As long as the gate keeps a session (gate.sign_in in gate/crossings.sql)."""
WITHOUT_FORMS: Final = ["^/v1", "^/api", "^/callbacks", "^/static", "^/healthz"]
"""Doors that no form of a page posts to: they know their callers by keys and signatures."""


class Jar:
    """The cookies of one installation; `https` says whether browsers reach it encrypted."""

    __slots__ = ("_https", "session")

    def __init__(self, *, https: bool) -> None:
        """One for each process."""
        self._https = https
        self.session = _name(SESSION, https=https)

    def credential(self, request: Request[Any, Any, Any]) -> str | None:
        """Return the session that a request carries, if any."""
        return request.cookies.get(self.session)

    def signed_in(self, credential: str, place: str) -> list[Cookie]:
        """Return the cookies to set at sign-in."""
        return [
            self._cookie(self.session, credential, SESSION_SECONDS, script=False),
            self._cookie(OWNER, place, SESSION_SECONDS, script=True),
        ]

    def signed_out(self) -> list[Cookie]:
        """Return the cookies that make the browser forget both."""
        return [self._cookie(self.session, "", 0, script=False), self._cookie(OWNER, "", 0, script=True)]

    def _cookie(self, name: str, value: str, seconds: int, *, script: bool) -> Cookie:
        return Cookie(name, "/", value, seconds, httponly=not script, secure=self._https, samesite="lax")


def csrf(key: bytes, *, https: bool) -> CSRFConfig:
    """Return how forms prove that a page of ours made them; `key` is a secret of the installation."""
    secret = blake2b(b"forms", key=key, digest_size=32, person=b"pillarbox csrf").hexdigest()
    return CSRFConfig(
        secret,
        cookie_name=_name(CSRF, https=https),
        cookie_secure=https,
        cookie_httponly=True,
        exclude=WITHOUT_FORMS,
    )


def _name(name: str, *, https: bool) -> str:
    return f"__Host-{name}" if https else name
