import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest

from pillarbox.status.keeper import Keeper
from pillarbox.status.words import ComponentStatus, overall

from .conftest import Watch

Say = Callable[..., None]

PAGE = {"id", "name", "url", "time_zone", "updated_at"}
COMPONENT = {
    "id", "name", "status", "created_at", "updated_at", "position", "description", "showcase", "start_date", "group_id",
    "page_id", "group", "only_show_if_degraded",
}  # fmt: skip
INCIDENT = {
    "id", "name", "status", "created_at", "updated_at", "monitoring_at", "resolved_at", "impact", "shortlink",
    "started_at", "page_id", "incident_updates", "components",
}  # fmt: skip
UPDATE = {
    "id", "status", "body", "incident_id", "created_at", "updated_at", "display_at", "affected_components",
    "deliver_notifications", "custom_tweet", "tweet_id",
}  # fmt: skip
LISTS = {
    "summary": {"page", "components", "incidents", "scheduled_maintenances", "status"},
    "status": {"page", "status"},
    "components": {"page", "components"},
    "incidents": {"page", "incidents"},
    "incidents/unresolved": {"page", "incidents"},
    "scheduled-maintenances": {"page", "scheduled_maintenances"},
    "scheduled-maintenances/upcoming": {"page", "scheduled_maintenances"},
    "scheduled-maintenances/active": {"page", "scheduled_maintenances"},
}


def read(keeper: Keeper, name: str) -> Any:
    return json.loads(keeper.documents[f"/api/v2/{name}.json"].body)


def incident(say: Say, status: str = "investigating", key: str = "INC-1", **more: object) -> None:
    say(kind="incident", incident=key, status=status, **{"name": "Labels are suspended", "body": "Looking."} | more)


def test_every_document_has_exactly_its_fields(keeper: Keeper, say: Say) -> None:
    incident(say, components={"labels": "major_outage"})
    say(
        kind="maintenance",
        incident="M-1",
        status="scheduled",
        name="Move",
        body="",
        scheduled_for="2026-12-01T02:00:00Z",
    )
    for name, fields in LISTS.items():
        found = read(keeper, name)
        assert set(found) == fields
        assert set(found["page"]) == PAGE
        for component in found.get("components", ()):
            assert set(component) == COMPONENT
        for each in found.get("incidents", ()):
            assert set(each) == INCIDENT
            assert {frozenset(update) for update in each["incident_updates"]} == {frozenset(UPDATE)}
            assert {frozenset(part) for part in each["components"]} == {frozenset(COMPONENT)}
        for each in found.get("scheduled_maintenances", ()):
            assert set(each) == INCIDENT | {"scheduled_for", "scheduled_until"}


def test_a_quiet_day(keeper: Keeper) -> None:
    found = read(keeper, "summary")
    assert found["status"] == {"indicator": "none", "description": "All Systems Operational"}
    names = [(part["name"], part["status"]) for part in found["components"]]
    assert names == [(n, "operational") for n in ("Pages", "API", "Labels", "Payments", "Imports", "Tracking")]
    assert found["incidents"] == found["scheduled_maintenances"] == []
    assert found["page"]["updated_at"] == "2026-11-24T14:00:00.000Z"
    assert len({part["id"] for part in found["components"]}) == 6


def test_an_incident_from_beginning_to_end(keeper: Keeper, say: Say, watch: Watch) -> None:
    watch.pass_by(hours=5)
    incident(say, at="2026-11-24T14:05:00Z", impact="critical", components={"labels": "major_outage"})
    incident(say, "monitoring", at="2026-11-24T16:00:00Z", body="Mended.", name=None)
    found = read(keeper, "summary")["incidents"][0]
    assert (found["status"], found["impact"], found["resolved_at"]) == ("monitoring", "critical", None)
    assert found["monitoring_at"] == "2026-11-24T16:00:00.000Z"
    assert found["started_at"] == "2026-11-24T14:05:00.000Z"
    assert found["shortlink"] == f"https://status.example/incidents/{found['id']}"
    assert [update["status"] for update in found["incident_updates"]] == ["monitoring", "investigating"]
    changed = found["incident_updates"][1]["affected_components"]
    labels = found["components"][0]
    assert changed == [
        {"code": labels["id"], "name": "Labels", "old_status": "operational", "new_status": "major_outage"}
    ]
    assert found["incident_updates"][0]["affected_components"] is None
    incident(say, "resolved", at="2026-11-24T18:01:00Z", components={"labels": "operational"})
    assert read(keeper, "incidents/unresolved")["incidents"] == []
    assert read(keeper, "incidents")["incidents"][0]["resolved_at"] == "2026-11-24T18:01:00.000Z"
    incident(say, "postmortem", at="2026-11-24T18:30:00Z")
    assert read(keeper, "incidents")["incidents"][0]["resolved_at"] == "2026-11-24T18:01:00.000Z"
    assert read(keeper, "summary")["status"]["indicator"] == "none"


def test_an_incident_that_comes_back_is_not_resolved(keeper: Keeper, say: Say, watch: Watch) -> None:
    watch.pass_by(hours=5)
    incident(say, "resolved", at="2026-11-24T15:00:00Z")
    incident(say, "investigating", at="2026-11-24T16:00:00Z")
    assert read(keeper, "incidents/unresolved")["incidents"][0]["resolved_at"] is None


def test_updates_that_arrive_out_of_order_tell_the_same_story(keeper: Keeper, say: Say, watch: Watch) -> None:
    watch.pass_by(hours=5)
    incident(say, "resolved", at="2026-11-24T18:00:00Z", name="Newer name", components={"labels": "operational"})
    incident(say, "investigating", at="2026-11-24T15:00:00Z", name="Older name", components={"labels": "major_outage"})
    found = read(keeper, "incidents")["incidents"][0]
    assert (found["name"], found["status"]) == ("Newer name", "resolved")
    assert found["started_at"] == "2026-11-24T15:00:00.000Z"


def test_older_news_of_a_component_does_not_undo_newer(keeper: Keeper, say: Say, watch: Watch) -> None:
    watch.pass_by(hours=5)
    say(kind="component", component="api", status="partial_outage", at="2026-11-24T18:00:00Z")
    say(kind="component", component="api", status="operational", at="2026-11-24T17:00:00Z")
    assert read(keeper, "components")["components"][1]["status"] == "partial_outage"


def test_maintenance_lists(keeper: Keeper, say: Say) -> None:
    for key, status in (("A", "scheduled"), ("B", "in_progress"), ("C", "verifying"), ("D", "completed")):
        say(kind="maintenance", incident=key, status=status, name=key, body="")

    def names(which: str) -> set[str]:
        return {each["name"] for each in read(keeper, which)["scheduled_maintenances"]}

    assert names("scheduled-maintenances") == set("ABCD")
    assert names("scheduled-maintenances/upcoming") == {"A"}
    assert names("scheduled-maintenances/active") == {"B", "C"}
    assert names("summary") == {"A", "B", "C"}
    assert read(keeper, "incidents")["incidents"] == []


def test_lists_hold_the_newest_fifty(keeper: Keeper, say: Say, watch: Watch) -> None:
    for number in range(52):
        watch.pass_by(minutes=1)
        incident(say, key=f"INC-{number}", name=f"Number {number}", at=watch.now.isoformat())
    names = [each["name"] for each in read(keeper, "incidents")["incidents"]]
    assert names == [f"Number {number}" for number in range(51, 1, -1)]


@pytest.mark.parametrize(
    ("statuses", "indicator", "description"),
    [
        ("oooooo", "none", "All Systems Operational"),
        ("oouooo", "maintenance", "Service Under Maintenance"),
        ("oudooo", "minor", "Partially Degraded Service"),
        ("ooopoo", "major", "Partial System Outage"),
        ("mmmmmo", "major", "Partial System Outage"),
        ("mmmmmm", "critical", "Major System Outage"),
    ],
)
def test_the_whole_follows_from_its_parts(statuses: str, indicator: str, description: str) -> None:
    named = {each.value[0]: each for each in ComponentStatus}
    assert overall([named[letter] for letter in statuses]) == (indicator, description)


def test_feeds_are_well_formed_and_escape(keeper: Keeper, say: Say) -> None:
    incident(say, name="Pages & <labels>", body="Line\u0007 one\n\n]]> & <b>two</b>")
    atom = ET.fromstring(keeper.documents["/history.atom"].body)
    space = "{http://www.w3.org/2005/Atom}"
    entry = atom.find(f"{space}entry")
    assert entry is not None
    assert entry.findtext(f"{space}title") == "Pages & <labels>"
    assert "]]> & <b>two</b>" in (entry.findtext(f"{space}content") or "")
    for needed in ("id", "title", "updated"):
        assert atom.findtext(f"{space}{needed}")
        assert entry.findtext(f"{space}{needed}")
    rss = ET.fromstring(keeper.documents["/history.rss"].body)
    assert rss.findtext("channel/item/title") == "Pages & <labels>"
    assert rss.findtext("channel/item/pubDate") == "Tue, 24 Nov 2026 14:00:00 +0000"
