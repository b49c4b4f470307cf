"""The wording is whole: every sentence has its translation, nothing is said past the catalogue, and text is shown as written."""

from __future__ import annotations

import ast
import inspect
import re
import string
from collections.abc import Callable, Iterator

import catalogues
import pytest
import streamlit as st
from babel.messages.mofile import read_mo
from hypothesis import example, given
from hypothesis import strategies as texts
from streamlit.testing.v1 import AppTest

from attention_viz.errors import Message, TextError
from attention_viz.ui import wording
from attention_viz.view.labels import LABELS

OTHERS = sorted(set(wording.LANGUAGES) - {"en"})
CHINESE = "\u4e00-\u9fff"
VERBATIM = re.compile(
    r"\[[A-Z]+\]|\b[A-Z]{2,}(?:_[A-Z]+)+\b|python -m [^)]+|pip install .+|--[\w-]+|https?://|[\w.]+\(\)|\w+=\"\w+\""
    r"|\b[a-z]+(?:_[a-z_]+)+\b|[a-z-]+/bert-[a-z-]+|\bbert-[a-z-]+|config\.json|owner/name|softmax|safetensors|float32|sha256"
)
"""Code, names and addresses, which are the same in every language."""


@pytest.fixture(params=OTHERS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pairs(language: str) -> list[tuple[str, str]]:
    """(English sentence, translation)"""
    return [(each.id, each.string) for each in catalogues.read_catalogue(language) if each.id]


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session in Chinese, whose catalogue holds three sentences."""
    sentences = {
        "The text is empty. Type {what}.": "文本是空的。请输入{what}。",
        "a sentence": "一个句子",
        "Loading {model}": "正在加载 {model}",
    }
    monkeypatch.setattr(wording, "translate", lambda template: sentences.get(template, template))


def fields(template: str) -> list[tuple[str, str | None, str | None]]:
    """(name, format, conversion) of each placeholder; the order may differ between languages."""
    return sorted(each[1:] for each in string.Formatter().parse(template) if each[1] is not None)


def test_the_folder_holds_a_catalogue_for_every_language_that_can_be_chosen_but_english() -> None:
    assert sorted(path.parent.name for path in wording.LOCALE.glob("*/LC_MESSAGES")) == OTHERS


def test_every_sentence_of_the_code_is_translated_and_no_translation_is_left_over(pairs: list[tuple[str, str]]) -> None:
    spoken = {each.id for each in catalogues.sentences() if each.id}
    remedy = "run python tests/catalogues.py, and translate what it names"
    assert spoken - {english for english, translation in pairs if translation} == set(), remedy
    assert {english for english, _ in pairs} - spoken == set(), remedy


def test_a_translation_has_the_placeholders_and_formats_of_its_sentence(pairs: list[tuple[str, str]]) -> None:
    assert [pair for pair in pairs if fields(pair[0]) != fields(pair[1])] == []


def test_what_the_app_reads_is_what_the_catalogue_says(language: str, pairs: list[tuple[str, str]]) -> None:
    with catalogues.catalogue_path(language).with_suffix(".mo").open("rb") as file:
        assert {each.id: each.string for each in read_mo(file) if each.id} == dict(pairs)


def test_code_names_and_addresses_are_the_same_in_a_translation(pairs: list[tuple[str, str]]) -> None:
    changed = [(code, other) for english, other in pairs for code in VERBATIM.findall(english) if code not in other]
    assert changed == []


def test_chinese_is_written_with_chinese_punctuation() -> None:
    beside = re.compile(rf"[{CHINESE}][,;:!?.](?!\w)|[{CHINESE}][(]|[)][{CHINESE}]")
    translated = [each.string for each in catalogues.read_catalogue("zh") if each.id]
    assert [sentence for sentence in translated if beside.search(sentence)] == []


def test_a_whole_sentence_ends_as_one_in_chinese() -> None:
    pairs = [(each.id, each.string) for each in catalogues.read_catalogue("zh") if each.id]
    assert [pair for pair in pairs if pair[0].endswith((".", "?")) != pair[1].endswith(("。", "？"))] == []


def test_every_sentence_with_words_is_chinese_in_chinese() -> None:
    pairs = [(each.id, each.string) for each in catalogues.read_catalogue("zh") if each.id]
    wordless = re.compile(r"\{[^}]*\}|[^A-Za-z]")
    english = [pair for pair in pairs if wordless.sub("", pair[0]) and not re.search(f"[{CHINESE}]", pair[1])]
    assert english == []


def trees() -> Iterator[tuple[str, ast.AST]]:
    for path in catalogues.sources():
        yield path.relative_to(catalogues.ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


HANDED_ON = {"attention_viz/export/archive.py", "attention_viz/patterns.py", "attention_viz/ui/wording.py"}
"""Files where a template that was made elsewhere is handed on: notes that are read from a file, rules of labels, `tell`."""


def test_the_catalogue_finds_every_sentence_because_each_is_a_literal() -> None:
    found = [(place, sentence) for place, tree in trees() for _, sentence in catalogues.spoken(tree)]
    assert len(found) > 100, "does the walk still look in the right places?"
    hidden = [
        f"{place}:{sentence.lineno} {ast.unparse(sentence)}"
        for place, sentence in found
        if not (isinstance(sentence, ast.Constant) and isinstance(sentence.value, str)) and place not in HANDED_ON
    ]
    assert hidden == []


SHOWN = {"label", "body", "help", "placeholder", "title", "text", "caption", "header", "page_title", "tabs", "tooltip"}
"""Parameters of Streamlit's elements that the user reads."""
NAMES = {"CSV", "NPZ"}
"""Formats: the same in every language."""


def shown(call: ast.Call) -> Iterator[ast.expr]:
    """What an element of Streamlit is given to show. Elements on columns and containers are called like those of st."""
    element = getattr(st, call.func.attr, None) if isinstance(call.func, ast.Attribute) else None
    if not callable(element) or isinstance(element, type):
        return
    parameters = [name for name in inspect.signature(element).parameters if name != "self"]
    named = [(keyword.arg, keyword.value) for keyword in call.keywords]
    for name, argument in [*zip(parameters, call.args, strict=False), *named]:
        if name in SHOWN:
            yield argument


def literals(shown: ast.expr) -> Iterator[str]:
    """The words of an argument that do not come from a call; markup is no word."""
    if isinstance(shown, ast.Constant) and isinstance(shown.value, str):
        yield re.sub(r"<[^>]*>", "", shown.value)
    elif not isinstance(shown, ast.Call | ast.Attribute | ast.Subscript):
        for part in ast.iter_child_nodes(shown):
            if isinstance(part, ast.expr):
                yield from literals(part)


def test_nothing_is_shown_on_a_page_that_is_not_in_the_catalogue() -> None:
    pages = [(place, tree) for place, tree in trees() if place.startswith(("pages/", "attention_viz/ui/", "app.py"))]
    calls = [(place, node) for place, tree in pages for node in ast.walk(tree) if isinstance(node, ast.Call)]
    arguments = [(place, argument) for place, call in calls for argument in shown(call)]
    assert len(arguments) > 20, "does the walk still find what is shown?"
    past = [
        f"{place}:{argument.lineno} {words}"
        for place, argument in arguments
        for words in literals(argument)
        if re.search(r"[^\W\d_]", words) and words not in NAMES
    ]
    assert past == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('st.button("Stop")', ["Stop"]),
        ('column.caption(f"{n} tokens")', [" tokens"]),
        ('st.toggle(say("Pair"), help="Two texts")', ["Two texts"]),
        ('st.caption("Yes" if done else say("No"))', ["Yes"]),
        ('st.tabs([say("One"), "Two"])', ["Two"]),
        ("st.html(f\"<b>{say('One')}</b>\")", ["", ""]),
        ('st.button(say("Stop"), key="stop", width="stretch")', []),
    ],
)
def test_the_walk_finds_words_that_are_shown_past_the_catalogue(source: str, found: list[str]) -> None:
    call = ast.parse(source, mode="eval").body
    assert isinstance(call, ast.Call)
    assert [words for argument in shown(call) for words in literals(argument)] == found


def page() -> None:
    import streamlit as st

    from attention_viz.ui.wording import say

    st.text(say("Layer {layer}, head {head}", layer=3, head=4))


@pytest.mark.parametrize(
    ("chosen", "browser", "said"),
    [
        (None, "en-GB", "Layer 3, head 4"),
        (None, "zh-CN", "第 3 层，第 4 头"),
        (None, "zh-Hant-TW", "第 3 层，第 4 头"),
        (None, "de-DE", "Layer 3, head 4"),
        ("en", "zh-CN", "Layer 3, head 4"),
        ("zh", "en-GB", "第 3 层，第 4 头"),
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
