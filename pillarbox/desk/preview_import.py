"""Show what would become of an uploaded file: the columns on its first real rows, and what would be left out, by cause.

Only the beginning of a large file is looked at, so that the answer comes at once; the rest is judged when it is read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import Final

import msgspec

from pillarbox.desk.drafted import judge
from pillarbox.desk.import_choices import ImportChoices, settled
from pillarbox.desk.new_order import CheckedOrder
from pillarbox.kernel.ids import Id
from pillarbox.postage.orderfile import DraftOrder, Mapping, Problem, read_orders, unmapped, used_twice
from pillarbox.vault.box import Box
from pillarbox.vault.files import EVERYTHING, PIECE, load_file
from pillarbox.vault.imports import SQL, ImportRow, ImportSettings, SeenBefore
from pillarbox.vault.owned import Owned, render

_LOOK: Final = 262_144
"""Bytes of a text file that a preview reads."""
_ORDERS: Final = 200
_LINES: Final = 20


class ProblemGroup(msgspec.Struct, frozen=True, gc=False):
    """Orders left out for one cause: its code, our field, the file's column, one of the sentences, the first lines."""

    code: str
    field: str | None
    column: str | None
    message: str
    count: int
    lines: tuple[int, ...]


class Unweighed(msgspec.Struct, frozen=True, gc=False):
    """A product of which nobody has said what it weighs."""

    sku: str
    title: str


class Preview(msgspec.Struct, frozen=True, gc=False):
    """What a file would give.

    `sample` has the first rows by line as they stand, `orders` the first drafts (at most 200), `usable` how many of
    them could be stored. `asks_parcel` says that some orders have no weight; `unweighed` are the products behind it.
    `whole` is False when only the beginning was looked at. `seen` is an earlier import of the very same file.
    """

    row: ImportRow
    mapping: Mapping
    header: tuple[str, ...]
    unmapped: tuple[str, ...]
    used_twice: dict[str, tuple[str, ...]]
    sample: tuple[tuple[int, tuple[str, ...]], ...]
    orders: tuple[DraftOrder, ...]
    usable: int
    problems: tuple[ProblemGroup, ...]
    asks_parcel: bool
    unweighed: tuple[Unweighed, ...]
    whole: bool
    seen: SeenBefore | None


async def preview_import(box: Box, import_id: Id, choices: ImportChoices | None = None) -> Owned[Preview]:
    """Try choices on the first rows of a file; nothing is stored. Raises `NotFound`, `ColumnMissing`, `BadInput`."""
    await box.enter()
    row = await box.one(SQL["import_by_id"], ImportRow, import_id=import_id)
    found = box.open(row)
    settings = settled(found.settings, choices or ImportChoices())
    pieces = (_LOOK - 1) // PIECE + 1
    data = await load_file(box, found.file_id, pieces=EVERYTHING if settings.shape.xlsx else pieces)
    cut = not settings.shape.xlsx and len(data) > _LOOK
    if cut:
        data = data[: data.rfind(b"\n", 0, _LOOK) + 1 or _LOOK]
    looked = await asyncio.to_thread(_look, data, settings)
    seen = await _seen(box, import_id)
    return render(_preview, row, settings=settings, looked=looked, cut=cut, seen=seen)


async def _seen(box: Box, import_id: Id) -> SeenBefore | None:
    found = await box.maybe(SQL["imports_alike"], SeenBefore, import_id=import_id)
    return None if found is None else box.open(found)


def _look(data: bytes, settings: ImportSettings) -> list[DraftOrder | Problem]:
    return list(islice(read_orders(data, settings.shape, settings.mapping, settings.parcel), _ORDERS + 1))


def _preview(
    row: ImportRow,
    *,
    settings: ImportSettings,
    looked: list[DraftOrder | Problem],
    cut: bool,
    seen: SeenBefore | None,
) -> Preview:
    whole = not cut and len(looked) <= _ORDERS
    entries = looked[:_ORDERS]
    if cut and len(looked) <= _ORDERS:
        entries = _before_cut(entries)
    usable = 0
    problems: list[Problem] = []
    for each in entries:
        verdict: CheckedOrder | tuple[Problem, ...] = (each,) if isinstance(each, Problem) else ()
        if isinstance(each, DraftOrder):
            verdict = judge(each, settings.mapping, take_sent=settings.take_sent)
        if isinstance(verdict, CheckedOrder):
            usable += 1
        else:
            problems.extend(verdict)
    orders = tuple([each for each in entries if isinstance(each, DraftOrder)])
    light = [order for order in orders if order.weight_g is None]
    return Preview(
        row,
        settings.mapping,
        settings.shape.header,
        unmapped(settings.shape, settings.mapping),
        used_twice(settings.mapping),
        settings.shape.sample,
        orders,
        usable,
        grouped(problems),
        any(order.weight_from in ("", "default") for order in orders),
        _unweighed(light),
        whole,
        seen,
    )


def _before_cut(entries: list[DraftOrder | Problem]) -> list[DraftOrder | Problem]:
    """Leave out what only the end of the look has spoilt: a row cut in the middle and what seems to follow it."""
    cuts = [entry.line for entry in entries if isinstance(entry, Problem) and entry.code == "row-cut"]
    return [entry for entry in entries if not cuts or entry.line < cuts[-1]]


def _unweighed(orders: list[DraftOrder]) -> tuple[Unweighed, ...]:
    found = {item.sku: item.title for order in orders for item in order.items if item.sku and item.weight_g is None}
    return tuple([Unweighed(sku, title) for sku, title in found.items()])


def grouped(problems: Iterable[Problem]) -> tuple[ProblemGroup, ...]:
    """Group problems by code and field, the commonest first."""
    groups: dict[tuple[str, str | None], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.code, problem.field), []).append(problem)
    made = [
        ProblemGroup(code, field, some[0].column, some[0].message, len(some), tuple(p.line for p in some[:_LINES]))
        for (code, field), some in groups.items()
    ]
    return tuple(sorted(made, key=lambda group: -group.count))
