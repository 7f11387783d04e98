"""Style sheets, scripts and fonts as they are served: read once from the package, named by their content.

The name of a file carries a hash of its bytes, so a browser may keep it for ever and a new release can never meet an
old style sheet. The style sheet is one file put together from `static/css` in a fixed order.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import msgspec

STATIC_PATH: Final = "/static"
"""Where the routes serve `by_served_name`; the only source of scripts and styles that the pages name."""

SHEETS: Final = (
    "tokens",
    "base",
    "shell",
    "controls",
    "parts",
    "tables",
    "workbench",
    "order",
    "sending",
    "doors",
    "print",
)
"""Parts of the one style sheet, later ones winning."""

_FONTS: Final = ("source-sans-3-latin.woff2", "source-sans-3-latin-ext.woff2", "source-code-pro-latin.woff2")
_SCRIPTS: Final = {"htmx.js": "vendor/htmx-2.0.11.min.js", "app.js": "app.js"}
_FONT_IN_SHEET: Final = re.compile(r"url\(\.\./fonts/([a-z0-9-]+\.woff2)\)")


class Asset(msgspec.Struct, frozen=True, gc=False):
    """One served file: its name with the content hash in it, its media type and its bytes."""

    served_name: str
    media_type: str
    body: bytes


class AssetUnknown(LookupError):
    """A template names a style sheet, script or font that is not shipped. This is a fault in the template."""


@cache
def assets() -> dict[str, Asset]:
    """Return every asset by the plain name that templates use, such as `app.css`."""
    root = files("pillarbox.web") / "static"
    table = {name: _named(name, "font/woff2", _read(root, f"fonts/{name}")) for name in _FONTS}
    sheet = b"\n".join(_read(root, f"css/{part}.css") for part in SHEETS).decode("utf-8")
    sheet = _FONT_IN_SHEET.sub(lambda match: f"url({table[match[1]].served_name})", sheet)
    table["app.css"] = _named("app.css", "text/css; charset=utf-8", sheet.encode("utf-8"))
    for name, path in _SCRIPTS.items():
        table[name] = _named(name, "text/javascript; charset=utf-8", _read(root, path))
    icon = _read(root, "favicon.svg")
    table["favicon.svg"] = _named("favicon.svg", "image/svg+xml", icon)
    return table


@cache
def by_served_name() -> dict[str, Asset]:
    """Return every asset by the name under which a browser asks for it."""
    return {each.served_name: each for each in assets().values()}


def asset(name: str) -> str:
    """Return the address of an asset for a page, such as `/static/app.0f3a….css`. Raises `AssetUnknown`."""
    known = assets().get(name)
    if known is None:
        raise AssetUnknown(name)
    return f"{STATIC_PATH}/{known.served_name}"


def _named(name: str, media_type: str, body: bytes) -> Asset:
    stem, _, suffix = name.rpartition(".")
    return Asset(f"{stem}.{blake2b(body, digest_size=8).hexdigest()}.{suffix}", media_type, body)


def _read(root: Traversable, path: str) -> bytes:
    return root.joinpath(path).read_bytes()
