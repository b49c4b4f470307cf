from __future__ import annotations

import pytest
from safetensors import SafetensorError
from tokenizers import Tokenizer

from attention_viz.errors import ModelError, TextError
from attention_viz.models.library_errors import LibraryErrors, reason_of


def sentence(reason: str) -> ModelError:
    return ModelError("It fails: {reason}", reason=reason)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValueError("No such activation"), "No such activation."),
        (ImportError("It needs tiktoken. "), "It needs tiktoken."),
        (OSError("gone"), ""),
        (KeyError("gone"), "'gone' is not known."),
        (Exception("Missing [UNK] token"), "Missing [UNK] token."),
        (KeyError(3), ""),
        (SafetensorError("gone"), ""),
        (ZeroDivisionError("gone"), ""),
        (AttributeError("'NoneType' object has no attribute 'shape'"), ""),
    ],
)
def test_what_the_libraries_raise_becomes_a_sentence_with_their_words_only_where_these_are_of_the_fault(
    error: Exception, expected: str
) -> None:
    with pytest.raises(ModelError) as caught, LibraryErrors(sentence):
        raise error
    assert str(caught.value) == f"It fails: {expected}"
    assert caught.value.__cause__ is error


def test_the_bare_exceptions_of_the_tokenizers_library_too() -> None:
    with pytest.raises(ModelError, match="It fails"), LibraryErrors(sentence):
        Tokenizer.from_str('{"version": "1.0", "model": {"type": "nonsense"}}')


@pytest.mark.parametrize("error", [TextError("Too long."), KeyboardInterrupt(), StopIteration(), UserWarning("old")])
def test_our_own_sentences_and_everything_else_pass(error: BaseException) -> None:
    with pytest.raises(type(error)), LibraryErrors(sentence):
        raise error


def test_where_nothing_fails_nothing_is_said() -> None:
    with LibraryErrors(sentence):
        pass


@pytest.mark.parametrize(
    ("error", "expected"),
    [(ValueError("one\ntwo"), "one."), (ValueError(), ""), (ValueError("\n \n"), ""), (ValueError("x" * 900), "x" * 300 + "."), (ValueError("In field:\n  it is odd"), "In field: it is odd.")],
)  # fmt: skip
def test_the_reason_is_one_sentence(error: Exception, expected: str) -> None:
    assert reason_of(error) == expected
