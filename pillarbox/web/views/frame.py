"""What stands around every page: the frame with its rail, messages and errors, and the words shared by all views.

A route fills a `Page` (inside an account) or a `PublicPage` (before anyone signed in, or for a recipient) and one
view. Money is pence, weights are grams, times are aware UTC instants.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from pillarbox.kernel.clock import london_date


class Tone(StrEnum):
    """How a state is coloured; always beside a word and an icon, never alone."""

    PLAIN = "plain"
    GOOD = "good"
    WAIT = "wait"
    BAD = "bad"


class Section(StrEnum):
    """Which entry of the rail a page belongs to."""

    ORDERS = "orders"
    SEND = "send"
    LABELS = "labels"
    TRACKING = "tracking"
    MONEY = "money"
    SEEN = "seen"
    SETTINGS = "settings"
    STAFF_PRICES = "staff-prices"
    STAFF_TOTALS = "staff-totals"


class RailEntry(msgspec.Struct, frozen=True, gc=False):
    """One entry of the rail: its section, its words, its path after `base` and its icon."""

    section: Section
    words: str
    path: str
    icon: str


RAIL = (
    RailEntry(Section.ORDERS, "Orders", "/orders", "package"),
    RailEntry(Section.SEND, "Send one", "/send", "send"),
    RailEntry(Section.LABELS, "Labels", "/labels", "tag"),
    RailEntry(Section.TRACKING, "Tracking", "/tracking", "map-pin"),
    RailEntry(Section.MONEY, "Money", "/money", "wallet"),
    RailEntry(Section.SEEN, "Who has seen this", "/seen", "eye"),
    RailEntry(Section.SETTINGS, "Settings", "/settings", "settings"),
)
"""The rail of an account's own pages, in order."""

STAFF_RAIL = (
    RailEntry(Section.STAFF_PRICES, "Doubtful prices", "/prices", "badge-pound-sterling"),
    RailEntry(Section.STAFF_TOTALS, "Totals", "/totals", "chart-column"),
)
"""The rail of the operator's staff, in order."""


class State(msgspec.Struct, frozen=True, gc=False):
    """A state in one or two words with its tone: `Label generated`, good."""

    word: str
    tone: Tone = Tone.PLAIN


class Flash(msgspec.Struct, frozen=True, gc=False):
    """A message shown once at the top of the next page. `href`, with its words, is one way on (after `base`)."""

    tone: Tone
    text: str
    href: str = ""
    link_words: str = ""


class FieldError(msgspec.Struct, frozen=True, gc=False):
    """What is wrong with one field and how to mend it; `field` is the name of the form field."""

    field: str
    message: str


class Acting(msgspec.Struct, frozen=True, gc=False):
    """Staff act for a customer: whose account, why, and until when. Shown to both sides on every page."""

    account: str
    reason: str
    until: datetime


class Incident(msgspec.Struct, frozen=True, gc=False):
    """The status banner while something is wrong: one sentence, and the address of the public status page."""

    sentence: str
    status_url: str


class Pager(msgspec.Struct, frozen=True, gc=False):
    """Where in a list this page stands: rows `first` to `last` of `total`, and the queries of its neighbours.

    Queries are encoded and without `?`; empty where there is no such page.
    """

    first: int
    last: int
    total: int
    previous_query: str = ""
    next_query: str = ""


class Choice(msgspec.Struct, frozen=True, gc=False):
    """One choice of a select or radio group: what is sent, the words, and whether it is chosen."""

    value: str
    words: str
    chosen: bool = False
    hint: str = ""


class Page(msgspec.Struct, frozen=True):
    """The frame of a page inside an account (or of the staff, when `staff_pages`).

    `base` is the account's own unguessable path without a slash at the end, such as `/a/4k…`: every link begins with
    it. `owner_tag` is compared with the browser's own tag cookie by the page itself. `csrf` goes into every form.
    `search` is what stands in the search box. `errors` are listed at the top and wired to their fields. `closed` are
    entries of the rail that this person's scopes do not open; they are left out.
    """

    title: str
    base: str
    now: datetime
    csrf: str
    section: Section
    account: str
    person: str
    email: str
    balance_pence: int | None = None
    owner_tag: str = ""
    search: str = ""
    flashes: tuple[Flash, ...] = ()
    errors: tuple[FieldError, ...] = ()
    acting: Acting | None = None
    incident: Incident | None = None
    test_mode: bool = False
    staff_pages: bool = False
    refresh_seconds: int = 0
    closed: frozenset[Section] = frozenset()

    @property
    def today(self) -> date:
        """The calendar day in London."""
        return london_date(self.now)

    @property
    def rail(self) -> tuple[RailEntry, ...]:
        """The rail for this kind of page."""
        return STAFF_RAIL if self.staff_pages else tuple(entry for entry in RAIL if entry.section not in self.closed)


class PublicPage(msgspec.Struct, frozen=True):
    """The frame of a page without an account: sign-in, tracking, problem pages.

    `home` is where the mark at the top leads; `status_url` the public status page, empty if there is none.
    """

    title: str
    now: datetime
    csrf: str
    home: str = "/"
    status_url: str = ""
    flashes: tuple[Flash, ...] = ()
    errors: tuple[FieldError, ...] = ()
    incident: Incident | None = None
    test_mode: bool = False
    refresh_seconds: int = 0


class View(msgspec.Struct, frozen=True):
    """What one page shows. Each kind names its template."""

    TEMPLATE: ClassVar[str] = ""


class Confirm(View, frozen=True):
    """`confirm.html`: one plain question before something that cannot be taken back.

    `sentences` say what will happen, to money too. Posts `hidden` to `action` (after `base`); `back` leads away.
    `grave` marks what loses something.
    """

    TEMPLATE: ClassVar[str] = "confirm.html"
    question: str
    sentences: tuple[str, ...]
    action: str
    button: str
    back: str
    back_words: str
    hidden: tuple[tuple[str, str], ...] = ()
    grave: bool = False
