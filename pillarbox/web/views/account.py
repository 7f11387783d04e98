"""The account's own affairs: money, who has seen what, settings, keys, and where its parcels are.

The journal holds ids, never contents; what a sight shows here was looked up in the customer's own box.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from pillarbox.web.views.frame import Choice, Pager, State, Tone, View
from pillarbox.web.views.orders import Chip, Person


class LedgerRow(msgspec.Struct, frozen=True, gc=False):
    """One entry: what it was, its amount (negative when money left the balance) and the balance after it.

    `vat_pence` is the VAT within; `href` (after `base`) leads to what it was for, empty if nowhere.
    """

    id: str
    at: datetime
    words: str
    amount_pence: int
    vat_pence: int
    after_pence: int
    href: str = ""
    receipt: str = ""


class Money(View, frozen=True):
    """`money.html`: balance, top-up and ledger. Posts `amount` (pounds, as typed) or `quick` (a value of `amounts`)
    to `/money/top-up`.

    `held_pence` is set aside for purchases under way, not part of `balance_pence`. `amounts` are quick choices.
    """

    TEMPLATE: ClassVar[str] = "money.html"
    balance_pence: int
    held_pence: int
    rows: tuple[LedgerRow, ...]
    pager: Pager
    amounts: tuple[Choice, ...]
    amount: str = ""


class SightRow(msgspec.Struct, frozen=True, gc=False):
    """One line of the journal. `fields` in words ("name, address"); `stranger` when the viewer was not of this account.

    `what` names the object ("Order 10443"), `href` leads to it after `base` (empty if it is gone).
    """

    at: datetime
    who: str
    device: str
    how: str
    what: str
    fields: str
    outcome: State
    href: str = ""
    stranger: bool = False


class Seen(View, frozen=True):
    """`seen.html`: who has seen this account's data. `strangers` counts sights by anyone outside the account, ever."""

    TEMPLATE: ClassVar[str] = "seen.html"
    chips: tuple[Chip, ...]
    rows: tuple[SightRow, ...]
    pager: Pager
    strangers: int
    since: datetime


class KeyRow(msgspec.Struct, frozen=True, gc=False):
    """An API key as it can be shown: its name, its beginning and end, scopes in words, last use if any."""

    id: str
    name: str
    hint: str
    scopes: str
    live: bool
    made: datetime
    used: datetime | None = None


class Settings(View, frozen=True):
    """`settings.html`: the person, ship-from address, default parcel, label paper and keys.

    Posts to `/settings/profile` (`person_name`, `person_email`), `/settings/address`, `/settings/parcel`,
    `/settings/paper` (`stock`) and `/settings/keys` (`key_name`, `kind`, `scope` repeated); revoking leads to the
    confirm page at `/settings/keys/{id}/revoke`. `address`, `parcel` and `profile` hold what stands or was typed, by
    field name.
    """

    TEMPLATE: ClassVar[str] = "settings.html"
    keys: tuple[KeyRow, ...]
    kinds: tuple[Choice, ...]
    scopes: tuple[Choice, ...]
    formats: tuple[Choice, ...]
    address: dict[str, str]
    parcel: dict[str, str]
    key_name: str = ""
    profile: dict[str, str] = msgspec.field(default_factory=dict)
    countries: tuple[Choice, ...] = ()
    stocks: tuple[Choice, ...] = ()


class KeyMade(View, frozen=True):
    """`key_made.html`: a new key in full, for the only time."""

    TEMPLATE: ClassVar[str] = "key_made.html"
    name: str
    secret: str
    scopes: str
    live: bool


class ReceiptLine(msgspec.Struct, frozen=True, gc=False):
    """One line of a receipt: words, pieces, net, VAT and gross pence, and the VAT rate in words ("20 %", "exempt")."""

    words: str
    pieces: int
    net_pence: int
    vat_pence: int
    gross_pence: int
    rate: str


class Receipt(View, frozen=True):
    """`receipt.html`, made to be printed: from whom, to whom, what for, VAT and total.

    `seller` and `customer` are address lines, name first. `vat_number` is the seller's, empty if none. `kind` is
    "Receipt", "VAT receipt" or "Credit note".
    """

    TEMPLATE: ClassVar[str] = "receipt.html"
    kind: str
    number: str
    at: datetime
    seller: tuple[str, ...]
    customer: tuple[str, ...]
    vat_number: str
    lines: tuple[ReceiptLine, ...]
    paid_by: str

    @property
    def net_pence(self) -> int:
        """Sum without VAT."""
        return sum(line.net_pence for line in self.lines)

    @property
    def vat_pence(self) -> int:
        """Sum of VAT."""
        return sum(line.vat_pence for line in self.lines)

    @property
    def gross_pence(self) -> int:
        """Sum with VAT."""
        return sum(line.gross_pence for line in self.lines)


class ParcelRow(msgspec.Struct, frozen=True, gc=False):
    """A parcel on its way: `sentence` is its one plain state ("On its way to Swansea, expected Tuesday")."""

    label_id: str
    reference: str
    recipient: str
    tracking_number: str
    sentence: str
    state: State
    last: datetime


class ParcelStep(msgspec.Struct, frozen=True, gc=False):
    """One step of the sender's timeline, newest first: words, place, when, and in `notes` what is odd about it."""

    words: str
    place: str
    at: datetime
    notes: tuple[str, ...] = ()
    tone: Tone = Tone.PLAIN


class Parcel(View, frozen=True):
    """`parcel.html`: one parcel as its sender sees it.

    `headline` is the one big state and `sentence` explains it; `aim` is the service's published speed, empty if none;
    `public_tracking` is the recipient's own address.
    """

    TEMPLATE: ClassVar[str] = "parcel.html"
    order_id: str
    reference: str
    recipient: str
    tracking_number: str
    service: str
    aim: str
    headline: str
    sentence: str
    state: State
    since: datetime
    steps: tuple[ParcelStep, ...]
    public_tracking: str
    warning: str = ""


class Parcels(View, frozen=True):
    """`tracking.html`: the account's own parcels, latest news first; no `chips` when there are none at all."""

    TEMPLATE: ClassVar[str] = "tracking.html"
    chips: tuple[Chip, ...]
    rows: tuple[ParcelRow, ...]
    pager: Pager


class TrackStep(msgspec.Struct, frozen=True, gc=False):
    """One step of the public timeline, newest first: words, place, when."""

    words: str
    place: str
    at: datetime
    tone: Tone = Tone.PLAIN


class TrackFind(View, frozen=True):
    """`track_find.html`, framed by a `PublicPage`: a GET form with `number` to `/track`."""

    TEMPLATE: ClassVar[str] = "track_find.html"
    number: str = ""


class Track(View, frozen=True):
    """`track.html`, framed by a `PublicPage`: what a recipient sees, without signing in.

    `sentence` is the one big state, `explanation` one or two sentences about it; `advice` what to do if it does not
    come. `addressee` is None until the postcode was
    given (posts `postcode` to `action`).
    """

    TEMPLATE: ClassVar[str] = "track.html"
    number: str
    sentence: str
    tone: Tone
    steps: tuple[TrackStep, ...]
    advice: tuple[str, ...]
    service: str
    action: str
    addressee: Person | None = None
    postcode: str = ""
    explanation: str = ""
