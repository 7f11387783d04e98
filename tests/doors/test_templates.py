import re
import runpy
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import jinja2
import msgspec
import pytest

from pillarbox.web import assets, pages
from pillarbox.web.views import FieldError, PublicPage, View, orders

SAMPLES: dict[str, tuple[Any, Any]] = runpy.run_path(str(Path(__file__).with_name("page_samples")))["SAMPLES"]
HOSTILE = "</title><script>alert(1)</script><img src=x onerror=\"alert('2')\" style='x'>&amp;"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def walk(self):
        for child in self.children:
            yield child
            yield from child.walk()

    def all_text(self):
        return self.text + "".join(child.all_text() for child in self.children)

    def inside(self, tag):
        at = self.parent
        while at is not None and at.tag != tag:
            at = at.parent
        return at


class Tree(HTMLParser):
    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("root", {})
        self.feed(source)
        self.close()
        assert self.at is self.root, f"<{self.at.tag}> is never closed"

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag, attrs):
        self.at.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.at))

    def handle_endtag(self, tag):
        assert self.at.tag == tag, f"</{tag}> closes <{self.at.tag}>"
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.text += data


def render(name):
    page, view = SAMPLES[name]
    return pages.render_view(page, view).decode()


@pytest.fixture(params=sorted(SAMPLES))
def tree(request):
    return Tree(render(request.param)).root


def test_every_template_and_every_view_has_a_sample():
    folder = files("pillarbox.web") / "templates"
    frames = {"base.html", "frame.html", "public.html"}
    templates = {each.name for each in folder.iterdir() if each.name.endswith(".html")} - frames
    assert templates == {view.TEMPLATE for _, view in SAMPLES.values()}
    assert {kind.TEMPLATE for kind in View.__subclasses__()} == templates


def test_there_is_no_inline_script_or_style(tree):
    for element in tree.walk():
        assert element.tag not in {"style", "iframe", "object", "embed", "base"}
        assert "style" not in element.attributes
        handlers = [name for name in element.attributes if name.startswith(("on", "hx-on", "hx-vals", "hx-headers"))]
        assert not handlers
        if element.tag == "script":
            assert element.attributes["src"].startswith("/static/")
            assert not element.text.strip()
        for name in ("href", "src", "action", "formaction"):
            assert not element.attributes.get(name, "").strip().lower().startswith(("javascript:", "data:", "//"))


def test_scripts_and_styles_carry_the_hash_of_their_content(tree):
    for element in tree.walk():
        for name in ("src", "href"):
            path = element.attributes.get(name, "")
            if path.startswith("/static/"):
                assert path.removeprefix("/static/") in assets.by_served_name()


def test_public_pages_load_no_script():
    for name, (page, _) in SAMPLES.items():
        if isinstance(page, PublicPage):
            assert "<script" not in render(name)


def test_forms_that_post_carry_the_token_and_others_do_not(tree):
    for form in (each for each in tree.walk() if each.tag == "form"):
        tokens = [e for e in form.walk() if e.attributes.get("name") == pages.CSRF_FIELD]
        if form.attributes["method"] == "post":
            assert [token.attributes["value"] for token in tokens] == ["csrf-token-value"]
        else:
            assert tokens == []


def test_ids_are_unique_and_references_resolve(tree):
    ids = Counter(e.attributes["id"] for e in tree.walk() if "id" in e.attributes)
    assert [name for name, times in ids.items() if times > 1] == []
    for element in tree.walk():
        for name in ("for", "form", "aria-describedby", "aria-labelledby", "popovertarget"):
            for target in element.attributes.get(name, "").split():
                assert target in ids, f'<{element.tag} {name}="{target}"> points nowhere'
        href = element.attributes.get("href", "")
        if href.startswith("#"):
            assert href[1:] in ids, f"link {href} points nowhere"


def test_every_field_button_and_link_has_a_name(tree):
    labelled = {e.attributes["for"] for e in tree.walk() if e.tag == "label"}
    for element in tree.walk():
        if element.tag in {"input", "select", "textarea", "progress"} and element.attributes.get("type") != "hidden":
            assert element.attributes.get("id") in labelled or element.attributes.get("aria-label"), element
        if element.tag in {"button", "a", "summary", "th"}:
            assert element.all_text().strip() or element.attributes.get("aria-label"), element


def test_headings_begin_with_one_first_and_skip_no_level(tree):
    levels = [int(e.tag[1]) for e in tree.walk() if re.fullmatch("h[1-6]", e.tag) and not inside_popover(e)]
    # The error summary stands before the first heading, as it does on GOV.UK.
    summary = [e for e in tree.walk() if e.attributes.get("id") == "error-summary-title"]
    levels = levels[1:] if summary else levels
    assert levels[0] == 1
    assert levels.count(1) == 1
    for before, after in pairwise(levels):
        assert after - before <= 1


def inside_popover(element):
    while element is not None:
        if "popover" in element.attributes:
            return True
        element = element.parent
    return False


def test_links_inside_an_account_begin_with_its_own_path(tree):
    base = next(page.base for page, _ in SAMPLES.values() if not isinstance(page, PublicPage))
    if not any(e.attributes.get("id") == "rail" for e in tree.walk()):
        return
    outside = ("/static/", "/track/", "https://", "#")
    for element in tree.walk():
        for name in ("href", "action", "formaction", "hx-get", "hx-push-url"):
            path = element.attributes.get(name)
            if path is not None:
                assert path.startswith((base + "/", *outside)), f"{name}={path}"


def test_errors_are_listed_wired_and_named_in_the_title():
    root = Tree(render("sign_in_wrong")).root
    by_id = {e.attributes["id"]: e for e in root.walk() if "id" in e.attributes}
    for name in ("email", "password"):
        assert by_id[f"f-{name}"].attributes["aria-invalid"] == "true"
        assert by_id[f"f-{name}"].attributes["aria-describedby"] == f"e-{name}"
        assert any(e.attributes.get("href") == f"#f-{name}" for e in root.walk())
    assert next(e for e in root.walk() if e.tag == "title").text.startswith("Error: ")


def poison(value):
    """Put hostile text into every string but those that choose a column or a field."""
    if isinstance(value, msgspec.Struct):
        ours = {"key", "field", "name"} if isinstance(value, orders.Column | FieldError) else set()
        changed = {name: poison(getattr(value, name)) for name in set(value.__struct_fields__) - ours}
        return msgspec.structs.replace(value, **changed)
    if isinstance(value, tuple):
        return tuple(poison(each) for each in value)
    if isinstance(value, dict):
        return {key: poison(each) for key, each in value.items()}
    return value + HOSTILE if type(value) is str else value


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_hostile_text_stays_text(name):
    page, view = SAMPLES[name]
    source = pages.render_view(poison(page), poison(view)).decode()
    assert "<script>" not in source
    assert "<img" not in source
    root = Tree(source).root
    assert all("onerror" not in e.attributes and "style" not in e.attributes for e in root.walk())
    assert HOSTILE in next(e for e in root.walk() if e.tag == "title").text


def test_a_missing_value_is_an_error():
    page, _ = SAMPLES["sign_in"]
    with pytest.raises(jinja2.UndefinedError):
        pages.render_page("sign_in.html", page=page)


def test_the_style_sheet_names_only_what_is_served():
    sheet = assets.assets()["app.css"].body.decode()
    found = re.findall(r"url\(([^)]*)\)", sheet)
    assert len(found) == 3
    assert all(name in assets.by_served_name() for name in found)
    assert "@import" not in sheet
    assert "http" not in sheet


def test_every_class_in_the_pages_is_styled_or_read_by_the_script():
    sheet = assets.assets()["app.css"].body.decode()
    script = assets.assets()["app.js"].body.decode()
    styled = set(re.findall(r"\.([a-z][a-z0-9-]*)", sheet))
    bare = {"plain", "past", "framed", "htmx-request"}
    used = {
        each
        for name in SAMPLES
        for element in Tree(render(name)).root.walk()
        for each in element.attributes.get("class", "").split()
    }
    assert sorted(each for each in used - styled - bare if f'"{each}"' not in script) == []


def contrast(first, second):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_the_contrast_that_wcag_asks_for(scheme):
    source = (files("pillarbox.web") / "static" / "css" / "tokens.css").read_text()
    light, _, dark = source.partition("@media (prefers-color-scheme: dark)")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))
    text = [
        *((ink, paper) for ink in ("ink", "soft") for paper in ("paper", "sheet", "rail", "sunk", "picked")),
        *((tone, ground) for tone in ("good", "wait", "bad") for ground in (f"{tone}-wash", "sheet", "paper")),
        ("bad", "picked"),
        ("soft", "wait-wash"),
        ("ink", "bad-wash"),
        ("ink", "good-wash"),
        ("ink", "wait-wash"),
        ("on-accent", "accent"),
        ("on-accent", "accent-deep"),
        ("on-staff", "staff"),
        ("paper", "ink"),
    ]
    low = [(a, b, contrast(colours[a], colours[b])) for a, b in text if contrast(colours[a], colours[b]) < 4.5]
    assert low == []
    parts = [(a, b) for a in ("edge", "accent") for b in ("sheet", "paper", "rail")]
    faint = [(a, b, contrast(colours[a], colours[b])) for a, b in parts if contrast(colours[a], colours[b]) < 3]
    assert faint == []
