"""What a worker works with, what a task is, and how a failure is spoken of: by its code alone.

A task gets the number of a job and of the worker that holds it; with these it enters the job's account, one
transaction for each step, through `gate.job`. It is told nothing else, and least of all whose job it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from pillarbox.desk.counter import Counter
from pillarbox.gate.admit import Gate

Task = Callable[["Hands", "Held"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Hands:
    """The gate and the counter of this process; `stopping` is set when the worker has been asked to end."""

    gate: Gate
    counter: Counter
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Held:
    """A job this worker holds, and how often it has been tried before."""

    job: int
    worker: int
    tries: int = 0

    @property
    def last_try(self) -> bool:
        """Whether a fault nobody knows ends the job for good this time."""
        return self.tries >= MOST_TRIES


class JobAgain(Exception):
    """The job did not come to its end and is to be taken up again. `code` says why, without anybody's data."""

    def __init__(self, code: str, *, counts: bool = True) -> None:
        """`counts` is False when nothing went wrong: the worker is merely ending."""
        super().__init__(code)
        self.code = code
        self.counts = counts


class JobFailed(Exception):
    """The job cannot be done, now or later. `code` says why, without anybody's data."""


MOST_TRIES: Final = 5
"""Tries after a first fault of our own, whose cause nobody knows yet."""

STOPPING: Final = "worker-stopping"


def pause_if_stopping(hands: Hands) -> None:
    """Leave a job between two steps when the worker is to end. Raises `JobAgain`."""
    if hands.stopping.is_set():
        raise JobAgain(STOPPING, counts=False)
