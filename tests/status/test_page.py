import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser

from pillarbox.status.keeper import Keeper
from pillarbox.status.publication import not_found
from pillarbox.status.store import Store
from pillarbox.status.words import ComponentStatus

from .conftest import Watch

Say = Callable[..., None]


class Reader(HTMLParser):
    """Collects tags and attributes, and checks that tags close in order."""

    EMPTY = frozenset({"meta", "link", "path", "circle", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(keeper: Keeper, path: str = "/") -> str:
    return keeper.documents[path].body.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_a_quiet_page_says_so_in_words(keeper: Keeper) -> None:
    said = words(page(keeper))
    assert "Everything is working" in said
    assert said.count("No trouble so far, on its first day.") == 6
    assert "Nothing yet." in said
    assert "Happening now" not in said


def test_trouble_is_told_in_words_and_only_public_ids_show(keeper: Keeper, say: Say) -> None:
    say(
        kind="incident",
        incident="INC-SECRET-7",
        status="investigating",
        name="Labels <suspended>",
        body="We stopped printing.\n\nUse the paper forms.",
        impact="major",
        components={"labels": "major_outage"},
    )
    html = page(keeper)
    said = words(html)
    assert "Some parts are down" in said
    assert "Happening now" in said
    assert "Trouble on its first day." in said
    assert "Labels &lt;suspended&gt;" in html
    assert "Labels: down (before: working)" in said
    assert "24 November 2026, 14:00 GMT" in said
    link = re.search(r'href="(/incidents/[0-9a-z]{12})"', html)
    assert link is not None
    assert "Use the paper forms." in words(page(keeper, link[1]))
    everything = b"".join(each.body for each in keeper.documents.values())
    assert b"SECRET" not in everything


def test_over_it_moves_down_with_its_length(keeper: Keeper, say: Say, watch: Watch) -> None:
    watch.pass_by(hours=6)
    for status, at in (("investigating", "2026-11-24T14:03:00Z"), ("resolved", "2026-11-24T18:01:00Z")):
        say(kind="incident", incident="I", status=status, name="Shut", body=".", at=at)
    said = words(page(keeper))
    assert "Happening now" not in said
    assert "lasted 3 hours 58 minutes" in said


def test_a_maintenance_called_off_did_not_last(keeper: Keeper, say: Say, watch: Watch) -> None:
    watch.pass_by(days=3)
    for status, at in (("scheduled", "2026-11-24T14:03:00Z"), ("completed", "2026-11-26T18:01:00Z")):
        say(kind="maintenance", incident="M", status=status, name="Move", body=".", at=at)
    assert "called off" in words(page(keeper))


def test_pages_hold_no_script_no_inline_style_and_close_their_tags(keeper: Keeper, say: Say) -> None:
    say(kind="incident", incident="I", status="identified", name="N", body="b", components={"api": "partial_outage"})
    say(kind="maintenance", incident="M", status="in_progress", name="N", body="", scheduled_for="2026-12-01T02:00:00Z")
    paths = [path for path, each in keeper.documents.items() if each.media_type == "text/html"]
    assert len(paths) == 3
    for text in (*(page(keeper, path) for path in paths), not_found().body.decode()):
        read = Reader(text)
        names = [tag for tag, _ in read.tags]
        assert names.count("h1") == names.count("main") == names.count("title") == 1
        assert not {"script", "style", "iframe", "form"} & set(names)
        ids = {attrs["id"] for _, attrs in read.tags if "id" in attrs}
        for tag, attrs in read.tags:
            assert not [name for name in attrs if name == "style" or name.startswith("on")]
            assert attrs.get("aria-labelledby", next(iter(ids))) in ids
            if tag == "svg":
                assert attrs["aria-hidden"] == "true"
            if tag == "a" and (attrs["href"] or "").startswith("#"):
                assert (attrs["href"] or "")[1:] in ids
        assert dict(read.tags)["html"] == {"lang": "en-GB"}


def test_every_link_on_the_front_page_leads_somewhere(keeper: Keeper, say: Say) -> None:
    say(kind="incident", incident="I", status="identified", name="N", body="b")
    for target in re.findall(r'href="(/[^"]*)"', page(keeper)):
        assert target in keeper.documents


def test_ninety_days_show_the_worst_of_each_day(store: Store, keeper: Keeper, say: Say, watch: Watch) -> None:
    watch.pass_by(days=3)
    say(kind="component", component="api", status="major_outage", at="2026-11-25T23:00:00Z")
    say(kind="component", component="api", status="operational", at="2026-11-26T01:00:00Z")
    found = store.snapshot()
    days = found.days(found.components[1], date(2026, 11, 27), 5)
    fine, bad = ComponentStatus.OPERATIONAL, ComponentStatus.MAJOR_OUTAGE
    assert [status for _, status in days] == [None, fine, bad, bad, fine]
    assert "Trouble on 2 of the last 4 days." in words(page(keeper))
    assert "No trouble on any of the last 4 days." in words(page(keeper))


def test_old_changes_still_tell_how_the_window_began(store: Store, say: Say, watch: Watch) -> None:
    say(kind="component", component="api", status="degraded_performance")
    watch.pass_by(days=200)
    found = store.snapshot()
    days = found.days(found.components[1], watch.now.date(), 90)
    assert {status for _, status in days} == {ComponentStatus.DEGRADED_PERFORMANCE}
