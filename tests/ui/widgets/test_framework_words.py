"""Framework words are those of the Streamlit that is installed, and are said in every other language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit

from attention_viz.ui import wording
from attention_viz.ui.widgets.framework_words import WORDS, framework_words

JOINED = {
    "Press {keys} to apply": ("Press Enter to ${", "+Enter to ${", "`apply`"),
    "Made with Streamlit v{version}": ("Made with Streamlit v",),
    "Running{dots}": ("`Running...`",),
    "Stopping{dots}": ("`Stopping...`",),
    "The page that you have requested does not seem to exist. Running the app's main page.": (
        "`The page that you have requested does not seem to exist`",
        ". Running the app's main page.",
    ),
    "You have requested page /{page}, but no corresponding file was found in the app's pages/ directory. Running the app's main page.": (
        "`You have requested page /${",
        ", but no corresponding file was found in the app's pages/ directory`",
    ),
}
"""How Streamlit writes those that it puts together."""


@pytest.fixture(scope="module")
def scripts() -> str:
    """All that Streamlit sends to the browser."""
    folder = Path(streamlit.__file__).parent / "static" / "static" / "js"
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.js")))


@pytest.mark.parametrize("template", [word.template for word in WORDS])
def test_streamlit_still_has_the_words_that_are_replaced(scripts: str, template: str) -> None:
    parts = JOINED.get(template) or [part.strip(" :") for part in re.split(r"\{\w+\}", template)]
    assert [part for part in parts if part not in scripts] == []


def test_each_word_is_replaced_once() -> None:
    templates = [word.template for word in WORDS]
    assert sorted(set(templates)) == sorted(templates)


def test_english_needs_none_and_another_language_has_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "_SETTLED", wording.ContextVar("language", default="en"))
    assert framework_words() == {}
    monkeypatch.setattr(wording, "_SETTLED", wording.ContextVar("language", default="zh"))
    said = framework_words()
    assert list(said) == [word.template for word in WORDS]
    assert len(set(said.values())) == len(said), "each leads back to one English word"
