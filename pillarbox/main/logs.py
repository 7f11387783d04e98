"""How every process of ours speaks: one line of JSON for each event, on standard error, without personal data.

`up` reads the same lines of its children, so nothing else is needed to see what an installation does.
"""

from __future__ import annotations

import logging
import sys

import structlog


def speak(level: str) -> None:
    """Write our events from this level on (`debug`, `info`, `warning`, `error`); of the libraries' only the serious."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    libraries = level.upper() if level in ("debug", "error") else "WARNING"
    logging.basicConfig(level=libraries, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
