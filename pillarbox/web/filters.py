"""How pages write money, counts, weights and times: strict, so that a wrong type fails in a test, not on a page.

Times arrive as aware UTC instants and are written in London words when they are near, with the exact time beside
them for whoever points at the word or has it read out.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from markupsafe import Markup

from pillarbox.kernel.clock import LONDON, london_date
from pillarbox.kernel.money import pounds


class FilterMisused(TypeError):
    """A template handed a filter a value of the wrong kind. This is a fault in the template or its context."""


def money(amount_pence: int) -> str:
    """Write pence as pounds: 123456 is `£1,234.56`, with a true minus sign.

    Raises `FilterMisused` for anything but an int.
    """
    if type(amount_pence) is not int:
        raise FilterMisused(f"money takes integer pence, not {type(amount_pence).__name__}")
    return pounds(amount_pence).replace("-", "\N{MINUS SIGN}")


def count(number: int, singular: str = "", plural: str = "") -> str:
    """Write a number with thousands marks, and its noun if one is given: `1,284 orders`, `1 order`."""
    if type(number) is not int:
        raise FilterMisused(f"count takes an int, not {type(number).__name__}")
    figures = f"{number:,}"
    if not singular:
        return figures
    return f"{figures} {singular if number == 1 else plural or singular + 's'}"


def grams(weight_g: int) -> str:
    """Write grams for people: 750 is `750 g`, 1250 is `1.25 kg`, 2000 is `2 kg` (with a space that never breaks)."""
    if type(weight_g) is not int or weight_g < 0:
        raise FilterMisused("grams takes a whole number of grams, none or more")
    if weight_g < 1000:
        return f"{weight_g}\N{NO-BREAK SPACE}g"
    whole, rest = divmod(weight_g, 1000)
    decimals = f".{rest:03d}".rstrip("0") if rest else ""
    return f"{whole:,}{decimals}\N{NO-BREAK SPACE}kg"


def when(instant: datetime, now: datetime) -> Markup:
    """Write an aware instant in words near `now`, in London, as a `time` element with the exact time as its title.

    Within an hour it is `12 minutes ago` or `in 12 minutes`; on the days around today `today, 4:05 pm`; in the same
    year `3 March, 4:05 pm`; else with the year. Raises `FilterMisused` for a naive datetime.
    """
    if instant.tzinfo is None or now.tzinfo is None:
        raise FilterMisused("when takes aware instants")
    local = instant.astimezone(LONDON)
    exact = f"{local:%A} {local.day} {local:%B %Y}, {_clock(local, seconds=True)} {local.tzname()}"
    machine = f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    words = _words(instant, now)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(machine, exact, words)


def day(which: date, today: date) -> str:
    """Write a calendar day: `today`, `tomorrow`, `yesterday`, a weekday within six days ahead, else `3 March`."""
    ahead = (which - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(ahead)
    if near:
        return near
    if 1 < ahead < 7:
        return f"{which:%A}"
    return f"{which.day} {which:%B}" + ("" if which.year == today.year else f" {which.year}")


def dated(instant: datetime) -> str:
    """Write an aware instant as its whole day in London, for paper: `22 November 2026`. Raises `FilterMisused`."""
    if instant.tzinfo is None:
        raise FilterMisused("dated takes an aware instant")
    which = london_date(instant)
    return f"{which.day} {which:%B %Y}"


def _words(instant: datetime, now: datetime) -> str:
    seconds = int((now - instant).total_seconds())
    minutes = abs(seconds) // 60
    if minutes == 0:
        return "just now" if seconds >= 0 else "in a moment"
    if minutes < 60:
        noun = count(minutes, "minute")
        return f"{noun} ago" if seconds > 0 else f"in {noun}"
    local = instant.astimezone(LONDON)
    return f"{day(local.date(), london_date(now))}, {_clock(local)}"


def _clock(local: datetime, *, seconds: bool = False) -> str:
    hour = local.hour % 12 or 12
    tail = f":{local:%S}" if seconds else ""
    return f"{hour}:{local:%M}{tail} {'am' if local.hour < 12 else 'pm'}"
