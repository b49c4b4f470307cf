"""Every sentence for a user is a literal template with named values, so that a catalogue can translate it."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from attention_viz import errors
from attention_viz.errors import AttentionVizError, InputError, Message, ModelError, SelectionError, TextError

ROOT = Path(__file__).parents[1]
MESSAGES = {"Message"} | {
    name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, AttentionVizError)
}


def sentences() -> Iterator[tuple[str, ast.Call]]:
    """Every message that is made in the package, the pages and the app, with its place."""
    for path in [*ROOT.glob("attention_viz/**/*.py"), *ROOT.glob("pages/*.py"), *ROOT.glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in MESSAGES:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def values(call: ast.Call) -> set[str | None] | None:
    """Names of the values: keywords of an error, keys of the dict that a Message is given; None = made elsewhere."""
    given = call.args[1:] or [ast.Dict([], [])]
    if not isinstance(given[0], ast.Dict) or any(keyword.arg is None for keyword in call.keywords):
        return None
    keys = {key.value for key in given[0].keys if isinstance(key, ast.Constant)}
    return keys | {keyword.arg for keyword in call.keywords}


def test_the_text_of_an_error_is_its_template_with_the_values_put_in() -> None:
    error = TextError("This text has {n} tokens; the model reads {limit}.", n=530, limit=512)
    assert str(error) == "This text has 530 tokens; the model reads 512."
    assert error.message.template == "This text has {n} tokens; the model reads {limit}."
    assert error.message.values == {"n": 530, "limit": 512}


def test_a_value_with_braces_is_shown_and_never_read_as_a_placeholder() -> None:
    assert str(InputError("{name} is no model.", name="{n} {0}")) == "{n} {0} is no model."


@pytest.mark.parametrize("kind", [TextError, ModelError, SelectionError, InputError])
def test_a_page_that_catches_the_base_catches_every_kind(kind: type[AttentionVizError]) -> None:
    with pytest.raises(AttentionVizError, match="What is wrong"):
        raise kind("What is wrong.")


def test_a_message_without_values_is_its_template() -> None:
    assert str(Message("Long words are cut.")) == "Long words are cut."


def test_every_message_is_a_literal_template_whose_placeholders_are_exactly_its_values() -> None:
    found = list(sentences())
    assert found, "no message was found: does the walk still look in the right places?"
    for place, call in found:
        template, named = call.args[0], values(call)
        if named is None and not isinstance(template, ast.Constant):
            continue  # a template and values that are handed on together
        assert isinstance(template, ast.Constant), f"{place}: the template is not a literal"
        assert isinstance(template.value, str), f"{place}: the template is not a string"
        assert named in (None, placeholders(template.value)), f"{place}: placeholders and values differ"
