"""The import itself, in steps: each stores a few thousand orders and says so in the same transaction.

A worker that is killed in the middle of a step leaves nothing of it behind; whoever takes the job over goes on after
the last whole step, so no order is lost and none is stored twice. Good rows are not held up by bad ones.

    open_import -> Reading          the file, opened once for all steps
    import_step(box, reading)       look for orders that are there already
                                    number, seal and store the others, a part at a time,
                                    while the database works, check what comes next
                                    keep what was left out, move the import on
"""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any, Final

from pillarbox.desk.create_order import row_of
from pillarbox.desk.import_duplicates import Duplicates
from pillarbox.desk.import_reading import SLICE, Judged, Reading
from pillarbox.desk.new_order import CheckedOrder
from pillarbox.kernel.errors import Unavailable
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.box import Box
from pillarbox.vault.files import load_file
from pillarbox.vault.imports import SQL, Call, ImportRow, LeftOut, store_many
from pillarbox.vault.orders import NewRow

STEP: Final = 5_000
"""Orders in one transaction: half a second's work, so progress moves and a kill costs little."""
_PARTS: Final = (0, 400, 1_600, 2_800, 4_000, STEP)
"""Where the orders of a step are parted: the next part is sealed while the database stores one, the first is small so
that the database need not wait for it long."""

_AHEAD: Final = 2 * STEP
"""Orders checked ahead at most, while the database is the slower of the two."""


Fresh = tuple[CheckedOrder, bytes]
"""An order to be stored, with the token by which it is known again."""


class ImportMoved(Unavailable):
    """Somebody else has moved this import on. It is taken up again from where it stands."""


async def open_import(box: Box, import_id: Id) -> Reading | None:
    """Open the file of a running import where it stands; None when it does not run (any more).

    Raises `OrderFileTooManyRows`, and whatever else is wrong with a file as a whole.
    """
    await box.enter()
    row = box.open(await box.one(SQL["import_by_id"], ImportRow, import_id=import_id))
    if row.status != "running":
        return None
    reading = Reading(import_id, row.settings, await load_file(box, row.file_id))
    await reading.start(row.rows_read)
    return reading


async def import_step(box: Box, reading: Reading) -> bool:
    """Store the next orders of the file; say whether more may follow. Raises `ImportMoved`."""
    await box.enter()
    row = box.open(await box.one(SQL["import_for_step"], ImportRow, import_id=reading.import_id))
    if row.status != "running":
        return False
    if row.rows_read != reading.rows_done:
        raise ImportMoved
    judged = await reading.take(STEP)
    if not judged:
        await box.write(SQL["finish_import"], import_id=reading.import_id)
        return False
    duplicates = await Duplicates.look(box, reading.import_id, judged)
    fresh: list[Fresh] = []
    left: list[LeftOut] = []
    doubles = 0
    for each in judged:
        draft, verdict, lines = each
        if draft is not None and isinstance(verdict, CheckedOrder):
            token, double = duplicates.check(draft)
            if double is None:
                fresh.append((verdict, token))
                continue
            doubles += 1
            verdict = (double,)
        left.extend(_left_out(draft, verdict, lines))
    await _store(box, reading, fresh)
    await _keep_left_out(box, reading.import_id, left)
    rows = sum(len(lines) for _, _, lines in judged)
    await box.write(
        SQL["step_import"],
        import_id=reading.import_id,
        rows=rows,
        orders=len(fresh),
        duplicates=doubles,
        problems=len(judged) - len(fresh) - doubles,
    )
    reading.rows_done += rows
    return True


async def fail_import(box: Box, import_id: Id, code: str) -> None:
    """Note that the rest of the file cannot be read; what is stored stays, and starting again goes on from there."""
    await box.write(SQL["fail_import"], import_id=import_id, failure=code)


def _left_out(draft: Any, problems: Any, lines: tuple[int, ...]) -> list[LeftOut]:
    first, *more = problems
    return [LeftOut(first, lines, draft), *[LeftOut(problem, lines) for problem in more]]


async def _store(box: Box, reading: Reading, fresh: list[Fresh]) -> None:
    """Seal and store orders part by part; while the database works on one, the next is sealed and checked ahead."""
    if not fresh:
        return
    last: int = (await box.ask(SQL["take_numbers"], many=len(fresh)))[0]
    before = last - len(fresh)
    running: asyncio.Task[object] | None = None
    try:
        for start, end in pairwise(_PARTS):
            part = fresh[start:end]
            if not part:
                break
            calls = await _sealed(box, reading.import_id, before + start, part)
            if running is not None:
                await reading.look_ahead(_AHEAD, running)
                await running
            running = asyncio.create_task(box.write_all(*calls))
            await asyncio.sleep(0)
        if running is not None:
            await reading.look_ahead(_AHEAD, running)
            await running
    except BaseException:
        if running is not None:  # a statement under way must come to its end before the transaction can be given up
            await asyncio.gather(running, return_exceptions=True)
        raise


async def _sealed(box: Box, import_id: Id, before: int, part: list[Fresh]) -> list[Call]:
    """Seal the orders of a part and make the tokens of their words, each word once.

    The socket gets its turn often, or the database would wait for the rest of the part before.
    """
    words = list({word for order, _ in part for word in order.words})
    token_of = dict(zip(words, box.tokens(words), strict=True))
    rows: list[NewRow] = []
    tokens: list[tuple[bytes, bytes]] = []
    for at, (order, reference_token) in enumerate(part):
        if at % SLICE == 0:
            await asyncio.sleep(0)
        order_id = box.mint(Kind.ORDER)
        rows.append(row_of(box, order, order_id, reference_token))
        raw = order_id.raw
        tokens.extend([(token_of[word], raw) for word in order.words])
    return store_many(import_id, before, rows, tokens)


async def _keep_left_out(box: Box, import_id: Id, left: list[LeftOut]) -> None:
    if not left:
        return
    last = await box.ask_all(SQL["last_problem"], import_id=import_id)
    await box.write(
        SQL["insert_problems"],
        import_id=import_id,
        after=last[0][1] if last else 0,
        line=[each.lines[0] for each in left],
        code=[each.problem.code for each in left],
        field=[each.problem.field for each in left],
        content=[box.seal(import_id, "problem", each) for each in left],
    )


__all__ = ["STEP", "ImportMoved", "Judged", "Reading", "fail_import", "import_step", "open_import"]
