"""The embedded multilingual model computes what the published weights make, and costs nobody who does not ask for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from safetensors.numpy import load_file

from attention_viz import Model, load_model
from attention_viz.errors import ModelError
from attention_viz.models.catalogue import KNOWN_MODELS, MULTILINGUAL
from attention_viz.models.embedded import multilingual as files

TEXTS = (
    ("那只动物没有过马路，因为它太累了。",),
    ("The animal didn't cross the street because it was too tired.",),
    ("今天天气很好。", "The weather is fine today."),
)


def unpacked() -> dict[str, torch.Tensor]:
    """The weights as numpy makes them of the bytes."""
    arrays = load_file(files.WEIGHTS)
    found = {}
    for name, array in arrays.items():
        if name.endswith(".halves"):
            scales = arrays[name.replace(".halves", ".scales")].astype(np.float32)
            low, high = (array % 16).astype(np.float32) - 8, (array // 16).astype(np.float32) - 8
            whole = np.concatenate([low, high], axis=2) * scales[:, :, None]
            found[name.removesuffix(".halves")] = torch.tensor(whole.reshape(len(whole), -1))
        elif not name.endswith(".scales"):
            found[name] = torch.tensor(array)
    return found


@pytest.fixture(scope="module")
def bert() -> transformers.BertModel:
    """A BertModel of transformers that was filled with these weights by hand."""
    sizes = {"vocab_size": 54_552, "hidden_size": 384, "num_hidden_layers": 12, "intermediate_size": 1536}
    config = transformers.BertConfig(**sizes, num_attention_heads=12, attn_implementation="eager")
    network = transformers.BertModel(config, add_pooling_layer=False).eval()
    network.load_state_dict(unpacked(), strict=True)
    return network


@pytest.mark.parametrize("texts", TEXTS, ids=["Chinese", "English", "a pair"])
def test_every_head_and_the_last_states_are_those_of_transformers(
    texts: tuple[str, ...], multilingual: Model, bert: transformers.BertModel
) -> None:
    inputs = multilingual.inputs(*texts)
    with torch.no_grad():
        expected = bert(**inputs, output_attentions=True)
        states = multilingual.network(**inputs).last_hidden_state
    np.testing.assert_allclose(states, expected.last_hidden_state, atol=1e-5)
    attention = multilingual.attend(*texts)
    assert attention.n_layers == len(expected.attentions) == 12
    for layer, weights in enumerate(expected.attentions):
        assert attention.weights(layer).shape == tuple(weights[0].shape)
        np.testing.assert_allclose(attention.weights(layer), weights[0], atol=1e-5)


def test_the_states_are_those_of_a_pass_in_numpy_through_the_published_file(
    multilingual: Model, reference: dict[str, Any]
) -> None:
    for text, printed in reference["states"].items():
        with torch.no_grad():
            states = multilingual.network(**multilingual.inputs(text)).last_hidden_state[0]
        np.testing.assert_allclose(states.mean(0), np.array(printed.split(), float), atol=1e-5)


def test_it_is_named_for_what_it_is(multilingual: Model) -> None:
    (known,) = (each for each in KNOWN_MODELS if each.source == MULTILINGUAL)
    assert multilingual.name == known.name == "multilingual-e5-small, 4-bit weights"
    assert multilingual.source == MULTILINGUAL
    assert multilingual.revision == files.SHA256[:12]
    sizes = (multilingual.n_layers, multilingual.n_heads, multilingual.d_model, multilingual.d_head, multilingual.limit)
    assert sizes == (12, 12, 384, 32, 512)
    assert multilingual.attend("你好").model == multilingual.name


@pytest.mark.parametrize("typed", [f" {MULTILINGUAL}\n", f"'{MULTILINGUAL}'", "multilingual-e5-small, 4-bit weights"])
def test_it_is_loaded_by_the_name_that_is_shown_too(typed: str) -> None:
    assert load_model(typed, device="cpu").source == MULTILINGUAL


def test_sentences_that_mean_the_same_are_nearer_across_languages_than_others(multilingual: Model) -> None:
    chinese = "小猫坐在垫子上。"
    same = multilingual.similarity(chinese, "The kitten sat on the mat.")
    other = multilingual.similarity(chinese, "The central bank announced a rate cut.")
    assert same > other + 0.05
    assert multilingual.similarity(chinese, chinese) == pytest.approx(1, abs=1e-5)


def test_the_memory_it_takes_is_known_before_it_is_taken(multilingual: Model) -> None:
    asked: list[int] = []
    load_model(MULTILINGUAL, device="cpu", free_memory=asked.append)
    parameters = sum(each.numel() for each in multilingual.network.parameters())
    assert asked == [4 * parameters]
    assert multilingual.nbytes == pytest.approx(asked[0], rel=0.001)


def test_weights_that_were_changed_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = bytearray(files.WEIGHTS.read_bytes())
    damaged[-1] ^= 1
    (tmp_path / "q4.safetensors").write_bytes(damaged)
    monkeypatch.setattr(files, "WEIGHTS", tmp_path / "q4.safetensors")
    with pytest.raises(ModelError, match="sha256 differs"):
        load_model(MULTILINGUAL)


def test_who_does_not_ask_for_it_opens_none_of_its_files() -> None:
    code = """
import json, sys
opened = []
sys.addaudithook(lambda event, values: opened.append(str(values[0])) if event == "open" else None)
import attention_viz
from attention_viz.ui.server.allow_list import offered
offered()
attention_viz.load_model(device="cpu").attend("The cat sat.")
print(json.dumps(opened))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    opened = json.loads(done.stdout)
    assert any(path.endswith("loading.py") or "loading" in path for path in opened)
    assert not any(str(files.FOLDER) in path for path in opened)


def test_it_is_small_enough_for_a_repository() -> None:
    assert files.WEIGHTS.stat().st_size < 25_000_000
    assert sum(path.stat().st_size for path in files.FOLDER.iterdir()) < 28_000_000
    assert {"LICENSE", "MODEL_CARD.md"} <= {path.name for path in files.FOLDER.iterdir()}
