"""The job loop: takes jobs from the queue, gives back those of workers that died, ends when it is asked to.

    queue (schema jobs, written by gate.enqueue) -> procrastinate -> attempt(task) -> gate.job per step
    every few seconds: jobs whose worker gives no sign of life go back to the queue

A worker thought dead that still lives can do no harm: the database lets in only who holds the job, and `OwnJobs`
writes down nothing of a job that went to another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException

from pillarbox.worker.failures import Retry, attempt
from pillarbox.worker.hands import Hands, Held, JobFailed, Task
from pillarbox.worker.own_jobs import OwnJobs
from pillarbox.worker.tasks import TASKS

QUEUE: Final = "desk"
CONCURRENCY: Final = 4
DEAD_AFTER: Final = 6.0
"""Seconds without a sign of life after which a worker's jobs go to others; a third of it passes between two signs, and
between two looks round."""
LOOK_FOR_JOBS: Final = 0.5
"""Seconds between two looks at an empty queue. We do not listen instead: any role may NOTIFY, and procrastinate
believes a notice to abort somebody's job."""
GRACE: Final = 8.0
"""Seconds for running jobs to come to the end of a step; the supervisor waits ten."""
_TAKEN_FOR_DEAD: Final = "ForeignKeyViolation"
"""What the database says when a worker takes a job under a number that was struck off."""
_LOG: Final = structlog.get_logger()


async def work(
    hands: Hands, conninfo: str, *, tasks: Mapping[str, Task] = TASKS, dead_after: float = DEAD_AFTER
) -> None:
    """Work the queue until `hands.stopping` is set. `conninfo` is of the worker's own role; never log it.

    A worker that was held up for so long that others took it for dead begins again under a new number. Raises
    procrastinate's `ConnectorException` when the database does not answer.
    """
    while not hands.stopping.is_set():
        try:
            await _work(hands, conninfo, tasks, dead_after)
        except ConnectorException as error:
            if type(error.__cause__).__name__ != _TAKEN_FOR_DEAD:
                raise
            _LOG.warning("this worker was taken for dead and begins again")


async def _work(hands: Hands, conninfo: str, tasks: Mapping[str, Task], dead_after: float) -> None:
    app = App(connector=PsycopgConnector(conninfo=conninfo, min_size=2, max_size=CONCURRENCY + 2))
    app.job_manager = OwnJobs(app.connector)
    for name, task in tasks.items():
        app.task(name=name, pass_context=True, retry=Retry())(_job_of(task, hands))
    async with app.open_async():
        running = asyncio.create_task(
            app.run_worker_async(
                queues=[QUEUE],
                name="pillarbox",
                concurrency=CONCURRENCY,
                fetch_job_polling_interval=LOOK_FOR_JOBS,
                listen_notify=False,
                install_signal_handlers=False,
                update_heartbeat_interval=dead_after / 3,
                stalled_worker_timeout=dead_after,
                shutdown_graceful_timeout=GRACE,
                delete_jobs="successful",
            ),
            name="job loop",
        )
        helpers = [
            asyncio.create_task(_give_back(app, dead_after), name="jobs of dead workers"),
            asyncio.create_task(hands.stopping.wait(), name="asked to stop"),
        ]
        try:
            await asyncio.wait([running, *helpers], return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            hands.stopping.set()
            raise
        finally:
            running.cancel()
            for helper in helpers:
                helper.cancel()
            ended, *_ = await asyncio.gather(running, *helpers, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended


def _job_of(task: Task, hands: Hands) -> Callable[[JobContext], Awaitable[None]]:
    async def job(context: JobContext) -> None:
        number, worker = context.job.id, context.job.worker_id
        if number is None or worker is None:
            raise JobFailed("job-without-worker")
        await attempt(task, hands, Held(number, worker, context.job.attempts))

    return job


async def _give_back(app: App, dead_after: float) -> None:
    """Put the jobs of dead workers back in the queue, and go on doing so whatever happens to the database."""
    jobs = app.job_manager
    while True:
        try:
            await jobs.prune_stalled_workers(dead_after)
            for job in await jobs.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=dead_after):
                await jobs.retry_job(job)
                _LOG.warning("a worker died; its job goes on", task=job.task_name, job=job.id)
        except ConnectorException as error:
            _LOG.warning("jobs of dead workers could not be looked for", cause=type(error).__name__)
        await asyncio.sleep(dead_after / 3)
