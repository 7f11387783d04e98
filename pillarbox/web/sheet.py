"""One page before its frame is around it, and the frame itself, made of who is here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from pillarbox.kernel.errors import BadInput, PillarboxError
from pillarbox.web.views import FieldError, Flash, Page, Section, View


class Sheet(msgspec.Struct, frozen=True):
    """A filled view, its title, its entry of the rail, and what else the frame shows.

    `refresh_seconds` is for a page that asks again by itself where scripts do not run; 0 is never. With `reload` a page
    that was asked for by a script, as a part of another, makes the browser load it whole.
    """

    title: str
    section: Section
    view: View
    search: str = ""
    flashes: tuple[Flash, ...] = ()
    errors: tuple[FieldError, ...] = ()
    refresh_seconds: int = 0
    reload: bool = False


class Drawn(msgspec.Struct, frozen=True):
    """A finished page and whether it is to be loaded whole."""

    body: bytes
    reload: bool


class Around(msgspec.Struct, frozen=True):
    """What the frame takes from the request and the installation, and from no customer."""

    base: str
    place: str
    now: datetime
    csrf: str
    errors: tuple[FieldError, ...] = ()
    flashes: tuple[Flash, ...] = ()
    test_mode: bool = False


_OPENED_BY: Final = {
    Section.ORDERS: "orders:read",
    Section.SEND: "orders:write",
    Section.LABELS: "labels",
    Section.TRACKING: "orders:read",
    Section.MONEY: "money:read",
    Section.SEEN: "journal",
    Section.SETTINGS: "settings",
}
"""The scope that each entry of the rail needs."""


def page_of(sheet: Sheet, me: Any, around: Around) -> Page:
    """Put the frame around a sheet; `me` is `desk.who_am_i.Me`."""
    return Page(
        title=sheet.title,
        base=around.base,
        now=around.now,
        csrf=around.csrf,
        section=sheet.section,
        account=me.account,
        person=me.name or "You",
        email=me.email,
        balance_pence=me.balance_pence,
        owner_tag=around.place,
        search=sheet.search,
        flashes=(*around.flashes, *sheet.flashes),
        errors=(*around.errors, *sheet.errors),
        test_mode=around.test_mode,
        staff_pages=me.staff,
        refresh_seconds=sheet.refresh_seconds,
        closed=frozenset(section for section, scope in _OPENED_BY.items() if scope not in me.scopes),
    )


_UNITS: Final = ("_g", "_mm", "_pence", "_code")
_ITEM: Final = re.compile(r"(?:customs\.)?items\.([0-9]+)\.(\w+)")
_ITEM_FIELDS: Final = {"description": "name", "title": "name", "price": "value"}
_FIELDS: Final = {"customs.category": "reason", "customs.items": "item_name-0", "items": "item_name-0"}


def field_errors(error: BadInput) -> tuple[FieldError, ...]:
    """Return what was wrong with a form, by form field: one entry for each of the error's `problems`, else itself."""
    problems: Iterable[tuple[str, PillarboxError]] = getattr(error, "problems", None) or ((error.field or "", error),)
    return tuple(FieldError(form_field(field), problem.detail) for field, problem in problems)


def form_field(field: str) -> str:
    """Return the form's name of a field of the desk.

    `recipient.postcode` is `postcode`, `parcel.weight_g` is `weight`, `customs.items.2.hs_code` is `item_hs-2`.
    """
    if field in _FIELDS:
        return _FIELDS[field]
    item = _ITEM.fullmatch(field)
    name = _bare(item[2] if item else field.rpartition(".")[2])
    return f"item_{_ITEM_FIELDS.get(name, name)}-{item[1]}" if item else name


def _bare(name: str) -> str:
    for unit in _UNITS:
        name = name.removesuffix(unit)
    return name
