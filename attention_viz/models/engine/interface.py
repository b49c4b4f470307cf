"""Interface: the attention function that models loaded here run, and its mask function, as transformers registers them.

Both stand under one name, which a model gets once, when it is loaded. The function records only where the running
thread asked for it, so one model serves many threads and is never switched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import nn
from transformers import AttentionInterface
from transformers.masking_utils import AttentionMaskInterface

from attention_viz.models.engine import recording
from attention_viz.models.engine.calls import AttentionCall
from attention_viz.models.engine.kernel import run
from attention_viz.models.engine.mask import Mask, mask_rule

NAME = "attention_viz"
"""What transformers knows the two by."""


def attend(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: Mask | torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    is_causal: bool | None = None,
    position_bias: torch.Tensor | None = None,
    softcap: float | None = None,
    s_aux: torch.Tensor | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """The attention function that transformers calls; its arguments have the names that transformers gives them.

    query, key, value : (batch, head, token, d_head); key and value may have fewer heads
    position_bias     : added to the scores; s_aux: (head,) score of a sink
    returns           : (batch, query, head, d_value), and no weights
    """
    recorder = recording.current()
    if recorder is not None:
        recorder.begin()
    mask = attention_mask
    if not isinstance(mask, Mask):
        causal = is_causal if is_causal is not None else getattr(module, "is_causal", True)
        mask = _mask(mask, key, causal and query.shape[2] > 1)
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    call = AttentionCall(query, key, value, mask, scale, position_bias, softcap, s_aux)
    output, lse = run(call, dropout)
    if recorder is not None:
        recorder.keep(module, replace(call, lse=lse))
    return output, None


def _mask(mask: torch.Tensor | None, key: torch.Tensor, causal: bool) -> Mask:
    return Mask.plain(key.shape[2], causal, key.device) if mask is None else Mask.of_tensor(mask)


AttentionInterface.register(NAME, attend)
AttentionMaskInterface.register(NAME, mask_rule)
