"""Take in an order file: recognised, sealed, stored. Nothing of it becomes an order before it is started."""

from __future__ import annotations

import asyncio
from typing import Final

from pillarbox.desk.import_choices import recall
from pillarbox.kernel.errors import Conflict
from pillarbox.kernel.ids import Id, Kind
from pillarbox.postage.orderfile import file_digest, guess_mapping, sniff
from pillarbox.vault.box import Box
from pillarbox.vault.files import delete_file, store_file
from pillarbox.vault.imports import SQL, ImportRow, ImportSettings
from pillarbox.vault.owned import Owned

_BIG: Final = 262_144
"""Bytes from which looking at a file goes to a thread: a workbook must be unpacked for it."""


class ImportStarted(Conflict):
    """This import has already been started."""


async def upload_order_file(box: Box, name: str, data: bytes) -> Owned[ImportRow]:
    """Recognise and store an order file of at most 50 MB; `name` is what the customer's own computer calls it.

    Raises the `BadInput` errors of `postage.orderfile.errors` for what is no order file; nothing is stored then.
    """
    await box.enter()
    shape = await asyncio.to_thread(sniff, data) if len(data) > _BIG else sniff(data)
    mapping, parcel = await recall(box, shape.header, guess_mapping(shape))
    import_id = box.mint(Kind.IMPORT)
    settings = ImportSettings(name[-200:], shape, mapping, parcel)
    file_id = await store_file(box, "orders", data)
    await box.write(
        SQL["insert_import"],
        import_id=import_id,
        file_id=file_id,
        file_digest=bytes.fromhex(file_digest(data)),
        shop=shape.shop.value if shape.shop else None,
        encoding=shape.encoding,
        delimiter=shape.delimiter,
        settings=box.seal(import_id, "settings", settings),
        rows_total=0 if shape.xlsx else max(1, data.count(b"\n") - shape.header_line),
    )
    return await box.one(SQL["import_by_id"], ImportRow, import_id=import_id)


async def drop_upload(box: Box, import_id: Id) -> Owned[Id]:
    """Forget a file that was never started; returns its id. Raises `NotFound`, `ImportStarted`."""
    row = box.open(await box.one(SQL["import_for_step"], ImportRow, import_id=import_id))
    if row.status != "uploaded":
        raise ImportStarted
    await box.write(SQL["delete_import"], import_id=import_id)
    await delete_file(box, row.file_id)
    return box.own(import_id, "import:dropped", [import_id])
