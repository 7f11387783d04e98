"""How rows become values: which struct, which of its fields are sealed, what the journal calls what was shown.

A row struct lists its columns after the owning account, in the statement's order; a sealed column is annotated
`Annotated[Recipient, Sealed("recipient")]` and comes out opened and decoded. Ids come out as `Id`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

import msgspec

from pillarbox.kernel.ids import Kind


@dataclass(frozen=True, slots=True)
class Sealed:
    """Marks a sealed field; the purpose is part of what the seal is bound to."""

    purpose: str


@dataclass(frozen=True, slots=True)
class Names:
    """Marks an id field with the kind of object it names."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Shape:
    """The plan for one row struct. The first id field is the row's own id, to which its seals are bound."""

    row: type[Any]
    own: int
    kind: Kind
    ids: tuple[tuple[int, Kind], ...]
    sealed: tuple[tuple[int, str, msgspec.msgpack.Decoder[Any]], ...]
    fields: str


_known: dict[Any, Shape] = {}


def shape_of(row: type[Any]) -> Shape:
    """Return the plan for a row struct, made at first use."""
    shape = _known.get(row)
    if shape is None:
        shape = _known[row] = _read(row)
    return shape


def _read(row: type[Any]) -> Shape:
    hints = get_type_hints(row, include_extras=True)
    ids: list[tuple[int, Kind]] = []
    sealed: list[tuple[int, str, msgspec.msgpack.Decoder[Any]]] = []
    for at, name in enumerate(msgspec.structs.fields(row)):
        hint = hints[name.name]
        for note in get_args(hint)[1:] if get_origin(hint) is Annotated else ():
            if isinstance(note, Names):
                ids.append((at, note.kind))
            elif isinstance(note, Sealed):
                sealed.append((at, note.purpose, msgspec.msgpack.Decoder(get_args(hint)[0])))
    if not ids:
        raise TypeError(f"{row.__name__} names no object")
    shown = [f.name for at, f in enumerate(msgspec.structs.fields(row)) if at not in {i for i, _ in ids}]
    kind = ids[0][1]
    return Shape(row, ids[0][0], kind, tuple(ids), tuple(sealed), f"{kind.name.lower()}:{','.join(shown)}")


def binding(account_id: int, kind: Kind, own: bytes, purpose: str) -> bytes:
    """What a seal is bound to: account, kind, id and purpose. Moved anywhere else it does not open.

    Eight bytes, three letters, sixteen bytes and the rest: no two places are spelled alike (tests/vault checks it).
    """
    return account_id.to_bytes(8, "big") + kind.value.encode() + own + purpose.encode()


ENCODER: Final = msgspec.msgpack.Encoder()
