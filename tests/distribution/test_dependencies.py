"""The packages that pyproject.toml asks for agree with the exact versions that the tests run with."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]


def pinned(path: str) -> dict[str, str]:
    """The packages of a file of requirements, with their exact versions."""
    return dict(re.findall(r"^([\w-]+)==([\w.]+)", (ROOT / path).read_text(encoding="utf-8"), re.M))


def names(lines: list[str]) -> set[str]:
    return {Requirement(line).name for line in lines} - {PROJECT["name"]}


APP, TESTS = pinned("requirements.txt"), pinned("tests/requirements.txt")
ASKED = [
    Requirement(line) for line in (*PROJECT["dependencies"], *(line for lines in EXTRAS.values() for line in lines))
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_what_the_tests_run_with_lies_in_every_range(asked: Requirement) -> None:
    if asked.name == PROJECT["name"]:
        return
    assert (APP | TESTS)[asked.name] in asked.specifier
    assert {each.operator for each in asked.specifier} == {">=", "<"}


def test_library_and_app_together_ask_for_what_the_app_is_run_with() -> None:
    assert names(PROJECT["dependencies"]) | names(EXTRAS["app"]) == set(APP)


def test_the_extra_for_developers_asks_for_what_the_tests_are_run_with() -> None:
    (own,) = (asked for asked in map(Requirement, EXTRAS["dev"]) if asked.name == PROJECT["name"])
    drawn_in = names([line for extra in own.extras for line in EXTRAS[extra]])
    assert names(EXTRAS["dev"]) | drawn_in - names(EXTRAS["app"]) == set(TESTS)


def test_a_marker_is_the_same_in_both_places() -> None:
    marked = {asked.name: str(asked.marker) for asked in ASKED if asked.marker}
    lines = re.findall(r"^([\w-]+)==[\w.]+; ([^#]+?) +#", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.M)
    assert marked == dict(lines)
