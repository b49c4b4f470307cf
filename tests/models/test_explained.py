from __future__ import annotations

import pytest
from safetensors import SafetensorError
from tokenizers import Tokenizer

from attention_viz.errors import ModelError, TextError
from attention_viz.models.explained import Explained, first_line


def sentence(reason: str) -> ModelError:
    return ModelError("It fails: {reason}.", reason=reason)


@pytest.mark.parametrize(
    "error", [OSError("gone"), KeyError("gone"), SafetensorError("gone"), ZeroDivisionError("gone")]
)
def test_what_the_libraries_raise_becomes_a_sentence_with_the_reason_and_its_kind(error: Exception) -> None:
    with (
        pytest.raises(ModelError, match=rf"It fails: .*gone.* \({type(error).__name__}\)\.") as caught,
        Explained(sentence),
    ):
        raise error
    assert caught.value.__cause__ is error


def test_the_bare_exceptions_of_the_tokenizers_library_too() -> None:
    with pytest.raises(ModelError, match="It fails"), Explained(sentence):
        Tokenizer.from_str('{"version": "1.0", "model": {"type": "nonsense"}}')


@pytest.mark.parametrize("error", [TextError("Too long."), KeyboardInterrupt(), StopIteration(), UserWarning("old")])
def test_our_own_sentences_and_everything_else_pass(error: BaseException) -> None:
    with pytest.raises(type(error)), Explained(sentence):
        raise error


def test_where_nothing_fails_nothing_is_said() -> None:
    with Explained(sentence):
        pass


@pytest.mark.parametrize(
    ("error", "expected"),
    [(ValueError("one\ntwo"), "one"), (ValueError(), "ValueError"), (ValueError("\n \n"), "ValueError"), (ValueError("x" * 900), "x" * 300)],
)  # fmt: skip
def test_the_reason_is_one_line(error: Exception, expected: str) -> None:
    assert first_line(error) == expected
