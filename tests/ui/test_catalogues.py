"""The catalogues are whole: every sentence has its translation, and nothing is said past them."""

from __future__ import annotations

import ast
import inspect
import re
import string
from collections.abc import Iterator

import catalogues
import pytest
import streamlit as st
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from attention_viz import errors
from attention_viz.ui import wording

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


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every sentence of the code, as Babel collects it."""
    template = tmp_path_factory.mktemp("catalogues") / "attention_viz.pot"
    catalogues.collect(template)
    with template.open("rb") as file:
        return {str(each.id) for each in read_po(file) if each.id}


def fields(template: str) -> list[tuple[str, str | None, str | None]]:
    """(name, format, conversion) of each placeholder; the order may differ between languages."""
    return sorted(each[1:] for each in string.Formatter().parse(template) if each[1] is not None)


def test_the_folder_holds_a_catalogue_for_every_language_that_can_be_chosen_but_english() -> None:
    assert sorted(path.parent.name for path in wording.LOCALE.glob("*/LC_MESSAGES")) == OTHERS


def test_every_sentence_of_the_code_is_translated_and_no_translation_is_left_over(
    collected: set[str], pairs: list[tuple[str, str]], language: str
) -> None:
    remedy = "run python tests/catalogues.py, and translate what it names"
    assert {english for english, _ in pairs} == collected, remedy
    assert catalogues.untranslated(language) == [], remedy


def test_a_translation_that_is_only_guessed_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = Catalog()
    catalogue.add("One.", "一。")
    catalogue.add("Two.", "一。", flags=["fuzzy"])
    catalogue.add("Three.")
    monkeypatch.setattr(catalogues, "read_catalogue", lambda _: catalogue)
    assert catalogues.untranslated("zh") == ["Two.", "Three."]


def test_a_translation_has_the_placeholders_and_formats_of_its_sentence(pairs: list[tuple[str, str]]) -> None:
    assert [pair for pair in pairs if fields(pair[0]) != fields(pair[1])] == []


def test_what_the_app_reads_is_the_catalogue_compiled_as_it_is_now(language: str) -> None:
    read = catalogues.catalogue_path(language).with_suffix(".mo").read_bytes()
    assert read == catalogues.compiled(language), "run python tests/catalogues.py"


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
    for source in catalogues.SOURCES:
        place = catalogues.ROOT / source
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            yield path.relative_to(catalogues.ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


SPEAKERS = {
    errors.__name__: frozenset(
        name for name, value in vars(errors).items() if getattr(value, "__module__", "") == errors.__name__
    ),
    wording.__name__: frozenset({"say"}),
}
"""Whose first argument is a sentence for the user, by the module that it is imported from."""


def spoken(tree: ast.AST) -> Iterator[ast.expr]:
    """What every call of one file that takes a sentence for the user is given as the sentence."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in SPEAKERS.get(node.module or "", ())
    }
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names and call.args:
            yield call.args[0]


HANDED_ON = {"attention_viz/export/archive.py", "attention_viz/patterns.py", "attention_viz/ui/wording.py"}
"""Files where a template that was made elsewhere is handed on: notes that are read from a file, rules of labels, `tell`."""


def test_the_catalogue_finds_every_sentence_because_each_is_a_literal(collected: set[str]) -> None:
    found = [(place, sentence) for place, tree in trees() for sentence in spoken(tree)]
    assert len(found) > 100, "does the walk still look in the right places?"
    hidden = [
        f"{place}:{sentence.lineno} {ast.unparse(sentence)}"
        for place, sentence in found
        if not (isinstance(sentence, ast.Constant) and isinstance(sentence.value, str)) and place not in HANDED_ON
    ]
    assert hidden == []
    literals = {sentence.value for _, sentence in found if isinstance(sentence, ast.Constant)}
    assert literals - collected == {""}, "does babel.toml name every error?"


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
