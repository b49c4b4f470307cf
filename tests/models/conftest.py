"""Small checkpoints with random weights, saved to a folder like any other; no two sizes are equal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from transformers import BertTokenizer, PreTrainedTokenizerBase

from attention_viz import Model, load_model

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ENGLISH = (
    "the",
    "cat",
    "sun",
    "sat",
    "down",
    "because",
    "it",
    "was",
    "tired",
    "##rise",
    "##s",
    "didn",
    "t",
    "l",
    "homme",
)
VOCABULARY = (*SPECIALS, *ENGLISH, "'", ",", ".", "!", "我", "爱", "你")

SIZES = {
    "vocab_size": len(VOCABULARY),
    "hidden_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "intermediate_size": 40,
    "max_position_embeddings": 60,
    "initializer_range": 0.5,  # so that heads differ visibly
}


def word_pieces() -> BertTokenizer:
    """BERT's own tokenizer with a vocabulary of 27 pieces."""
    return BertTokenizer(vocab={piece: number for number, piece in enumerate(VOCABULARY)})


def make_checkpoint(
    folder: Path,
    architecture: str = "BertModel",
    *,
    tokenizer: PreTrainedTokenizerBase | None = None,
    dtype: torch.dtype = torch.float32,
    seed: int = 20,
    **config: Any,
) -> Path:
    """A checkpoint of any transformers class in `folder`: configuration, safetensors and tokenizer.

    config : changes to SIZES, or other settings of the class's configuration
    """
    kind = getattr(transformers, architecture)
    torch.manual_seed(seed)
    network = kind(kind.config_class(**(SIZES | config))).to(dtype)
    network.save_pretrained(folder)
    (tokenizer or word_pieces()).save_pretrained(folder)
    return folder


@pytest.fixture
def checkpoint(tmp_path: Path) -> Callable[..., Path]:
    """`make_checkpoint` in a folder of this test's own: checkpoint("BertForMaskedLM", num_attention_heads=4)."""

    def make(architecture: str = "BertModel", name: str = "tiny", **config: Any) -> Path:
        return make_checkpoint(tmp_path / name, architecture, **config)

    return make


@pytest.fixture(scope="session")
def tiny_bert_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BertModel with 2 layers, 3 heads, d_model 24 and 60 positions. Copy it before you damage it."""
    return make_checkpoint(tmp_path_factory.mktemp("tiny_bert") / "tiny-bert")


@pytest.fixture(scope="session")
def embedded() -> Model:
    """The embedded default, loaded once."""
    return load_model(device="cpu")
