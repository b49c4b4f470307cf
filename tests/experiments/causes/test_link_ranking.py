"""Ranked links: measured as each is cut alone, estimated by the slope of a plain model in double precision."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import scipy.stats
import torch
from torch.overrides import TorchFunctionMode

from attention_viz import Model
from attention_viz.errors import SelectionError
from attention_viz.experiments import cut, rank_links
from attention_viz.experiments.causes import link_ranking
from experiments.by_hand import TEXT, eager, inputs

STEP = 1e-4


class Weaker(TorchFunctionMode):
    """A share of one weight of one layer goes: to the others of its row, or nowhere."""

    def __init__(self, link: tuple[int, int, int, int], how: str, share: float) -> None:
        super().__init__()
        self.link, self.how, self.share, self.layer = link, how, share, -1

    def __torch_function__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        if func.__name__ == "softmax" and result.ndim == 4:
            self.layer += 1
            layer, head, query, key = self.link
            if layer == self.layer:
                row = result[0, head, query]
                gone = row[key] * self.share
                kept = row[key] - gone
                if self.how == "renormalise":
                    row *= 1 + gone / (1 - row[key])
                row[key] = kept
        return result


@pytest.mark.parametrize("how", ["renormalise", "zero"])
def test_estimates_are_the_slope_towards_the_cut(masked: Model, how: str) -> None:
    found = rank_links(masked, TEXT, 3, how, mask=[3], exact=2)
    assert found.estimates.shape == (2, 3, 1, len(masked.attend(TEXT).tokens))
    given = inputs(masked, TEXT, masked=[3])
    target = masked.reader.encode(TEXT).inputs["input_ids"][0, 3]
    network = eager(masked).double()

    def loss(link: tuple[int, int, int, int], share: float) -> float:
        with torch.no_grad(), Weaker(link, how, share):
            return -float(network(**given).logits[0, 3].log_softmax(-1)[target])

    for layer, head, key in [(0, 0, 0), (0, 2, 5), (1, 1, 3), (1, 2, 9)]:
        link = (layer, head, 3, key)
        slope = (loss(link, STEP) - loss(link, -STEP)) / (2 * STEP)
        assert found.estimates[layer, head, 0, key] == pytest.approx(slope, abs=1e-5)


def test_the_strongest_are_cut_exactly_and_sorted_by_what_they_changed(
    masked: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_ranking, "AT_ONCE", 4)
    found = rank_links(masked, TEXT, 3, mask=[3], exact=10)
    assert len(found.links) == 10
    weights = [masked_weights(masked, layer) for layer in range(2)]
    for link in found.links:
        alone = cut(masked, TEXT, [(link.layer, link.head, 3, link.key)], mask=[3])
        assert link.change == pytest.approx(alone.after - alone.before, abs=1e-5)
        assert link.weight == pytest.approx(float(weights[link.layer][link.head, 3, link.key]), abs=1e-5)
        assert link.estimate == found.estimates[link.layer, link.head, 0, link.key]
    changes = [abs(link.change) for link in found.links]
    assert changes == sorted(changes, reverse=True)
    least = min(abs(link.estimate) for link in found.links)
    assert (np.sort(np.abs(found.estimates).ravel())[-10:] >= least).all()
    expected = scipy.stats.spearmanr([each.estimate for each in found.links], [each.change for each in found.links])
    assert found.correlation == pytest.approx(expected.statistic)


def masked_weights(model: Model, layer: int) -> np.ndarray:
    with torch.no_grad():
        outputs = eager(model)(**inputs(model, TEXT, masked=[3]), output_attentions=True)
    return outputs.attentions[layer][0].numpy()


def test_every_query_is_ranked_where_none_is_named(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", num_labels=4)
    found = rank_links(model, TEXT, exact=5)
    assert found.queries == tuple(range(found.estimates.shape[2]))
    for link in found.links:
        alone = cut(model, TEXT, [(link.layer, link.head, link.query, link.key)])
        assert link.change == pytest.approx(alone.after - alone.before, abs=1e-5)


def test_a_weight_that_is_the_whole_row_has_no_estimate_when_others_shall_grow(
    make_model: Callable[..., Model],
) -> None:
    sizes = {"vocab_size": 17, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 60}
    model = make_model("GPT2LMHeadModel", sizes, initializer_range=0.5, bos_token_id=2, eos_token_id=3)
    found = rank_links(model, TEXT, 0)
    assert np.isnan(found.estimates[:, :, 0, 0]).all()
    assert not np.isnan(rank_links(model, TEXT, 0, "zero").estimates).any()


def test_progress_counts_links_and_can_stop_the_work(masked: Model) -> None:
    calls: list[tuple[int, int]] = []
    rank_links(masked, TEXT, 3, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(12, 24), (24, 24)]

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rank_links(masked, TEXT, 3, progress=stop)


def test_what_does_not_exist_is_refused(masked: Model) -> None:
    with pytest.raises(SelectionError, match="no token index 77"):
        rank_links(masked, TEXT, 77)
    with pytest.raises(SelectionError, match="0 links"):
        rank_links(masked, TEXT, 3, exact=0)
