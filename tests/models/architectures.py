"""Every kind of model that is tried, and how near its weights are to transformers' own.

`python tests/models/architectures.py` prints the table that stands in docs/models.md.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from checkpoints import make_checkpoint  # noqa: E402  the checkout is not installed

from attention_viz import Model, load_model  # noqa: E402  the checkout is not installed

LONG = "the cat sat down because it was tired . the sunrise didn't , l'homme sat ! the cat was the sun , it sat down ."
SHORT = "because the sun sat down it was the cats ."
TARGET = "the sun was tired because it sat ."

PEAKED = {"initializer_range": 0.6, "init_std": 0.6, "initializer_factor": 3.0}
"""Weights drawn so widely that heads choose among tokens; each family reads one of the names."""

GROUPED = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8}
WINDOW = {"sliding_window": 9}
TWO_HALVES = {
    "d_model": 24,
    "encoder_layers": 2,
    "decoder_layers": 1,
    "encoder_attention_heads": 3,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 40,
    "decoder_ffn_dim": 40,
    "decoder_start_token_id": 3,
    "scale_embedding": False,
}
T5 = {"d_model": 24, "d_kv": 8, "d_ff": 40, "num_layers": 2, "num_decoder_layers": 1, "num_heads": 3}
COMPRESSED = {
    "q_lora_rank": 12,
    "kv_lora_rank": 10,
    "qk_rope_head_dim": 4,
    "qk_nope_head_dim": 8,
    "v_head_dim": 6,
    "num_key_value_heads": 3,
    "head_dim": 4,
}
"""Queries, keys and values made from shorter vectors than the model's own."""
EXPERTS = {
    "n_routed_experts": 4,
    "num_experts_per_tok": 2,
    "n_group": 1,
    "topk_group": 1,
    "moe_intermediate_size": 16,
    "first_k_dense_replace": 1,
}
SQUEEZED = ("q_groups", "k_groups", "v_groups", "post_attention_groups", "intermediate_groups", "output_groups")
MIXED = {"num_hidden_layers": 4, "layer_types": ["linear_attention", "full_attention"] * 2}
LINEAR = {
    "linear_num_value_heads": 4,
    "linear_num_key_heads": 2,
    "linear_key_head_dim": 8,
    "linear_value_head_dim": 8,
    "num_experts": 2,
    "num_experts_per_tok": 1,
}
LONGROPE = {
    "rope_type": "longrope",
    "rope_theta": 10_000.0,
    "original_max_position_embeddings": 20,
    "short_factor": [1.0] * 4,
    "long_factor": [9.0] * 4,
}
DEBERTA = {"relative_attention": True, "pos_att_type": ["c2p", "p2c"]}


@dataclass(frozen=True)
class Row:
    """One architecture.

    kind    : of attention, as the table names it
    special : what it does differently from the first Transformer
    scores  : transformers gives out the scores before the softmax
    layers  : of a hybrid, the layers that have attention, from 0; None = all
    """

    name: str
    architecture: str
    kind: str
    special: str = ""
    tolerance: float = 1e-5
    config: dict[str, Any] = field(default_factory=dict)
    scores: bool = False
    layers: tuple[int, ...] | None = None


ROWS = (
    Row("BERT", "BertModel", "encoder"),
    Row("DistilBERT", "DistilBertModel", "encoder"),
    Row("RoBERTa", "RobertaModel", "encoder"),
    Row("XLM-R", "XLMRobertaModel", "encoder"),
    Row("I-BERT", "IBertModel", "encoder"),
    Row("ELECTRA", "ElectraModel", "encoder", config={"embedding_size": 16}),
    Row("ALBERT", "AlbertModel", "encoder", "repeats one layer", config={"embedding_size": 16}),
    Row("MPNet", "MPNetModel", "encoder", "relative bias"),
    Row("DeBERTa", "DebertaModel", "encoder", "content and position apart", config=DEBERTA),
    Row("DeBERTa-v2", "DebertaV2Model", "encoder", "content and position apart", config=DEBERTA),
    Row(
        "DeBERTa-v3",
        "DebertaV2Model",
        "encoder",
        "content and position apart, shared keys, buckets",
        config=DEBERTA | {"share_att_key": True, "position_buckets": 8, "norm_rel_ebd": "layer_norm"},
    ),
    Row(
        "ModernBERT",
        "ModernBertModel",
        "encoder",
        "rotation, windows on both sides",
        config={
            "local_attention": 16,
            "num_hidden_layers": 4,
            "global_attn_every_n_layers": 3,
            "num_attention_heads": 3,
        },
    ),
    Row("GPT-2", "GPT2LMHeadModel", "decoder"),
    Row("GPT-NeoX", "GPTNeoXForCausalLM", "decoder", "rotation"),
    Row("Llama", "LlamaForCausalLM", "decoder", "rotation, shared keys", config=GROUPED),
    Row("Qwen3", "Qwen3ForCausalLM", "decoder", "rotation, shared keys, normalised", config=GROUPED),
    Row("Mistral", "MistralForCausalLM", "decoder", "rotation, shared keys, window", config=GROUPED | WINDOW),
    Row("Gemma", "GemmaForCausalLM", "decoder", "rotation, shared keys", config=GROUPED),
    Row(
        "Gemma 2",
        "Gemma2ForCausalLM",
        "decoder",
        "rotation, shared keys, window, softcap",
        config=GROUPED | WINDOW | {"query_pre_attn_scalar": 8, "attn_logit_softcapping": 2.0},
    ),
    Row(
        "Gemma 3",
        "Gemma3ForCausalLM",
        "decoder",
        "rotation, shared keys, window",
        config=GROUPED | WINDOW | {"query_pre_attn_scalar": 8},
    ),
    Row(
        "gpt-oss",
        "GptOssForCausalLM",
        "decoder",
        "rotation, shared keys, window, sinks",
        config=GROUPED | WINDOW | {"num_local_experts": 2, "num_experts_per_tok": 1},
    ),
    Row(
        "Gemma 4",
        "Gemma4ForCausalLM",
        "decoder",
        "rotation, shared keys, window, heads of two widths",
        config=GROUPED
        | {"global_head_dim": 16, "num_hidden_layers": 6, "sliding_window": 9, "vocab_size_per_layer_input": 27},
    ),
    Row(
        "Gemma 3n",
        "Gemma3nForCausalLM",
        "decoder",
        "rotation, shared keys, window, keys of earlier layers, four vectors a token",
        config=GROUPED
        | WINDOW
        | {
            "num_hidden_layers": 5,
            "num_kv_shared_layers": 2,
            "layer_types": [
                "sliding_attention",
                "full_attention",
                "sliding_attention",
                "full_attention",
                "full_attention",
            ],
            "activation_sparsity_pattern": [0.0] * 5,
            "intermediate_size": [40] * 5,
            "hidden_size_per_layer_input": 6,
            "vocab_size_per_layer_input": 27,
            "laurel_rank": 4,
        },
    ),
    Row("DeepSeek-V2", "DeepseekV2ForCausalLM", "decoder", "rotation, compressed", config=COMPRESSED | EXPERTS),
    Row("DeepSeek-V3", "DeepseekV3ForCausalLM", "decoder", "rotation, compressed", config=COMPRESSED | EXPERTS),
    Row("MiniCPM3", "MiniCPM3ForCausalLM", "decoder", "rotation, compressed", config=COMPRESSED),
    Row("OPT", "OPTForCausalLM", "decoder", config={"ffn_dim": 40, "word_embed_proj_dim": 24}),
    Row("BLOOM", "BloomForCausalLM", "decoder", "bias by distance"),
    Row("Falcon", "FalconForCausalLM", "decoder", "rotation, one key head"),
    Row(
        "SqueezeBERT",
        "SqueezeBertModel",
        "encoder",
        "gives out its scores",
        config={"embedding_size": 24} | dict.fromkeys(SQUEEZED, 1),
        scores=True,
    ),
    Row(
        "Jamba",
        "JambaForCausalLM",
        "hybrid decoder",
        "some layers are Mamba",
        config={"num_hidden_layers": 4, "attn_layer_period": 2, "attn_layer_offset": 1, "mamba_d_state": 4}
        | {"num_key_value_heads": 3, "mamba_dt_rank": 4, "num_experts": 1, "num_experts_per_tok": 1},
        layers=(1, 3),
    ),
    Row(
        "Qwen3-Next",
        "Qwen3NextForCausalLM",
        "hybrid decoder",
        "rotation, shared keys, some layers are linear, gated",
        config=GROUPED | MIXED | LINEAR | {"moe_intermediate_size": 8, "shared_expert_intermediate_size": 8},
        layers=(1, 3),
    ),
    Row(
        "MiniMax",
        "MiniMaxForCausalLM",
        "hybrid decoder",
        "rotation, shared keys, some layers are linear",
        config=GROUPED | MIXED | {"num_local_experts": 1, "num_experts_per_tok": 1},
        layers=(1, 3),
    ),
    Row(
        "LFM2",
        "Lfm2ForCausalLM",
        "hybrid decoder",
        "rotation, shared keys, some layers convolve",
        config=GROUPED | {"num_hidden_layers": 3, "layer_types": ["conv", "full_attention", "conv"]},
        layers=(1,),
    ),
    Row("BigBird", "BigBirdModel", "encoder", "in full, not in blocks", config={"attention_type": "original_full"}),
    Row(
        "ConvBERT",
        "ConvBertModel",
        "encoder",
        "a convolution beside it, read one by one",
        config={"embedding_size": 16, "hidden_size": 32, "num_attention_heads": 4, "head_ratio": 2},
    ),
    Row(
        "Nystromformer",
        "NystromformerModel",
        "encoder",
        "landmarks, read one by one",
        config={"num_landmarks": 64, "segment_means_seq_len": 64},
    ),
    Row(
        "Phi-3",
        "Phi3ForCausalLM",
        "decoder",
        "rotation by length, shared keys, read one by one",
        config=GROUPED | {"hidden_size": 32, "rope_parameters": LONGROPE},
    ),
    Row("XLM", "XLMModel", "encoder", config={"emb_dim": 24, "n_layers": 2, "n_heads": 3}),
    Row(
        "T5",
        "T5ForConditionalGeneration",
        "encoder-decoder",
        "relative bias, no scale",
        5e-5,
        T5 | {"decoder_start_token_id": 0},
    ),
    Row("BART", "BartForConditionalGeneration", "encoder-decoder", config=TWO_HALVES),
    Row("Marian", "MarianMTModel", "encoder-decoder", config=TWO_HALVES | {"decoder_start_token_id": 0}),
)


@dataclass(frozen=True)
class Measured:
    """The way that was chosen, and the largest difference from transformers in any weight of any head."""

    way: str
    parts: tuple[str, ...]
    difference: float


def build(row: Row, folder: Path) -> Path:
    """A checkpoint with random weights, saved like any other."""
    return make_checkpoint(folder, row.architecture, **(PEAKED | row.config))


def measure(row: Row, folder: Path) -> Measured:
    """Load it as any user does, and compare every layer and head of every map with eager attention."""
    model = load_model(folder, device="cpu")
    eager = getattr(transformers, row.architecture).from_pretrained(folder, attn_implementation="eager").eval()
    differences = [_largest_padded(model, eager, row)]
    differences += [_largest_of_part(model, eager, part) for part in model.parts[1:]]
    return Measured(model.way.name, model.parts, max(differences))


def _largest_padded(model: Model, eager: Any, row: Row) -> float:
    """Two texts of different length in one pass; rows of padding must say so."""
    inputs = transformers.AutoTokenizer.from_pretrained(model.source)([LONG, SHORT], padding=True, return_tensors="pt")
    part = model.parts[0]
    if not getattr(eager.config, "type_vocab_size", 0):
        inputs.pop("token_type_ids", None)  # BERT's tokenizer numbers segments, which this model does not know
    together = None if model.batch_variance else _layers(eager, part, dict(inputs), row)
    largest = 0.0
    for text, attention in enumerate(model.attend_all([LONG, SHORT], keep_padding=True)):
        n = int(inputs["attention_mask"][text].sum())
        assert attention.tokens[n:] == ("[PAD]",) * (attention.n_tokens - n)
        assert all(attention.query_tokens.special[n:])
        own = {name: each[text : text + 1, :n] for name, each in inputs.items()}
        expected = together or _layers(eager, part, own, row)
        assert attention.layers == tuple(expected)
        for layer, weights in expected.items():
            given = attention.weights(layer)
            assert not given[:, n:].any()
            assert not given[:, :, n:].any()
            assert not attention.readable(layer)[n:].any()
            assert not attention.readable(layer)[:, n:].any()
            largest = max(largest, _largest(given[:, :n, :n], weights[text if together else 0, :, :n, :n]))
    return largest


def _layers(eager: Any, part: str, inputs: dict[str, torch.Tensor], row: Row) -> dict[int, torch.Tensor]:
    """Layer -> (text, head, query, key), of those that have attention weights."""
    expected = _expected(eager, part, inputs)
    if row.scores:
        expected = [torch.softmax(scores, -1) for scores in expected]
    layers = range(len(expected)) if row.layers is None else row.layers
    if len(expected) > len(layers):  # MiniMax gives out the state of its linear layers too
        expected = [expected[layer] for layer in layers]
    return dict(zip(layers, expected, strict=True))


def _largest_of_part(model: Model, eager: Any, part: str) -> float:
    attention = model.attend(LONG, TARGET, part=part)
    assert model.target is not None
    inputs = model.reader.encode(LONG).inputs | model.target.encode(TARGET).inputs
    expected = _expected(eager, part, inputs)
    assert attention.shape == tuple(expected[0].shape[2:])
    assert attention.n_layers == len(expected)
    return max(_largest(attention.weights(layer), weights[0]) for layer, weights in enumerate(expected))


def _expected(eager: Any, part: str, inputs: dict[str, torch.Tensor]) -> list[torch.Tensor]:
    """(text, head, query, key) of each layer, from transformers alone."""
    called = eager if part not in ("encoder",) else eager.get_encoder()
    with torch.no_grad():
        outputs = called(**inputs, output_attentions=True)
    field = {"decoder": "decoder_attentions", "cross": "cross_attentions"}.get(part, "attentions")
    return list(outputs[field])


def _largest(given: np.ndarray, expected: torch.Tensor) -> float:
    assert given.shape == tuple(expected.shape)
    return float(np.abs(given - expected.numpy()).max())


def table() -> str:
    """The table of docs/models.md, in Markdown."""
    measured = []
    for row in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            measured.append(line(row, measure(row, build(row, Path(folder) / row.architecture))))
    return "\n".join(
        (
            "| Model | Kind | What its attention does differently | Way | Largest difference |",
            "|---|---|---|---|---|",
            *measured,
        )
    )


def line(row: Row, measured: Measured) -> str:
    """One line of the table."""
    difference = f"{measured.difference:.0e}" if measured.difference else "0"
    return f"| {row.name} | {row.kind} | {row.special} | {measured.way} | {difference} |"


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    print(table())
