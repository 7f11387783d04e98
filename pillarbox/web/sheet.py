"""One page before its frame is around it, and the frame itself, made of who is here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from pillarbox.kernel.errors import BadInput, PillarboxError
from pillarbox.web.views import FieldError, Flash, Page, Section, View


class Sheet(msgspec.Struct, frozen=True):
    """A filled view, its title, its entry of the rail, and what else the frame shows.

    `refresh_seconds` is for a page that asks again by itself where scripts do not run; 0 is never.
    """

    title: str
    section: Section
    view: View
    search: str = ""
    flashes: tuple[Flash, ...] = ()
    errors: tuple[FieldError, ...] = ()
    refresh_seconds: int = 0


class Around(msgspec.Struct, frozen=True):
    """What the frame takes from the request and the installation, and from no customer."""

    base: str
    place: str
    now: datetime
    csrf: str
    errors: tuple[FieldError, ...] = ()
    flashes: tuple[Flash, ...] = ()
    test_mode: bool = False


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
    )


_UNITS: Final = ("_g", "_mm", "_pence", "_code")


def field_errors(error: BadInput) -> tuple[FieldError, ...]:
    """Return what was wrong with a form, by form field: one entry for each of the error's `problems`, else itself.

    Fields of the desk become fields of forms: `recipient.postcode` is `postcode`, `parcel.weight_g` is `weight`.
    """
    problems: Iterable[tuple[str, PillarboxError]] = getattr(error, "problems", None) or ((error.field or "", error),)
    return tuple(FieldError(form_field(field), problem.detail) for field, problem in problems)


def form_field(field: str) -> str:
    """Return the form's name of a field of the desk."""
    name = field.rpartition(".")[2]
    for unit in _UNITS:
        name = name.removesuffix(unit)
    return name
