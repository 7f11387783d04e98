"""Imports in words: what a file is, what is in its columns, and what is wrong with which of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pillarbox.desk.drafted import judge
from pillarbox.desk.import_duplicates import DUPLICATE
from pillarbox.desk.preview_import import Preview, ProblemGroup
from pillarbox.postage.orderfile import FIELDS, DraftOrder, Mapping, Problem
from pillarbox.postage.orderfile.shops import Shop, shop_file
from pillarbox.web.filters import count
from pillarbox.web.order_form import format_choices
from pillarbox.web.views import Choice, sending

NO_WEIGHT: Final = "no-weight"
MOST_PLACES: Final = 20
_FIELD_WORDS: Final[dict[str, str]] = {
    "reference": "Order reference",
    "date": "Date of the order",
    "name": "Full name",
    "company": "Company",
    "line1": "Address line 1",
    "line2": "Address line 2",
    "line3": "Address line 3",
    "town": "Town or city",
    "county": "County or state",
    "postcode": "Postcode",
    "country": "Country",
    "phone": "Phone",
    "email": "E-mail",
    "format": "Package format",
    "service_code": "Service code",
    "instructions": "Note for the carrier",
    "shipping_service": "Shipping as the shop calls it",
    "weight": "Weight",
    "total": "Worth in all",
    "currency": "Currency",
    "cancelled": "Cancelled",
    "despatched": "Sent already",
    "sku": "SKU of an item",
    "title": "Name of an item",
    "quantity": "Pieces of an item",
    "unit_price": "Price of one piece",
    "line_total": "Price of all pieces",
    "item_weight": "Weight of one piece",
    "hs_code": "HS code",
    "origin": "Made in",
}
_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", "": "a workbook"}
_ENCODINGS: Final = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows Western", "xlsx": "XLSX"}
_CAUSES: Final[dict[str, str]] = {
    DUPLICATE: "You already have this order",
    "order-sent": "The shop says it was already sent",
    "order-cancelled": "The shop says it was cancelled",
    "field-missing": "Something is missing",
    "field-too-long": "Something is too long",
    "too-long": "Something is too long",
    "postcode-unknown": "The postcode does not exist",
    "postcode-not-there": "The postcode does not belong to the country",
    "country-unknown": "We do not know the country",
    "phone-unusable": "The telephone number cannot be used",
    "email-unusable": "The e-mail address cannot be used",
    "format-unknown": "We do not know the package format",
    "weight-unusable": "The weight cannot be used",
    "weight-unreadable": "The weight cannot be read",
    "weight-unit-missing": "The weight has no unit",
    "price-unreadable": "A price cannot be read",
    "price-ambiguous": "A price could mean two amounts",
    "date-unreadable": "The date cannot be read",
    "date-ambiguous": "The date could mean two days",
    "row-cut": "The row is cut short",
    "order-incomplete": "The order is cut short",
}
"""Causes by their codes; a code without words here is named by the field it is about."""
ANYWAY: Final[dict[str, str]] = {
    DUPLICATE: "Bring it in anyway: it is another order with the same reference.",
    "order-sent": "Bring it in anyway, although the shop says it was already sent.",
}


def recognised(row: Any) -> tuple[str, str, str]:
    """Say what a file is: its shop, its encoding and what parts its columns."""
    shop = f"This is an order file from {shop_file(Shop(row.shop)).name}." if row.shop else "This is a table of orders."
    encoding = _ENCODINGS.get(row.encoding.lower(), row.encoding)
    return shop, encoding, _DELIMITERS.get(row.delimiter, row.delimiter)


def mapped(found: Preview) -> tuple[sending.Mapped, ...]:
    """Return the columns of a file, what each is taken for, and its first values."""
    fields = {column: field for field, columns in found.mapping.columns.items() for column in columns}
    return tuple(
        sending.Mapped(
            f"column-{place}",
            header,
            _choices(fields.get(header, "")),
            tuple((cells[place] if place < len(cells) else "")[:40] for _, cells in found.sample[:3]),
        )
        for place, header in enumerate(found.header)
    )


def remapped(mapping: Mapping, header: Sequence[str], given: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the columns by field that a form chose; a field whose columns stay the same keeps their order."""
    chosen: dict[str, list[str]] = {}
    for place, column in enumerate(header):
        field = given.get(f"column-{place}", "")
        if field in FIELDS:
            chosen.setdefault(field, []).append(column)
    return {
        field: mapping.columns[field] if set(mapping.columns.get(field, ())) == set(columns) else tuple(columns)
        for field, columns in chosen.items()
    }


def _choices(chosen: str) -> tuple[Choice, ...]:
    unused = Choice("", "Not used", chosen=not chosen)
    return (unused, *(Choice(field, _FIELD_WORDS[field], chosen=field == chosen) for field in FIELDS))


def left_out(found: Preview) -> tuple[tuple[sending.ProblemGroup, ...], int]:
    """Return what would be left out of a file by cause, and how many orders that is."""
    drafts = {draft.line: draft for draft in found.orders}
    problems: dict[tuple[str, str | None], list[Problem]] = {}
    for draft in found.orders:
        verdict = judge(draft, found.mapping, take_sent=False)
        for problem in verdict if isinstance(verdict, tuple) else ():
            problems.setdefault((problem.code, problem.field), []).append(problem)
    groups = [_group(group, problems.get((group.code, group.field), []), drafts) for group in found.problems]
    stray = {line for group in found.problems for line in group.lines} - drafts.keys()
    left = len(found.orders) - found.usable + len(stray)
    return (*_no_weight(found), *groups), left


def _group(group: ProblemGroup, problems: list[Problem], drafts: dict[int, DraftOrder]) -> sending.ProblemGroup:
    said = {problem.line: problem.message for problem in problems}
    places = tuple(
        sending.Place(
            line,
            group.column or _FIELD_WORDS.get(group.field or "", ""),
            _value(drafts.get(line), group.field),
            said.get(line, group.message),
        )
        for line in group.lines[:MOST_PLACES]
    )
    return sending.ProblemGroup(group.code, cause(group.code, group.field), group.count, places)


def _no_weight(found: Preview) -> tuple[sending.ProblemGroup, ...]:
    """Ask once what parcels weigh, where the file and the products say nothing; such orders do come in."""
    light = [draft for draft in found.orders if draft.weight_g is None]
    if not light:
        return ()
    words = "It comes in, but has no price until it has a weight."
    places = tuple(sending.Place(d.line, "Weight", "", words) for d in light[:MOST_PLACES])
    group = sending.ProblemGroup(
        NO_WEIGHT,
        "The file does not say what it weighs",
        len(light),
        places,
        "Weight with packaging, for all of them",
        "In grams. It is assumed for every order whose weight nobody knows, in this file and the next.",
        fix_formats=format_choices("small_parcel", "Not said"),
    )
    return (group,)


def cause(code: str, field: str | None) -> str:
    """Name a cause in words."""
    words = _CAUSES.get(code)
    name = _FIELD_WORDS.get(field or "", "")
    if words is None:
        return f"{name}: {code.replace('-', ' ')}" if name else code.replace("-", " ").capitalize()
    return f"{words}: {name.lower()}" if name and words.startswith("Something") else words


def _value(draft: DraftOrder | None, field: str | None) -> str:
    return str(getattr(draft, field or "", "") or "")[:60] if draft is not None else ""


def kept_groups(groups: Sequence[ProblemGroup], rows: Sequence[Any], here: str) -> tuple[sending.ProblemGroup, ...]:
    """Return what was left out of an import, by cause, each row with the way to its own form (under `here`).

    `rows` are rows of the vault, each with its problem and, for the first of an order, its draft.
    """
    drafts = {row.line: row.content.draft for row in rows if row.content.draft is not None}
    made = []
    for group in groups:
        own = [row for row in rows if (row.code, row.field) == (group.code, group.field)][:MOST_PLACES]
        places = tuple(
            sending.Place(
                row.line,
                row.content.problem.column or _FIELD_WORDS.get(row.field or "", ""),
                _value(drafts.get(row.line), row.field),
                row.content.problem.message,
                f"{here}/mend/{row.line}" if row.line in drafts else "",
            )
            for row in own
        )
        made.append(sending.ProblemGroup(group.code, cause(group.code, group.field), group.count, places))
    return tuple(made)


def same_as(found: Preview, day: str) -> str:
    """Say that the very same file came before, or nothing."""
    if found.seen is None:
        return ""
    made = count(found.seen.orders_made, "order")
    return f"This very file came in before, on {day}, and gave {made}. Orders that are here already are left out."
