"""What a short trial cannot show of a model that sees its neighbours, its configuration says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import transformers
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

from attention_viz import load_model
from attention_viz.models.reading import batch_invariance


def test_every_rotation_of_transformers_is_known_to_follow_the_length_or_not() -> None:
    fixed = {"default", "linear", "llama3", "proportional", "yarn"}
    assert set(ROPE_INIT_FUNCTIONS) - fixed == batch_invariance.BY_LENGTH


@pytest.mark.parametrize(
    ("rope", "kind"),
    [
        ({"rope_type": "dynamic", "factor": 2.0, "rope_theta": 10000.0}, "dynamic"),
        ({"rope_type": "linear", "factor": 2.0, "rope_theta": 10000.0}, ""),
        ({"rope_type": "default", "rope_theta": 10000.0}, ""),
    ],
)
def test_a_rotation_that_follows_the_longest_text_keeps_texts_apart(
    rope: dict[str, Any], kind: str, checkpoint: Callable[..., Path]
) -> None:
    model = load_model(checkpoint("LlamaForCausalLM", rope_parameters=rope))
    assert (f"({kind})" in str(model.batch_variance)) if kind else model.batch_variance is None


def test_a_rotation_is_found_in_a_kind_of_layer() -> None:
    config = transformers.Gemma3TextConfig(
        rope_parameters={
            "full_attention": {"rope_type": "dynamic", "factor": 8.0, "rope_theta": 1e6},
            "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
        }
    )
    assert {"dynamic", "default"} <= set(batch_invariance._rotations(config.to_dict()))


def test_experts_that_fill_up_keep_texts_apart(checkpoint: Callable[..., Path]) -> None:
    sizes = {"d_model": 24, "encoder_layers": 2, "decoder_layers": 1, "encoder_attention_heads": 3}
    more = {"decoder_attention_heads": 2, "encoder_ffn_dim": 40, "decoder_ffn_dim": 40, "num_experts": 4}
    some = checkpoint("NllbMoeForConditionalGeneration", "some", moe_eval_capacity_token_fraction=0.3, **sizes, **more)
    whole = checkpoint(
        "NllbMoeForConditionalGeneration", "whole", moe_eval_capacity_token_fraction=1.0, **sizes, **more
    )
    assert "an expert of this model" in str(load_model(some).batch_variance)
    assert load_model(whole).batch_variance is None
