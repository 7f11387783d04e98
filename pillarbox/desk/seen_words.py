"""The disclosure record in plain words: which fields, by which door, and what kind of thing.

The record itself interns the names of fields (`order:number,addressee`); a name without words here is shown as it
is, with its underscores opened, so that nothing that was shown is ever left out of the page.
"""

from __future__ import annotations

from typing import Final

from pillarbox.kernel.ids import Kind

_FIELDS: Final[dict[str, str]] = {
    "addressee": "name, address and reference",
    "recipient": "name and address",
    "contents": "goods and note",
    "content": "name, address and everything else on the label",
    "profile": "name and e-mail address",
    "key_name": "name of the key",
    "credential": "the key itself",
    "ship_from": "ship-from address",
    "number": "number",
    "tracking_number": "tracking number",
    "price_pence": "price",
    "vat_pence": "VAT",
    "value_pence": "value",
    "weight_g": "weight",
    "length_mm": "size",
    "width_mm": "size",
    "height_mm": "size",
    "service_code": "service",
    "status": "where it is",
    "event_status": "course of the parcel",
    "event_key": "course of the parcel",
    "at": "times",
    "received_at": "times",
    "created_at": "times",
    "updated_at": "times",
    "bought_at": "times",
    "printed_at": "times",
    "voided_at": "times",
    "status_at": "times",
    "first_scan_at": "times",
    "delivered_at": "times",
    "revoked_at": "times",
    "place": "places",
    "note": "notes of the network",
    "customs_missing": "customs",
    "code": "course of the parcel",
    "country": "country",
    "ending": "end of the key",
    "lines": "this record",
}
"""Names of fields in plain words; several may share words, which are then said once."""

_OF_KIND: Final[dict[str, dict[str, str]]] = {
    "import": {
        "status": "progress",
        "content": "rows left out, with name and address",
        "code": "causes",
        "field": "causes",
        "seq": "causes",
        "first_seq": "causes",
        "line": "lines",
        "lines": "lines",
        "settings": "name and columns of the file",
        "rows_total": "progress",
        "rows_read": "progress",
        "orders_made": "progress",
        "duplicates": "progress",
        "problems": "progress",
        "finished_at": "progress",
        "failure": "progress",
        "shop": "kind of file",
        "encoding": "kind of file",
        "delimiter": "kind of file",
    },
    "setting": {
        "name": "settings, with ship-from address",
        "content": "settings, with ship-from address",
        "frame_name": "head of the page",
        "frame": "head of the page",
    },
    "person": {"frame": "head of the page, with name and e-mail address"},
}
"""Names that mean something else where they belong to another kind of thing than orders and labels."""

_SURFACES: Final[dict[str, str]] = {
    "api": "API",
    "pages": "page",
    "network": "scan",
    "tracking": "public tracking page",
    "payments": "payment",
    "print": "printed label",
    "labels": "printed label",
}

_THINGS: Final[dict[Kind, str]] = {
    Kind.ORDER: "Order",
    Kind.LABEL: "Label",
    Kind.PERSON: "Person",
    Kind.API_KEY: "API key",
    Kind.SETTING: "Setting",
    Kind.FILE: "File",
    Kind.IMPORT: "Import",
    Kind.BATCH: "Batch",
    Kind.TOP_UP: "Top-up",
    Kind.ENTRY: "Ledger entry",
}


def fields_in_words(field_set: str) -> str:
    """Say which fields a line names: `order:number,addressee` is `number, name, address and reference`."""
    kind, _, names = field_set.partition(":")
    words = _FIELDS | _OF_KIND.get(kind, {})
    return ", ".join(dict.fromkeys(words.get(name, name.replace("_", " ")) for name in names.split(",") if name))


def surface_in_words(surface: str) -> str:
    """Say by which door something was shown."""
    return _SURFACES.get(surface, surface)


def kind_of(field_set: str) -> Kind | None:
    """Return what the ids of a line name, or None when they name nothing a customer knows."""
    name = field_set.partition(":")[0].upper()
    return Kind[name] if name in Kind.__members__ else None


def thing_in_words(kind: Kind) -> str:
    """Say what an id of this kind names: `Order`."""
    return _THINGS.get(kind, kind.name.replace("_", " ").capitalize())
