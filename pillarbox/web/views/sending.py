"""Sending: one parcel from three fields to a label, a file of orders, and the labels to print.

Prices are gross pence with the VAT within; what cannot be had is shown with its reason.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec

from pillarbox.web.views.frame import Choice, Pager, State, View


class Offer(msgspec.Struct, frozen=True, gc=False):
    """One service with its price. `vat_pence` is within `gross_pence`; `speed` and `notes` are words.

    `best` is a word for the cheapest or fastest offer ("Cheapest"), else empty. `cover_pence` 0 means no cover.
    """

    service: str
    name: str
    gross_pence: int
    vat_pence: int
    speed: str
    cover_pence: int
    tracked: str
    best: str = ""
    notes: str = ""
    chosen: bool = False


class NotOffered(msgspec.Struct, frozen=True, gc=False):
    """A service that cannot take it, and the sentence that says why."""

    name: str
    reason: str


class Quote(msgspec.Struct, frozen=True, gc=False):
    """The answer to the three fields: what was understood, the offers cheapest first, and the rest with reasons."""

    understood: str
    offers: tuple[Offer, ...]
    not_offered: tuple[NotOffered, ...]
    tariff_from: date


class SendOne(View, frozen=True):
    """`send.html`: what, how heavy, where to (a GET form: `what`, `weight`, `to`, `length`, `width`, `height`).

    Fields hold what was typed. `quote` is None until all three are there. Choosing goes to `/send/details` by GET with
    the same fields and `service`.
    """

    TEMPLATE: ClassVar[str] = "send.html"
    formats: tuple[Choice, ...]
    weight: str = ""
    to: str = ""
    length: str = ""
    width: str = ""
    height: str = ""
    quote: Quote | None = None


class SendDetails(View, frozen=True):
    """`send_details.html`: the rest, asked only when a service is chosen. Posts to `/send`.

    `hidden` carries the three fields and the service; `values` what was typed in the address and customs fields, by
    field name, empty for none. `abroad` asks for customs; `form_name` is "CN22" or "CN23".
    """

    TEMPLATE: ClassVar[str] = "send_details.html"
    offer: Offer
    what: str
    destination: str
    hidden: tuple[tuple[str, str], ...]
    values: dict[str, str]
    abroad: bool = False
    form_name: str = ""
    reasons: tuple[Choice, ...] = ()
    change_query: str = ""

    def value(self, name: str) -> str:
        """What was typed in a field, or nothing."""
        return self.values.get(name, "")


class RecentImport(msgspec.Struct, frozen=True, gc=False):
    """An earlier file: its name, when, how many orders it gave and how many rows were left out."""

    id: str
    file_name: str
    at: datetime
    orders: int
    left_out: int


class ImportStart(View, frozen=True):
    """`import_start.html`: choose or drop a file; posts `file` as multipart to `/orders/import`.

    `recent` are the last files. `max_megabytes` is the limit that the route enforces.
    """

    TEMPLATE: ClassVar[str] = "import_start.html"
    max_megabytes: int
    recent: tuple[RecentImport, ...] = ()


class Mapped(msgspec.Struct, frozen=True, gc=False):
    """One column of the file: its header, what we take it for (choices), and the first values found in it."""

    name: str
    header: str
    choices: tuple[Choice, ...]
    samples: tuple[str, ...]


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a problem is: line (from 1), column header, the value found, the sentence that helps.

    `mend` is the path, after the account's own, of the form that mends this row, empty where there is none.
    """

    line: int
    column: str
    value: str
    sentence: str
    mend: str = ""


class ProblemGroup(msgspec.Struct, frozen=True, gc=False):
    """Problems of one cause: `cause` in words, how many, the first places, and the mend if one fits all.

    `fix_label` is the question whose answer mends them all, empty if there is none; it posts as `fix-{code}`, and one
    of `fix_formats` beside it as `format`, where there are any.
    """

    code: str
    cause: str
    total: int
    places: tuple[Place, ...]
    fix_label: str = ""
    fix_hint: str = ""
    fix_value: str = ""
    fix_formats: tuple[Choice, ...] = ()


class ImportCheck(View, frozen=True):
    """`import_check.html`: what the file is, the mapping on its first rows, and problems by cause.

    Posts the mapping to `/orders/import/{id}/mapping`, one fix (with its `code`) to `/orders/import/{id}/fix`, and the
    go-ahead to `/orders/import/{id}/take`. `same_as` says in a sentence that the same file came before, else empty.
    `good` orders could be brought in of those looked at, `left` could not (None: all other rows); where only the
    beginning of a large file was looked at, `whole` is False.
    """

    TEMPLATE: ClassVar[str] = "import_check.html"
    id: str
    file_name: str
    recognised: str
    encoding: str
    delimiter: str
    rows_total: int
    good: int
    mapping: tuple[Mapped, ...]
    groups: tuple[ProblemGroup, ...]
    same_as: str = ""
    left: int | None = None
    whole: bool = True

    @property
    def bad(self) -> int:
        """Orders that would be left out."""
        return self.rows_total - self.good if self.left is None else self.left


class ImportProgress(View, frozen=True):
    """`import_progress.html`: rows done of all; the page asks again by itself and survives a reload.

    When all is done the route answers with the done page, to the page's own asking with `HX-Refresh: true`.
    """

    TEMPLATE: ClassVar[str] = "import_progress.html"
    id: str
    file_name: str
    done: int
    total: int
    left_out: int


class ImportMend(View, frozen=True):
    """`import_mend.html`: one row that was left out, to be mended into an order; posts to itself.

    `values` holds what the file said or was typed, by the names of `desk.mend_row.FIELDS`. `anyway` offers to take it
    as it stands, in a sentence: for an order that is there already or was sent.
    """

    TEMPLATE: ClassVar[str] = "import_mend.html"
    id: str
    line: int
    file_name: str
    values: dict[str, str]
    formats: tuple[Choice, ...]
    anyway: str = ""

    def value(self, name: str) -> str:
        """What stands in a field, or nothing."""
        return self.values.get(name, "")


class ImportDone(View, frozen=True):
    """`import_done.html`: what came in and what was left out; `query` finds the new orders in the list."""

    TEMPLATE: ClassVar[str] = "import_done.html"
    id: str
    file_name: str
    orders: int
    left_out: int
    groups: tuple[ProblemGroup, ...]
    query: str


class LabelRow(msgspec.Struct, frozen=True, gc=False):
    """A label of the list: its order, recipient, service, number, when made, how often printed."""

    id: str
    order_id: str
    reference: str
    recipient: str
    service: str
    tracking_number: str
    made: datetime
    prints: int
    state: State
    can_print: bool = True
    selected: bool = False


class Labels(View, frozen=True):
    """`labels.html`: posts `label` (repeated) and `format` to `/labels/print`, which answers with the document.

    `formats` are the printer formats with the remembered one chosen. `not_printed` counts those never
    printed; one document takes `most`.
    """

    TEMPLATE: ClassVar[str] = "labels.html"
    rows: tuple[LabelRow, ...]
    formats: tuple[Choice, ...]
    pager: Pager
    not_printed: int
    most: int = 500
