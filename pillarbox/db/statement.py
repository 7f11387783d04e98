"""Named SQL statements, read from `.sql` files: a finite list that an auditor can read in an afternoon.

A file holds statements under `-- name: word` with a sentence of comment each; parameters are written `:name` and are
always bound, never pasted in. `load` returns them by name and fails on a file that breaks the form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

_NAME: Final = re.compile(r"^-- name: ([a-z][a-z0-9_]*)\n", re.MULTILINE)
_PARAMETER: Final = re.compile(r"(?<![:\w]):([a-z][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its name, its sentence, its text with `$n` marks and the parameter names in that order."""

    name: str
    sentence: str
    text: bytes
    parameters: tuple[str, ...]


class StatementFileBroken(Exception):
    """A .sql file of the house is not in the form `-- name: word`, sentence, one statement."""


def parse(source: str, origin: str) -> dict[str, Statement]:
    """Read the statements of one file's text. Raises `StatementFileBroken` naming the statement."""
    pieces = _NAME.split(source)
    found: dict[str, Statement] = {}
    for name, body in zip(pieces[1::2], pieces[2::2], strict=True):
        comments = [line[2:].strip() for line in body.splitlines() if line.startswith("--")]
        sql = "\n".join(line for line in body.splitlines() if not line.startswith("--")).strip().rstrip(";")
        if name in found or not comments or not sql or ";" in sql:
            raise StatementFileBroken(f"{origin}: {name}")
        order: list[str] = []
        for parameter in _PARAMETER.findall(sql):
            if parameter not in order:
                order.append(parameter)
        text = _PARAMETER.sub(lambda m, order=order: f"${order.index(m[1]) + 1}", sql)  # type: ignore[misc]  # bound default
        found[name] = Statement(name, " ".join(comments), text.encode(), tuple(order))
    return found


def load(package: str, file: str) -> dict[str, Statement]:
    """Read the statements of `file` inside `package`."""
    return parse(files(package).joinpath(file).read_text(encoding="utf-8"), f"{package}/{file}")
