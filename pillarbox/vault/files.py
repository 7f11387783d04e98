"""Files that customers hand in, sealed in pieces of at most a megabyte, so that no single seal grows without bound.

Each piece is bound to its place: pieces that are swapped, or moved to another file, do not open.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from pillarbox.db.statement import load
from pillarbox.kernel.ids import Id, Kind
from pillarbox.vault.box import Box
from pillarbox.vault.shape import Names

_SQL: Final = load("pillarbox.vault", "files.sql")
PIECE: Final = 1_000_000
"""Bytes in a sealed piece."""
EVERYTHING: Final = 2**31 - 1


class _Piece(msgspec.Struct, frozen=True, gc=False):
    file_id: Annotated[Id, Names(Kind.FILE)]
    seq: int
    content: bytes


async def store_file(box: Box, purpose: str, data: bytes) -> Id:
    """Seal and store a file of an entered box; return its id. `purpose` is a plain word for what it is."""
    file_id = box.mint(Kind.FILE)
    await box.write(_SQL["insert_file"], file_id=file_id, purpose=purpose, size=len(data))
    for seq, start in enumerate(range(0, len(data), PIECE)):
        content = box.seal(file_id, f"piece {seq}", data[start : start + PIECE])
        await box.write(_SQL["insert_piece"], file_id=file_id, seq=seq, content=content)
    return file_id


async def load_file(box: Box, file_id: Id, *, pieces: int = EVERYTHING) -> bytes:
    """Open a file, or its first pieces, inside an entered box. An absent file is empty."""
    found = box.open(await box.all(_SQL["pieces_of_file"], _Piece, file_id=file_id, most=pieces))
    return b"".join([box.unseal(file_id, f"piece {piece.seq}", piece.content) for piece in found])


async def delete_file(box: Box, file_id: Id) -> None:
    """Forget a file."""
    await box.write(_SQL["delete_file"], file_id=file_id)
