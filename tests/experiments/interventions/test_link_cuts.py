"""Links as the switches of copies of a text: which cells are cut, and what is left of a row."""

from __future__ import annotations

import pytest
import torch

from attention_viz.experiments.interventions.link_cuts import cuts_of, single
from attention_viz.models.engine.calls import AttentionCall
from attention_viz.models.engine.mask import Mask


def test_each_copy_lacks_its_own_links_and_rows_are_those_of_any() -> None:
    found = cuts_of([[(0, 1, 3, 2)], [(0, None, 1, 0), (2, 0, 4, 4)]], n_heads=[2, 2, 3], n_tokens=5, how="zero")
    assert list(found) == [0, 2]
    assert found[0].queries == (1, 3)
    assert found[0].cells.nonzero().tolist() == [[0, 1, 1, 2], [1, 0, 0, 0], [1, 1, 0, 0]]
    assert found[2].cells.shape == (2, 3, 1, 5)


def test_none_stands_for_the_layers_that_have_attention() -> None:
    assert list(single((None, None, 1, 0), n_heads=[0, 2, 1], n_tokens=2)) == [(1, 0, 1, 0), (1, 1, 1, 0), (2, 0, 1, 0)]


@pytest.mark.parametrize("how", ["renormalise", "zero"])
@torch.no_grad()
def test_a_sink_keeps_its_share_of_a_row(how: str) -> None:
    """Softmax over keys and sink, written out."""
    rng = torch.Generator().manual_seed(3)
    queries, keys, values = (torch.randn(1, heads, 5, 4, generator=rng) for heads in (2, 1, 1))
    sinks, mask = torch.tensor([0.3, -0.4]), Mask.plain(5, True, "cpu")
    scores = (queries @ keys.transpose(-1, -2)).masked_fill(torch.ones(5, 5).triu(1).bool(), -torch.inf)
    whole = torch.cat([scores, sinks[None, :, None, None].expand(1, 2, 5, 1)], -1)
    lse = whole.logsumexp(-1)
    call = AttentionCall(queries, keys, values, mask, 1.0, sinks=sinks, lse=lse)
    before = (whole.softmax(-1)[..., :5] @ values).transpose(1, 2)
    cut = cuts_of([[(0, 1, 3, 2)]], [2], 5, how)[0].apply(call, before)
    without = whole.clone()
    without[0, 1, 3, 2] = -torch.inf
    weights = (without if how == "renormalise" else whole).softmax(-1)[0, 1, 3, :5]
    weights[2] = 0
    assert torch.allclose(cut[0, 3, 1], weights @ values[0, 0], atol=1e-6)
    changed = (cut != before).any(-1)[0]  # (query, head)
    assert changed.nonzero().tolist() == [[3, 1]]
