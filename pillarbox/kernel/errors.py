"""Base errors of the house.

An error's docstring is its message: what is wrong and what to do, in words a person can use. Rooms subclass
these; doors translate them to problem details or a page without ever adding a stack trace or foreign data.
"""

from __future__ import annotations

import inspect


class PillarboxError(Exception):
    """Something went wrong."""

    def __init__(self, detail: str | None = None, *, field: str | None = None, line: int | None = None) -> None:
        """`detail` replaces the docstring as message; `field` and `line` say where (line counts from 1)."""
        self.detail = detail if detail is not None else inspect.cleandoc(type(self).__doc__ or "")
        self.field = field
        self.line = line
        super().__init__(self.detail)

    @property
    def code(self) -> str:
        """The class name in kebab case, stable for programs: `PostcodeUnknown` is `postcode-unknown`."""
        name = type(self).__name__
        return "".join(f"-{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


class BadInput(PillarboxError):
    """Something you sent cannot be used."""


class NotFound(PillarboxError):
    """There is nothing here. Absent and forbidden are deliberately the same answer."""


class Conflict(PillarboxError):
    """This cannot be done in the state it is in now."""


class Denied(PillarboxError):
    """You are not signed in, or your key does not open this."""


class Forbidden(Denied):
    """You are signed in, but your key does not allow this."""


class Unavailable(PillarboxError):
    """This is not available just now. Nothing was lost; please try again shortly."""
