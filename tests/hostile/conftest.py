"""Models of every family of tokenizers, small enough to read a thousand texts."""

from __future__ import annotations

import pytest
import transformers
from checkpoints import byte_pieces, make_checkpoint, sentence_pieces

from attention_viz import Model, load_model

KINDS = {
    "byte pieces": ("RobertaModel", byte_pieces, {"max_position_embeddings": 120}),
    "sentence pieces": ("XLMRobertaForMaskedLM", sentence_pieces, {"max_position_embeddings": 120}),
    "bytes": (
        "GPT2LMHeadModel",
        transformers.ByT5Tokenizer,
        {"vocab_size": 400, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 100},
    ),
    "two halves": (
        "T5ForConditionalGeneration",
        sentence_pieces,
        {"d_model": 24, "num_layers": 2, "num_heads": 3, "d_kv": 8, "d_ff": 40, "decoder_start_token_id": 0},
    ),
}
"""Kind of pieces -> architecture, tokenizer, sizes. That of bytes has rows to spare, as published ones have."""


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Model]:
    """One model of each kind, and the embedded one, which reads word pieces."""
    transformers.logging.disable_progress_bar()
    folder = tmp_path_factory.mktemp("hostile")
    made = {
        name: load_model(make_checkpoint(folder / kind, kind, tokenizer=tokenizer(), **sizes), device="cpu")
        for name, (kind, tokenizer, sizes) in KINDS.items()
    }
    transformers.logging.enable_progress_bar()
    return {"word pieces": load_model(device="cpu"), **made}
