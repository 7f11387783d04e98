"""Reading the data files of an operator's pack.

A pack is a folder of small JSON files under `packs/`, one per operator or country, each with its source and date
inside. This is the only place that opens them; whoever asks keeps the result, so each file is read once.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TypeVar

import msgspec

T = TypeVar("T")


def read_pack(path: str, shape: type[T]) -> T:
    """Read `packs/<path>` into `shape`. Raises `msgspec.ValidationError` if the file does not have that shape."""
    raw = files("pillarbox.postage").joinpath("packs", *path.split("/")).read_bytes()
    return msgspec.json.decode(raw, type=shape)
