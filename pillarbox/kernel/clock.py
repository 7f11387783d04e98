"""The one place that reads the time, and the zones at the edge.

Inside, every time is an aware UTC `datetime`; `tests` and drills hand in another clock instead of patching.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

LONDON = ZoneInfo("Europe/London")
"""The zone in which tariffs begin and days end for a British operator."""


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def london_date(instant: datetime) -> date:
    """Return the calendar day in London at an aware instant; tariffs are valid by this day."""
    return instant.astimezone(LONDON).date()
