"""Network: the transformers model and tokenizer of a checkpoint, loaded without its code and without noise."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from attention_viz.errors import ModelError
from attention_viz.models.checkpoint import Checkpoint
from attention_viz.models.explained import Explained

SPARE_NUMBERS = 50_000_000
"""How many numbers a model may need beyond twice what its weights hold: a task head, tables that are computed."""

_LOADING = threading.Lock()  # the verbosity and the progress bars of transformers are settings of the whole process


def load_network(
    checkpoint: Checkpoint, device: torch.device, dtype: torch.dtype | str
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase, dict[str, Any]]:
    """The model, ready to run, its tokenizer, and what transformers says it found in the files.

    dtype : the type to compute in; "auto" = the checkpoint's own
    Raises ModelError with the reason that transformers gives.
    """
    with Explained(lambda reason: _cannot_be_loaded(checkpoint.folder, reason)), _LOADING, _quiet():
        kind = _class_of(checkpoint)
        _check_size(kind, checkpoint)
        tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder, local_files_only=True, trust_remote_code=False)
        network, found = kind.from_pretrained(
            checkpoint.folder,
            local_files_only=True,
            use_safetensors=True,
            output_attentions=True,  # makes transformers choose eager attention, the only kind that returns weights
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # `completeness` refuses them, by name
            return_dict=True,
            dtype=dtype,
        )
        return network.to(device).eval(), tokenizer, found


def _cannot_be_loaded(folder: Path, reason: str) -> ModelError:
    return ModelError(
        "The model in {folder} cannot be loaded: {reason}. Fetch or save it again, or choose another model.",
        folder=folder,
        reason=reason,
    )


def _class_of(checkpoint: Checkpoint) -> Any:
    """The class that the configuration names, so that its task head is kept; else the body alone."""
    named = getattr(transformers, checkpoint.architecture, None) if checkpoint.architecture else None
    if isinstance(named, type) and issubclass(named, PreTrainedModel):
        return named
    if "auto_map" in checkpoint.config:
        raise ModelError(
            "The model in {folder} ({name}) needs code that it brings along, which is never run. Choose a model that transformers itself knows.",
            folder=checkpoint.folder,
            name=checkpoint.architecture,
        )
    return AutoModel


def _check_size(kind: Any, checkpoint: Checkpoint) -> None:
    """Refuse a configuration whose model is far larger than its weights, before memory is taken for it.

    Built on torch's "meta" device, which knows shapes and holds no numbers.
    """
    config = AutoConfig.from_pretrained(checkpoint.folder, local_files_only=True, trust_remote_code=False)
    with torch.device("meta"):
        shape_only = kind.from_config(config) if kind is AutoModel else kind(config)
    wanted = sum(each.numel() for each in itertools.chain(shape_only.parameters(), shape_only.buffers()))
    there = checkpoint.weights.n_numbers
    if wanted > 2 * there + SPARE_NUMBERS:
        raise ModelError(
            "The configuration in {folder} describes a model of {wanted:,} numbers, but its weights hold {there:,}. Fetch it again, or take config.json and weights from one model.",
            folder=checkpoint.folder,
            wanted=wanted,
            there=there,
        )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars and no tables from transformers meanwhile: what they say, a ModelError or a note says."""
    log = transformers.logging
    verbosity, bars = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity(log.CRITICAL)
    log.disable_progress_bar()
    try:
        yield
    finally:
        log.set_verbosity(verbosity)
        if bars:
            log.enable_progress_bar()
