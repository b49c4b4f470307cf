"""What docs/server.md promises is held by tests that are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
PROMISES = PAGE.partition("## What this server promises")[2].partition("What it does not promise:")[0]
NAMED = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", PROMISES)


def names_in(file: Path) -> set[str]:
    """The names of the tests in a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")}


def test_every_test_that_a_promise_names_is_there() -> None:
    assert len(NAMED) > 20
    for file, name in NAMED:
        assert (ROOT / file).is_file(), file
        assert not name or name in names_in(ROOT / file), f"{file}::{name}"


def test_every_promise_names_a_test() -> None:
    promises = re.findall(r"^(?:- |\*\*It goes on)(?:.|\n(?!- |\n))*", PROMISES, re.M)
    assert len(promises) > 12
    for promise in promises:
        assert ".py" in promise, promise
