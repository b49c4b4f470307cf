"""What is computed from captured queries and keys fits together, and fits the model it came from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from architectures import LONG, ROWS, build
from hypothesis import given, settings
from hypothesis import strategies as st

from attention_viz import Attention, Model, load_model
from attention_viz.errors import InputError
from attention_viz.models.engine.calls import AttentionCall
from attention_viz.models.engine.capture import CaptureRecorder, CaptureSource
from attention_viz.models.engine.mask import Mask
from attention_viz.models.engine.recording import Layer

CAPTURED = ("BERT", "ModernBERT", "GPT-2", "Gemma 2", "gpt-oss", "T5")

ROUNDING = dict.fromkeys(CAPTURED, 1e-5) | {"T5": 5e-5}
"""T5 does not scale its scores: they are large, and so is what rounding does to them."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Model]:
    """One small model of each kind that is captured."""
    folder = tmp_path_factory.mktemp("captured")
    return {row.name: load_model(build(row, folder / row.architecture)) for row in ROWS if row.name in CAPTURED}


@pytest.fixture(scope="module")
def read(models: dict[str, Model]) -> dict[str, Attention]:
    return {name: model.attend(LONG, part=model.parts[0]) for name, model in models.items()}


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(CAPTURED), corners=st.lists(st.integers(0, 33), min_size=4, max_size=4), head=st.integers(0, 2)
)
def test_a_tile_is_that_part_of_the_head(name: str, corners: list[int], head: int, read: dict[str, Attention]) -> None:
    attention = read[name]
    rows, columns = (slice(*sorted(pair)) for pair in (corners[:2], corners[2:]))
    whole = attention.weights(1, head)
    np.testing.assert_allclose(attention.tile(1, head, rows, columns), whole[rows, columns], atol=ROUNDING[name])
    np.testing.assert_allclose(attention.weights(1)[head], whole, atol=ROUNDING[name])


@pytest.mark.parametrize("name", CAPTURED)
def test_rows_sum_to_one_or_to_what_the_sink_leaves(name: str, read: dict[str, Attention]) -> None:
    sums = read[name].weights(0).sum(-1)
    if name == "gpt-oss":
        assert sums.max() <= 1 + 1e-5
        assert sums.min() < 0.99
    else:
        np.testing.assert_allclose(sums, 1, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in CAPTURED if name != "gpt-oss"])
def test_weights_are_the_softmax_of_the_scores(name: str, read: dict[str, Attention]) -> None:
    attention = read[name]
    scores = torch.tensor(attention.scores(1, 2))
    np.testing.assert_allclose(scores.softmax(-1), attention.weights(1, 2), atol=ROUNDING[name])
    np.testing.assert_array_equal(np.isfinite(attention.scores(1, 2)), attention.readable(1))


@pytest.mark.parametrize("name", ["BERT", "GPT-2", "ModernBERT"])
def test_scores_are_the_scaled_products_of_queries_and_keys(name: str, read: dict[str, Attention]) -> None:
    attention = read[name]
    products = attention.scale(1) * attention.queries(1, 0) @ attention.keys(1, 0).T
    seen = attention.readable(1)
    np.testing.assert_allclose(attention.scores(1, 0)[seen], products[seen], atol=1e-4)
    assert attention.scale(1) == pytest.approx(attention.queries(1, 0).shape[1] ** -0.5)


def layer_output(model: Model, module: str) -> np.ndarray:
    """What transformers' own module put out when the loaded model read LONG, less its bias: (token, d_model)."""
    seen: list[torch.Tensor] = []
    linear: Any = model.network.get_submodule(module)
    handle = linear.register_forward_hook(lambda _module, _given, output: seen.append(output))
    with torch.no_grad():
        called = model.network.get_encoder() if len(model.parts) > 1 else model.network
        called(**model.reader.encode(LONG).inputs)
    handle.remove()
    output = seen[0] if getattr(linear, "bias", None) is None else seen[0] - linear.bias
    return output.detach().reshape(-1, output.shape[-1]).numpy()


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("BERT", "encoder.layer.1.attention.output.dense"),
        ("ModernBERT", "layers.1.attn.Wo"),
        ("GPT-2", "transformer.h.1.attn.c_proj"),
        ("Gemma 2", "model.layers.1.self_attn.o_proj"),
        ("gpt-oss", "model.layers.1.self_attn.o_proj"),
        ("T5", "encoder.block.1.layer.0.SelfAttention.o"),
    ],
)
def test_the_heads_outputs_projected_and_added_are_what_the_layer_adds(
    name: str, module: str, models: dict[str, Model], read: dict[str, Attention]
) -> None:
    attention = read[name]
    projection = attention.projection(1)
    added = sum(attention.output(1, head) @ projection[head] for head in range(attention.n_heads))
    np.testing.assert_allclose(added, layer_output(models[name], module), atol=2e-3, rtol=1e-3)


def test_an_overview_of_a_long_text_is_the_pooling_of_the_whole_head(models: dict[str, Model]) -> None:
    source = models["BERT"].attend(LONG).source
    assert isinstance(source, CaptureSource)
    for pool, reference in (("max", torch.nn.MaxPool2d), ("mean", torch.nn.AvgPool2d)):
        attention = models["BERT"].attend("cat " * 46)  # 48 tokens
        pooled = attention.overview(1, 1, 12, pool)  # type: ignore[arg-type]
        whole = torch.tensor(attention.weights(1, 1))
        np.testing.assert_allclose(pooled, reference(4)(whole[None])[0], atol=1e-6)


def test_bytes_are_those_of_queries_keys_values_and_normalisers(read: dict[str, Attention]) -> None:
    n, d_model, n_heads, n_layers = 33, 24, 3, 2
    assert read["BERT"].nbytes == n_layers * 4 * (3 * n * d_model + n * n_heads)


def test_grouped_heads_share_their_keys_and_values(read: dict[str, Attention]) -> None:
    attention = read["Gemma 2"]
    assert attention.n_heads == 4
    for what in (attention.keys, attention.values):
        np.testing.assert_array_equal(what(0, 0), what(0, 1))
        assert not np.allclose(what(0, 1), what(0, 2))


def test_what_a_sliding_window_hides_is_marked(read: dict[str, Attention]) -> None:
    attention = read["Gemma 2"]
    windows = [int(attention.readable(layer)[30].sum()) for layer in range(2)]
    assert windows == [9, 31]  # a window of 9 tokens, and every token up to the query
    assert not attention.weights(0)[:, ~attention.readable(0)].any()


def test_of_weights_alone_nothing_else_is_told(attention: Attention) -> None:
    for ask in (attention.scores, attention.queries, attention.keys, attention.values, attention.output):
        with pytest.raises(InputError, match=r"Only the weights .* \(its source is dense\)"):
            ask(0, 0)
    with pytest.raises(InputError, match="Only the weights"):
        attention.projection(0)


def test_layers_of_two_shapes_in_turn_are_kept_as_they_were() -> None:
    def call(layer: int) -> AttentionCall:
        n_keys = 5 if layer % 2 else 3  # as a decoder reads itself and another text in turn
        given = [torch.full((2, 1, n, 4), float(layer)) for n in (3, n_keys, n_keys)]
        return AttentionCall(*given, Mask.plain(n_keys, False, "cpu"), 1.0, lse=torch.zeros(2, 1, 3))

    module = torch.nn.Identity()
    recorder = CaptureRecorder(6)
    for layer in range(6):
        recorder.keep(module, call(layer))
    for layer, texts in enumerate(recorder.of([Layer(module, 0, 1)])):
        for text in texts:
            assert text.keys.shape == (1, 1, 5 if layer % 2 else 3, 4)
            assert (text.queries == layer).all()
            assert (text.values == layer).all()
    assert len(recorder.stacks) == 6  # queries, two of keys, two of values, lse: none is opened twice
