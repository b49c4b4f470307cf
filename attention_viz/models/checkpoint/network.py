"""Network: the transformers model and tokenizer of a checkpoint, loaded without its code and without noise."""

from __future__ import annotations

import contextlib
import itertools
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import torch
import transformers
from transformers import (
    AutoConfig,
    AutoModel,
    AutoTokenizer,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from attention_viz.errors import ModelError
from attention_viz.models.checkpoint.folder import SPARSE, Checkpoint
from attention_viz.models.checkpoint.kind import class_of
from attention_viz.models.checkpoint.quantised import method_of
from attention_viz.models.library_errors import LibraryErrors

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
    folder = checkpoint.folder
    with quietly():
        with LibraryErrors(lambda reason: _cannot_be_loaded(checkpoint, reason)):
            config = _config(checkpoint)
        with LibraryErrors(lambda reason: _no_tokenizer(folder, reason)):
            tokenizer = AutoTokenizer.from_pretrained(
                folder, config=config, local_files_only=True, trust_remote_code=False
            )
        with LibraryErrors(lambda reason: _cannot_be_loaded(checkpoint, reason)):
            network, found = _load(checkpoint, config, dtype)
            return network.to(device).eval(), tokenizer, found


def _load(checkpoint: Checkpoint, config: PreTrainedConfig, dtype: torch.dtype | str) -> tuple[Any, dict[str, Any]]:
    """The model, and what transformers says it found in the files."""
    kind = class_of(checkpoint.config, checkpoint.folder)
    _check_size(kind, config, checkpoint)
    network, found = kind.from_pretrained(
        checkpoint.folder,
        local_files_only=True,
        config=config,
        use_safetensors=True,
        variant=checkpoint.weights.variant or None,
        key_mapping={f"^{re.escape(checkpoint.weights.wrapper)}": ""} if checkpoint.weights.wrapper else None,
        output_loading_info=True,
        ignore_mismatched_sizes=True,  # `completeness` refuses them, by name
        adapter_kwargs={"subfolder": "none"},  # an adapter is merged after a look at it, not found by peft
        dtype=dtype,
    )
    return network, found


def _no_tokenizer(folder: Path, reason: str) -> ModelError:
    if reason:
        return ModelError(
            "The tokenizer in {folder} cannot be loaded. Of its files, transformers says: {reason} Fetch or copy them again.",
            folder=folder,
            reason=reason,
        )
    return ModelError(
        "The tokenizer in {folder} cannot be loaded: its files are damaged, or do not belong together. Fetch or copy them again.",
        folder=folder,
    )


def _cannot_be_loaded(checkpoint: Checkpoint, reason: str) -> ModelError:
    method = method_of(checkpoint.config)
    if method:
        return ModelError(
            "The weights in {folder} are quantised ({method}) and cannot be loaded so here. Choose the model that was quantised.",
            folder=checkpoint.folder,
            method=method,
        )
    if reason:
        return ModelError(
            "The model in {folder} cannot be loaded. Of its config.json, transformers says: {reason} Take config.json and weights from one model, or choose another.",
            folder=checkpoint.folder,
            reason=reason,
        )
    return ModelError(
        "The model in {folder} cannot be loaded: its config.json describes none that can be built. Fetch it again, or take config.json and weights from one model.",
        folder=checkpoint.folder,
    )


def _config(checkpoint: Checkpoint) -> PreTrainedConfig:
    """The configuration, set to what gives out every weight, and to the files that were looked at."""
    config = AutoConfig.from_pretrained(
        checkpoint.folder,
        local_files_only=True,
        trust_remote_code=False,
        attn_implementation="eager",  # the only kind that returns weights
        output_attentions=False,  # so that a file that asks for another kind is not taken for contradictory
        return_dict=True,
    )
    give_weights(config)
    config.transformers_weights = None
    if getattr(config, "attention_type", None) == SPARSE:
        config.attention_type = "original_full"
    return cast(PreTrainedConfig, config)


def give_weights(config: Any) -> None:
    """Let the model of a configuration give out every weight."""
    config._attn_implementation = "eager"  # in the parts of a configuration too, which the files may set apart
    config.output_attentions = True


def _check_size(kind: Any, config: PreTrainedConfig, checkpoint: Checkpoint) -> None:
    """Refuse a configuration whose model is far larger than its weights, before memory is taken for it.

    Built on torch's "meta" device, which knows shapes and holds no numbers.
    """
    with torch.device("meta"):
        shape_only = cast(Any, kind).from_config(config) if kind is AutoModel else kind(config)
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
def quietly() -> Iterator[None]:
    """One load at a time, without progress bars and tables from transformers: what they say, a ModelError or a note says."""
    log: Any = transformers.logging  # untyped
    with _LOADING:
        verbosity, bars = log.get_verbosity(), log.is_progress_bar_enabled()
        log.set_verbosity(log.CRITICAL)
        log.disable_progress_bar()
        try:
            yield
        finally:
            log.set_verbosity(verbosity)
            if bars:
                log.enable_progress_bar()
