"""What people choose about an import, and what is remembered of it for the next file.

A mapping is remembered for files with the same columns; parcels by SKU, and the default one, for the whole account.
"""

from __future__ import annotations

from typing import Final

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.postage.orderfile import Defaults, Mapping, SkuParcel
from pillarbox.postage.orderfile.mapping import places
from pillarbox.postage.parcel import ParcelNotUsable, check_parcel, parse_format
from pillarbox.vault.box import Box
from pillarbox.vault.imports import ImportSettings
from pillarbox.vault.settings import remember, remembered

MOST_SKUS: Final = 5_000
_PARCELS: Final = "import parcels"


class ImportChoices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices for one import; None and empty leave what was found or remembered.

    `parcel` is assumed where the file and the products say nothing; `by_sku` is what one piece of a product weighs.
    `take_sent` also takes orders that the shop says are already sent.
    """

    mapping: Mapping | None = None
    parcel: SkuParcel | None = None
    by_sku: dict[str, SkuParcel] = {}
    take_sent: bool | None = None


class TooManySkus(BadInput):
    """We remember parcels for up to 5,000 products."""


def settled(settings: ImportSettings, choices: ImportChoices) -> ImportSettings:
    """Apply choices to the settings of an import.

    Raises `ColumnMissing` where the file has no such column, and `BadInput` for a parcel that cannot be sent.
    """
    parcel = settings.parcel
    if choices.parcel is not None:
        _check(choices.parcel, "parcel")
        chosen = choices.parcel
        parcel = msgspec.structs.replace(
            parcel, weight_g=chosen.weight_g, format=chosen.format,
            length_mm=chosen.length_mm, width_mm=chosen.width_mm, height_mm=chosen.height_mm,
        )  # fmt: skip
    if choices.by_sku:
        for sku, one in choices.by_sku.items():
            _check(one, f"by_sku.{sku}")
        parcel = msgspec.structs.replace(parcel, by_sku={**parcel.by_sku, **choices.by_sku})
        if len(parcel.by_sku) > MOST_SKUS:
            raise TooManySkus(field="by_sku")
    mapping = choices.mapping or settings.mapping
    places(settings.shape, mapping)
    sent = settings.take_sent if choices.take_sent is None else choices.take_sent
    return msgspec.structs.replace(settings, mapping=mapping, parcel=parcel, take_sent=sent)


def _check(parcel: SkuParcel, field: str) -> None:
    """Check a parcel as an order's would be, so that it is refused now and not once for every row."""
    wanted = parse_format(parcel.format)
    try:
        if parcel.weight_g is not None:
            check_parcel(parcel.weight_g, parcel.length_mm, parcel.width_mm, parcel.height_mm, wanted)
    except ParcelNotUsable as error:
        name, problem = error.problems[0]
        raise BadInput(problem.detail, field=f"{field}.{name}") from error


async def recall(box: Box, header: tuple[str, ...], guessed: Mapping) -> tuple[Mapping, Defaults]:
    """Return the mapping last used for files with these columns, else the guess; and the parcels remembered."""
    mapping = await remembered(box, _mapping_name(box, header), Mapping)
    return mapping or guessed, await remembered(box, _PARCELS, Defaults) or Defaults()


async def keep(box: Box, settings: ImportSettings) -> None:
    """Remember mapping and parcels for the next file."""
    await remember(box, _mapping_name(box, settings.shape.header), settings.mapping)
    if settings.parcel != Defaults():
        await remember(box, _PARCELS, settings.parcel)


def _mapping_name(box: Box, header: tuple[str, ...]) -> str:
    return f"import mapping {box.token('columns ' + chr(31).join(header)).hex()}"
