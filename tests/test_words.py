"""Words from pieces: columns are summed, rows averaged, special tokens stay apart, Chinese by word."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_viz import Attention, DenseSource, Tokens, merge_words
from attention_viz.errors import Message
from attention_viz.words import group_words, segment_chinese

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def by_character(text: str, segment: int = 0) -> Tokens:
    """[CLS], one token per character of the text, [SEP]: what a Chinese tokenizer makes of it."""
    n = len(text)
    return Tokens(
        texts=("[CLS]", *text, "[SEP]"),
        surfaces=("[CLS]", *text, "[SEP]"),
        special=(True, *[False] * n, True),
        unknown=(False,) * (n + 2),
        segments=(segment,) * (n + 2),
        words=tuple(range(n + 2)),
        spans=((0, 0), *((at, at + 1) for at in range(n)), (0, 0)),
    )


def uniform(tokens: Tokens) -> Attention:
    return Attention.from_weights(np.full((len(tokens), len(tokens)), 1 / len(tokens)), tokens)


def pairs_of_pieces(draw: st.DrawFn) -> list[str]:
    words = draw(st.lists(st.integers(1, 4), min_size=1, max_size=8))
    return ["[CLS]", *itertools.chain(*(["w", *["##p"] * (n - 1)] for n in words)), "[SEP]"]


def test_columns_are_summed_and_rows_averaged_by_hand() -> None:
    weights = np.array([[0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1], [0.0, 0.5, 0.5, 0.0], [0.7, 0.1, 0.1, 0.1]])
    words = merge_words(Attention.from_weights(weights, ["[CLS]", "sun", "##rise", "[SEP]"]))
    assert words.tokens == ("[CLS]", "sunrise", "[SEP]")
    expected = [[0.1, 0.5, 0.4], [(0.4 + 0.0) / 2, (0.5 + 1.0) / 2, (0.1 + 0.0) / 2], [0.7, 0.2, 0.1]]
    np.testing.assert_allclose(words.weights(0, 0), expected, atol=1e-6)


@given(texts=st.composite(pairs_of_pieces)(), seed=st.integers(0, 99))
def test_merging_is_two_matrix_products_and_rows_still_sum_to_one(texts: list[str], seed: int) -> None:
    n = len(texts)
    weights = np.random.default_rng(seed).dirichlet(np.ones(n), size=(2, 3, n))
    tokens = Tokens.plain(texts)
    words = merge_words(Attention.from_weights(weights, tokens))
    member = np.equal.outer(np.unique(tokens.words), tokens.words).astype(float)  # (word, token)
    expected = (member / member.sum(1, keepdims=True)) @ weights @ member.T
    for layer in range(2):
        np.testing.assert_allclose(words.weights(layer), expected[layer], atol=1e-5)
        np.testing.assert_allclose(words.weights(layer).sum(-1), 1, rtol=1e-5)


def test_a_tile_of_words_is_a_part_of_the_whole(rng: np.random.Generator) -> None:
    texts = ["[CLS]", "un", "##believ", "##able", "sun", "##rise", "!", "[SEP]"]
    words = merge_words(Attention.from_weights(rng.dirichlet(np.ones(8), size=8), texts))
    whole = words.weights(0, 0)
    for start, stop in itertools.combinations_with_replacement(range(6), 2):
        np.testing.assert_allclose(words.tile(0, 0, slice(start, stop), slice(1, stop)), whole[start:stop, 1:stop])


def test_special_tokens_stay_apart_even_where_their_word_numbers_agree() -> None:
    tokens = Tokens(
        texts=("[CLS]", "[SEP]", "##a", "[PAD]", "[PAD]"),
        surfaces=("[CLS]", "[SEP]", "a", "[PAD]", "[PAD]"),
        special=(True, True, False, True, True),
        unknown=(False,) * 5,
        segments=(0,) * 5,
        words=(0,) * 5,
        spans=((0, 0), (0, 0), (0, 1), (0, 0), (0, 0)),
    )
    assert group_words(tokens).tolist() == [0, 1, 2, 3, 4, 5]


def test_the_same_word_number_in_the_second_segment_is_another_word() -> None:
    tokens = Tokens(("a", "b"), ("a", "b"), (False,) * 2, (False,) * 2, (0, 1), (0, 0), ((0, 1), (0, 1)))
    assert group_words(tokens).tolist() == [0, 1, 2]
    assert group_words(tokens, segment_chinese, ["a", "b"]).tolist() == [0, 1, 2]


def test_a_word_is_unknown_where_a_piece_is_and_spans_all_its_pieces() -> None:
    tokens = Tokens(
        ("[UNK]", "##rise", "x"), ("日", "rise", "x"), (False,) * 3, (True, False, False), (0,) * 3, (0, 0, 1),
        ((0, 1), (1, 5), (6, 7)),
    )  # fmt: skip
    merged = merge_words(uniform(tokens)).query_tokens
    assert merged.texts == ("日rise", "x")
    assert merged.unknown == (True, False)
    assert merged.spans == ((0, 5), (6, 7))
    assert merged.words == (0, 1)


def test_queries_and_keys_that_differ_are_merged_each_by_their_own_words() -> None:
    weights = np.array([[0.25, 0.5, 0.25], [0.5, 0.375, 0.125], [0.75, 0.0, 0.25]])
    words = merge_words(Attention.from_weights(weights, ["a", "##b", "c"], ["x", "y", "##z"]))
    assert (words.query_tokens.texts, words.key_tokens.texts) == (("ab", "c"), ("x", "yz"))
    np.testing.assert_allclose(words.weights(0, 0), [[0.375, 0.625], [0.75, 0.25]])


def test_chinese_characters_join_into_the_segmenters_words() -> None:
    text = "我们喜欢自然语言处理"
    words = merge_words(uniform(by_character(text)), segment_chinese, [text])
    assert words.tokens == ("[CLS]", *segment_chinese(text), "[SEP]")
    assert "喜欢" in words.tokens
    assert words.n_tokens < len(text) + 2
    np.testing.assert_allclose(words.weights(0, 0).sum(-1), 1, rtol=1e-5)


def test_without_a_segmenter_chinese_stays_by_character() -> None:
    assert merge_words(uniform(by_character("注意力"))).tokens == ("[CLS]", "注", "意", "力", "[SEP]")


def test_a_pair_is_cut_segment_by_segment() -> None:
    first, second = "我们喜欢", "他们喜欢"
    halves = (by_character(first), by_character(second, segment=1))
    tokens = Tokens(
        texts=halves[0].texts + halves[1].texts[1:],
        surfaces=halves[0].surfaces + halves[1].surfaces[1:],
        special=halves[0].special + halves[1].special[1:],
        unknown=halves[0].unknown + halves[1].unknown[1:],
        segments=halves[0].segments + halves[1].segments[1:],
        words=tuple(range(11)),
        spans=halves[0].spans + halves[1].spans[1:],
    )
    words = merge_words(uniform(tokens), segment_chinese, [first, second])
    assert words.tokens == ("[CLS]", "我们", "喜欢", "[SEP]", "他们", "喜欢", "[SEP]")


def test_a_token_beyond_the_given_texts_keeps_its_own_word() -> None:
    tokens = by_character("注意力")
    assert group_words(tokens, segment_chinese, []).tolist() == [0, 1, 2, 3, 4, 5]
    assert group_words(tokens, segment_chinese, ["注"]).tolist() == [0, 1, 2, 3, 4, 5]


@given(TEXT)
def test_the_segmenter_gives_the_text_back_when_joined(text: str) -> None:
    assert "".join(segment_chinese(text)) == text


@given(TEXT)
def test_any_text_can_be_cut_and_every_token_lies_in_exactly_one_word(text: str) -> None:
    edges = group_words(by_character(text), segment_chinese, [text])
    assert (edges[0], edges[-1]) == (0, len(text) + 2)
    assert (np.diff(edges) > 0).all()


def test_merging_words_twice_changes_nothing_more(attention: Attention) -> None:
    once = merge_words(attention)
    twice = merge_words(once)
    assert twice.tokens == once.tokens
    np.testing.assert_array_equal(twice.weights(1), once.weights(1))


KNOWN = {
    "model": "m",
    "revision": "abc",
    "limit": 512,
    "left_out": 3,
    "causal": True,
    "part": "decoder",
    "notes": (Message("Cut."),),
}


@pytest.mark.parametrize("field", KNOWN)
def test_words_keep_what_was_known_of_the_text(attention: Attention, field: str) -> None:
    known = replace(attention, **KNOWN)
    assert getattr(merge_words(known), field) == getattr(known, field) != getattr(attention, field)


@dataclass(frozen=True)
class CausalSource(DenseSource):
    """Weights that know what each query could read: itself and what stands before it."""

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        return np.tri(len(self.layers[layer][0]), dtype=bool)[queries, keys]


def test_a_word_could_read_what_any_of_its_pieces_could(rng: np.random.Generator) -> None:
    tokens = Tokens.plain(["sun", "##rise", "was", "un", "##seen"])
    words = merge_words(Attention(CausalSource((rng.dirichlet(np.ones(5), size=(1, 5)),)), tokens, tokens))
    np.testing.assert_array_equal(words.readable(0), np.tri(3, dtype=bool))
    np.testing.assert_array_equal(words.readable(0, slice(1, 3), slice(2, 3)), [[False], [True]])
    assert words.readable(0, slice(1, 1)).shape == (0, 3)


def test_half_of_a_surrogate_pair_is_a_character_like_any_other_to_the_segmenter() -> None:
    assert segment_chinese("我爱\ud800") == ["我", "爱", "\ud800"]
