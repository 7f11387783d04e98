"""Mend a row that was left out: correct what was wrong, and it becomes an order like the others.

Nothing is read again: the draft was kept, sealed, beside its problem.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Final

import msgspec

from pillarbox.desk.create_order import create_order
from pillarbox.desk.drafted import order_of
from pillarbox.desk.import_duplicates import DUPLICATE, same_order, token_of
from pillarbox.desk.new_order import CheckedOrder, OrderNotUsable, check_order
from pillarbox.kernel.errors import BadInput, Conflict, NotFound
from pillarbox.kernel.ids import Id
from pillarbox.kernel.money import pence
from pillarbox.postage.orderfile import DraftOrder, Problem
from pillarbox.vault.box import Box
from pillarbox.vault.imports import SQL, ImportRow, ProblemRow
from pillarbox.vault.orders import OrderMade
from pillarbox.vault.owned import Owned, render

TEXTS: Final = (
    "reference", "name", "company", "line1", "line2", "line3", "town", "county", "postcode", "country", "phone",
    "email", "format", "service_code", "instructions", "currency",
)  # fmt: skip
NUMBERS: Final = ("weight", "length_mm", "width_mm", "height_mm")
FIELDS: Final = (*TEXTS, *NUMBERS, "total")
"""What a mended row may say: weight in grams and sides in millimetres as whole numbers, the total as `12.50`."""
MOST: Final = 200
_ATTRIBUTE: Final = {"weight": "weight_g"}


class FieldNotThere(BadInput):
    """A row has no such field."""


class NumberUnreadable(BadInput):
    """Write this as a whole number: grams for a weight, millimetres for a side."""


class RowNotReadable(Conflict):
    """This row could not be split into cells, so it cannot be mended here. Mend it in the file of left-out rows."""


class OrderDuplicate(Conflict):
    """You already have this order. Say that you want it anyway, or leave it out."""


class StillWrong(BadInput):
    """Something in this row still needs mending."""


class Mended(msgspec.Struct, frozen=True, gc=False):
    """How many orders became usable, and how many of those tried did not."""

    mended: int
    left: int


class RowToMend(msgspec.Struct, frozen=True, gc=False):
    """A left-out order as a form shows it: `fields` as they stand, by the names of `FIELDS`, and what is wrong."""

    import_id: Id
    line: int
    fields: dict[str, str]
    problems: tuple[Problem, ...]


async def row_to_mend(box: Box, import_id: Id, line: int) -> Owned[RowToMend]:
    """Return the left-out order that begins at a line. Raises `NotFound`, `RowNotReadable`."""
    rows = await box.all(SQL["problems_at_line"], ProblemRow, import_id=import_id, line=line)
    _draft_of(box.open(rows))
    return render(_form, rows)


def _form(rows: tuple[ProblemRow, ...]) -> RowToMend:
    draft = _draft_of(rows)
    fields = {name: str(getattr(draft, name)) for name in TEXTS}
    for name in NUMBERS:
        value = getattr(draft, _ATTRIBUTE.get(name, name))
        fields[name] = "" if value is None else str(value)
    total = draft.total_pence
    fields["total"] = "" if total is None else f"{total // 100}.{total % 100:02d}"
    return RowToMend(rows[0].import_id, rows[0].line, fields, tuple([row.content.problem for row in rows]))


async def mend_row(
    box: Box, import_id: Id, line: int, fields: Mapping[str, str], *, anyway: bool = False
) -> Owned[OrderMade]:
    """Correct fields of a left-out order and store it. `anyway` also takes one that is there already or was sent.

    Raises `NotFound`, `RowNotReadable`, `FieldNotThere`, `NumberUnreadable`, `StillWrong`, `OrderDuplicate`, and
    `OrderNotUsable` with everything that is still wrong.
    """
    await box.enter()
    await box.one(SQL["import_for_step"], ImportRow, import_id=import_id)  # one hand at a time
    return await _mend(box, import_id, line, fields, anyway=anyway)


async def mend_alike(
    box: Box, import_id: Id, code: str, fields: Mapping[str, str], *, anyway: bool = False
) -> Owned[Mended]:
    """Correct the same fields of orders that were left out for one cause: at most 200 in one go.

    Orders in which something else is wrong too, or that are there already, stay left out. Raises `NotFound`,
    `FieldNotThere`, `NumberUnreadable`.
    """
    await box.enter()
    await box.one(SQL["import_for_step"], ImportRow, import_id=import_id)
    rows = box.open(await box.all(SQL["lines_of_cause"], ProblemRow, import_id=import_id, code=code, most=MOST))
    made: list[Id] = []
    lines = list(dict.fromkeys(row.line for row in rows))
    for line in lines:
        with contextlib.suppress(OrderNotUsable, StillWrong, OrderDuplicate, RowNotReadable):
            made.append(box.open(await _mend(box, import_id, line, fields, anyway=anyway)).order_id)
    return box.own(Mended(len(made), len(lines) - len(made)), "import:mended", [import_id, *made])


async def _mend(box: Box, import_id: Id, line: int, fields: Mapping[str, str], *, anyway: bool) -> Owned[OrderMade]:
    rows = box.open(await box.all(SQL["problems_at_line"], ProblemRow, import_id=import_id, line=line))
    draft = with_fields(_draft_of(rows), fields)
    checked = _judge(draft, fields, anyway=anyway)
    if not anyway and await same_order(box, import_id, draft) is not None:
        raise OrderDuplicate(field="reference")
    made = await create_order(box, checked)
    order_id = box.open(made).order_id
    double = rows[0].code == DUPLICATE
    await box.write_all(
        (SQL["set_order_import"], {"import_id": import_id, "order_id": order_id, "token": token_of(box, draft)}),
        (SQL["delete_problems"], {"import_id": import_id, "line": line}),
        (SQL["mended_import"], {"import_id": import_id, "problems": int(not double), "duplicates": int(double)}),
    )
    return made


def _draft_of(rows: tuple[ProblemRow, ...]) -> DraftOrder:
    if not rows:
        raise NotFound
    draft = rows[0].content.draft
    if draft is None:
        raise RowNotReadable
    return draft


def with_fields(draft: DraftOrder, fields: Mapping[str, str]) -> DraftOrder:
    """Return the draft with corrected fields. Raises `FieldNotThere`, `NumberUnreadable`, `MoneyUnreadable`."""
    changed: dict[str, str | int | None] = {}
    for name, text in fields.items():
        if name in TEXTS:
            changed[name] = text.strip()
        elif name in NUMBERS:
            changed[_ATTRIBUTE.get(name, name)] = _whole(name, text.strip())
        elif name == "total":
            changed["total_pence"] = pence(text) if text.strip() else None
        else:
            raise FieldNotThere(field=name)
    return msgspec.structs.replace(draft, **changed)


def _whole(name: str, text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise NumberUnreadable(field=name)
    return int(text)


def _judge(draft: DraftOrder, fields: Mapping[str, str], *, anyway: bool) -> CheckedOrder:
    """Check the mended draft. What the reader could not read must have been corrected, or be taken as it stands."""
    for problem in draft.problems:
        if problem.field is not None and problem.field not in fields and not anyway:
            raise StillWrong(problem.message, field=problem.field, line=problem.line)
    if draft.state and not anyway:
        raise StillWrong("The shop says this order is already sent or cancelled.", field=draft.state, line=draft.line)
    return check_order(order_of(draft))
