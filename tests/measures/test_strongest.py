from __future__ import annotations

import numpy as np

from attention_viz import Tokens
from attention_viz.measures.strongest import Link, most_read, stronger, strongest_link, strongest_links

WEIGHTS = np.array([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2], [0.9, 0.05, 0.05]])


def test_special_tokens_are_passed_over_where_there_are_others() -> None:
    assert most_read(WEIGHTS[0], [False, False, True]) == 1
    assert most_read(WEIGHTS[0], [True, True, True]) == 2
    assert most_read(WEIGHTS[0], [False] * 3) == 2


def test_the_strongest_link_is_between_two_ordinary_tokens() -> None:
    ordinary = [False] * 3
    assert strongest_link(WEIGHTS, ordinary, ordinary, same=False) == (2, 0)
    assert strongest_link(WEIGHTS, [False, False, True], [False, False, True], same=False) == (1, 0)
    assert strongest_link(np.eye(3) * 0.8 + 0.1, ordinary, ordinary, same=True) in {(0, 1), (0, 2)}


def test_a_text_of_special_tokens_alone_has_a_strongest_link_too() -> None:
    assert strongest_link(WEIGHTS, [True] * 3, [True] * 3, same=True) == (2, 0)


TOKENS = Tokens.plain(["[CLS]", "it", ",", "the", "cat", "[SEP]"])
COUNTED = (1, 3, 4)
"""Positions that are neither special nor punctuation."""


def test_the_strongest_link_of_every_head_is_that_of_naive_loops(rng: np.random.Generator) -> None:
    heads = rng.dirichlet(np.ones(6), size=(5, 6))
    for head, found in zip(heads, strongest_links(heads, TOKENS), strict=True):
        pairs = [(query, key) for query in COUNTED for key in COUNTED if query != key]
        query, key = max(pairs, key=lambda pair: head[pair])
        assert found == Link(query, key, (TOKENS[query], TOKENS[key]), float(head[query, key]))


def test_rows_read_apart_give_the_link_of_the_whole(rng: np.random.Generator) -> None:
    heads = rng.dirichlet(np.ones(6), size=(5, 6))
    parts = [strongest_links(heads[:, rows], TOKENS, None, rows) for rows in (slice(0, 2), slice(2, 6))]
    assert list(map(stronger, *parts)) == strongest_links(heads, TOKENS)


def test_of_two_texts_the_same_place_is_no_link_to_itself() -> None:
    keys = Tokens.plain(["a", "b", "c"])
    found = strongest_links(np.eye(3)[None], Tokens.plain(["x", "y", "z"]), keys)
    assert found == [Link(0, 0, ("x", "a"), 1.0)]


def test_a_text_without_two_such_tokens_has_no_link() -> None:
    assert strongest_links(np.full((2, 3, 3), 1 / 3), Tokens.plain(["[CLS]", "!", "[SEP]"])) == [None, None]
    assert strongest_links(np.ones((1, 1, 1)), Tokens.plain(["a"])) == [None]
