"""Tokens of one's own are told as a model that is loaded tells them, by their tokenizer; else by their spelling."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from transformers import ByT5Tokenizer, PreTrainedTokenizerBase

from attention_viz import Attention, Tokens
from attention_viz.errors import InputError
from attention_viz.models.reading.reader import Reader

KINDS = ("word pieces", "byte pieces", "sentence pieces", "bytes")
TEXTS = {
    "plain": ("the cat sat down because it was tired.",),
    "apostrophe": ("it didn't sleep: l'homme",),
    "outside ASCII": ("the cat 我爱你 naïf 😀",),
    "unknown": ("the zebra sat",),
    "pair": ("the cat sat.", "it was tired"),
}


@pytest.fixture(scope="module")
def by_kind(tokenizers: dict[str, PreTrainedTokenizerBase]) -> dict[str, PreTrainedTokenizerBase]:
    return tokenizers | {"bytes": ByT5Tokenizer()}


def uniform(n: int) -> np.ndarray:
    return np.full((2, 3, n, n), 1 / n)


def elsewhere(tokenizer: PreTrainedTokenizerBase, texts: tuple[str, ...]) -> Tokens:
    """The tokens as `model.attend` tells them."""
    return Reader(tokenizer, frozenset({"input_ids"}), None, len(tokenizer), 2).encode(*texts).tokens


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("form", ["spellings", "numbers", "tensor of one text"])
def test_the_tokenizer_tells_what_the_reader_of_a_loaded_model_tells(
    kind: str, texts: tuple[str, ...], form: str, by_kind: dict[str, PreTrainedTokenizerBase]
) -> None:
    tokenizer = by_kind[kind]
    ids = tokenizer(*texts)["input_ids"]
    given: dict[str, object] = {
        "spellings": tokenizer.convert_ids_to_tokens(ids),
        "numbers": ids,
        "tensor of one text": torch.tensor([ids]),
    }
    found = Attention.from_weights(uniform(len(ids)), given[form], tokenizer=tokenizer).query_tokens
    expected = elsewhere(tokenizer, texts)
    assert (found.texts, found.special, found.unknown) == (expected.texts, expected.special, expected.unknown)
    assert (found.words, found.segments) == (expected.words, expected.segments)
    known = [place for place, unknown in enumerate(expected.unknown) if not unknown]
    assert [found.surfaces[each] for each in known] == [expected.surfaces[each] for each in known]
    assert [found.labels[each] for each in known] == [expected.labels[each] for each in known]


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_itself_tells_everything(kind: str, by_kind: dict[str, PreTrainedTokenizerBase]) -> None:
    tokenizer, text = by_kind[kind], "The Zebra didn't sleep."
    n = len(tokenizer(text)["input_ids"])
    found = Attention.from_weights(uniform(n), text, tokenizer=tokenizer)
    assert found.query_tokens == elsewhere(tokenizer, (text,))


def test_numbers_alone_say_how_to_spell_them() -> None:
    for ids in ([3, 4], np.array([3, 4]), torch.tensor([[3, 4]])):
        with pytest.raises(InputError, match=r"convert_ids_to_tokens\(ids\).*tokenizer=tokenizer"):
            Attention.from_weights(uniform(2), ids)


def test_a_text_alone_is_no_list_of_tokens() -> None:
    with pytest.raises(InputError, match="The tokens are one text"):
        Attention.from_weights(uniform(3), "cat")


def test_the_tokens_of_two_texts_are_refused() -> None:
    with pytest.raises(InputError, match="tokens of 2 texts"):
        Attention.from_weights(uniform(2), torch.tensor([[3, 4], [3, 4]]))


def test_what_is_no_spelling_is_named_by_its_place() -> None:
    with pytest.raises(InputError, match="Token 1, counted from 0, is of type NoneType"):
        Attention.from_weights(uniform(2), ["a", None])


def test_tokens_of_another_tokenizer_are_named(by_kind: dict[str, PreTrainedTokenizerBase]) -> None:
    with pytest.raises(InputError, match="does not know token 1, counted from 0: 'Ġcat'"):
        Attention.from_weights(uniform(2), ["the", "Ġcat"], tokenizer=by_kind["word pieces"])


def test_what_is_no_tokenizer_is_refused_by_its_type(by_kind: dict[str, PreTrainedTokenizerBase]) -> None:
    with pytest.raises(InputError, match="The tokenizer is of type str"):
        Attention.from_weights(uniform(2), ["a", "b"], tokenizer="bert-base-uncased")
