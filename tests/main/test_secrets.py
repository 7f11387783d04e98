from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from pillarbox.db.role_names import LOGIN_ROLES
from pillarbox.main import secrets
from pillarbox.main.secrets import KeyFileBroken, KeyFileMissing, KeyFileOpen


def test_a_new_key_file_is_private_random_and_reads_back(tmp_path: Path) -> None:
    one = secrets.read_or_make(tmp_path / "a.json", data_exists=False)
    two = secrets.read_or_make(tmp_path / "b.json", data_exists=False)
    assert (tmp_path / "a.json").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"a.json", "b.json"}
    keys = [one.tag, one.master, one.serials, one.payments, two.tag, two.master, two.serials, two.payments]
    assert len(set(keys)) == 8
    assert {len(key) for key in keys} == {32}
    assert set(one.passwords) == set(LOGIN_ROLES)
    assert len({*one.passwords.values(), *two.passwords.values()}) == 2 * len(LOGIN_ROLES)
    assert secrets.read_or_make(tmp_path / "a.json", data_exists=True) == one


def test_the_keys_never_show(tmp_path: Path) -> None:
    made = secrets.make(tmp_path / "keys.json")
    shown = f"{made!r} {made}"
    assert made.passwords["pillarbox_app"] not in shown
    assert repr(made.tag) not in shown


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o660])
def test_a_file_that_others_may_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    made = secrets.make(path)
    path.chmod(mode)
    with pytest.raises(KeyFileOpen, match=f"{mode:04o}.*chmod 600"):
        secrets.read(path)
    path.chmod(0o600)
    assert secrets.read(path) == made


def test_lost_keys_are_never_made_anew_beside_data(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing, match="backup"):
        secrets.read_or_make(tmp_path / "keys.json", data_exists=True)
    assert not list(tmp_path.iterdir())


def test_a_broken_file_says_what_is_wrong_and_nothing_of_what_stands_in_it(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    secrets.make(path)
    good = json.loads(path.read_text())
    for change in ({"tag": good["tag"][:-8]}, {"tag": None}, {"passwords": {"pillarbox_app": "kept-back"}}):
        path.write_text(json.dumps(good | change))
        with pytest.raises(KeyFileBroken) as broken:
            secrets.read(path)
        assert "kept-back" not in broken.value.detail
        assert good["master"] not in broken.value.detail
    path.write_text("{")
    with pytest.raises(KeyFileBroken):
        secrets.read(path)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    secrets.make(tmp_path / "real.json")
    (tmp_path / "keys.json").symlink_to(tmp_path / "real.json")
    with pytest.raises(OSError, match="symbolic links"):
        secrets.read(tmp_path / "keys.json")


def test_of_several_who_make_it_at_once_all_get_the_same(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    found: list[secrets.Secrets] = []
    threads = [threading.Thread(target=lambda: found.append(secrets.make(path))) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 8
    assert all(each == found[0] for each in found)
    assert os.listdir(tmp_path) == ["keys.json"]
