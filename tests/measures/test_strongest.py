from __future__ import annotations

import numpy as np

from attention_viz.measures.strongest import most_read, strongest_link

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
