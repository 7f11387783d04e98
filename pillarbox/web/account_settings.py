"""Settings: the person, where post comes from, the usual parcel, the label paper, and API keys."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from litestar import get, post
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.api_keys import ApiKey, NewKey, list_api_keys, make_api_key, revoke_api_key
from pillarbox.desk.profile import read_profile, write_profile
from pillarbox.desk.settings import (
    STOCKS,
    AllSettings,
    ParcelSetting,
    read_settings,
    write_default_parcel,
    write_label_stock,
    write_ship_from,
)
from pillarbox.gate import Box, Owned, gather, render
from pillarbox.gate.key import KEY_SCOPES
from pillarbox.kernel.errors import NotFound
from pillarbox.kernel.ids import Kind
from pillarbox.postage.country import by_iso2
from pillarbox.postage.parcel import Parcel, WeightUnusable
from pillarbox.web.answers import Answer, Ask, Pages, Verb, Visit, done
from pillarbox.web.form import Fields
from pillarbox.web.labels import stock_choices
from pillarbox.web.order_form import address_of_form, format_choices
from pillarbox.web.sheet import Sheet
from pillarbox.web.views import Choice, Confirm, FieldError, Section, account

SCOPE: Final = "settings"
SCOPE_WORDS: Final = {
    "orders:read": "Read orders",
    "orders:write": "Write and change orders",
    "labels": "Buy and print labels",
    "money:read": "Read balance and ledger",
    "money:write": "Start top-ups",
    "journal": "Read who has seen what",
}
_USUAL: Final = frozenset({"orders:read", "orders:write", "labels"})
_COUNTRIES: Final = ("GB", "JE", "GG", "IM")


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers of /settings."""
    return [*_kept(pages), *_person(pages), *_keys(pages)]


def _kept(pages: Pages) -> list[BaseRouteHandler]:
    @get("/a/{place:str}/settings")
    async def settings(request: Ask) -> Answer:
        return await _page(pages, Visit(request, SCOPE), {})

    @post("/a/{place:str}/settings/address")
    async def address(request: Ask) -> Answer:
        fields = Fields(await request.form())
        return await _keep(
            pages, request, fields, lambda box: write_ship_from(box, address_of_form(fields)), "address-kept"
        )

    @post("/a/{place:str}/settings/parcel")
    async def parcel(request: Ask) -> Answer:
        fields = Fields(await request.form())
        return await _keep(
            pages, request, fields, lambda box: write_default_parcel(box, _parcel_of(fields)), "parcel-kept"
        )

    @post("/a/{place:str}/settings/paper")
    async def paper(request: Ask) -> Answer:
        fields = Fields(await request.form())
        return await _keep(
            pages, request, fields, lambda box: write_label_stock(box, fields.text("stock")), "paper-kept"
        )

    return [settings, address, parcel, paper]


def _person(pages: Pages) -> list[BaseRouteHandler]:
    @post("/a/{place:str}/settings/profile")
    async def profile(request: Ask) -> Answer:
        visit, fields = Visit(request, SCOPE), Fields(await request.form())
        return await pages.act(
            visit,
            lambda box: write_profile(box, fields.text("person_name"), fields.text("person_email")),
            lambda _: done("/settings", "profile-kept"),
            lambda errors: _page(
                pages, visit, fields.typed(), tuple(FieldError(f"person_{e.field}", e.message) for e in errors)
            ),
        )

    return [profile]


def _keys(pages: Pages) -> list[BaseRouteHandler]:
    @post("/a/{place:str}/settings/keys", status_code=200)
    async def make(request: Ask) -> Answer:
        visit, form = Visit(request, SCOPE), await request.form()
        fields, scopes = Fields(form), [str(scope) for scope in form.getall("scope", [])]
        names = {"name": "key_name", "scopes": "scope"}
        return await pages.act_and_show(
            visit,
            lambda box: make_api_key(box, fields.text("key_name"), scopes, live=fields.text("kind") != "test"),
            _made_sheet,
            lambda errors: _page(
                pages, visit, fields.typed(), tuple(FieldError(names.get(e.field, e.field), e.message) for e in errors)
            ),
        )

    @get("/a/{place:str}/settings/keys/{key_id:str}/revoke")
    async def question(request: Ask) -> Answer:
        visit = Visit(request, SCOPE)
        return await pages.show(visit, lambda box: _one_key(box, pages, visit), _revoke_sheet)

    @post("/a/{place:str}/settings/keys/{key_id:str}/revoke")
    async def revoke(request: Ask) -> Answer:
        visit = Visit(request, SCOPE)
        return await pages.act(
            visit,
            lambda box: revoke_api_key(box, visit.id(Kind.API_KEY, "key_id")),
            lambda _: done("/settings", "key-revoked"),
        )

    return [make, question, revoke]


async def _keep(pages: Pages, request: Ask, fields: Fields, verb: Verb, code: str) -> Answer:
    visit = Visit(request, SCOPE)
    return await pages.act(visit, verb, lambda _: done("/settings", code), partial(_page, pages, visit, fields.typed()))


async def _page(pages: Pages, visit: Visit, typed: dict[str, str], errors: tuple[FieldError, ...] = ()) -> Answer:
    return await pages.show(
        visit,
        partial(_read, pages=pages),
        partial(_sheet, typed=typed),
        errors=errors,
        status=422 if errors else 200,
    )


async def _read(box: Box, pages: Pages) -> Owned[Any]:
    """Read the settings, the keys, and the profile where one was written."""
    parts: list[Owned[Any]] = [await read_settings(box), await list_api_keys(box, pages.counter)]
    profile = await read_profile(box)
    return gather([*parts, *([profile] if profile is not None else [])])


async def _one_key(box: Box, pages: Pages, visit: Visit) -> Owned[ApiKey]:
    """Find a key that still opens something. Raises `NotFound`."""
    wanted = visit.id(Kind.API_KEY, "key_id")
    keys = await list_api_keys(box, pages.counter)
    if all(key.key_id != wanted or key.revoked_at is not None for key in box.open(keys)):
        raise NotFound
    return render(lambda found: next(key for key in found if key.key_id == wanted), keys)


def _parcel_of(fields: Fields) -> ParcelSetting:
    weight = fields.grams("weight")
    length, width, height = fields.whole("length"), fields.whole("width"), fields.whole("height")
    fields.finish()
    if weight is None:
        raise WeightUnusable(field="weight")
    return ParcelSetting(weight, length, width, height, fields.text("format"))


def _sheet(found: tuple[Any, ...], typed: dict[str, str]) -> Sheet:
    settings: AllSettings = found[0]
    keys: tuple[ApiKey, ...] = found[1]
    known = found[2].profile if len(found) > 2 else None
    address = typed if "line1" in typed else _address(settings.ship_from)
    parcel = typed if "weight" in typed else _parcel(settings.default_parcel)
    profile = {"person_name": known.name, "person_email": known.email} if known else {}
    view = account.Settings(
        tuple(_key_row(key) for key in keys if key.revoked_at is None),
        (Choice("live", "Live", typed.get("kind") != "test"), Choice("test", "Test", typed.get("kind") == "test")),
        tuple(Choice(scope, SCOPE_WORDS[scope], scope in _USUAL) for scope in KEY_SCOPES),
        format_choices(parcel.get("format", ""), "Not said"),
        address,
        parcel,
        typed.get("key_name", ""),
        typed if "person_name" in typed else profile,
        tuple(Choice(c, by_iso2(c).name, chosen=c == address.get("country", "GB")) for c in _COUNTRIES),
        stock_choices(settings.label_stock or STOCKS[0]),
    )
    return Sheet("Settings", Section.SETTINGS, view)


def _address(kept: Any) -> dict[str, str]:
    if kept is None:
        return {}
    lines = (*kept.lines, "", "", "")
    return {
        "name": kept.name,
        "company": kept.company,
        "line1": lines[0],
        "line2": lines[1],
        "line3": lines[2],
        "town": kept.town,
        "postcode": kept.postcode,
        "country": kept.country,
    }


def _parcel(kept: Parcel | None) -> dict[str, str]:
    if kept is None:
        return {}
    figures = {"weight": kept.weight_g, "length": kept.length_mm, "width": kept.width_mm, "height": kept.height_mm}
    said = {name: "" if figure is None else str(figure) for name, figure in figures.items()}
    return {**said, "format": kept.format.value if kept.format else ""}


def scopes_in_words(scopes: tuple[str, ...]) -> str:
    """Say what a key may do: `Read orders, buy and print labels`."""
    words = ", ".join(SCOPE_WORDS[scope] for scope in scopes)
    return words[:1] + words[1:].lower()


def _key_row(key: ApiKey) -> account.KeyRow:
    prefix = "pbk_live" if key.live else "pbk_test"
    return account.KeyRow(
        str(key.key_id),
        key.name,
        f"{prefix}_…{key.ending}",
        scopes_in_words(key.scopes),
        key.live,
        key.created_at,
        key.last_used_at,
    )


def _made_sheet(made: NewKey) -> Sheet:
    view = account.KeyMade(made.name, made.credential, scopes_in_words(made.scopes), made.live)
    return Sheet("Your new key", Section.SETTINGS, view)


def _revoke_sheet(key: ApiKey) -> Sheet:
    view = Confirm(
        f"Revoke the key “{key.name}”?",
        ("Every program that uses it stops at once.", "You can make another key at any time."),
        f"/settings/keys/{key.key_id}/revoke",
        "Revoke the key",
        "/settings",
        "Settings",
        grave=True,
    )
    return Sheet("Revoke a key", Section.SETTINGS, view)
