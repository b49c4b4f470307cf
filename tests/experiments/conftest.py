"""Small models with random weights, built in memory; no two sizes are equal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import transformers
from transformers import BertTokenizer

from attention_viz import Model, load_model

VOCABULARY = (
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *("the", "cat", "sun", "sat", "down", "because", "it", "was", "tired", "##rise", ",", "."),
)
SIZES = {
    "vocab_size": len(VOCABULARY),
    "hidden_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "intermediate_size": 40,
    "max_position_embeddings": 60,
    "initializer_range": 0.5,  # so that heads differ visibly
}


@pytest.fixture(scope="session")
def make_model() -> Callable[..., Model]:
    """make_model("BertForMaskedLM", num_attention_heads=4): any transformers class, with BERT's own tokenizer."""
    tokenizer = BertTokenizer(vocab={piece: number for number, piece in enumerate(VOCABULARY)})

    def make(architecture: str = "BertModel", sizes: dict[str, int] = SIZES, seed: int = 20, **config: Any) -> Model:
        kind = getattr(transformers, architecture)
        torch.manual_seed(seed)
        network = kind(kind.config_class(**(sizes | config))).eval()
        with torch.no_grad():  # biases begin at zero; a head's part in them would not show
            for name, parameter in network.named_parameters():
                if name.endswith("bias"):
                    parameter.normal_(0, 0.3)
        return load_model((network, tokenizer))

    return make


@pytest.fixture(scope="session")
def masked(make_model: Callable[..., Model]) -> Model:
    """A BertForMaskedLM with 2 layers, 3 heads and d_model 24."""
    return make_model("BertForMaskedLM")


@pytest.fixture(scope="session")
def hybrid_model(make_model: Callable[..., Model]) -> Model:
    """A decoder of 4 layers: the second and the fourth have 4 heads, the others convolve."""
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8}
    kinds = ["conv", "full_attention", "conv", "full_attention"]
    return make_model("Lfm2ForCausalLM", num_hidden_layers=4, layer_types=kinds, **heads)


@pytest.fixture(scope="session")
def embedded() -> Model:
    """The embedded default, loaded once."""
    return load_model(device="cpu")
