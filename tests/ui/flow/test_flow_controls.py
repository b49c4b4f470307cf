"""Which token is followed when none was pinned, and what is drawn of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest

from attention_viz import Attention, Tokens
from attention_viz.ui.flow.flow_controls import DRAWN, last_word
from attention_viz.ui.flow.flow_pictures import cells


@pytest.mark.parametrize(
    ("texts", "query"),
    [
        (["[CLS]", "the", "sun", ".", "[SEP]"], 2),
        (["[CLS]", "sun", "[SEP]", "rain", "!", "[SEP]"], 3),
        (["[CLS]", ".", "[SEP]"], 2),
        (["sun"], 0),
    ],
)
def test_without_a_pinned_token_the_last_word_is_followed(texts: list[str], query: int) -> None:
    assert last_word(Tokens.plain(texts)) == query


@pytest.mark.parametrize(("n", "rows"), [(5, range(5)), (DRAWN + 1, [2])])
def test_of_a_long_text_the_row_of_the_token_alone_is_drawn(
    n: int, rows: Sequence[int], rng: np.random.Generator
) -> None:
    attention = Attention.from_weights(rng.dirichlet(np.ones(n), size=(1, 1, n)), [f"t{place}" for place in range(n)])
    drawn = cells(attention, attention.weights(0, 0), "Weights", query=2)
    body = drawn.split("<tbody>")[1]
    assert body.count("<tr") == len(rows)
    shades = [f"w{round(20 * weight**0.5)}" for weight in attention.weights(0, 0)[list(rows)].ravel().tolist()]
    assert re.findall(r"<td class=.?(w\d+)", body) == shades
