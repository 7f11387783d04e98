import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pillarbox.status import spool
from pillarbox.status.contract import Page
from pillarbox.status.keeper import STALE_AFTER_SECONDS, Keeper
from pillarbox.status.store import Store

from .conftest import Watch, drop

Say = Callable[..., None]
DOWN = {"kind": "component", "id": "a", "at": "2026-11-24T14:00:00Z", "component": "api", "status": "major_outage"}


def status(keeper: Keeper, key: str = "API") -> str:
    parts = json.loads(keeper.documents["/api/v2/components.json"].body)["components"]
    return str(next(part["status"] for part in parts if part["name"] == key))


def test_a_taken_file_is_gone(keeper: Keeper, say: Say, tmp_path: Path) -> None:
    say(**DOWN)
    assert status(keeper) == "major_outage"
    assert list((tmp_path / "spool").iterdir()) == []
    assert keeper.turn() is False


def test_the_same_record_twice_counts_once(keeper: Keeper, say: Say, watch: Watch) -> None:
    say(kind="incident", id="same", incident="I", status="investigating", name="N", body="once")
    say(kind="incident", id="same", incident="I", status="resolved", name="N", body="twice")
    found = json.loads(keeper.documents["/api/v2/incidents.json"].body)["incidents"]
    assert [update["body"] for update in found[0]["incident_updates"]] == ["once"]


def test_files_are_taken_in_the_order_of_their_names(keeper: Keeper, tmp_path: Path) -> None:
    for state in ("partial_outage", "degraded_performance", "operational", "major_outage"):
        drop(tmp_path / "spool", kind="component", component="pages", status=state)
    keeper.turn()
    assert status(keeper, "Pages") == "major_outage"


def test_half_written_files_are_left_alone(keeper: Keeper, tmp_path: Path) -> None:
    for name in (".20261124T140000.000000-x.json", "20261124T140000.json.part"):
        (tmp_path / "spool" / name).write_text('{"kind":')
    keeper.turn()
    assert len(list((tmp_path / "spool").iterdir())) == 2


BAD = {
    "not json": b"{",
    "another kind": json.dumps(DOWN | {"kind": "rumour"}).encode(),
    "an unknown component": json.dumps(DOWN | {"component": "gossip"}).encode(),
    "an unknown status": json.dumps(DOWN | {"status": "fine"}).encode(),
    "a time without offset": json.dumps(DOWN | {"at": "2026-11-24T14:00:00"}).encode(),
    "a time out of reach": json.dumps(DOWN | {"at": "0001-01-01T00:00:00+14:00"}).encode(),
    "an incident without a name": b'{"kind":"incident","id":"i","at":"2026-11-24T14:00:00Z","incident":"I","status":'
    b'"investigating","body":""}',
    "half a character in an id": json.dumps(DOWN | {"id": "\ud800"}).encode(),
    "half a character in a name": json.dumps(DOWN | {"component": "\ud800"}).encode(),
    "a status of another kind": b'{"kind":"incident","id":"i","at":"2026-11-24T14:00:00Z","incident":"I","name":"N",'
    b'"status":"completed","body":""}',
    "too large": b" " * (spool.MAX_BYTES + 1),
    "not utf-8": b'{"kind":"component","id":"\xff"}',
    "an unknown component in an incident": b'{"kind":"incident","id":"i","at":"2026-11-24T14:00:00Z","incident":"I",'
    b'"name":"N","status":"investigating","body":"","components":{"gossip":"operational"}}',
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD.keys())
def test_what_cannot_be_read_is_put_aside_and_stops_nobody(keeper: Keeper, tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "spool" / "00000000T000000.json").write_bytes(raw)
    drop(tmp_path / "spool", **DOWN)
    keeper.turn()
    assert status(keeper) == "major_outage"
    assert json.loads(keeper.documents["/api/v2/incidents.json"].body)["incidents"] == []
    aside = tmp_path / "spool" / "refused"
    assert (aside / "00000000T000000.json").read_bytes() == raw
    assert (aside / "00000000T000000.json.why").read_text().strip()


def test_a_link_is_not_followed(keeper: Keeper, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text(json.dumps(DOWN))
    (tmp_path / "spool" / "1.json").symlink_to(elsewhere)
    keeper.turn()
    assert status(keeper) == "operational"
    assert elsewhere.exists()


def test_everything_is_there_after_a_new_start(say: Say, store: Store, tmp_path: Path, watch: Watch) -> None:
    say(
        kind="incident", incident="I", status="identified", name="N", body="b", components={"imports": "partial_outage"}
    )
    again = Store(tmp_path / "store" / "status.db", watch)
    try:
        assert again.snapshot() == store.snapshot()
        assert again.snapshot().unresolved[0].components[0].name == "Imports"
    finally:
        again.close()


def test_another_process_writing_to_the_store_is_noticed(keeper: Keeper, tmp_path: Path, watch: Watch) -> None:
    other = Store(tmp_path / "store" / "status.db", watch)
    try:
        neighbour = Keeper(other, tmp_path / "spool", Page("Pillarbox", "https://status.example"), watch)
        drop(tmp_path / "spool", **DOWN)
        assert neighbour.turn() is True
        assert keeper.turn() is False
        assert status(keeper) == "major_outage"
    finally:
        other.close()


def test_news_written_before_the_first_start_counts(keeper: Keeper, say: Say) -> None:
    say(kind="component", component="labels", status="major_outage", at="2026-11-24T09:00:00Z")
    assert status(keeper, "Labels") == "major_outage"


def test_a_clock_that_runs_ahead_cannot_silence_later_news(keeper: Keeper, say: Say, watch: Watch) -> None:
    say(kind="component", component="labels", status="major_outage", at="2099-01-01T00:00:00Z")
    watch.pass_by(minutes=1)
    say(kind="component", component="labels", status="operational", at="2026-11-24T14:01:00Z")
    assert status(keeper, "Labels") == "operational"


def test_what_was_taken_is_shown_even_if_the_turn_failed_after_it(
    keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(tmp_path / "spool", **DOWN)

    def failing(*_: object) -> None:
        raise FileNotFoundError

    with monkeypatch.context() as broken:
        broken.setattr("pillarbox.status.keeper.publish", failing)
        with pytest.raises(FileNotFoundError):
            keeper.turn()
    assert status(keeper) == "operational"
    keeper.turn()
    assert status(keeper) == "major_outage"


def test_it_says_of_itself_when_turns_fail(keeper: Keeper) -> None:
    keeper._good -= STALE_AFTER_SECONDS
    assert not keeper.well
    keeper.turn()
    assert keeper.well


def test_a_spool_that_cannot_be_read_leaves_the_page_standing(keeper: Keeper, tmp_path: Path) -> None:
    before = keeper.documents
    (tmp_path / "spool").rmdir()
    with pytest.raises(FileNotFoundError):
        keeper.turn()
    assert keeper.documents is before
