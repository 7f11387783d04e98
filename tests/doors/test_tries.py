"""Wrong tries are counted for each name apart, and forgotten after a while."""

from __future__ import annotations

from pillarbox.web import tries
from pillarbox.web.tries import Tries


def test_tries_come_back_after_a_while() -> None:
    now = [0.0]
    counted = Tries(2, 60.0, lambda: now[0])
    counted.note("a")
    assert not counted.spent("a")
    now[0] = 30.0
    counted.note("a")
    assert counted.spent("a")
    assert not counted.spent("b")
    now[0] = 60.5
    assert not counted.spent("a")
    now[0] = 61.0
    counted.note("a")
    assert counted.spent("a")


def test_the_oldest_names_are_forgotten_first(monkeypatch) -> None:
    monkeypatch.setattr(tries, "_NAMES", 2)
    counted = Tries(1, 60.0, lambda: 0.0)
    for name in ("a", "b", "c"):
        counted.note(name)
    assert [counted.spent(name) for name in ("a", "b", "c")] == [False, True, True]
