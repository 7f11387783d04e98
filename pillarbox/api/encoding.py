"""How released values become bytes: JSON with ids as text, or a document as it is.

Rendering happens inside the owned value, so that the gate compares owners and journals before a byte exists outside.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from pillarbox.kernel.ids import Id

JSON: Final = "application/json"
PDF: Final = "application/pdf"
CSV: Final = "text/csv"


def as_json(value: Any) -> Any:
    """Write what msgspec does not know: ids as their public form."""
    if isinstance(value, Id):
        return str(value)
    raise TypeError(type(value).__name__)


ENCODER: Final = msgspec.json.Encoder(enc_hook=as_json)


class Document(msgspec.Struct, frozen=True):
    """An answer that is no JSON: a PDF or a CSV file, with the name under which a program may keep it."""

    content: bytes
    file_name: str
