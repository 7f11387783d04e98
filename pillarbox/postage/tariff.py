"""Price tables: what a service costs, by format, destination and weight, on a day, and how sure we are of it.

A version of the tariff is one file of an operator's pack and holds between two London days. Within a version a
country's own table wins over its zone's and a zone's over a group's. A doubtful table says so in words; one with a
warning is held back until the operator has confirmed exactly these figures (docs/decisions/0020-doubtful-prices.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import blake2b

import msgspec

from pillarbox.kernel.money import Vat
from pillarbox.postage.pack import PackUnreadable
from pillarbox.postage.parcel import Format

ANY_FORMAT = "any"
"""A table for every format up to its bands' weight."""

PARCEL_COVERS = frozenset({Format.SMALL_PARCEL, Format.MEDIUM_PARCEL, Format.TUBE, Format.PARCEL})
"""Formats priced by a table whose format is `parcel`."""


class Channel(StrEnum):
    """Where the price is paid: online by customers, or over a Post Office counter (kept to compare)."""

    ONLINE = "online"
    POST_OFFICE = "post_office"


class Confidence(StrEnum):
    """Who says so: two independent sources, one, or one that seems to have reckoned the price from another."""

    TWO_SOURCES = "two_sources"
    ONE_SOURCE = "one_source"
    DERIVED = "derived"


class Table(msgspec.Struct, frozen=True, gc=False):
    """One price table: gross pence by weight. `limits_g[i]` is the heaviest gram that `prices_pence[i]` pays for.

    `to` is a country's iso2, a zone, a group or the operator's home; `format` a `Format` or `any`; `note` is a remark
    on the sources, `warning` a reason not to sell at this price unconfirmed; both are empty when there is none.
    """

    service: str
    channel: Channel
    format: str
    to: str
    cover_pence: int
    vat: Vat
    limits_g: tuple[int, ...]
    prices_pence: tuple[int, ...]
    valid_from: date
    valid_to: date | None
    confidence: Confidence
    sources: tuple[str, ...]
    note: str
    warning: str

    @property
    def key(self) -> str:
        """A stable name of the table: version, channel, service, format, destination, cover in pence."""
        return "/".join(
            (self.valid_from.isoformat(), self.channel, self.service, self.format, self.to, str(self.cover_pence))
        )

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits over key, figures and warning: a confirmation lapses when any of them changes."""
        parts = (self.key, self.vat.value, repr(self.limits_g), repr(self.prices_pence), self.held_because)
        return blake2b("\n".join(parts).encode(), digest_size=8, person=b"pillarbox price").hexdigest()

    @property
    def held_because(self) -> str:
        """Why it is not sold until the operator has confirmed it; empty when it may be sold."""
        if self.confidence is Confidence.DERIVED:
            return " ".join(("This price was reckoned from another, not read from a list.", self.warning)).strip()
        return self.warning

    @property
    def doubt(self) -> str:
        """Everything an operator should know before trusting the price; empty when two sources agree without remark."""
        alone = "Only one source gives this price." if self.confidence is Confidence.ONE_SOURCE else ""
        return " ".join(part for part in (alone, self.note, self.held_because) if part)


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """One version of the tariff, in force on each London day from `valid_from` to `valid_to` inclusive (None: open)."""

    valid_from: date
    valid_to: date | None
    about: str
    missing: tuple[str, ...]
    tables: tuple[Table, ...]
    _index: dict[tuple[str, str, int, str, str], Table] = field(repr=False)

    def holds_on(self, day: date) -> bool:
        """Say whether these prices are in force on this London day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def table(
        self, service: str, channel: Channel, cover_pence: int, wanted: Format, places: Sequence[str]
    ) -> Table | None:
        """Find the table for a format to the first of `places` that has one; None when the format is not priced there.

        `places` is the destination from narrow to wide: country, zone, groups. The format's own table wins over
        `parcel`, and that over `any`.
        """
        formats = (wanted, Format.PARCEL, ANY_FORMAT) if wanted in PARCEL_COVERS else (wanted, ANY_FORMAT)
        for place in places:
            for name in formats:
                found = self._index.get((service, channel, cover_pence, place, name))
                if found is not None:
                    return found
        return None

    def serves(self, service: str, channel: Channel, places: Sequence[str] | None = None) -> bool:
        """Say whether any table prices this service, at all or to one of these places."""
        return any(
            each.service == service and each.channel is channel and (places is None or each.to in places)
            for each in self.tables
        )


class _Row(msgspec.Struct, frozen=True):
    service: str
    channel: Channel
    format: str
    to: str
    cover_pence: int
    vat: Vat
    bands: tuple[tuple[int, int], ...]
    confidence: Confidence
    sources: tuple[int, ...]
    note: int | None = None
    warning: int | None = None


class VersionFile(msgspec.Struct, frozen=True):
    """`tariff/<valid_from>.json` of a pack; rows refer to `sources` and `notes` by position."""

    valid_from: date
    valid_to: date | None
    as_of: str
    about: str
    unit: str
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...]
    tables: tuple[_Row, ...]


def version_from(file: VersionFile, places: frozenset[str]) -> Version:
    """Check a version's rows and index them. Raises `PackUnreadable` for a table that cannot be right.

    `places` are the destinations that exist: home, zones, groups and countries.
    """
    index: dict[tuple[str, str, int, str, str], Table] = {}
    for row in file.tables:
        table = _table(file, row)
        limits = table.limits_g
        where = (table.service, table.channel, table.cover_pence, table.to, table.format)
        wrong = (
            "twice" if where in index else
            "to nowhere we know" if table.to not in places else
            "of a format we do not know" if table.format != ANY_FORMAT and table.format not in set(Format) else
            "without rising weights" if not limits or list(limits) != sorted(set(limits)) or limits[0] < 1 else
            "without a price" if min(table.prices_pence) < 1 else
            ""
        )  # fmt: skip
        if wrong:
            raise PackUnreadable(f"The operator's pack has a price table {wrong}: {table.key}")
        index[where] = table
    return Version(file.valid_from, file.valid_to, file.about, file.missing, tuple(index.values()), index)


def _table(file: VersionFile, row: _Row) -> Table:
    return Table(
        row.service,
        row.channel,
        row.format,
        row.to,
        row.cover_pence,
        row.vat,
        tuple(limit for limit, _ in row.bands),
        tuple(price for _, price in row.bands),
        file.valid_from,
        file.valid_to,
        row.confidence,
        tuple(_at(file.sources, each) for each in row.sources),
        "" if row.note is None else _at(file.notes, row.note),
        "" if row.warning is None else _at(file.notes, row.warning),
    )


def _at(texts: tuple[str, ...], position: int) -> str:
    if not 0 <= position < len(texts):
        raise PackUnreadable(f"The operator's pack has a price table that names source or note {position}, not there.")
    return texts[position]
