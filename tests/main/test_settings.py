from __future__ import annotations

import os
from pathlib import Path

import pytest

from pillarbox.main.place import usual_directory
from pillarbox.main.settings import (
    Settings,
    SettingsFileUnreadable,
    SettingUnknown,
    SettingUnusable,
    environment_of,
    listed,
    load,
)
from pillarbox.main.settings_page import markdown

ROOT = Path(__file__).parents[2]


def test_without_anything_said_there_are_defaults() -> None:
    found = load({"HOME": "/nowhere"})
    assert (found.host, found.port, found.status_port, found.workers) == ("127.0.0.1", 8080, 8081, 1)
    assert (found.operator_name, found.specimen, found.embedded) == ("Example Post", True, True)
    assert (found.address, found.status_address) == ("http://127.0.0.1:8080", "http://127.0.0.1:8081")
    assert found.data == usual_directory({})


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "pillarbox.toml"
    file.write_text('port = 9001\nworkers = 3\noperator_name = "Vale Post"\nlicence = "VP 17"\n')
    environment = {"PILLARBOX_SETTINGS": str(file), "PILLARBOX_PORT": "9002", "PILLARBOX_WORKERS": "4"}
    found = load(environment, workers=5, port=None)
    assert (found.port, found.workers, found.operator_name) == (9002, 5, "Vale Post")
    assert not found.specimen


def test_what_children_are_told_reads_back_as_the_same_settings() -> None:
    given = Settings(
        data=Path("/srv/post office"), database_url="host=db user=x", port=1, public_url="https://post.example"
    )
    assert load(environment_of(given)) == given


def test_an_address_on_every_interface_is_reached_on_this_machine() -> None:
    assert load({"PILLARBOX_HOST": "0.0.0.0"}).address == "http://127.0.0.1:8080"
    assert load({"PILLARBOX_HOST": "::1"}).address == "http://[::1]:8080"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "http", "`http`, cannot be used: it must be a whole number from 1 to 65535"),
        ("PORT", "-1", "whole number from 1 to 65535"),
        ("PORT", "99999999999999999999999", "whole number from 1 to 65535"),
        ("PORT", "٣", "whole number from 1 to 65535"),
        ("WORKERS", "0", "whole number from 1 to 64"),
        ("LOG_LEVEL", "loud", "it must be one of debug, info, warning, error"),
        ("PUBLIC_URL", "post.example", "must begin with http:// or https://"),
        ("PUBLIC_URL", "https://post.example/app", "nothing more"),
        ("PUBLIC_URL", "https://me@post.example", "nothing more"),
        ("OPERATOR_NAME", "a\nb", "text in one line"),
        ("OPERATOR_NAME", "x" * 61, "at most 60 characters"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_place(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingUnusable) as refused:
        load({f"PILLARBOX_{name}": value})
    assert says in refused.value.detail
    assert f"It was set in PILLARBOX_{name}." in refused.value.detail


def test_a_password_in_an_address_is_never_repeated() -> None:
    with pytest.raises(SettingUnusable) as refused:
        load({"PILLARBOX_DATABASE_URL": "postgresql://me:hunter2@db/\n"})
    assert "hunter2" not in refused.value.detail


def test_a_name_that_does_not_exist_is_refused_with_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(SettingUnknown, match="Did you mean PILLARBOX_DATABASE_URL"):
        load({"PILLARBOX_DATABSE_URL": "x"})
    file = tmp_path / "s.toml"
    file.write_text("prot = 1\n")
    with pytest.raises(SettingUnknown, match=r"no setting prot, which stands in .*s\.toml\. Did you mean port"):
        load({"PILLARBOX_SETTINGS": str(file)})
    file.write_text("PORT = 1\n")
    with pytest.raises(SettingUnknown):
        load({"PILLARBOX_SETTINGS": str(file)})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsFileUnreadable, match="No such file"):
        load({"PILLARBOX_SETTINGS": str(tmp_path / "absent.toml")})
    (tmp_path / "broken.toml").write_text("port 8080")
    with pytest.raises(SettingsFileUnreadable, match="TOML"):
        load({"PILLARBOX_SETTINGS": str(tmp_path / "broken.toml")})
    (tmp_path / "list.toml").write_text("port = true")
    with pytest.raises(SettingUnusable, match="`true`, cannot be used"):
        load({"PILLARBOX_SETTINGS": str(tmp_path / "list.toml")})


def test_the_command_line_is_checked_like_the_rest() -> None:
    with pytest.raises(SettingUnusable, match=r"`70000`.*set in the command line"):
        load({}, port=70_000)


def test_one_port_cannot_serve_two() -> None:
    with pytest.raises(SettingUnusable, match="the same"):
        load({"PILLARBOX_PORT": "8081"})


def test_the_usual_directory_of_a_checkout_is_inside_it() -> None:
    if os.geteuid() == 0:
        assert usual_directory({}) in (ROOT / "var", Path("/var/lib/pillarbox"))
    else:
        assert usual_directory({}) == ROOT / "var"


def test_the_documentation_is_the_list() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == markdown()


def test_every_setting_says_what_it_means_in_sentences() -> None:
    for each in listed():
        assert each.meaning.endswith(".")
        assert each.variable.startswith("PILLARBOX_")
