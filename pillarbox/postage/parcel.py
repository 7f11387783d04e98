"""Parcels and their formats: what was weighed and measured, and which format of the tariff that is.

Lengths are whole millimetres and weights whole grams, rounded up before they come here. The limits live in
`packs/uk/formats.json` with source and date; inland and abroad have their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cache

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.postage.pack import read_pack

MAX_WEIGHT_G = 30_000
"""Heaviest parcel the Click & Drop API takes."""

MAX_SIDE_MM = 2_500
"""Longest side any service takes (Parcelforce large parcels)."""


class Format(StrEnum):
    """Formats as the tariff names them. `PARCEL` is a parcel whose size class is not said, or the international one.

    In the tariff `parcel` covers small, medium and tube.
    """

    LETTER = "letter"
    LARGE_LETTER = "large_letter"
    SMALL_PARCEL = "small_parcel"
    MEDIUM_PARCEL = "medium_parcel"
    LARGE_PARCEL = "large_parcel"
    PARCEL = "parcel"
    TUBE = "tube"
    DOCUMENTS = "documents"

    @property
    def words(self) -> str:
        """The format in words with its article: `a large letter`."""
        return "documents" if self is Format.DOCUMENTS else f"a {self.value.replace('_', ' ')}"


class Parcel(msgspec.Struct, frozen=True, gc=False):
    """One parcel: grams, three sides in millimetres in any order (all or none), and the declared format if any.

    A tube has its length in one side and its diameter in the other two. Build it with `check_parcel`.
    """

    weight_g: int
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    format: Format | None = None

    @property
    def sides_mm(self) -> tuple[int, int, int] | None:
        """Longest, middle and shortest side, or None when it was not measured."""
        if self.length_mm is None or self.width_mm is None or self.height_mm is None:
            return None
        short, middle, long = sorted((self.length_mm, self.width_mm, self.height_mm))
        return long, middle, short


class WeightUnusable(BadInput):
    """The weight must be a whole number of grams from 1 to 30000."""


class SideUnusable(BadInput):
    """Each side must be a whole number of millimetres from 1 to 2500."""


class SideMissing(BadInput):
    """Give all three sides in millimetres, or none."""


class FormatUnknown(BadInput):
    """We do not know this format. Use letter, large letter, small, medium or large parcel, tube or documents."""


class SizeMissing(BadInput):
    """Give the three sides in millimetres, or say which format it is."""


class ParcelDoesNotFit(BadInput):
    """The parcel is too large or too heavy for this format."""


class ParcelNotUsable(BadInput):
    """The parcel has problems."""

    def __init__(self, problems: list[tuple[str, BadInput]]) -> None:
        """`problems` lists every field that cannot be used, with its error."""
        self.problems = problems
        super().__init__(" ".join(error.detail for _, error in problems), field=problems[0][0])


class Limits(msgspec.Struct, frozen=True, gc=False):
    """Limits of one format: sides sorted longest first, in mm; weight in grams; `doubt` says what is not certain.

    `max_g` decides detection; `max_g_some_services` is what some service takes when the format is declared.
    """

    format: Format
    max_g: int
    max_g_some_services: int | None = None
    max_mm: tuple[int, int, int] | None = None
    max_length_mm: int | None = None
    max_three_sides_mm: int | None = None
    max_length_and_two_diameters_mm: int | None = None
    max_length_and_girth_mm: int | None = None
    doubt: str = ""


class _File(msgspec.Struct, frozen=True):
    source: str
    as_of: str
    unit: str
    within_uk: tuple[Limits, ...]
    abroad: tuple[Limits, ...]


@cache
def limits(*, abroad: bool = False) -> dict[Format, Limits]:
    """Return the limits of each format, smallest first, inland or abroad."""
    file = read_pack("uk/formats.json", _File)
    return {each.format: each for each in (file.abroad if abroad else file.within_uk)}


def check_parcel(
    weight_g: int,
    length_mm: int | None = None,
    width_mm: int | None = None,
    height_mm: int | None = None,
    format: Format | None = None,  # noqa: A002 - the tariff's own word, and only a parameter here
) -> Parcel:
    """Return a parcel whose figures are usable. Raises `ParcelNotUsable` with every problem and its field."""
    problems: list[tuple[str, BadInput]] = []
    if not _whole(weight_g) or not 1 <= weight_g <= MAX_WEIGHT_G:
        problems.append(("weight_g", WeightUnusable(field="weight_g")))
    sides = {"length_mm": length_mm, "width_mm": width_mm, "height_mm": height_mm}
    some = any(side is not None for side in sides.values())
    for name, side in sides.items():
        if side is None and some:
            problems.append((name, SideMissing(field=name)))
        elif side is not None and (not _whole(side) or not 1 <= side <= MAX_SIDE_MM):
            problems.append((name, SideUnusable(field=name)))
    if problems:
        raise ParcelNotUsable(problems)
    return Parcel(weight_g, length_mm, width_mm, height_mm, format)


def format_of(parcel: Parcel, *, abroad: bool = False) -> Format:
    """Return the smallest format that holds the measured parcel; a declared tube is tried as a roll first.

    Raises `SizeMissing` without measurements and `ParcelDoesNotFit` when no format holds it.
    """
    if parcel.sides_mm is None:
        raise SizeMissing(field="length_mm")
    table = limits(abroad=abroad)
    order: list[Format] = [name for name in table if name is not Format.TUBE]
    if parcel.format is Format.TUBE:
        order.insert(0, Format.TUBE)
    for name in order:
        if next(_misfits(parcel, table[name], table[name].max_g), None) is None:
            return name
    raise ParcelDoesNotFit("No format holds this parcel. " + " ".join(why_not(parcel, order[-1], abroad=abroad)))


def why_not(parcel: Parcel, declared: Format, *, abroad: bool = False) -> tuple[str, ...]:
    """Say in sentences why the parcel may not travel as this format; empty when it may.

    Sides that were not measured are not held against it. Weights are measured against what any service takes.
    """
    table = limits(abroad=abroad)
    rule = table[_governing(declared, abroad=abroad)]
    return tuple(_misfits(parcel, rule, rule.max_g_some_services or rule.max_g, declared))


def settle_format(parcel: Parcel, *, abroad: bool = False) -> Format:
    """Return the format to price: the declared one if the parcel fits it (larger is allowed), else the detected one.

    A measured `PARCEL` becomes the size class it is; an unmeasured one stays `PARCEL`. Raises `ParcelDoesNotFit` with
    the reasons when the declared format is too small, and `SizeMissing` when there is neither format nor size.
    """
    declared = parcel.format
    if declared is None:
        return format_of(parcel, abroad=abroad)
    if declared is Format.PARCEL and parcel.sides_mm is not None:
        found = format_of(parcel, abroad=abroad)
        small = Format.PARCEL if abroad else Format.SMALL_PARCEL
        return small if found in _LETTERS else found
    reasons = why_not(parcel, declared, abroad=abroad)
    if reasons:
        raise ParcelDoesNotFit(" ".join(reasons), field="format")
    return Format.PARCEL if abroad and declared is Format.SMALL_PARCEL else declared


def parse_format(text: str) -> Format | None:
    """Read a format as people and Click & Drop write it (`largeLetter`, `Large Letter`, `SmallParcel`, `Parcel`).

    Empty and `undefined` give None. Raises `FormatUnknown`.
    """
    folded = "".join(c for c in text[:60].casefold() if c.isalnum())
    if not folded or folded == "undefined":
        return None
    found = _SPELLINGS.get(folded)
    if found is None or len(text) > 60:
        raise FormatUnknown(field="format")
    return found


_LETTERS = (Format.LETTER, Format.LARGE_LETTER)

_SPELLINGS = {each.value.replace("_", ""): each for each in Format} | {
    "flat": Format.LARGE_LETTER,
    "roll": Format.TUBE,
    "cylinder": Format.TUBE,
    "document": Format.DOCUMENTS,
    "smallpacket": Format.SMALL_PARCEL,
    "packet": Format.PARCEL,
}


def _whole(value: object) -> bool:
    return type(value) is int


def _governing(declared: Format, *, abroad: bool) -> Format:
    """Say whose limits apply: abroad small parcels follow the international parcel, documents the widest format."""
    if abroad and declared is Format.SMALL_PARCEL:
        return Format.PARCEL
    if declared is Format.DOCUMENTS or (declared is Format.PARCEL and not abroad):
        return Format.LARGE_PARCEL
    return declared


def _misfits(parcel: Parcel, rule: Limits, max_g: int, shown: Format | None = None) -> Iterator[str]:
    what = (shown or rule.format).words
    if parcel.weight_g > max_g:
        yield f"It weighs {parcel.weight_g} g; {what} may weigh up to {max_g} g."
    sides = parcel.sides_mm
    if sides is None:
        return
    long, middle, short = sides
    most_long, most_middle, most_short = rule.max_mm or (rule.max_length_mm, None, None)
    for name, size, most in (
        ("longest side is", long, most_long),
        ("middle side is", middle, most_middle),
        ("shortest side is", short, most_short),
        ("three sides together are", long + middle + short, rule.max_three_sides_mm),
        ("length and twice the diameter are", long + 2 * middle, rule.max_length_and_two_diameters_mm),
        ("length and girth are", long + 2 * (middle + short), rule.max_length_and_girth_mm),
    ):
        if most is not None and size > most:
            yield f"Its {name} {size} mm; {what} may have up to {most} mm."
