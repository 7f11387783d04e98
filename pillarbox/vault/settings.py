"""Settings: what an account keeps by name, sealed whole and read as whatever struct the reader expects.

Names are plain words of ours (`ship_from`); where one holds a customer's word, it holds that word's token.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, TypeVar

import msgspec

from pillarbox.db.statement import load
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.box import Box
from pillarbox.vault.owned import Owned, render
from pillarbox.vault.shape import Names, Sealed

T = TypeVar("T")
SQL: Final = load("pillarbox.vault", "settings.sql")


class SettingRow(msgspec.Struct, frozen=True, gc=False):
    """One setting; `content` is its MessagePack, opened but not yet read."""

    setting_id: Annotated[Id, Names(Kind.SETTING)]
    name: str
    content: Annotated[msgspec.Raw, Sealed("setting")]


class SettingInFrame(msgspec.Struct, frozen=True, gc=False):
    """The same for the top of a page, as `persons.PersonInFrame`."""

    setting_id: Annotated[Id, Names(Kind.SETTING)]
    frame_name: str
    frame: Annotated[msgspec.Raw, Sealed("setting")]


async def settings_of(box: Box, names: Sequence[str], kind: type[T]) -> Owned[dict[str, T]]:
    """Return the settings of these names, each read as `kind`; those never written are left out."""
    rows = await box.all(SQL["settings_by_name"], SettingRow, names=list(names))
    return render(lambda found: {row.name: msgspec.msgpack.decode(row.content, type=kind) for row in found}, rows)


async def remembered(box: Box, name: str, kind: type[T]) -> T | None:
    """Return one setting for a verb to go by, or None when it was never written."""
    return box.open(await settings_of(box, [name], kind)).get(name)


async def remember(box: Box, name: str, value: Any) -> None:
    """Keep one setting in the place of an older one of its name; the seal is bound to a fresh id."""
    await box.enter()
    own = box.mint(Kind.SETTING)
    content = box.seal(own, "setting", msgspec.msgpack.encode(value))
    await box.write(SQL["write_setting"], setting_id=own, name=name, content=content)
