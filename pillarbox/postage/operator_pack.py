"""An operator's pack as a whole: who carries, which services, at which prices, from where.

Royal Mail's is `uk`; another operator brings a folder of the same shape (`operator.json`, `services.json`,
`tariff/<valid_from>.json`) and nothing else changes. Loaded once and kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import msgspec

from pillarbox.postage.country import Country, all_countries
from pillarbox.postage.pack import PackUnreadable, pack_folder, read_file
from pillarbox.postage.service import Service, ServiceFile, ServiceUnknown
from pillarbox.postage.tariff import Channel, Table, Version, VersionFile, version_from


class _OperatorFile(msgspec.Struct, frozen=True):
    source: str
    as_of: str
    name: str
    currency: str
    home: str
    zones: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    tariffs: tuple[str, ...]
    country_zones: dict[str, str] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """One operator: name for display, ISO 4217 currency, home zone, services by code and versions of its tariff.

    `groups` are named sets of zones; `country_zones` gives zones by iso2 where they are not those of `Country.zone`.
    """

    name: str
    currency: str
    home: str
    groups: Mapping[str, tuple[str, ...]]
    country_zones: Mapping[str, str]
    services: Mapping[str, Service]
    versions: tuple[Version, ...]

    def zone(self, country: Country) -> str:
        """Return this operator's price zone for a country."""
        return self.country_zones.get(country.iso2, country.zone)

    def abroad(self, country: Country) -> bool:
        """Say whether post to this country is international for this operator."""
        return self.zone(country) != self.home

    def places(self, country: Country) -> tuple[str, ...]:
        """Return the destination's codes from narrow to wide: country, zone, groups, smaller groups first."""
        zone = self.zone(country)
        groups = sorted((len(zones), name) for name, zones in self.groups.items() if zone in zones)
        return (country.iso2, zone, *(name for _, name in groups))

    def version_on(self, day: date) -> Version | None:
        """Return the tariff in force on this London day, or None."""
        for version in reversed(self.versions):
            if version.holds_on(day):
                return version
        return None

    def service(self, code: str) -> Service:
        """Return the service with this code. Raises `ServiceUnknown`."""
        found = self.services.get(code)
        if found is None:
            raise ServiceUnknown(field="service")
        return found

    def doubtful_tables(self, day: date) -> tuple[Table, ...]:
        """Return the online tables in force that some service sells from and that are in doubt, held ones first.

        This is what an operator looks through; confirming a table is keeping its `fingerprint`.
        """
        version = self.version_on(day)
        used = {each.tariff for each in self.services.values()}
        tables = version.tables if version is not None else ()
        found = [each for each in tables if each.channel is Channel.ONLINE and each.service in used and each.doubt]
        return tuple(sorted(found, key=lambda each: not each.held_because))


@lru_cache(maxsize=16)
def load_pack(where: str | Path = "uk") -> Pack:
    """Load a pack by name (`uk`) or from an operator's own folder (a `Path`), and keep it.

    Raises `PackUnreadable` when a file is missing or says something that cannot be.
    """
    folder = pack_folder(where)
    about = read_file(folder, "operator.json", _OperatorFile)
    countries = {each.iso2 for each in all_countries()}
    places = frozenset({about.home, *about.zones, *about.groups, *countries})
    versions = tuple(
        version_from(read_file(folder, f"tariff/{name}.json", VersionFile), places) for name in sorted(about.tariffs)
    )
    for earlier, later in pairwise(versions):
        if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
            raise PackUnreadable(f"The operator's pack has two tariffs in force on {later.valid_from}.")
    rows = read_file(folder, "services.json", ServiceFile).services
    _check_services(rows, versions)
    return Pack(
        about.name,
        about.currency,
        about.home,
        about.groups,
        about.country_zones,
        {each.code: each for each in rows},
        versions,
    )


def _check_services(rows: tuple[Service, ...], versions: tuple[Version, ...]) -> None:
    if len({each.code for each in rows}) != len(rows):
        raise PackUnreadable("The operator's pack has two services with one code.")
    keys = {table.service for version in versions for table in version.tables}
    for each in rows:
        if each.tariff is not None and each.tariff not in keys:
            raise PackUnreadable(f"The operator's pack has no price table for {each.code} ({each.tariff}).")
        if not each.cover_pence or not each.formats:
            raise PackUnreadable(f"The operator's pack lacks cover or formats for {each.code}.")
