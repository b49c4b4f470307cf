"""Any rectangle of any head, seen alone, is that rectangle of the whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from attention_calls import BATCH, HEADS, KEYS, KINDS, QUERIES, draw, expected
from hypothesis import given, settings
from hypothesis import strategies as st

from attention_viz.models.engine import kernel
from attention_viz.models.engine.calls import AttentionCall


def computed(kind: str) -> AttentionCall:
    """A call with the normalisers that the attention function gives it."""
    with torch.no_grad():
        call = draw(kind)
        return replace(call, lse=kernel.run(call)[1])


def spans(n: int) -> st.SearchStrategy[slice]:
    """Neighbouring tokens, at least one."""
    return st.tuples(st.integers(0, n - 1), st.integers(1, n)).map(
        lambda ends: slice(ends[0], max(ends[0] + 1, ends[1]))
    )


@settings(max_examples=30, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    text=st.integers(0, BATCH - 1),
    head=st.integers(0, HEADS - 1),
    queries=spans(QUERIES),
    keys=spans(KEYS),
)
def test_a_tile_of_one_head_is_that_part_of_the_softmax(
    kind: str, text: int, head: int, queries: slice, keys: slice
) -> None:
    tile = computed(kind).of(text, head).weights(queries, keys)
    torch.testing.assert_close(tile[0, 0], expected(draw(kind))[0][text, head, queries, keys], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("kind", ["plain", "padded", "causal", "bias", "softcap"])
def test_weights_are_the_softmax_of_the_scores(kind: str) -> None:
    call, everywhere = computed(kind), (slice(0, QUERIES), slice(0, KEYS))
    torch.testing.assert_close(call.scores(*everywhere).softmax(-1), call.weights(*everywhere), atol=1e-6, rtol=1e-5)


def test_a_sink_takes_its_share_of_every_row() -> None:
    call = computed("sinks")
    left = call.weights(slice(0, QUERIES), slice(0, KEYS)).sum(-1)
    assert call.sinks is not None
    assert call.lse is not None
    torch.testing.assert_close(1 - left, torch.exp(call.sinks[:, None] - call.lse), atol=1e-6, rtol=1e-5)
    assert (left < 1).all()


def test_neighbouring_heads_share_a_key_head() -> None:
    assert [draw().key_head(head) for head in range(HEADS)] == [0, 0, 1, 1, 2, 2]
