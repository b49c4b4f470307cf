"""A model's limit is the number of tokens for which it really runs: one more, and transformers itself fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers

from attention_viz import load_model
from attention_viz.models.reading.positions import Lookups, positions

Make = Callable[..., Path]

HALVES = {"d_model": 24, "encoder_layers": 1, "decoder_layers": 1, "encoder_ffn_dim": 40, "decoder_ffn_dim": 40} | {
    "encoder_attention_heads": 3,
    "decoder_attention_heads": 3,
}
CONFIGS: dict[str, dict[str, Any]] = {
    "OPTModel": {"ffn_dim": 40, "word_embed_proj_dim": 24},
    "BartModel": HALVES,
    "MBartModel": HALVES,
    "CTRLModel": {"dff": 40},
    "XLMModel": {"emb_dim": 24, "n_layers": 2, "n_heads": 3},
    "GPTNeoModel": {"attention_types": [[["global", "local"], 1]]},
}
BEHIND_THE_PADDING = (
    *("RobertaModel", "CamembertModel", "XLMRobertaModel", "XLMRobertaXLModel", "RobertaPreLayerNormModel"),
    *("Data2VecTextModel", "IBertModel", "EsmModel", "MPNetModel", "MarkupLMModel"),
)
FROM_THE_START = (
    *("BertModel", "DistilBertModel", "ElectraModel", "DebertaV2Model", "RoFormerModel", "GPT2Model", "OpenAIGPTModel"),
    *("GPTNeoModel", "CTRLModel", "XLMModel"),
)
WITH_ROWS_BESIDE = ("OPTModel", "BioGptModel", "BartModel", "MBartModel")
"""Their tables have two rows more, which no token takes."""


def runs(folder: Path, architecture: str, n_tokens: int) -> bool:
    """Whether transformers' own model reads so many tokens."""
    network = getattr(transformers, architecture).from_pretrained(folder).eval()
    called = network.get_encoder() if network.config.is_encoder_decoder else network
    try:
        with torch.no_grad():
            called(input_ids=torch.full((1, n_tokens), 5))
    except (IndexError, RuntimeError):
        return False
    return True


@pytest.mark.parametrize("architecture", [*BEHIND_THE_PADDING, *FROM_THE_START, *WITH_ROWS_BESIDE])
def test_a_model_reads_as_many_tokens_as_it_says_and_no_more(architecture: str, checkpoint: Make) -> None:
    """60 rows; the family of RoBERTa begins behind the number of its padding, which is 1 here."""
    folder = checkpoint(architecture, pad_token_id=1, **CONFIGS.get(architecture, {}))
    limit = load_model(folder, device="cpu").limit
    assert limit == (58 if architecture in BEHIND_THE_PADDING else 60)
    assert [runs(folder, architecture, n) for n in (limit, limit + 1)] == [True, False]


def test_windows_of_a_model_with_a_table_of_its_own_fit(checkpoint: Make) -> None:
    model = load_model(checkpoint("IBertModel"), device="cpu")
    assert model.limit == 59  # its padding is number 0
    attention = model.attend("the cat sat down . " * 20, overlong="windows")
    assert attention.n_tokens == 102
    np.testing.assert_allclose(attention.weights(1).sum(-1), 1, atol=1e-5)


class Stub:
    """A model's configuration and a tokenizer's word."""

    def __init__(self, rows: object, told: float) -> None:
        self.config, self.max_position_embeddings, self.model_max_length = self, rows, told

    def get_text_config(self) -> Stub:
        return self


@pytest.mark.parametrize(
    ("rows", "capacities", "told", "expected"),
    [(60, [58], 512, 58), (60, [62], 512, 60), (None, [1024], 512, 1024), (-1, [], 512, 512), (60, [], 512, 60)]
    + [(None, [], nonsense, None) for nonsense in (0, -5, 0.5, float("nan"), 1e30)],
)
def test_the_limit_is_the_least_that_is_known_and_else_the_tokenizers_word(
    rows: object, capacities: list[int], told: float, expected: int | None
) -> None:
    stub: Any = Stub(rows, told)
    assert positions(stub, stub, capacities) == expected


@pytest.mark.parametrize(
    ("rows", "capacities"),
    [([[2, 3, 4]], [7]), ([0, 1, 2], [9]), ([[5, 5, 5]], []), ([[0, 1]], []), ([[2, 1, 0]], []), ([[1, 3, 4]], [])],
)
def test_neighbouring_rows_for_all_tokens_are_positions(rows: list[Any], capacities: list[int]) -> None:
    table = torch.nn.Embedding(9, 4)
    with Lookups(3) as lookups:
        table(torch.tensor(rows))
    assert lookups.capacities == capacities


def test_distances_of_all_pairs_are_no_positions() -> None:
    with Lookups(3) as lookups:
        torch.nn.functional.embedding(torch.arange(3).expand(3, 3) + 1, torch.zeros(9, 4))
    assert lookups.capacities == []
