"""Public values: the only thing besides `Owned` that a door may return.

Made here and nowhere else, from listed kinds of content that belong to no customer: static words, the tariff, the
service list, an error, a value that the caller sent a moment ago in the same request.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Source(StrEnum):
    """Why a value may be public."""

    WORDS = "words of the platform itself"
    TARIFF = "the operator's published tariff and services"
    ECHO = "what this caller sent in this request"
    OPERATOR = "the operator's own figures, without any person's data"


class Public(Generic[T]):
    """A value that belongs to no customer, with the reason why it may leave."""

    __slots__ = ("source", "value")

    def __init__(self, value: T, source: Source) -> None:
        """State the source; there is no other way to make one."""
        self.value = value
        self.source = source
