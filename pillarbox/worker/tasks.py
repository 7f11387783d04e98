"""The tasks there are, by the names under which the desk puts them in the queue.

A name missing here is a job that nobody can do: tests/worker compares this list with what the desk enqueues.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pillarbox.desk import buy_many, mark_despatched, start_import
from pillarbox.worker.buy_batch import buy_batch
from pillarbox.worker.despatch import despatch
from pillarbox.worker.hands import Task
from pillarbox.worker.import_orders import import_orders

TASKS: Final[Mapping[str, Task]] = {
    start_import.TASK: import_orders,
    buy_many.TASK: buy_batch,
    mark_despatched.TASK: despatch,
}
