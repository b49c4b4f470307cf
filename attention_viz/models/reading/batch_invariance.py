"""Batch invariance: whether a text's weights are the same in a batch as in a pass of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedConfig

from attention_viz.errors import Message
from attention_viz.models.engine.ways import Way, tolerance
from attention_viz.models.reading.padding import pad
from attention_viz.models.reading.reader import Reader
from attention_viz.sources import Source, strip

N_BESIDE = 24
"""Tokens of the longer text in the batch of the trial."""

BY_LENGTH = frozenset({"dynamic", "longrope"})
"""Kinds of RoPE whose angles depend on the longest text of a batch, once it is longer than the original context."""


def batch_variance(way: Way, reader: Reader, inputs: Mapping[str, torch.Tensor], source: Source) -> Message | None:
    """Why would a text's weights depend on the others of its batch? None where they do not.

    inputs, source : a short text, name -> (1, token), and its weights when it is read by itself
    Tried on that text, padded in a batch with a longer one; what so short a text cannot show, the configuration says.
    """
    config = way.network.config.get_text_config()
    kinds = sorted(BY_LENGTH & set(_rotations(config.to_dict())))
    if kinds:
        return Message(
            "Texts are read one by one: the angles of this model's rotation ({kind}) would follow the longest of them.",
            {"kind": kinds[0]},
        )
    if _experts_fill_up(config):
        return Message("Texts are read one by one: an expert of this model takes only so many tokens of a pass.")
    if "attention_mask" not in reader.accepts:
        return Message(
            "Texts are read one by one: this model takes no mask, and would read the padding of the shorter ones."
        )
    if _difference(way, reader, inputs, source) > tolerance(way.network):
        return Message("Texts are read one by one: the arithmetic of this model sees the padding of the shorter ones.")
    return None


def _difference(way: Way, reader: Reader, inputs: Mapping[str, torch.Tensor], source: Source) -> float:
    """The largest difference of any weight of a text that is padded beside a longer one; infinite where it is no number."""
    n_tokens = inputs["input_ids"].shape[1]
    n_beside = N_BESIDE if reader.limit is None else min(N_BESIDE, reader.limit)
    longer = torch.randint(reader.vocabulary, (1, n_beside), generator=torch.Generator().manual_seed(0))
    texts = [{"input_ids": inputs["input_ids"]}, {"input_ids": longer}]
    _, sources = way.read(pad(texts, reader.filler), None, [n_tokens, n_beside])
    beside, rows = sources[way.parts[0]][0], slice(0, n_tokens)
    largest = max(
        float(np.abs(strip(beside, layer, rows, n_tokens) - strip(source, layer, rows, n_tokens)).max(initial=0))
        for layer in range(len(source.heads))
    )
    return largest if np.isfinite(largest) else np.inf


def _rotations(settings: Any) -> Iterator[str]:
    """Every kind of RoPE that a configuration names, however deep: some have one for each kind of layer."""
    if isinstance(settings, Mapping):
        kind = settings.get("rope_type", settings.get("type"))
        if isinstance(kind, str):
            yield kind
        for each in settings.values():
            yield from _rotations(each)


def _experts_fill_up(config: PreTrainedConfig) -> bool:
    """Whether experts have a capacity, a share of the tokens of the whole batch (mixture of experts)."""
    share = getattr(config, "moe_eval_capacity_token_fraction", None)
    return share is not None and not share >= 1
