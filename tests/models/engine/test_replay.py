"""What is computed by running one module again is what that module computed, and shows what it was computed from."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from architectures import LONG, ROWS, build

from attention_viz import Attention, Model, load_model
from attention_viz.errors import InputError
from attention_viz.models.engine.replay import ReplaySource

REPLAYED = {
    "DeBERTa": "encoder.layer.1.attention.output.dense",
    "DeBERTa-v3": "encoder.layer.1.attention.output.dense",
    "MPNet": "encoder.layer.1.attention.attn.o",
    "BLOOM": "transformer.h.1.self_attention.dense",
    "Falcon": "transformer.h.1.self_attention.dense",
}
"""The linear module that takes the heads' outputs of the second layer."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Model]:
    folder = tmp_path_factory.mktemp("replayed")
    return {row.name: load_model(build(row, folder / row.name)) for row in ROWS if row.name in REPLAYED}


@pytest.fixture
def read(models: dict[str, Model]) -> dict[str, Attention]:
    return {name: model.attend(LONG) for name, model in models.items()}


@pytest.mark.parametrize("name", list(REPLAYED))
def test_weights_are_the_softmax_of_the_scores(name: str, read: dict[str, Attention]) -> None:
    attention = read[name]
    scores = torch.tensor(attention.scores(1, 2))
    np.testing.assert_allclose(scores.softmax(-1), attention.weights(1, 2), atol=1e-6)
    if attention.causal:
        assert np.isneginf(attention.scores(1, 2)[np.triu_indices(attention.n_tokens, 1)]).all()


@pytest.mark.parametrize(("name", "module"), list(REPLAYED.items()))
def test_the_heads_outputs_projected_and_added_are_what_the_layer_adds(
    name: str, module: str, models: dict[str, Model], read: dict[str, Attention]
) -> None:
    seen: list[torch.Tensor] = []
    linear: Any = models[name].network.get_submodule(module)
    handle = linear.register_forward_hook(lambda _module, _given, output: seen.append(output))
    with torch.no_grad():
        models[name].network(**models[name].reader.encode(LONG).inputs)
    handle.remove()
    expected = seen[0] if linear.bias is None else seen[0] - linear.bias
    attention = read[name]
    projection = attention.projection(1)
    added = sum(attention.output(1, head) @ projection[head] for head in range(attention.n_heads))
    np.testing.assert_allclose(added, expected.detach()[0], atol=2e-3, rtol=1e-3)


def test_queries_and_keys_are_not_guessed(read: dict[str, Attention]) -> None:
    for ask in (read["MPNet"].queries, read["MPNet"].keys):
        with pytest.raises(InputError, match="its own code"):
            ask(0, 0)


def test_one_layer_at_most_is_kept_beside_the_inputs(read: dict[str, Attention]) -> None:
    attention = read["MPNet"]
    assert isinstance(attention.source, ReplaySource)
    before = attention.nbytes
    attention.weights(0)
    with_one = attention.nbytes
    attention.weights(1)
    assert before < with_one == attention.nbytes


def test_a_module_runs_once_for_all_heads_of_its_layer(read: dict[str, Attention], models: dict[str, Model]) -> None:
    source = read["MPNet"].source
    assert isinstance(source, ReplaySource)
    runs: list[int] = []
    handle = source.layers[1].module.register_forward_hook(lambda *_: runs.append(1))
    read["MPNet"].weights(1)
    handle.remove()
    assert len(runs) == 1


def test_eight_threads_looking_at_layers_in_turn_see_what_one_sees(read: dict[str, Attention]) -> None:
    attention = read["DeBERTa-v3"]
    expected = [attention.weights(layer).copy() for layer in range(2)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: attention.weights(n % 2), range(64)))
    for number, weights in enumerate(found):
        np.testing.assert_array_equal(weights, expected[number % 2])
