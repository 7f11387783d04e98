"""Services: the one table that ties a service code, its name and its key in the price tables together.

A service says which formats it takes, how fast and how well covered it is, and whether customers without an account
may buy it. Read from `services.json` of an operator's pack, where source and date stand.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.postage.parcel import Format


class ServiceUnknown(BadInput):
    """We do not know this service code. Ask for a quote to see the codes that fit your parcel."""


class Feature(StrEnum):
    """What comes with a service, as the ordering pages name it."""

    AGE_VERIFIED = "age_verified"
    DDP = "ddp"
    EMAIL_NOTIFICATION = "email_notification"
    IOSS = "ioss"
    LOCAL_COLLECT = "local_collect"
    SAFEPLACE = "safeplace"
    SIGNED_FOR = "signed_for"
    SMS_NOTIFICATION = "sms_notification"
    TRACKED = "tracked"

    @property
    def words(self) -> str:
        """The feature in words for a page."""
        return _WORDS[self]


_WORDS = {
    Feature.AGE_VERIFIED: "age checked on delivery",
    Feature.DDP: "duties paid by the sender",
    Feature.EMAIL_NOTIFICATION: "news by e-mail",
    Feature.IOSS: "EU VAT by IOSS number",
    Feature.LOCAL_COLLECT: "collection from a local branch",
    Feature.SAFEPLACE: "safe place",
    Feature.SIGNED_FOR: "signature on delivery",
    Feature.SMS_NOTIFICATION: "news by text message",
    Feature.TRACKED: "tracked",
}


class Service(msgspec.Struct, frozen=True, gc=False):
    """One service. `tariff` is its key in the price tables, None where no price is published.

    `cover_pence` lists its compensation tiers; `tariff_cover_pence` is the tier under which the tables list it where
    they say another sum (`cover_doubt` then says so in words). `speed` is None where none is published.
    """

    code: str
    name: str
    cover_pence: tuple[int, ...]
    formats: tuple[Format, ...]
    tariff: str | None = None
    tariff_cover_pence: int | None = None
    cover_doubt: str | None = None
    speed: str | None = None
    features: tuple[Feature, ...] = ()
    contract_only: bool = False
    international: bool = False

    @property
    def priced_tiers(self) -> tuple[tuple[int, int], ...]:
        """Pairs of the cover promised and the cover under which the price tables list it, in pence, lowest first."""
        if self.tariff_cover_pence is not None:
            return ((min(self.cover_pence), self.tariff_cover_pence),)
        return tuple((cover, cover) for cover in sorted(self.cover_pence))


class ServiceFile(msgspec.Struct, frozen=True):
    """`services.json` of a pack: the services in the order in which a page lists equals."""

    source: str
    as_of: str
    about: tuple[str, ...]
    services: tuple[Service, ...]
