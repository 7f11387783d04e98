"""Owned values: everything a box yields, stamped with the account of the row it came from.

A door may return only `Owned` or `Public` values. What is computed from owned values is owned: `render` calls a pure
function on the insides and unites the owners. Only the vault makes `Owned` values (tests/house checks it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Mark:
    """What the journal will say was shown: whose, which fields (`order:recipient`), which ids (16 bytes each)."""

    owner: int
    fields: str
    ids: tuple[bytes, ...]


class Owned(Generic[T_co]):
    """A value with its owners. The inside is for the vault, and for release after it has compared the owners."""

    __slots__ = ("_marks", "_owners", "_value")

    def __init__(self, value: T_co, owners: frozenset[int], marks: tuple[Mark, ...]) -> None:
        """Called by the vault alone."""
        self._value = value
        self._owners = owners
        self._marks = marks

    def __repr__(self) -> str:
        """Never the inside: a log line must not leak it."""
        return f"<Owned {type(self._value).__name__}>"


def insides(owned: Owned[R]) -> tuple[R, frozenset[int], tuple[Mark, ...]]:
    """Take an owned value apart. For `vault.box` and `gate.release` only (tests/house checks it)."""
    return owned._value, owned._owners, owned._marks  # noqa: SLF001  # the one place that may


def render(function: Callable[..., R], *owned: Owned[Any], **plain: Any) -> Owned[R]:
    """Call a pure function on the insides of owned values; the result belongs to all their owners together.

    `plain` are values that belong to nobody: settings, the tariff, what the caller just said.
    """
    parts = [insides(o) for o in owned]
    value = function(*(p[0] for p in parts), **plain)
    return Owned(value, frozenset().union(*(p[1] for p in parts)), tuple(m for p in parts for m in p[2]))


def gather(owned: Iterable[Owned[R]]) -> Owned[tuple[R, ...]]:
    """Unite many owned values in one, in order."""
    return render(lambda *values: values, *owned)
