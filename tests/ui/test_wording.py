"""Sentences come in the language of the session, and text is shown as written; the catalogues: test_catalogues.py."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as texts
from streamlit.testing.v1 import AppTest

from attention_viz.errors import Message, TextError
from attention_viz.ui import wording
from attention_viz.view.labels import LABELS

OTHERS = sorted(set(wording.LANGUAGES) - {"en"})


@pytest.fixture(params=OTHERS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session in Chinese, whose catalogue holds three sentences."""
    sentences = {
        "The text is empty. Type {what}.": "文本是空的。请输入{what}。",
        "a sentence": "一个句子",
        "Loading {model}": "正在加载 {model}",
    }
    monkeypatch.setattr(wording, "translate", lambda template: sentences.get(template, template))


def page() -> None:
    import streamlit as st

    from attention_viz.ui.wording import say

    st.text(say("Layer {layer}, head {head}", layer=3, head=4))


@pytest.mark.parametrize(
    ("chosen", "browser", "said"),
    [
        (None, "en-GB", "Layer 3, head 4"),
        (None, "zh-CN", "第 3 层第 4 个头"),
        (None, "zh-Hant-TW", "第 3 层第 4 个头"),
        (None, "de-DE", "Layer 3, head 4"),
        ("en", "zh-CN", "Layer 3, head 4"),
        ("zh", "en-GB", "第 3 层第 4 个头"),
    ],
)
def test_the_language_is_the_one_chosen_else_the_browsers_else_english(
    chosen: str | None, browser: str, said: str
) -> None:
    run = AppTest.from_function(page)
    run.context = {"locale": browser}
    if chosen is not None:
        run.session_state["language"] = chosen
    assert run.run().text[0].value == said


@pytest.mark.usefixtures("chinese")
def test_an_error_of_the_library_is_told_in_the_language_of_the_session() -> None:
    error = TextError("The text is empty. Type {what}.", what="x")
    assert wording.tell(error.message) == "文本是空的。请输入x。"


@pytest.mark.usefixtures("chinese")
def test_a_message_inside_a_message_is_told_too() -> None:
    message = Message("The text is empty. Type {what}.", {"what": Message("a sentence")})
    assert wording.tell(message) == "文本是空的。请输入一个句子。"


@pytest.mark.parametrize("speak", [wording.say, lambda template, **values: wording.tell(Message(template, values))])
@pytest.mark.usefixtures("chinese")
def test_braces_in_a_value_are_shown_and_never_read(speak: Callable[..., str]) -> None:
    assert speak("Loading {model}", model="{name!r} {0}") == "正在加载 {name!r} {0}"


def test_a_sentence_without_a_translation_is_said_in_english(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setattr(wording, "language", lambda: language)
    assert wording.say("Nobody has translated {this}.", this="this") == "Nobody has translated this."


@pytest.mark.parametrize(
    ("chosen", "paragraph", "names"),
    [("en", "One. Two.", "[CLS], [SEP]"), ("zh", "One.Two.", "[CLS]、[SEP]")],
)
def test_sentences_and_names_follow_each_other_as_the_language_sets_them(
    monkeypatch: pytest.MonkeyPatch, chosen: str, paragraph: str, names: str
) -> None:
    monkeypatch.setattr(wording, "language", lambda: chosen)
    assert wording.paragraph("One.", "", "Two.") == paragraph
    assert wording.listed(["[CLS]", "[SEP]"]) == names


def test_every_language_has_its_own_joints() -> None:
    assert wording.LANGUAGES.keys() == wording.BETWEEN_SENTENCES.keys() == wording.BETWEEN_NAMES.keys()


def test_the_view_is_given_every_label_in_the_language_of_the_page(language: str) -> None:
    assert wording.view_labels(language).keys() == LABELS.keys()
    assert wording.view_labels("en") == LABELS
    assert wording.view_labels(language) != LABELS


@given(texts.text(texts.characters(exclude_characters=wording.JOINER)))
@example(r"\* \\ \n")
@example("a -> b <- c <-> d -- e >= f <= g ~= h :streamlit: :material/home:")
def test_text_for_markdown_keeps_its_characters(text: str) -> None:
    escaped = wording.plain(text).replace(wording.JOINER, "")
    assert re.sub(r"\\(.)", r"\1", escaped, flags=re.DOTALL) == text


@given(texts.text())
def test_nothing_that_markdown_reads_as_a_mark_stays_unescaped(text: str) -> None:
    left = re.sub(r"\\[!-/:-@[-`{-~]", "", wording.plain(text))
    assert not set(left) & set("\\`*_{}[]<>()#+-.!|~$:&=/")


def test_a_command_is_left_as_it_can_be_copied() -> None:
    assert wording.JOINER not in wording.plain("pip install --force-reinstall 'a>=1.0' # a->b")
