"""Planted heads get the label they were planted for, with the number that fired it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from attention_viz import Attention, Tokens, load_model, measures, patterns

N = 12


@pytest.fixture
def tokens() -> Tokens:
    """[CLS] and 10 words of which "w1" comes twice as 2 and 8, a comma at 5, and [SEP]."""
    words = [f"w{position}" for position in range(1, N - 1)]
    words[4], words[7] = ",", "w2"
    return Tokens.plain(["[CLS]", *words, "[SEP]"])


def planted(target: np.ndarray, share: float) -> np.ndarray:
    """A head that gives `share` to the target cells of each row and spreads the rest evenly: (query, key)."""
    return share * target / np.maximum(target.sum(-1, keepdims=True), 1) + (1 - share) / N


def column(*keys: int) -> np.ndarray:
    return np.tile(np.isin(np.arange(N), keys), (N, 1)).astype(float)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("sep", column(11)),
        ("cls", column(0)),
        ("punctuation", column(5)),
        ("previous", np.eye(N, k=-1)),
        ("next", np.eye(N, k=1)),
        ("self", np.eye(N)),
    ],
)
def test_a_planted_head_gets_its_label_and_the_number_that_fired(name: str, target: np.ndarray, tokens: Tokens) -> None:
    numbers = measures.summary(planted(target, 0.9), tokens)
    found = patterns.label(numbers)
    assert found.name == name
    assert found.numbers == {name: pytest.approx(float(numbers[name]))}
    assert f"{float(numbers[name]):.2f}" in str(found)


def test_a_head_on_other_occurrences_of_the_token_is_named_so() -> None:
    tokens = Tokens.plain(["a", "b"] * 6)
    same = (np.arange(N)[:, None] - np.arange(N)) % 2 == 0
    assert patterns.label(measures.summary(planted(same * (1 - np.eye(N)), 1), tokens)).name == "same_token"


def test_a_head_split_between_sep_and_the_previous_token_is_both(tokens: Tokens) -> None:
    head = 0.5 * planted(column(11), 1) + 0.5 * planted(np.eye(N, k=-1), 1)
    assert patterns.label(measures.summary(head, tokens)).name == "vertical_diagonal"


def test_uniform_attention_is_broad_and_says_of_how_much(tokens: Tokens) -> None:
    found = patterns.label(measures.summary(np.full((N, N), 1 / N), tokens))
    assert found.name == "broad"
    assert found.numbers == {
        "entropy": pytest.approx(math.log(N)),
        "uniform_entropy": pytest.approx(math.log(N)),
    }


def test_a_head_within_the_texts_of_a_pair_is_a_block_and_of_a_single_text_is_not() -> None:
    n = 8
    plain = Tokens.plain([f"w{position}" for position in range(n)])
    segments = (0,) * 4 + (1,) * 4
    tokens = Tokens(plain.texts, plain.surfaces, plain.special, plain.unknown, segments, plain.words, plain.spans)
    head = np.kron(np.eye(2), np.full((4, 4), 1 / 4))
    numbers = measures.summary(head, tokens)
    assert patterns.label(numbers, pair=True).name == "block"
    assert patterns.label(numbers).name != "block"


def test_what_no_rule_fits_is_mixed_and_shows_every_number(tokens: Tokens) -> None:
    target = np.eye(N)[[3, 4, 7, 1, 9, 2, 8, 3, 1, 6, 4, 2]]
    found = patterns.label(measures.summary(target, tokens))
    assert found.name == "mixed"
    assert {"sep", "previous", "entropy"} <= set(found.numbers)


def test_a_head_that_no_rule_names_is_told_by_its_strongest_link_and_its_largest_share(tokens: Tokens) -> None:
    spread = np.full((N, N), 0.02)
    spread[np.arange(N), np.arange(N) % 5 + 1] = 0.4
    spread[3, 7] = 0.9
    found = patterns.label(measures.summary(spread, tokens), link=measures.strongest_links(spread[None], tokens)[0])
    shares = {name: float(measures.summary(spread, tokens)[name]) for name in patterns.SHARES}
    largest = max(shares, key=lambda name: shares[name])
    assert (found.name, found.largest) == ("mixed", largest)
    assert f"“w3” reads “w7” with 0.90. Otherwise its largest share goes to {patterns.SHARES[largest]}" in str(found)
    assert str(found.short) == f"w3 → w7 0.90; otherwise {patterns.SHARES[largest]} {shares[largest]:.2f}"


def test_a_head_that_a_rule_names_is_told_by_the_rule_alone(tokens: Tokens) -> None:
    head = planted(column(11), 0.9)
    found = patterns.label(measures.summary(head, tokens), link=measures.strongest_links(head[None], tokens)[0])
    assert (found.name, found.link, found.short) == ("sep", None, None)


def test_one_head_gets_the_label_that_it_has_among_all(attention: Attention) -> None:
    among = patterns.labels(measures.table(attention))
    each = [patterns.head_label(attention, layer, head) for layer in range(2) for head in range(3)]
    assert list(map(str, each)) == list(map(str, among))


def test_the_head_of_the_first_example_is_told_by_what_the_example_is_about() -> None:
    attention = load_model().attend("The animal didn't cross the street because it was too tired.")
    assert str(patterns.head_label(attention, 3, 1).short) == "it → animal 0.68; otherwise [CLS] 0.52"


def test_of_two_rules_that_hold_the_earlier_gives_the_label() -> None:
    assert patterns.NAMES.index("sep") < patterns.NAMES.index("previous")
    numbers = dict.fromkeys(measures.COLUMNS, 0.0) | {"sep": 0.7, "previous": 0.7}
    assert patterns.label(numbers).name == "sep"


def test_a_measure_without_meaning_fires_no_rule() -> None:
    numbers = dict.fromkeys(measures.COLUMNS, math.nan)
    assert patterns.label(numbers).name == "mixed"


def test_one_token_is_labelled_without_an_error() -> None:
    assert patterns.label(measures.summary(np.ones((1, 1)), Tokens.plain(["a"]))).name == "self"


def test_every_head_of_a_table_is_labelled_in_its_order(tokens: Tokens) -> None:
    heads = np.stack([planted(np.eye(N, k=-1), 0.9), planted(column(11), 0.9)])
    table = measures.table(Attention.from_weights(heads[None], tokens))
    assert [each.name for each in patterns.labels(table)] == ["previous", "sep"]


def test_the_thresholds_in_the_sentences_are_the_thresholds_of_the_rules() -> None:
    sentences = {rule.name: rule.sentence for rule in patterns.RULES}
    for name in ("sep", "cls", "punctuation"):
        assert f"{patterns.VERTICAL:.2f}" in sentences[name]
    for name in ("previous", "next", "self", "same_token"):
        assert f"{patterns.DIAGONAL:.2f}" in sentences[name]
    assert f"{patterns.BOTH:.2f}" in sentences["vertical_diagonal"]
    assert f"{patterns.BLOCK:.2f}" in sentences["block"]
    assert f"{patterns.BROAD:.2f}" in sentences["broad"]
