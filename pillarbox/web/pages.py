"""The Jinja environment and the one function that turns a template and its context into bytes.

Everything is escaped unless it was made here; a name that the context lacks is an error, never a blank. Rendering
is pure: it reads package data once, and no clock, network or ambient account.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pillarbox.web import filters
from pillarbox.web.assets import asset
from pillarbox.web.views import Page, PublicPage, View

CSRF_FIELD: Final = "_csrf_token"
"""Name of the hidden field in every form that posts."""

HTMX_CONFIG: Final = (
    '{"allowEval":false,"allowScriptTags":false,"historyCacheSize":0,"includeIndicatorStyles":false,'
    '"refreshOnHistoryMiss":true,"selfRequestsOnly":true}'
)
"""For the page's meta element: no code from strings, no style element, nothing kept in browser storage."""


class IconUnknown(LookupError):
    """A template names an icon that is not shipped. This is a fault in the template."""


def render_page(template: str, **context: object) -> bytes:
    """Render a template of this package to UTF-8 bytes.

    Raises `jinja2.TemplateNotFound` for an unknown template and `jinja2.UndefinedError` for a missing value.
    """
    return _environment().get_template(template).render(context).encode("utf-8")


def render_view(page: Page | PublicPage, view: View) -> bytes:
    """Render a view with the template it names; `page` is the frame around it. This is what routes call."""
    return render_page(view.TEMPLATE, page=page, view=view)


def icon(name: str) -> Markup:
    """Return an icon as an inline SVG element, hidden from screen readers. Raises `IconUnknown`."""
    drawing = _icons().get(name)
    if drawing is None:
        raise IconUnknown(name)
    return drawing


@cache
def _icons() -> dict[str, Markup]:
    folder = files("pillarbox.web") / "templates" / "icons"
    return {
        each.name.removesuffix(".svg"): Markup(each.read_text(encoding="utf-8").strip())  # noqa: S704 - our own files
        for each in folder.iterdir()
        if each.name.endswith(".svg")
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pillarbox.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        money=filters.money,
        count=filters.count,
        grams=filters.grams,
        when=filters.when,
        day=filters.day,
        dated=filters.dated,
    )
    environment.globals.update(asset=asset, icon=icon, csrf_field_name=CSRF_FIELD, htmx_config=HTMX_CONFIG)
    return environment
