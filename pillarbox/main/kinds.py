"""The kinds of value a setting can have: how each is read from text, written back and described.

A reader raises `ValueError` with half a sentence that says what the value must be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
_LONGEST_NAME = 60
"""Characters that fit on a label's heading in one line."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind: in words, its reader, its writer, and whether its values are kept out of lists and messages."""

    words: str
    read: Callable[[str], T]
    write: Callable[[T], str] = str
    secret: bool = False


def whole(least: int, most: int) -> Kind[int]:
    """A whole number within bounds."""

    def read(text: str) -> int:
        if not (text.strip().isascii() and text.strip().isdecimal() and least <= int(text) <= most):
            raise ValueError(f"it must be a whole number from {least} to {most}")
        return int(text)

    return Kind(f"whole number from {least} to {most}", read)


def one_of(*words: str) -> Kind[str]:
    """One of a few words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"it must be one of {', '.join(words)}")
        return text

    return Kind(f"one of {', '.join(words)}", read)


def _text(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("it must be text in one line, not empty")
    return text.strip()


def _short(text: str) -> str:
    if len(_text(text)) > _LONGEST_NAME:
        raise ValueError(f"it must have at most {_LONGEST_NAME} characters")
    return text.strip()


def _path(text: str) -> Path:
    if not text or "\0" in text:
        raise ValueError("it must be a path")
    return Path(text).expanduser().absolute()


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    whole_address = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    if text and not (whole_address and parts.path in ("", "/") and not parts.query and not parts.fragment):
        raise ValueError("it must begin with http:// or https:// and name a host and perhaps a port, nothing more")
    return text.rstrip("/")


text: Kind[str] = Kind("text", _text)
short_text: Kind[str] = Kind(f"text of up to {_LONGEST_NAME} characters", _short)
short_text_or_none: Kind[str] = Kind(
    f"text of up to {_LONGEST_NAME} characters, or empty", lambda text: _short(text) if text else ""
)
secret_text: Kind[str] = Kind("text, or empty", lambda text: _text(text) if text else "", secret=True)
path: Kind[Path] = Kind("path", _path)
web_address: Kind[str] = Kind("web address without a path, or empty", _web_address)
