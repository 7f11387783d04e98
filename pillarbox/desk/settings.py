"""Settings of an account: where its post comes from, what its parcels usually are, what paper its printer holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.postage.address import Address, check_address
from pillarbox.postage.country import UK_POSTCODE_COUNTRIES
from pillarbox.postage.orderfile import Defaults
from pillarbox.postage.parcel import Parcel, check_parcel, parse_format
from pillarbox.vault.box import Box
from pillarbox.vault.owned import Owned, render
from pillarbox.vault.settings import remember, remembered, settings_of

T = TypeVar("T")

SHIP_FROM: Final = "ship_from"
PARCELS: Final = "import parcels"
"""The usual parcel and what is remembered by SKU are one setting, which imports read and write too."""
LABEL_STOCK: Final = "label_stock"
STOCKS: Final = ("4x6", "a6")
"""Papers a label is drawn on (`postage.label.Stock`), in the words of the settings; the first is usual."""


class ShipFromAbroad(BadInput):
    """Post is handed over in the UK, the Channel Islands or the Isle of Man. Give an address there."""


class StockUnknown(BadInput):
    """There is no such label paper. Use 4x6 or a6."""


class ParcelSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A usual parcel as it is handed in: grams, millimetres, and a format in words where it is known."""

    weight_g: int
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    format: str = ""


class AllSettings(msgspec.Struct, frozen=True, gc=False):
    """What the settings page shows; None for what nobody has said yet."""

    ship_from: Address | None
    default_parcel: Parcel | None
    label_stock: str


async def read_setting(box: Box, name: str, kind: type[T]) -> Owned[T | None]:
    """Return one setting read as `kind`, or None where there is none."""
    return render(lambda found: found.get(name), await settings_of(box, [name], kind))


async def write_setting(box: Box, name: str, value: Any) -> None:
    """Keep one setting under its name, sealed."""
    await remember(box, name, value)


async def read_settings(box: Box) -> Owned[AllSettings]:
    """Return everything the settings page shows."""
    found = await settings_of(box, [SHIP_FROM, PARCELS, LABEL_STOCK], msgspec.Raw)
    return render(_all, found)


async def write_ship_from(box: Box, fields: Mapping[str, object]) -> Owned[Address]:
    """Check and keep the ship-from address. Raises `AddressNotUsable`, `ShipFromAbroad`."""
    address = check_address(fields)
    if address.country not in UK_POSTCODE_COUNTRIES:
        raise ShipFromAbroad(field="country")
    await remember(box, SHIP_FROM, address)
    return box.own(address, "setting:ship_from")


async def ship_from(box: Box) -> Address | None:
    """Return the ship-from address for a verb that prints it, or None."""
    return box.open(await read_setting(box, SHIP_FROM, Address))


async def write_default_parcel(box: Box, parcel: ParcelSetting) -> Owned[Parcel]:
    """Check and keep the usual parcel. Raises `ParcelNotUsable`, `FormatUnknown`."""
    checked = checked_parcel(parcel)
    known = await remembered(box, PARCELS, Defaults) or Defaults()
    usual = msgspec.structs.replace(
        known,
        weight_g=checked.weight_g,
        format=checked.format.value if checked.format else "",
        length_mm=checked.length_mm,
        width_mm=checked.width_mm,
        height_mm=checked.height_mm,
    )
    await remember(box, PARCELS, usual)
    return box.own(checked, "setting:default_parcel")


async def write_label_stock(box: Box, stock: str) -> Owned[str]:
    """Keep the label paper. Raises `StockUnknown`."""
    if stock not in STOCKS:
        raise StockUnknown(field="stock")
    await remember(box, LABEL_STOCK, stock)
    return box.own(stock, "setting:label_stock")


def checked_parcel(parcel: ParcelSetting) -> Parcel:
    """Return the parcel checked. Raises `ParcelNotUsable`, `FormatUnknown`."""
    wanted = parse_format(parcel.format)
    return check_parcel(parcel.weight_g, parcel.length_mm, parcel.width_mm, parcel.height_mm, wanted)


def _all(found: dict[str, msgspec.Raw]) -> AllSettings:
    def read(name: str, kind: type[T]) -> T | None:
        return msgspec.msgpack.decode(found[name], type=kind) if name in found else None

    usual = read(PARCELS, Defaults)
    return AllSettings(read(SHIP_FROM, Address), _parcel(usual) if usual else None, read(LABEL_STOCK, str) or STOCKS[0])


def _parcel(usual: Defaults) -> Parcel | None:
    if usual.weight_g is None:
        return None
    return Parcel(usual.weight_g, usual.length_mm, usual.width_mm, usual.height_mm, parse_format(usual.format))
