"""The tasks there are, by the names under which the desk puts them in the queue.

A name missing here is a job that nobody can do: tests compare this list with what the desk enqueues.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pillarbox.worker.buy_batch import buy_batch
from pillarbox.worker.hands import Task
from pillarbox.worker.import_orders import import_orders

TASKS: Final[Mapping[str, Task]] = {"buy_batch": buy_batch, "import_orders": import_orders}
