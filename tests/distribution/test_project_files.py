"""What stands beside the code for contributors and for whoever cites it names what is there."""

from __future__ import annotations

import re

import pytest
import yaml

from attention_viz.version import VERSION

from .conftest import ROOT

PAGES = ("CONTRIBUTING.md", "SECURITY.md")


def test_the_citation_names_this_version_under_this_licence() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys(), "the schema asks for these"
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] == "software"
    assert citation["version"] == VERSION
    assert citation["license"] == (ROOT / "LICENSE").read_text(encoding="utf-8").split()[0]
    assert all(set(author) == {"name"} for author in citation["authors"]), "an entity, not a person"


@pytest.mark.parametrize("page", PAGES)
def test_files_that_are_named_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`([\w./-]+(?:/|\.(?:py|sh|txt|toml|md|cff)))`", text) + re.findall(r"\]\(([^):]+)\)", text)
    assert named
    for name in named:
        assert (ROOT / name).exists(), name
    for command in re.findall(r"bash (\S+\.sh)", text):
        assert (ROOT / command).is_file(), command
