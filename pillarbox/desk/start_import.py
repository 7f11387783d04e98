"""Let an uploaded file become orders: settle its columns and parcel, then leave the work to the worker."""

from __future__ import annotations

from pillarbox.desk.import_choices import ImportChoices, keep, settled
from pillarbox.desk.upload_file import ImportStarted
from pillarbox.kernel.ids import Id
from pillarbox.vault.box import Box
from pillarbox.vault.crossings import SQL as CROSSINGS
from pillarbox.vault.imports import SQL, ImportRow
from pillarbox.vault.owned import Owned

TASK = "import_orders"


async def start_import(box: Box, import_id: Id, choices: ImportChoices | None = None) -> Owned[ImportRow]:
    """Start an import, once; one that failed may be started again and goes on where it stopped.

    Raises `NotFound`, `ImportStarted`, `ColumnMissing` when a chosen column is not in the file, `BadInput`.
    """
    await box.enter()
    row = box.open(await box.one(SQL["import_for_step"], ImportRow, import_id=import_id))
    if row.status not in {"uploaded", "failed"}:
        raise ImportStarted
    settings = settled(row.settings, choices or ImportChoices())
    await keep(box, settings)
    await box.write(SQL["start_import"], import_id=import_id, settings=box.seal(import_id, "settings", settings))
    # One import of an account at a time: the lock is a keyed token, so that it says nothing about whose it is.
    await box.ask(CROSSINGS["enqueue"], task=TASK, object=import_id, run_lock=box.token("import lock").hex())
    return await box.one(SQL["import_by_id"], ImportRow, import_id=import_id)
