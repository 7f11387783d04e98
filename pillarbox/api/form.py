"""Take the file out of a multipart form (RFC 7578) that is already in memory: nothing of it is laid down on a disk.

Only the field `file` is looked for; other fields are passed over.
"""

from __future__ import annotations

import re
from typing import Final

from pillarbox.kernel.errors import BadInput

MULTIPART: Final = "multipart/form-data"
_BOUNDARY: Final = re.compile(r'boundary=(?:"([^"\r\n]{1,70})"|([^\s;,"]{1,70}))', re.IGNORECASE)
_NAME: Final = re.compile(rb'[;\s]name="file"', re.IGNORECASE)
_FILE_NAME: Final = re.compile(rb'filename="((?:[^"\r\n\\]|\\.){0,400})"', re.IGNORECASE)
_MOST_HEADERS: Final = 4_096
_MOST_PARTS: Final = 100


class FormUnreadable(BadInput):
    """This multipart form cannot be read, or has no field "file". Send the order file itself as the body instead."""


def file_of_form(content_type: str, body: bytes) -> tuple[bytes, str]:
    """Return the content of the field `file` and the name its sender gave it. Raises `FormUnreadable`."""
    match = _BOUNDARY.search(content_type)
    if match is None:
        raise FormUnreadable
    mark = b"--" + (match[1] or match[2]).encode("latin-1", "replace")
    at = 0 if body.startswith(mark) else body.find(b"\r\n" + mark) + 2
    if at == 1:
        raise FormUnreadable
    for _ in range(_MOST_PARTS):
        begins = at + len(mark)
        headers_end = body.find(b"\r\n\r\n", begins, begins + _MOST_HEADERS)
        ends = body.find(b"\r\n" + mark, max(begins, headers_end))
        if body[begins : begins + 2] != b"\r\n" or headers_end < 0 or ends < 0:
            raise FormUnreadable
        headers = body[begins:headers_end]
        if _NAME.search(headers):
            name = _FILE_NAME.search(headers)
            return body[headers_end + 4 : ends], name[1].decode("utf-8", "replace") if name else ""
        at = ends + 2
    raise FormUnreadable
