"""The tokenizer of the embedded multilingual model cuts Chinese and English as the whole one does."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from attention_viz import Model, merge_words
from attention_viz.models.embedded.multilingual import FOLDER
from attention_viz.tokens import Tokens
from attention_viz.words import segment_chinese

CARD = FOLDER / "MODEL_CARD.md"
MIXED = "Transformer是一种强大的神经网络架构,它使用了Multi-Head Attention机制。"
CHINESE = ("小猫坐在垫子上，因为它累了。", "研究生命的起源是一个难题。", "臺灣的學生也在學習注意力機制。", MIXED)


def tokens_of(model: Model, *texts: str) -> Tokens:
    return model.attend(*texts).query_tokens


def test_the_pieces_are_those_of_the_whole_tokenizer(multilingual: Model, reference: dict[str, Any]) -> None:
    assert len(reference["pieces"]) > 300
    for text, pieces in reference["pieces"].items():
        assert " ".join(multilingual.reader.tokenizer.tokenize(text, add_special_tokens=True)) == pieces


def test_no_character_of_a_sentence_of_both_languages_is_unknown(multilingual: Model) -> None:
    tokens = tokens_of(multilingual, MIXED)
    assert not any(tokens.unknown)
    assert len(tokens) == 21


def test_a_pair_stands_between_the_special_tokens_of_xlm_roberta(multilingual: Model) -> None:
    tokens = tokens_of(multilingual, "猫", "a cat")
    assert tokens.texts == ("<s>", "▁", "猫", "</s>", "</s>", "▁a", "▁cat", "</s>")
    assert [place for place, each in enumerate(tokens.special) if each] == [0, 3, 4, 7]
    assert tokens.segments == (0, 0, 0, 0, 0, 1, 1, 1)
    assert "token_type_ids" not in multilingual.inputs("猫", "a cat")  # to the model both are of type 0


@pytest.mark.parametrize("text", CHINESE)
def test_every_character_lies_in_one_token_and_a_token_says_what_it_stands_for(text: str, multilingual: Model) -> None:
    tokens = tokens_of(multilingual, text)
    spans = [span for span, special in zip(tokens.spans, tokens.special, strict=True) if not special]
    edges = [edge for start, stop in spans if start < stop for edge in (start, stop)]
    gaps = [text[stop:start] for stop, start in itertools.pairwise([0, *edges, len(text)])][::2]
    assert "".join(gaps).strip() == ""
    for (start, stop), surface, special in zip(tokens.spans, tokens.surfaces, tokens.special, strict=True):
        assert special or start == stop or surface == text[start:stop]


@pytest.mark.parametrize("text", CHINESE)
def test_rows_by_word_hold_the_whole_text_and_sum_to_one(text: str, multilingual: Model) -> None:
    merged = merge_words(multilingual.attend(text), segment_chinese)
    words = zip(merged.query_tokens.surfaces, merged.query_tokens.special, strict=True)
    assert "".join(word.strip() for word, special in words if not special) == text.replace(" ", "")
    assert len(merged.tokens) <= multilingual.attend(text).n_tokens
    np.testing.assert_allclose(merged.weights(5).sum(-1), 1, atol=1e-5)


def test_pieces_of_one_character_become_words(multilingual: Model) -> None:
    merged = merge_words(multilingual.attend("小猫坐在垫子上。"), segment_chinese)
    assert "垫子" in merged.tokens


def characters(encoding: str, first: int, last: int) -> list[str]:
    """Those of two bytes in these rows of a Chinese encoding."""
    pairs = itertools.product(range(first, last + 1), range(0x40, 0xFF))
    decoded = (bytes(pair).decode(encoding, "ignore") for pair in pairs)
    return [each for each in decoded if len(each) == 1 and "\u4e00" <= each <= "\u9fff"]


def n_unknown(model: Model, letters: list[str]) -> int:
    tokenizer = model.reader.tokenizer
    return sum(tokenizer.unk_token_id in ids for ids in tokenizer(letters, add_special_tokens=False)["input_ids"])


@pytest.mark.parametrize(
    ("encoding", "first", "last", "n_characters", "n_lacking"),
    [("gb2312", 0xB0, 0xD7, 3755, 36), ("gb2312", 0xD8, 0xF7, 3008, 1532), ("big5", 0xA4, 0xC6, 5401, 517)],
    ids=["GB 2312, level 1", "GB 2312, level 2", "Big5, level 1"],
)
def test_how_many_chinese_characters_are_unknown_stands_in_the_card(
    encoding: str, first: int, last: int, n_characters: int, n_lacking: int, multilingual: Model
) -> None:
    found = characters(encoding, first, last)
    assert len(found) == n_characters
    assert n_unknown(multilingual, found) == n_lacking
    assert f"{n_lacking:,} of {n_characters:,}" in CARD.read_text(encoding="utf-8")
