"""What a form holds, read field by field: everything unreadable is noted and said at once, beside its field."""

from __future__ import annotations

import re
from decimal import ROUND_UP, Decimal
from typing import Any, Final

from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.money import MoneyUnreadable, pence

LONGEST: Final = 2_000
"""Characters of one field that are looked at; what is longer is refused by whoever checks it."""
_WEIGHT: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(g|kg)?", re.IGNORECASE)
_WHOLE: Final = re.compile(r"[0-9]{1,7}")


class WholeUnreadable(BadInput):
    """Write this as a whole number, such as 250."""


class WeightUnreadable(BadInput):
    """Write the weight in grams, such as 750, or in kilograms, such as 1.2 kg."""


class FormNotUsable(BadInput):
    """The form has problems."""

    def __init__(self, problems: list[tuple[str, BadInput]]) -> None:
        """`problems` lists each unreadable field with its error."""
        self.problems = problems
        super().__init__(" ".join(error.detail for _, error in problems), field=problems[0][0])


class Fields:
    """The fields of one form, by name; of a repeated one the first."""

    __slots__ = ("_given", "_problems")

    def __init__(self, given: Any) -> None:
        """`given` is a form or a query as the framework read it."""
        self._given = {name: value for name, value in reversed(list(given.multi_items())) if isinstance(value, str)}
        self._problems: list[tuple[str, BadInput]] = []

    def __contains__(self, name: str) -> bool:
        """Say whether a form had this field at all."""
        return name in self._given

    def text(self, name: str) -> str:
        """Return what was typed, trimmed."""
        return str(self._given.get(name, ""))[:LONGEST].strip()

    def typed(self) -> dict[str, str]:
        """Return everything as it was typed, to be shown again."""
        return {name: str(value)[:LONGEST] for name, value in self._given.items()}

    def whole(self, name: str) -> int | None:
        """Read a whole number; None where nothing stands."""
        text = self.text(name).removesuffix("mm").strip()
        if not text:
            return None
        if _WHOLE.fullmatch(text) and text.isascii():
            return int(text)
        self._wrong(name, WholeUnreadable())
        return None

    def grams(self, name: str) -> int | None:
        """Read a weight in grams or kilograms into whole grams, rounded up; None where nothing stands."""
        text = self.text(name)
        if not text:
            return None
        match = _WEIGHT.fullmatch(text) if text.isascii() else None
        if match is None:
            self._wrong(name, WeightUnreadable())
            return None
        factor = 1000 if (match[2] or "").lower() == "kg" else 1
        return int((Decimal(match[1]) * factor).to_integral_value(ROUND_UP))

    def pence(self, name: str) -> int | None:
        """Read an amount of pounds into pence; None where nothing stands."""
        text = self.text(name).removeprefix("£").replace(",", "")
        if not text:
            return None
        try:
            return pence(text)
        except MoneyUnreadable as error:
            self._wrong(name, error)
            return None

    def finish(self) -> None:
        """Raise `FormNotUsable` with everything that could not be read."""
        if self._problems:
            raise FormNotUsable(self._problems)

    def _wrong(self, name: str, error: BadInput) -> None:
        self._problems.append((name, error))
