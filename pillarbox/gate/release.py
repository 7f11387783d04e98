"""On the way out: compare every owner with the caller, write the journal line, and only then let the value go.

A mismatch is not an error page, it is an exposure caught: the caller gets the ordinary "not found", a refused line
is journalled and the incident sink is told whose ids nearly went where.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol

from pillarbox.journal.line import Line, Outcome, Viewer
from pillarbox.journal.writer import Journal
from pillarbox.kernel.errors import NotFound
from pillarbox.vault.owned import Mark, Owned, insides
from pillarbox.vault.public import Public


@dataclass(frozen=True, slots=True)
class Exposure:
    """A value that nearly went to somebody else. Ids and accounts, never contents."""

    surface: str
    request: bytes
    viewer: Viewer
    entered_account: int
    marks: tuple[Mark, ...]


class ExposureSink(Protocol):
    """Where the gate reports what it caught; `main` hands in the incident room's adapter."""

    def exposure(self, exposure: Exposure) -> None:
        """Take the report. Must not raise and must not wait."""


class NotReleasable(TypeError):
    """A door returned something that is neither Owned nor Public."""


class Release:
    """The way out of the house."""

    def __init__(self, journal: Journal, sink: ExposureSink) -> None:
        """One for each process."""
        self._journal = journal
        self._sink = sink

    async def check(
        self, result: Owned[Any] | Public[Any], account_id: int, viewer: Viewer, surface: str, request: bytes
    ) -> tuple[Any, asyncio.Future[None] | None]:
        """Compare owners and queue the journal lines. Returns the value and the future to await before it leaves.

        Raises `NotFound` on a foreign owner, after the refusal has been journalled and reported.
        """
        if isinstance(result, Public):
            return result.value, None
        if not isinstance(result, Owned):
            raise NotReleasable(type(result).__name__)
        value, owners, marks = insides(result)
        if owners != frozenset((account_id,)):
            await self._refuse(Exposure(surface, request, viewer, account_id, marks))
            raise NotFound
        lines = _lines(marks, viewer, surface, request, "offered")
        return value, self._journal.append(*lines) if lines else None

    async def _refuse(self, exposure: Exposure) -> None:
        self._sink.exposure(exposure)
        await self._journal.append(
            *_lines(exposure.marks, exposure.viewer, exposure.surface, exposure.request, "refused")
        )

    def delivered(self, request: bytes) -> None:
        """Note that the answer went out whole."""
        self._journal.delivered(request)


def _lines(marks: tuple[Mark, ...], viewer: Viewer, surface: str, request: bytes, outcome: Outcome) -> list[Line]:
    """Figures that name no object leave without a line; what was refused has one in any case."""
    return [
        Line(viewer, mark.owner, surface, mark.fields, request, outcome, mark.ids)
        for mark in marks
        if mark.ids or outcome == "refused"
    ]
