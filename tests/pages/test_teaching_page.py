"""Teach: the page opens with the guide in the visitor's language and an address, or the way to have one."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from attention_viz.ui.lessons.class_counts import ClassCounts
from attention_viz.ui.lessons.class_questions import class_questions
from attention_viz.ui.server import lan_address
from attention_viz.ui.server.access import VARIABLE
from attention_viz.ui.teaching import class_results
from attention_viz.ui.teaching.guide import guide
from attention_viz.ui.wording import LANGUAGES, plain

PAGE = Path(__file__).parents[2] / "pages" / "teaching.py"


def opened(language: str = "en") -> AppTest:
    """The page alone: it needs no model and no text."""
    page = AppTest.from_file(str(PAGE), default_timeout=60)
    page.session_state["language"] = language
    page.run()
    assert not page.exception
    assert not page.error
    return page


def shown(page: AppTest) -> str:
    return "\n".join(each.value for each in page.main.markdown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_the_guide_in_the_language_that_is_chosen(language: str) -> None:
    page = opened(language)
    commands = [code.value for code in page.code]
    folded = [f"## {each.label}" for each in page.expander]
    for line in guide(language, plain).replace("```", "").splitlines():
        assert line in shown(page) or line in commands or line in folded, line


def test_the_plan_comes_first_and_installation_is_folded() -> None:
    page = opened()
    assert page.main.markdown[0].value == "## A plan for 45 minutes"
    assert {"Before the lesson", "In the room"} <= {each.label for each in page.expander}


def test_the_counts_of_the_class_stand_there(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = ClassCounts()
    monkeypatch.setattr(class_results, "class_counts", lambda: counts)
    right = [int(question.answer) for question in class_questions("en")]
    counts.add("before", [1] * 8)
    counts.add("after", right)
    counts.add("after", right)
    html = " ".join(each.proto.body for each in opened().get("html"))
    assert "before: 1 students" in html
    assert html.count("2 (100%)") == 8
    counts.begin_anew()
    assert "before: 0 students" in " ".join(each.proto.body for each in opened().get("html"))


def test_a_server_for_this_computer_alone_says_how_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lan_address, "lan_addresses", lambda *given: [])
    assert "Only this computer is served now" in shown(opened())


def test_it_gives_the_addresses_and_says_whether_a_code_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ["http://198.51.100.7:8501", "http://10.1.2.3:8501"]
    monkeypatch.setattr(lan_address, "lan_addresses", lambda *given: addresses)
    monkeypatch.delenv(VARIABLE, raising=False)
    page = opened()
    assert [code.value for code in page.code[:2]] == addresses
    assert any("no access code" in caption.value for caption in page.caption)
    monkeypatch.setenv(VARIABLE, "Maple-42")
    page.run()
    assert any("asked for the access code" in caption.value for caption in page.caption)
    assert not any("Maple" in each.value for each in (*page.caption, *page.code, *page.markdown))
