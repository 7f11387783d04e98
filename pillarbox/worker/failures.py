"""When a job that did not end well is tried again: at once, later, or never.

Procrastinate writes exceptions to the log, so none of ours may carry anybody's data there: only codes pass.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from pillarbox.kernel.clock import utc_now
from pillarbox.kernel.errors import Denied, PillarboxError, Unavailable
from pillarbox.worker.hands import MOST_TRIES, Hands, Held, JobAgain, JobFailed, Task

LONGEST_WAIT: Final = 300
"""Seconds between two tries at most."""


class Retry(BaseRetryStrategy):
    """Tries again what may get better by itself: soon, then less and less often."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Decide by the kind of failure; a job that was interrupted goes on at once."""
        if isinstance(exception, JobFailed):
            return None
        if not isinstance(exception, JobAgain) or not exception.counts:
            return RetryDecision()
        if exception.code == UNKNOWN and job.attempts >= MOST_TRIES:
            return None
        wait = min(LONGEST_WAIT, 2 ** min(job.attempts, 16))
        return RetryDecision(retry_at=utc_now() + timedelta(seconds=wait))


UNKNOWN: Final = "unexpected"


async def attempt(task: Task, hands: Hands, held: Held) -> None:
    """Do a job. Raises `JobAgain` or `JobFailed`, which carry a code and nothing else."""
    try:
        await task(hands, held)
    except (JobAgain, JobFailed):
        raise
    except Unavailable as error:
        raise JobAgain(error.code) from None
    except Denied as error:
        # Another worker holds the job by now (this one was thought dead), or the job's account is gone.
        raise JobFailed(error.code) from None
    except PillarboxError as error:
        raise JobFailed(error.code) from None
    except Exception as error:  # noqa: BLE001  # any fault ends here: its text may hold somebody's data
        raise JobAgain(UNKNOWN) from _without_words(error)


def _without_words(error: BaseException) -> RuntimeError:
    """Keep where a fault happened, and drop what it said."""
    bare = RuntimeError(type(error).__name__)
    bare.__traceback__ = error.__traceback__
    return bare
