"""Writes down how a job ended only while the worker that says so still holds it.

A worker that was stopped for a while (a sleeping machine) counts as dead, and its jobs go to another. When it wakes,
the database lets it do nothing more for them; without this it could still mark as failed what the other is doing.
"""

from __future__ import annotations

import datetime
from typing import Final

import structlog
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

_HOLDER: Final = """
    SELECT count(*) AS held FROM procrastinate_jobs
    WHERE id = %(job)s AND status = 'doing' AND worker_id IS NOT DISTINCT FROM %(worker)s::bigint
"""
_LOG: Final = structlog.get_logger()


class OwnJobs(JobManager):
    """Procrastinate's job manager, asked first whether the job is still ours."""

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:  # noqa: FBT001  # procrastinate's own
        """Set a job to its final state, if this worker holds it."""
        if await self._held(job):
            await super().finish_job(job, status, delete_job)

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime.datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Put a job back in the queue, if it is still held as it was when it was read."""
        if await self._held(job):
            await super().retry_job(job, retry_at, priority, queue, lock)

    async def _held(self, job: Job) -> bool:
        row = await self.connector.execute_query_one_async(_HOLDER, job=job.id, worker=job.worker_id)
        if row["held"]:
            return True
        _LOG.warning("a job is no longer this worker's", task=job.task_name, job=job.id)
        return False
