"""Order files: taking one in, looking at what it would give, letting it run, and what was left out of it."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import msgspec
from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.handlers import BaseRouteHandler

from pillarbox.desk.choose_import import choose_import
from pillarbox.desk.import_choices import ImportChoices
from pillarbox.desk.preview_import import Preview, preview_import
from pillarbox.desk.read_import import count_problems, left_out_csv, list_imports, list_problems, read_import
from pillarbox.desk.start_import import start_import
from pillarbox.desk.upload_file import upload_order_file
from pillarbox.gate import Box, Owned, Public, Source, gather, render
from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import Id, Kind
from pillarbox.postage.orderfile import SkuParcel, click_and_drop_template
from pillarbox.web.answers import Answer, Ask, Pages, Paper, Visit, done
from pillarbox.web.filters import dated
from pillarbox.web.form import Fields
from pillarbox.web.import_words import NO_WEIGHT, kept_groups, left_out, mapped, recognised, remapped, same_as
from pillarbox.web.sheet import Sheet
from pillarbox.web.views import Confirm, FieldError, Section, sending

WRITE: Final = "orders:write"
MEGABYTES: Final = 50
"""Largest file (`desk.upload_file` states the same bound)."""
MOST_BODY: Final = (MEGABYTES + 1) * 1_000_000
_SHOWN: Final = 200
"""Rows left out that the page lists; the file of them has all."""
_FAILURES: Final = {
    "order-file-too-many-rows": "It has more rows than can be brought in at once. Cut it in parts.",
    "order-file-too-broken": "Too much of it could not be read as a table.",
}


class FileMissing(BadInput):
    """Choose a file first."""


class FixUnknown(BadInput):
    """That cannot be mended for all rows at once. Mend the rows one by one."""


def routes(pages: Pages) -> list[BaseRouteHandler]:
    """The handlers of /orders/import."""
    return [*_uploads(pages), *_choices(pages), *_results(pages)]


def _uploads(pages: Pages) -> list[BaseRouteHandler]:
    @get("/a/{place:str}/orders/import")
    async def start(request: Ask) -> Answer:
        return await _start(pages, Visit(request, WRITE))

    @post("/a/{place:str}/orders/import", request_max_body_size=MOST_BODY)
    async def upload(request: Ask) -> Answer:
        visit = Visit(request, WRITE)
        file = (await request.form()).get("file")

        async def verb(box: Box) -> Owned[Any]:
            if not isinstance(file, UploadFile) or not file.filename:
                raise FileMissing(field="file")
            return await upload_order_file(box, file.filename, await file.read())

        return await pages.act(
            visit, verb, lambda row: f"/orders/import/{row.import_id}", partial(_start, pages, visit)
        )

    @get("/a/{place:str}/orders/import/template.csv")
    async def template(request: Ask) -> Answer:
        async def verb(box: Box) -> Public[bytes]:
            await box.enter()
            return Public(click_and_drop_template().encode(), Source.WORDS)

        return await pages.document(Visit(request, WRITE), verb, Paper("text/csv", "orders-template.csv"))

    return [start, upload, template]


def _choices(pages: Pages) -> list[BaseRouteHandler]:
    @post("/a/{place:str}/orders/import/{import_id:str}/mapping")
    async def mapping(request: Ask) -> Answer:
        visit, given = Visit(request, WRITE), Fields(await request.form()).typed()

        async def verb(box: Box) -> Owned[Any]:
            import_id = visit.id(Kind.IMPORT, "import_id")
            settings = box.open(await read_import(box, import_id)).settings
            columns = remapped(settings.mapping, settings.shape.header, given)
            chosen = msgspec.structs.replace(settings.mapping, columns=columns)
            return await choose_import(box, import_id, ImportChoices(mapping=chosen))

        return await pages.act(visit, verb, lambda row: done(f"/orders/import/{row.import_id}", "mapped"))

    @post("/a/{place:str}/orders/import/{import_id:str}/fix")
    async def fix(request: Ask) -> Answer:
        visit, fields = Visit(request, WRITE), Fields(await request.form())

        async def verb(box: Box) -> Owned[Any]:
            if fields.text("code") != NO_WEIGHT:
                raise FixUnknown(field="code")
            weight = fields.grams(f"fix-{NO_WEIGHT}")
            fields.finish()
            parcel = SkuParcel(weight, fields.text("format"))
            return await choose_import(box, visit.id(Kind.IMPORT, "import_id"), ImportChoices(parcel=parcel))

        return await pages.act(
            visit,
            verb,
            lambda row: done(f"/orders/import/{row.import_id}", "fixed"),
            partial(_fix_again, pages, visit),
        )

    @post("/a/{place:str}/orders/import/{import_id:str}/take")
    async def take(request: Ask) -> Answer:
        visit = Visit(request, WRITE)
        return await pages.act(
            visit,
            lambda box: start_import(box, visit.id(Kind.IMPORT, "import_id")),
            lambda row: f"/orders/import/{row.import_id}",
        )

    return [mapping, fix, take]


def _results(pages: Pages) -> list[BaseRouteHandler]:
    @get("/a/{place:str}/orders/import/{import_id:str}")
    async def one(request: Ask) -> Answer:
        return await _one(pages, Visit(request, WRITE))

    @get("/a/{place:str}/orders/import/{import_id:str}/left-out.csv")
    async def file(request: Ask) -> Answer:
        visit = Visit(request, WRITE)
        return await pages.document(
            visit,
            lambda box: left_out_csv(box, visit.id(Kind.IMPORT, "import_id")),
            Paper("text/csv", "rows-left-out.csv"),
        )

    return [one, file]


async def _start(pages: Pages, visit: Visit, errors: tuple[FieldError, ...] = ()) -> Answer:
    return await pages.show(
        visit,
        list_imports,
        _start_sheet,
        errors=tuple(FieldError("file", error.message) for error in errors),
        status=422 if errors else 200,
    )


async def _fix_again(pages: Pages, visit: Visit, errors: tuple[FieldError, ...]) -> Answer:
    return await _one(pages, visit, tuple(FieldError(f"fix-{NO_WEIGHT}", error.message) for error in errors))


async def _one(pages: Pages, visit: Visit, errors: tuple[FieldError, ...] = ()) -> Answer:
    return await pages.show(
        visit,
        lambda box: _read(box, visit.id(Kind.IMPORT, "import_id")),
        lambda found: _sheet(*found),
        errors=errors,
        status=422 if errors else 200,
    )


async def _read(box: Box, import_id: Id) -> Owned[tuple[Any, ...]]:
    """Read an import and what its page needs: a look at a file that waits, what was left out of one that is done."""
    row = await read_import(box, import_id)
    status = box.open(row).status
    if status == "uploaded":
        return gather((row, await preview_import(box, import_id)))
    if status == "done":
        return gather((row, await count_problems(box, import_id), await list_problems(box, import_id, most=_SHOWN)))
    return render(lambda found: (found,), row)


def _sheet(row: Any, *more: Any) -> Sheet:
    if row.status == "uploaded":
        return _check_sheet(*more)
    if row.status == "done":
        return _done_sheet(row, *more)
    return _failed_sheet(row) if row.status == "failed" else _progress_sheet(row)


def _start_sheet(rows: tuple[Any, ...]) -> Sheet:
    recent = tuple(
        sending.RecentImport(
            str(row.import_id), row.settings.name, row.created_at, row.orders_made, row.problems + row.duplicates
        )
        for row in rows
    )
    return Sheet("Import orders", Section.ORDERS, sending.ImportStart(MEGABYTES, recent))


def _check_sheet(found: Preview) -> Sheet:
    row = found.row
    groups, left = left_out(found)
    shop, encoding, delimiter = recognised(row)
    view = sending.ImportCheck(
        str(row.import_id),
        row.settings.name,
        shop,
        encoding,
        delimiter,
        max(row.rows_total, len(found.orders)),
        found.usable,
        mapped(found),
        groups,
        same_as(found, dated(found.seen.created_at) if found.seen else ""),
        left,
        found.whole,
    )
    return Sheet("Check the file", Section.ORDERS, view)


def _progress_sheet(row: Any) -> Sheet:
    total = max(row.rows_total, row.rows_read, 1)
    left = row.problems + row.duplicates
    view = sending.ImportProgress(str(row.import_id), row.settings.name, row.rows_read, total, left)
    return Sheet("Bringing in", Section.ORDERS, view, refresh_seconds=2)


def _done_sheet(row: Any, groups: Any, problems: Any) -> Sheet:
    view = sending.ImportDone(
        str(row.import_id),
        row.settings.name,
        row.orders_made,
        row.problems + row.duplicates,
        kept_groups(groups, problems, f"/orders/import/{row.import_id}"),
        f"import={row.import_id}",
    )
    return Sheet("Brought in", Section.ORDERS, view, reload=True)


def _failed_sheet(row: Any) -> Sheet:
    why = _FAILURES.get(row.failure or "", "Something went wrong on our side while it was read.")
    view = Confirm(
        f"{row.settings.name} could not be read to its end",
        (why, f"{row.orders_made} orders came in and stay. Going on takes the rest and doubles nothing."),
        f"/orders/import/{row.import_id}/take",
        "Go on where it stopped",
        "/orders/import",
        "Import orders",
    )
    return Sheet("Not read to its end", Section.ORDERS, view, reload=True)
