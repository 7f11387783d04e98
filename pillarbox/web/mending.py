"""Mending one row that was left out of an import: as the file said it, with what is wrong beside each field."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from litestar import get, post
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.mend_row import FIELDS, OrderDuplicate, RowToMend, mend_row, row_to_mend
from pillarbox.desk.read_import import read_import
from pillarbox.gate import Box, Owned, gather
from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import Kind
from pillarbox.web.answers import Answer, Ask, Pages, Visit, done
from pillarbox.web.form import Fields
from pillarbox.web.import_words import ANYWAY
from pillarbox.web.order_form import format_choices
from pillarbox.web.sheet import Sheet
from pillarbox.web.views import FieldError, Section, sending

WRITE: Final = "orders:write"
_MOST_LINE: Final = 9
"""Digits of a line number that are looked at."""


class HereAlready(BadInput):
    """You already have this order. Tick that you want it anyway, or leave it out."""


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers of one row's form."""

    @get("/a/{place:str}/orders/import/{import_id:str}/mend/{line:str}")
    async def form(request: Ask) -> Answer:
        return await _form(pages, Visit(request, WRITE), None)

    @post("/a/{place:str}/orders/import/{import_id:str}/mend/{line:str}")
    async def mend(request: Ask) -> Answer:
        visit, fields = Visit(request, WRITE), Fields(await request.form())
        typed = fields.typed()
        given = {name: text for name, text in typed.items() if name in FIELDS}

        async def verb(box: Box) -> Owned[Any]:
            import_id, line = visit.id(Kind.IMPORT, "import_id"), _line(visit)
            try:
                return await mend_row(box, import_id, line, given, anyway=bool(fields.text("anyway")))
            except OrderDuplicate as error:
                raise HereAlready(field="anyway") from error

        import_id = str(request.path_params["import_id"])
        return await pages.act(
            visit, verb, lambda _: done(f"/orders/import/{import_id}", "mended"), partial(_form, pages, visit, typed)
        )

    return [form, mend]


def _line(visit: Visit) -> int:
    text = str(visit.request.path_params["line"])
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_LINE else 0


async def _form(
    pages: Pages, visit: Visit, typed: dict[str, str] | None, errors: tuple[FieldError, ...] = ()
) -> Answer:
    async def verb(box: Box) -> Owned[Any]:
        import_id = visit.id(Kind.IMPORT, "import_id")
        return gather((await row_to_mend(box, import_id, _line(visit)), await read_import(box, import_id)))

    return await pages.show(
        visit, verb, partial(_sheet, typed=typed), errors=_by_form(errors), status=422 if errors else 200
    )


_NAMES: Final = {"length": "length_mm", "width": "width_mm", "height": "height_mm", "note": "instructions"}


def _by_form(errors: tuple[FieldError, ...]) -> tuple[FieldError, ...]:
    """Give errors the names of this form's fields, which are those of an order file."""
    return tuple(FieldError(_NAMES.get(error.field, error.field), error.message) for error in errors)


def _sheet(found: tuple[RowToMend, Any], typed: dict[str, str] | None) -> Sheet:
    row, whole = found
    values = row.fields if typed is None else {**row.fields, **typed}
    view = sending.ImportMend(
        str(row.import_id),
        row.line,
        whole.settings.name,
        values,
        format_choices(values.get("format", ""), "Not said"),
        next((ANYWAY[problem.code] for problem in row.problems if problem.code in ANYWAY), ""),
    )
    errors = () if typed is not None else tuple(FieldError(p.field or "reference", p.message) for p in row.problems)
    return Sheet("Mend a row", Section.ORDERS, view, errors=errors)
