"""Which heads read a link: against loops over the whole weights."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from attention_viz import Attention, HeadLink, Tokens, mean_heads, merge_words, rank_heads
from attention_viz.errors import AttentionVizError, SelectionError
from attention_viz.filters import seen
from attention_viz.measures import word_pairs

TEXTS = ["[CLS]", "the", "sun", "##rise", "and", "sun", "##set", "##s", ",", "the", "end", "[SEP]"]
WORDS = [[0], [1], [2, 3], [4], [5, 6, 7], [8], [9], [10], [11]]
SPECIAL = {0, 8}


@pytest.fixture
def text(rng: np.random.Generator) -> Attention:
    """2 layers, 3 heads, 12 tokens in 9 words."""
    return Attention.from_weights(rng.dirichlet(np.full(12, 0.3), size=(2, 3, 12)), TEXTS)


def between(weights: np.ndarray, query: list[int], key: list[int]) -> float:
    """Mean over the query's pieces of the sum over the key's. weights : (query, key)"""
    return sum(sum(float(weights[q, k]) for k in key) for q in query) / len(query)


def expected(weights: np.ndarray, query: int, key: int) -> tuple[float, float]:
    """The weight of a link between words, and the mean of those as far apart."""
    far = [
        between(weights, WORDS[each], WORDS[each + key - query])
        for each in range(9)
        if each != query and 0 <= each + key - query < 9 and not {each, each + key - query} & SPECIAL
    ]
    return between(weights, WORDS[query], WORDS[key]), sum(far) / len(far) if far else float("nan")


def by_head(ranking: list[HeadLink]) -> dict[tuple[int, int], tuple[float, float]]:
    return {(each.layer, each.head): (each.weight, each.at_distance) for each in ranking}


def alike(one: list[HeadLink], other: list[HeadLink]) -> None:
    assert [(each.layer, each.head) for each in one] == [(each.layer, each.head) for each in other]
    numbers = [[(each.weight, each.at_distance) for each in ranking] for ranking in (one, other)]
    np.testing.assert_allclose(*numbers, atol=1e-6)


def check(text: Attention, ranking: list[HeadLink], links: list[tuple[int, int]]) -> None:
    """Every head has the mean over the links of what a loop finds, and they stand in order."""
    found = by_head(ranking)
    assert found.keys() == set(itertools.product(range(2), range(3)))
    for (layer, head), values in found.items():
        each = np.array([expected(text.weights(layer, head), *link) for link in links])
        assert values == pytest.approx((each[:, 0].mean(), np.nanmean(each[:, 1])), abs=1e-6)
    weights = [each.weight for each in ranking]
    assert weights == sorted(weights, reverse=True)
    assert [each.rank for each in ranking] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("query", "key", "link"),
    [
        ("sunsets", "sunrise", (4, 2)),
        ("sunrise", "sunsets", (2, 4)),
        (6, 3, (4, 2)),  # any token of the word
        (np.int64(6), "Sunrise", (4, 2)),
        (("the", 1), ("the", 0), (6, 1)),
        (",", ",", (5, 5)),
        ("and", "[CLS]", (3, 0)),
    ],
)
def test_every_head_has_the_weight_of_the_link_and_the_mean_at_that_distance(
    text: Attention, query: int, key: int, link: tuple[int, int]
) -> None:
    check(text, rank_heads(text, query, key), [link])


def test_lists_are_links_of_which_the_mean_counts(text: Attention) -> None:
    check(text, rank_heads(text, ["sunsets", 10], ["sunrise", 4]), [(4, 2), (7, 3)])
    check(text, rank_heads(text, ["sunsets", "end"], "sunrise"), [(4, 2), (7, 2)])
    check(text, rank_heads(text, "end", [("the", 0), ("the", 1)]), [(7, 1), (7, 6)])
    check(text, rank_heads(text, range(4, 6), (1, 2)), [(3, 1), (4, 2)])


def test_a_link_can_be_asked_in_either_direction(text: Attention) -> None:
    check(text, rank_heads(text, "sunsets", "and", direction="backward"), [(3, 4)])
    check(text, rank_heads(text, "sunsets", "and", direction="both"), [(4, 3), (3, 4)])


def test_words_and_their_pieces_give_the_same_ranking(text: Attention) -> None:
    alike(rank_heads(merge_words(text), "sunsets", "sunrise"), rank_heads(text, "sunsets", "sunrise"))


def test_a_head_that_reads_by_position_is_no_better_than_at_any_other_place() -> None:
    previous = np.eye(6, k=-1)
    previous[0, 0] = 1
    link = np.full((6, 6), 1 / 6)
    link[4] = np.eye(6)[3]
    both = Attention.from_weights(np.stack([previous, link])[None], ["[CLS]", "a", "b", "c", "d", "[SEP]"])
    first, second = rank_heads(both, "d", "c")
    assert (first.head, first.weight, first.lift) == (0, 1.0, 0.0)
    assert (second.head, second.rank, second.lift) == (1, 2, pytest.approx(5 / 6))


def test_what_no_other_word_reads_has_no_baseline(text: Attention) -> None:
    assert all(np.isnan(each.at_distance) and np.isnan(each.lift) for each in rank_heads(text, "end", ("the", 0)))


def test_later_words_cannot_be_read_by_a_causal_model(rng: np.random.Generator) -> None:
    weights = np.tril(rng.dirichlet(np.ones(12), size=(2, 3, 12)))
    text = replace(Attention.from_weights(weights, TEXTS), causal=True)
    forward = rank_heads(text, "sunsets", "sunrise")
    check(text, forward, [(4, 2)])
    assert rank_heads(text, "sunsets", "sunrise", direction="both") == forward
    with pytest.raises(SelectionError, match="cannot read this key"):
        rank_heads(text, "sunsets", "sunrise", direction="backward")


def test_words_that_a_layer_cannot_read_count_in_none_of_its_means(text: Attention) -> None:
    """A window of two words before, in the second layer alone."""

    class Windowed:
        name, heads, nbytes = "windowed", text.source.heads, 0

        def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
            return text.tile(layer, head, queries, keys) * self.readable(layer, queries, keys)

        def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
            apart = np.arange(12)[queries, None] - np.arange(12)[keys]
            return (layer == 0) | ((apart >= 0) & (apart < 4))

    windowed = text.with_source(lambda _: Windowed(), text.query_tokens, text.key_tokens)
    ranking = by_head(
        rank_heads(windowed, ("the", 1), "sunsets")
    )  # two words apart, 4 tokens at most where they are read
    for head in range(3):
        matrix = windowed.weights(1, head)
        far = [(3, 1), (4, 2), (5, 3), (7, 5)]
        open_pairs = [pair for pair in far if min(WORDS[pair[0]]) - max(WORDS[pair[1]]) < 4]
        baseline = np.mean([between(matrix, WORDS[query], WORDS[key]) for query, key in open_pairs])
        assert ranking[1, head] == pytest.approx((between(matrix, WORDS[6], WORDS[4]), baseline), abs=1e-6)


def test_two_texts_have_links_but_no_distances(rng: np.random.Generator) -> None:
    cross = Attention.from_weights(rng.dirichlet(np.ones(3), size=(2, 3, 4)), ["a", "b", "c", "d"], ["x", "y", "z"])
    ranking = rank_heads(cross, "d", "x")
    assert all(np.isnan(each.at_distance) for each in ranking)
    assert {(each.layer, each.head): each.weight for each in ranking} == {
        (layer, head): cross.weights(layer, head)[3, 0] for layer in range(2) for head in range(3)
    }
    for direction in ("backward", "both"):
        with pytest.raises(SelectionError, match="two texts"):
            rank_heads(cross, "d", "x", direction=direction)


def test_layers_without_heads_have_no_place_in_the_ranking(hybrid: Attention) -> None:
    ranking = rank_heads(hybrid, "sunrise", "[SEP]")
    assert {(each.layer, each.head) for each in ranking} == {(1, 0), (1, 1), (4, 0), (4, 1), (4, 2)}


def test_a_mean_of_heads_and_what_filters_leave_are_ranked_as_any_other(text: Attention) -> None:
    (mean,) = rank_heads(mean_heads(text), "sunsets", "sunrise")
    each = [between(text.weights(layer, head), [5, 6, 7], [2, 3]) for layer in range(2) for head in range(3)]
    assert mean.weight == pytest.approx(np.mean(each), abs=1e-6)
    assert all(each.weight == 0 for each in rank_heads(seen(text, ["special"]), "sunsets", "[CLS]"))


def test_a_long_text_is_read_a_strip_of_rows_at_a_time(text: Attention, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rank_heads(text, "sunsets", "sunrise")
    monkeypatch.setattr(word_pairs, "CELLS_AT_ONCE", 2 * 3 * 12)
    rows: list[int] = []
    read = Attention.weights

    def watched(self: Attention, layer: int, head: int | None = None, queries: slice = slice(None)) -> np.ndarray:
        rows.append(queries.stop - queries.start)
        return read(self, layer, head, queries)

    monkeypatch.setattr(Attention, "weights", watched)
    alike(rank_heads(text, "sunsets", "sunrise"), whole)
    assert max(rows) == 2
    rows.clear()
    rank_heads(text, "end", ("the", 0))  # no other words are as far apart
    assert rows == [1, 1]


def test_progress_is_told_and_can_end_it(text: Attention) -> None:
    told: list[tuple[int, int]] = []
    rank_heads(text, "end", "and", progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("query", "key", "said"),
    [
        ("the", "end", r"'the' stands 2 times .* tokens 1, 9\. Say which: \('the', 0\) to \('the', 1\)"),
        (("the", 2), "end", r"no \('the', 2\)"),
        (("the", -1), "end", r"no \('the', -1\)"),
        ("moon", "end", "no word 'moon'"),
        (12, "end", "no token 12; the text has 12"),
        (-1, "end", "no token -1"),
        ([1, 2], [1, 2, 3], "2 queries and 3 keys"),
        ([], "end", "0 queries and 1 keys"),
        (1, (), "1 queries and 0 keys"),
    ],
)
def test_a_word_that_is_not_there_or_not_alone_is_refused(
    text: Attention, query: object, key: object, said: str
) -> None:
    with pytest.raises(AttentionVizError, match=said):
        rank_heads(text, query, key)  # type: ignore[arg-type]


def test_another_direction_is_refused(text: Attention) -> None:
    with pytest.raises(SelectionError, match="direction is sideways; choose one of forward, backward, both"):
        rank_heads(text, 1, 2, direction="sideways")  # type: ignore[arg-type]


def test_the_words_of_tokens_of_two_texts_are_told_apart(pair: Tokens, heads: np.ndarray) -> None:
    text = Attention.from_weights(heads, pair)
    second = rank_heads(text, ("cat", 1), "dog")
    assert by_head(second)[1, 2][0] == pytest.approx(heads[1, 2, 9, 5], abs=1e-6)
