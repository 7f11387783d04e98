import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pillarbox.status.contract import Page
from pillarbox.status.keeper import Keeper
from pillarbox.status.store import Store

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
_numbers = itertools.count()


class Watch:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


def drop(spool: Path, **record: object) -> None:
    """Write a record as the spool's docstring tells other rooms to."""
    number = next(_numbers)
    name = f"20261124T140000.{number:06d}-t.json"
    hidden = spool / f".{name}"
    hidden.write_text(json.dumps({"id": f"rec-{number}", "at": "2026-11-24T14:00:00Z"} | record))
    hidden.rename(spool / name)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def store(tmp_path: Path, watch: Watch) -> Iterator[Store]:
    opened = Store(tmp_path / "store" / "status.db", watch)
    yield opened
    opened.close()


@pytest.fixture
def keeper(store: Store, tmp_path: Path, watch: Watch) -> Keeper:
    return Keeper(store, tmp_path / "spool", Page("Pillarbox", "https://status.example"), watch)


@pytest.fixture
def say(keeper: Keeper, tmp_path: Path) -> Callable[..., None]:
    def said(**record: object) -> None:
        drop(tmp_path / "spool", **record)
        keeper.turn()

    return said
