"""Reading the data files of an operator's pack.

A pack is a folder of small JSON files under `packs/`, one per operator or country, each with its source and date
inside. This is the only place that opens them; whoever asks keeps the result, so each file is read once.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

import msgspec

from pillarbox.kernel.errors import BadInput

T = TypeVar("T")


class PackUnreadable(BadInput):
    """This operator's pack cannot be read. Check that the folder and its JSON files are complete."""


def pack_folder(where: str | Path) -> Traversable:
    """Return a pack's folder: a name such as `uk` is one of ours, a `Path` is wherever the operator keeps it."""
    return where if isinstance(where, Path) else files("pillarbox.postage").joinpath("packs", where)


def read_file(folder: Traversable, name: str, shape: type[T]) -> T:
    """Read one JSON file of a pack into `shape`. Raises `PackUnreadable`, naming the file and what is wrong in it."""
    try:
        return msgspec.json.decode(folder.joinpath(*name.split("/")).read_bytes(), type=shape)
    except (OSError, msgspec.DecodeError) as error:
        reason = "it is not there" if isinstance(error, OSError) else str(error)
        raise PackUnreadable(f"The operator's pack cannot be read: {name}: {reason}") from error


def read_pack(path: str, shape: type[T]) -> T:
    """Read `packs/<path>` into `shape`. Raises `msgspec.ValidationError` if the file does not have that shape."""
    raw = files("pillarbox.postage").joinpath("packs", *path.split("/")).read_bytes()
    return msgspec.json.decode(raw, type=shape)
