"""Order files by API: send one, start it, see what was left out, mend a row or take the rest back as a file."""

from __future__ import annotations

from typing import Final

import msgspec

from pillarbox.api.cursor import CursorUnreadable, number_before
from pillarbox.api.desk import Desk
from pillarbox.api.encoding import CSV, Document
from pillarbox.api.form import FormUnreadable
from pillarbox.api.route import Ask, Once, Route, Verb
from pillarbox.api.views.imports import (
    ImportList,
    ImportView,
    ProblemPage,
    RowView,
    import_list,
    import_view,
    problem_page,
    row_view,
)
from pillarbox.api.views.orders import OrderMadeView, order_made
from pillarbox.desk.import_choices import ImportChoices
from pillarbox.desk.mend_row import (
    FieldNotThere,
    NumberUnreadable,
    OrderDuplicate,
    RowNotReadable,
    StillWrong,
    mend_row,
    row_to_mend,
)
from pillarbox.desk.new_order import OrderNotUsable
from pillarbox.desk.read_import import (
    ProblemPageUnusable,
    count_problems,
    left_out_csv,
    list_imports,
    list_problems,
    read_import,
)
from pillarbox.desk.start_import import start_import
from pillarbox.desk.upload_file import ImportStarted, upload_order_file
from pillarbox.gate import Box, Owned, render
from pillarbox.kernel.errors import NotFound
from pillarbox.kernel.ids import Kind
from pillarbox.postage.orderfile.errors import (
    ColumnMissing,
    OrderFileEmpty,
    OrderFileTooLarge,
    OrderFileUnreadable,
    OrderFileWithoutRows,
    WorkbookTooLarge,
)

MOST_FILE: Final = 50_000_000
_FRAME: Final = 10_000
"""Room for what a multipart form puts around the file."""


class FileQuery(msgspec.Struct, frozen=True):
    """`name` is what your own computer calls the file; a form brings its own."""

    name: str = ""


class LatestQuery(msgspec.Struct, frozen=True):
    """`limit` 1 to 200."""

    limit: int = 20


class ProblemsQuery(msgspec.Struct, frozen=True):
    """`limit` 1 to 200; `cursor` from the page before; `code` leaves one cause."""

    limit: int = 50
    cursor: str = ""
    code: str | None = None


class Mended(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Corrected fields by name; `anyway` also takes an order that is there already or was sent."""

    fields: dict[str, str] = {}
    anyway: bool = False


def routes(_: Desk) -> list[Route]:
    """The routes of /v1/imports."""
    return [*_files(), *_left_out()]


def _files() -> list[Route]:
    return [
        Route(
            "create_import", "POST /v1/imports", "Send an order file: CSV, tab separated or XLSX", "orders:write",
            takes=bytes, takes_media=("text/csv", "application/octet-stream", "multipart/form-data"), query=FileQuery,
            gives=ImportView, status=201, once=Once.MAY, most_body=MOST_FILE + _FRAME,
            verb=_upload, view=import_view, raises=(
                OrderFileEmpty, OrderFileUnreadable, OrderFileWithoutRows, OrderFileTooLarge, WorkbookTooLarge,
                FormUnreadable,
            ),
        ),
        Route(
            "list_imports", "GET /v1/imports", "The latest imports, newest first", "orders:read",
            query=LatestQuery, gives=ImportList, verb=lambda ask: lambda box: list_imports(box, ask.query.limit),
            view=import_list, raises=(ProblemPageUnusable,),
        ),
        Route(
            "read_import", "GET /v1/imports/{import_id}", "How an import is getting on", "orders:read",
            gives=ImportView, verb=lambda ask: lambda box: read_import(box, ask.id(Kind.IMPORT)), view=import_view,
        ),
        Route(
            "start_import", "POST /v1/imports/{import_id}/start", "Let an uploaded file become orders", "orders:write",
            takes=ImportChoices, gives=ImportView, status=202, once=Once.MAY, verb=_start, view=import_view,
            raises=(ImportStarted, ColumnMissing),
        ),
    ]  # fmt: skip


def _left_out() -> list[Route]:
    return [
        Route(
            "list_import_problems", "GET /v1/imports/{import_id}/problems", "What was left out, and why", "orders:read",
            query=ProblemsQuery, gives=ProblemPage, verb=_problems, view=problem_page,
            raises=(ProblemPageUnusable, CursorUnreadable),
        ),
        Route(
            "read_left_out", "GET /v1/imports/{import_id}/left-out.csv", "The rows left out, as a file to mend",
            "orders:read", media=CSV, verb=_csv, view=lambda document: document,
        ),
        Route(
            "read_row", "GET /v1/imports/{import_id}/rows/{line}", "The left-out order that begins at a line",
            "orders:read", gives=RowView, view=row_view, raises=(RowNotReadable,),
            verb=lambda ask: lambda box: row_to_mend(box, ask.id(Kind.IMPORT), _line(ask)),
        ),
        Route(
            "mend_row", "PATCH /v1/imports/{import_id}/rows/{line}", "Mend a left-out order", "orders:write",
            takes=Mended, gives=OrderMadeView, verb=_mend, view=order_made,
            raises=(OrderNotUsable, RowNotReadable, FieldNotThere, NumberUnreadable, StillWrong, OrderDuplicate),
        ),
    ]  # fmt: skip


def _upload(ask: Ask) -> Verb:
    query: FileQuery = ask.query
    data, name = ask.file
    return lambda box: upload_order_file(box, name or query.name, data)


def _start(ask: Ask) -> Verb:
    choices = ask.body if ask.raw.strip() else ImportChoices()
    return lambda box: start_import(box, ask.id(Kind.IMPORT), choices)


def _problems(ask: Ask) -> Verb:
    query: ProblemsQuery = ask.query
    after = number_before(query.cursor, 0)

    async def listed(box: Box) -> Owned[object]:
        import_id = ask.id(Kind.IMPORT)
        await read_import(box, import_id)
        groups = await count_problems(box, import_id)
        rows = await list_problems(box, import_id, after=after, most=query.limit, code=query.code)
        return render(lambda causes, found: (causes, found, query.limit), groups, rows)

    return listed


def _csv(ask: Ask) -> Verb:
    async def written(box: Box) -> Owned[Document]:
        import_id = ask.id(Kind.IMPORT)
        return render(lambda text: Document(text, f"{import_id}-left-out.csv"), await left_out_csv(box, import_id))

    return written


def _mend(ask: Ask) -> Verb:
    mended: Mended = ask.body
    return lambda box: mend_row(box, ask.id(Kind.IMPORT), _line(ask), mended.fields, anyway=mended.anyway)


def _line(ask: Ask) -> int:
    text = ask.path("line")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise NotFound
    return int(text)
