"""Rules of the house that no import contract can see, held by reading the code itself.

Each test's name is the rule; its docstring tells the story.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pillarbox

ROOT = Path(pillarbox.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
SQL_FILES = sorted((ROOT / "vault").glob("*.sql"))


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def trees(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in FILES:
        if not rooms or room(path) in rooms:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.Module, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", None) == name or getattr(node.func, "attr", None) == name)
    ]


def test_only_the_vault_stamps_owned_values() -> None:
    """An Owned made elsewhere would carry an owner that somebody claimed instead of the account of a row."""
    guilty = [p for p, tree in trees() if room(p) != "vault" and calls(tree, "Owned")]
    assert guilty == []


def test_only_box_and_release_look_inside_owned_values() -> None:
    """Whoever can take an owned value apart can lose its owner on the way out."""
    allowed = {ROOT / "vault/owned.py", ROOT / "vault/box.py", ROOT / "gate/release.py"}
    guilty = [p for p, tree in trees() if p not in allowed and calls(tree, "insides")]
    assert guilty == []


def test_every_public_value_says_why_it_may_leave() -> None:
    """`Public(value, Source.X)`: the reason is a listed word, so an auditor can read them all."""
    guilty = [
        f"{p}:{call.lineno}"
        for p, tree in trees()
        for call in calls(tree, "Public")
        if len(call.args) != 2 or not ast.unparse(call.args[1]).startswith("Source.")
    ]
    assert guilty == []


def test_the_context_is_set_in_one_place() -> None:
    """Whoever can set the context can claim an account; only the gate's own SQL does."""
    allowed = {ROOT / "db/migrations/0002_pre_gate.sql", ROOT / "gate/crossings.sql"}
    guilty = [
        p
        for p in [*FILES, *ROOT.rglob("*.sql")]
        if p not in allowed and re.search(r"pillarbox\.context|set_config", p.read_text(encoding="utf-8"))
    ]
    assert guilty == []


def test_nothing_is_ambient() -> None:
    """GitHub 2021 and Lloyds 2026: state shared between requests. No context variable, no thread local in these rooms."""
    pattern = re.compile(r"\bContextVar\b|threading\.local\b|\bcontextvars\b")
    rooms = {"kernel", "db", "journal", "vault", "gate", "desk", "web", "api", "worker", "incidents"}
    guilty = [p for p in FILES if room(p) in rooms and pattern.search(p.read_text(encoding="utf-8"))]
    assert guilty == []


def test_above_the_vault_nobody_names_an_account() -> None:
    """The box knows the account; a verb that takes one could be handed another's."""
    guilty = [
        f"{p}:{node.lineno}"
        for p, tree in trees("desk", "web", "api", "worker")
        for node in ast.walk(tree)
        if isinstance(node, ast.arg) and node.arg in {"account_id", "account"}
    ]
    assert guilty == []


def test_verbs_take_the_box_first() -> None:
    """A verb's first parameter is the box it works in: handed over, never looked up."""
    guilty = []
    for path, tree in trees("desk"):
        for node in tree.body:
            if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_"):
                names = [a.arg for a in node.args.args]
                if "box" in names and names[0] != "box":
                    guilty.append(f"{path}:{node.name}")
    assert guilty == []


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_stay_readable(path: Path) -> None:
    """Files up to 300 lines, functions up to 40 without their docstring, and each module says what it is for."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            first = body[0].lineno if body else node.lineno
            nested = [n for b in body for n in ast.walk(b) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
            lines = (node.end_lineno or first) - first + 1 - sum((n.end_lineno or 0) - n.lineno + 1 for n in nested)
            assert lines <= 40, f"{node.name} has {lines} lines"


@pytest.mark.parametrize("path", SQL_FILES, ids=lambda p: p.name)
def test_every_statement_of_the_vault_names_its_account(path: Path) -> None:
    """Row security is the floor; a statement that forgets its account is a mistake all the same (and slow, and unshardable)."""
    from pillarbox.db.statement import parse

    for statement in parse(path.read_text(encoding="utf-8"), path.name).values():
        text = statement.text.decode()
        only_the_gate = re.search(r"\b(?:from|select) (?:gate|journal)\.\w+\(", text) and not re.search(
            r"vault\.(?!account\()", text
        )
        if not only_the_gate:
            assert "account" in statement.parameters, statement.name
            for _ in re.finditer(r"\b(?:from|join|update|into)\s+vault\.", text):
                assert "account_id" in text, statement.name


def test_statements_of_the_vault_are_all_in_use() -> None:
    """A statement nobody runs is a door nobody watches."""
    from pillarbox.db.statement import parse

    code = "\n".join(p.read_text(encoding="utf-8") for p in FILES)
    unused = [
        f"{path.name}:{name}"
        for path in SQL_FILES
        for name in parse(path.read_text(encoding="utf-8"), path.name)
        if f'"{name}"' not in code
    ]
    assert unused == []
