"""Choose how an uploaded file is read, before it is started: its columns, the parcel to assume, sent orders too."""

from __future__ import annotations

from pillarbox.desk.import_choices import ImportChoices, settled
from pillarbox.desk.upload_file import ImportStarted
from pillarbox.kernel.ids import Id
from pillarbox.vault.box import Box
from pillarbox.vault.imports import SQL, ImportRow
from pillarbox.vault.owned import Owned


async def choose_import(box: Box, import_id: Id, choices: ImportChoices) -> Owned[ImportRow]:
    """Keep choices for a file that waits. Raises `NotFound`, `ImportStarted`, `ColumnMissing`, `BadInput`."""
    await box.enter()
    row = box.open(await box.one(SQL["import_for_step"], ImportRow, import_id=import_id))
    if row.status not in {"uploaded", "failed"}:
        raise ImportStarted
    settings = settled(row.settings, choices)
    await box.write(SQL["choose_import"], import_id=import_id, settings=box.seal(import_id, "settings", settings))
    return await box.one(SQL["import_by_id"], ImportRow, import_id=import_id)
