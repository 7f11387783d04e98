"""A file that one living process holds, with a line that says who.

The kernel gives the lock back the moment its holder dies, however it dies, so there is never a stale lock to clear.
A forked child does not keep it: otherwise a worker that outlives its parent would seem to be the holder.
"""

from __future__ import annotations

import fcntl
import os
import weakref
from pathlib import Path

_ALL: weakref.WeakSet[LockFile]


class LockFile:
    """An exclusive lock on one file of mode 0600; the file stays when the lock is given back."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is opened yet. Its directory must exist before `acquire`."""
        self.path = path
        self._fd: int | None = None
        _ALL.add(self)

    @property
    def held(self) -> bool:
        """Whether this very object holds the lock."""
        return self._fd is not None

    def acquire(self, note: str = "") -> bool:
        """Take the lock without waiting and write `note` for others to read; False when another holds it."""
        if self._fd is not None:
            return True
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        os.ftruncate(fd, 0)
        os.write(fd, note.encode())
        self._fd = fd
        return True

    def note(self) -> str:
        """Return what the present or the last holder wrote; empty when nobody has."""
        try:
            return self.path.read_text().strip()
        except FileNotFoundError:
            return ""

    def release(self) -> None:
        """Give the lock back; without effect when it is not held."""
        if self._fd is not None:
            os.ftruncate(self._fd, 0)
            self.forget()

    def forget(self) -> None:
        """Close this process's copy of the lock; another process that shares it keeps holding it."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def _forget_all() -> None:
    for lock in list(_ALL):
        lock.forget()


_ALL = weakref.WeakSet()
os.register_at_fork(after_in_child=_forget_all)
