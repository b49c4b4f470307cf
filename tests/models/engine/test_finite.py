"""A number that is none is found before anything is computed with it, and where a text first makes one, it is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import transformers
from checkpoints import VOCABULARY
from safetensors.torch import load_file, save_file

from attention_viz import load_model
from attention_viz.errors import ModelError
from attention_viz.experiments.interventions.hooked_model import HookedModel
from attention_viz.models.engine.finite import check_parameters
from attention_viz.models.engine.reference import observe, twin

Make = Callable[..., Path]


def spoil(folder: Path, name: str, value: float) -> Path:
    """The same checkpoint with one other number in one of its weights."""
    weights = load_file(folder / "model.safetensors")
    weights[name].view(-1)[3] = value
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize(
    "name",
    [
        "embeddings.word_embeddings.weight",
        "encoder.layer.0.attention.self.query.weight",
        "encoder.layer.1.output.dense.weight",
        "encoder.layer.1.output.LayerNorm.bias",
    ],
)
def test_a_weight_that_holds_no_number_is_refused_by_its_name(name: str, value: float, checkpoint: Make) -> None:
    with pytest.raises(ModelError, match=rf"The weight {name} of tiny holds 1 numbers that are not finite"):
        load_model(spoil(checkpoint(), name, value))


def test_a_pair_is_looked_at_too(tiny_bert_folder: Path) -> None:
    network = transformers.BertModel.from_pretrained(tiny_bert_folder).eval()
    with torch.no_grad():
        network.encoder.layer[1].output.dense.weight[2, 1] = torch.nan
    with pytest.raises(ModelError, match=r"encoder.layer.1.output.dense.weight"):
        load_model((network, transformers.AutoTokenizer.from_pretrained(tiny_bert_folder)))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_numbers_whose_sum_runs_over_are_numbers(dtype: torch.dtype) -> None:
    network = transformers.BertModel(
        transformers.BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, vocab_size=9)
    ).to(dtype)
    with torch.no_grad():
        network.embeddings.word_embeddings.weight.fill_(torch.finfo(dtype).max)
    check_parameters(network, "a name")


@pytest.mark.parametrize("architecture", ["GPT2Model", "BloomModel", "OpenAIGPTModel"])
def test_a_text_whose_numbers_run_over_is_refused_and_others_are_read(architecture: str, checkpoint: Make) -> None:
    """By capture, by replay and dense: one word's vector is so large that its scores are beyond float32."""
    network = getattr(transformers, architecture).from_pretrained(checkpoint(architecture)).eval()
    seen = set(observe(twin(network, "eager")).inputs["input_ids"].unique().tolist())
    words = {number: text for number, text in enumerate(VOCABULARY) if text.isascii() and text.isalpha()}
    spoilt = max(number for number in words if number not in seen)
    with torch.no_grad():
        network.get_input_embeddings().weight[spoilt] = 3e38
        network.get_input_embeddings().weight[spoilt, ::2] *= -1
    model = load_model((network, transformers.AutoTokenizer.from_pretrained(checkpoint(architecture))))
    assert model.attend(next(text for number, text in words.items() if number in seen)).n_tokens == 3
    with pytest.raises(ModelError, match=rf"{architecture}.*float32.*\(NaN\)"):
        model.attend(words[spoilt])
    with pytest.raises(ModelError, match=rf"{architecture}.*float32.*\(NaN\)"):  # beside others, too
        model.attend_all([words[spoilt], "the cat sat", words[min(seen & set(words))]])


def test_an_experiment_does_not_go_on_with_what_is_no_number(checkpoint: Make) -> None:
    model = load_model(checkpoint("GPT2LMHeadModel"))
    hooked = HookedModel(model)
    with torch.no_grad():
        hooked.network.get_parameter("transformer.ln_f.bias")[0] = torch.nan
    with pytest.raises(ModelError, match="NaN"):
        hooked.run(model.inputs("the cat"))
