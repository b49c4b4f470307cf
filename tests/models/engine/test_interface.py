"""The attention function that a model runs: the same whether somebody looks or not, and for many threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from architectures import GROUPED, WINDOW
from checkpoints import make_checkpoint

from attention_viz import Model, load_model
from attention_viz.models.engine.interface import NAME
from attention_viz.models.engine.reference import twin

IDS = torch.tensor([[2, 5, 6, 8, 7, 9, 11, 12, 6, 5, 13, 8, 3], [2, 5, 6, 8, 7, 9, 3, 0, 0, 0, 0, 0, 0]])
KEPT = (IDS != 0).long()
DECODERS = {
    "GPT2LMHeadModel": {},
    "Gemma2ForCausalLM": GROUPED | WINDOW | {"query_pre_attn_scalar": 8, "attn_logit_softcapping": 2.0},
    "MistralForCausalLM": GROUPED | WINDOW,
    "GptOssForCausalLM": GROUPED | WINDOW | {"num_local_experts": 2, "num_experts_per_tok": 1},
}


def pair(folder: Path, architecture: str, **config: Any) -> tuple[Any, Any]:
    """The same model with eager attention and with ours."""
    kind = getattr(transformers, architecture)
    eager = kind.from_pretrained(make_checkpoint(folder, architecture, **config), attn_implementation="eager").eval()
    return eager, twin(eager, NAME)


@pytest.mark.parametrize("architecture", ["BertModel", *DECODERS])
def test_without_a_recorder_the_model_answers_as_eager_does(architecture: str, tmp_path: Path) -> None:
    eager, ours = pair(tmp_path, architecture, **DECODERS.get(architecture, {}))
    with torch.no_grad():
        expected, found = (network(IDS, attention_mask=KEPT)[0] for network in (eager, ours))
    torch.testing.assert_close(found[KEPT.bool()], expected[KEPT.bool()], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("architecture", list(DECODERS))
def test_a_decoder_writes_what_it_writes_with_eager_attention(architecture: str, tmp_path: Path) -> None:
    eager, ours = pair(tmp_path, architecture, **DECODERS[architecture])
    options = {"max_new_tokens": 20, "do_sample": False, "pad_token_id": 0, "attention_mask": KEPT[:1]}
    assert torch.equal(ours.generate(IDS[:1], **options), eager.generate(IDS[:1], **options))


def test_gradients_flow_through_it(tmp_path: Path) -> None:
    def gradient(network: Any) -> torch.Tensor:
        network.zero_grad()
        network(IDS, attention_mask=KEPT)[0][KEPT.bool()].square().sum().backward()
        return network.get_input_embeddings().weight.grad.clone()

    eager, ours = pair(tmp_path, "BertModel")
    torch.testing.assert_close(gradient(ours), gradient(eager), atol=1e-3, rtol=1e-3)


@pytest.fixture(scope="module")
def gemma(tmp_path_factory: pytest.TempPathFactory) -> Model:
    config = DECODERS["Gemma2ForCausalLM"]
    return load_model(make_checkpoint(tmp_path_factory.mktemp("gemma") / "tiny", "Gemma2ForCausalLM", **config))


def test_eight_threads_never_mix_their_captures(gemma: Model) -> None:
    words = "the cat sat down because it was tired".split()
    texts = [" ".join(words[n % 5 :] * (1 + n % 3)) for n in range(16)]
    expected = [gemma.attend(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: gemma.attend(texts[number % 16]), range(64)))
    for number, attention in enumerate(found):
        assert attention.tokens == expected[number % 16].tokens
        for layer in range(attention.n_layers):
            np.testing.assert_array_equal(attention.weights(layer), expected[number % 16].weights(layer))
