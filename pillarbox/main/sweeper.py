"""A small program that outlives its supervisor for a moment and ends what that left behind.

It reads process groups from its standard input, `+123` or `-123` a line. The input ends when the supervisor does,
however it does; then every group still listed is asked to stop, and after a while is killed. Needed for a child's own
children, for a child that ignores the signal of its parent's death, and on systems that have no such signal.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

_POLL_SECONDS = 0.02
_GRACE_SECONDS = 0.5
"""For children who have the signal of their parent's death already: some take a second one as an order to hurry."""


def listed(lines: Iterable[str]) -> list[int]:
    """Return the groups that are still there when the lines end, in the order in which they came."""
    groups: dict[int, None] = {}
    for line in lines:
        if line.startswith("+"):
            groups[int(line[1:])] = None
        else:
            groups.pop(int(line[1:]), None)
    return list(groups)


def tell(group: int, how: int) -> bool:
    """Send a signal to a process group (0 only asks); False when there is nobody in it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, how)
        return True
    return False


def sweep(groups: Iterable[int], patience: float) -> None:
    """Wait a moment, ask the groups to stop, wait up to `patience` seconds, kill what is left."""
    left = _wait(groups, _GRACE_SECONDS)
    for group in left:
        tell(group, signal.SIGTERM)
    for group in _wait(left, patience):
        tell(group, signal.SIGKILL)


def _wait(groups: Iterable[int], seconds: float) -> list[int]:
    """Return the groups in which somebody is left after so many seconds; sooner when nobody is."""
    until = time.monotonic() + seconds
    left = [group for group in groups if tell(group, 0)]
    while left and time.monotonic() < until:
        time.sleep(_POLL_SECONDS)
        left = [group for group in left if tell(group, 0)]
    return left


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sweep(listed(sys.stdin), float(sys.argv[1]))
