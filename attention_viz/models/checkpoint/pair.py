"""Pair: a model and its tokenizer that were built elsewhere, however they are brought here."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Any

from torch import nn
from transformers import Pipeline, PreTrainedModel, PreTrainedTokenizerBase

from attention_viz.errors import Message, ModelError
from attention_viz.models.checkpoint.folder import SPARSE
from attention_viz.models.checkpoint.kind import body_alone, chooses
from attention_viz.models.checkpoint.sentence_pooling import pooling_as_told
from attention_viz.models.checkpoint.task import Task
from attention_viz.models.engine.reference import body_of


@dataclass(frozen=True)
class Pair:
    """A transformers model and its tokenizer.

    task : what sentence-transformers says with it; None = what the model's own head says
    """

    network: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    task: Task | None = None
    notes: tuple[Message, ...] = ()


def pair_of(source: object) -> Pair:
    """The model and the tokenizer in a tuple or list of both, in a pipeline or in a SentenceTransformer.

    Raises ModelError for anything else, and for a model that cannot be looked into as it is, with what helps.
    """
    pair = _pair_of(source)
    network = pair.network
    if network.training:
        raise ModelError("The model is in training mode, where dropout changes every weight. Call model.eval() first.")
    if any(each.is_meta for each in network.parameters()):
        raise ModelError(
            'The model ({kind}) is on the device "meta", or was put aside on a disk: its weights have no values there. Load it with from_pretrained, without a device_map.',
            kind=type(network).__name__,
        )
    if getattr(network.config, "attention_type", None) == SPARSE:
        raise ModelError(
            'The model ({kind}) reads in sparse blocks, which give out no weights. Load it with from_pretrained(..., attention_type="original_full").',
            kind=type(network).__name__,
        )
    if chooses(type(network).__name__):
        return replace(pair, network=body_of(network), notes=(*pair.notes, body_alone()))
    return pair


def _pair_of(source: object) -> Pair:
    if isinstance(source, Pipeline):
        return _checked((source.model, source.tokenizer))
    if _is_sentence_transformer(source):
        return _of_sentences(source)
    if isinstance(source, (tuple, list)):
        return _checked(tuple(source))
    if isinstance(_unwrapped(source), PreTrainedModel):
        raise ModelError(
            "This is a model ({kind}) without its tokenizer. Give both: load_model((model, tokenizer)).",
            kind=type(source).__name__,
        )
    if isinstance(source, PreTrainedTokenizerBase):
        raise ModelError(
            "This is a tokenizer ({kind}) without its model. Give both: load_model((model, tokenizer)).",
            kind=type(source).__name__,
        )
    _check_merged(source)
    raise ModelError(
        "{value} is no model. Give the path of a folder, the name of a model on the hub, or (model, tokenizer); nothing at all is the embedded default.",
        value=repr(source)[:80],
    )


def _checked(pair: tuple[Any, ...]) -> Pair:
    parts = tuple(map(_unwrapped, pair))
    for each in parts:
        _check_merged(each)
    if len(parts) == 2 and isinstance(parts[0], PreTrainedModel) and isinstance(parts[1], PreTrainedTokenizerBase):
        return Pair(parts[0], parts[1])
    raise ModelError(
        "The pair holds {kinds}; give a model and its tokenizer, both from transformers.",
        kinds=", ".join(type(each).__name__ for each in pair) or "nothing",
    )


def _unwrapped(part: Any) -> Any:
    """The model inside what torch puts round one to compile it, or to run it on several devices."""
    if isinstance(part, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
        return _unwrapped(part.module)
    return _unwrapped(part._orig_mod) if isinstance(part, nn.Module) and hasattr(part, "_orig_mod") else part


def _check_merged(part: object) -> None:
    if isinstance(part, nn.Module) and hasattr(part, "merge_and_unload"):
        raise ModelError(
            "This is a model with an adapter beside it ({kind}). Give the one that merge_and_unload() returns, with its tokenizer.",
            kind=type(part).__name__,
        )


def _is_sentence_transformer(source: object) -> bool:
    library = sys.modules.get("sentence_transformers")  # whoever holds one has imported it
    return library is not None and isinstance(source, library.SentenceTransformer)


def _of_sentences(source: Any) -> Pair:
    """The parts of a SentenceTransformer: its first module is the transformers model."""
    modules = list(source)
    network = getattr(modules[0], "auto_model", None) if modules else None
    if network is None:
        raise ModelError(
            "The SentenceTransformer holds no model from transformers, only {kinds}. Choose one that begins with a Transformer.",
            kinds=", ".join(type(each).__name__ for each in modules) or "nothing",
        )
    pair = _checked((network, modules[0].tokenizer))
    more = [type(each).__name__ for each in modules[1:] if type(each).__name__ not in ("Pooling", "Normalize")]
    if more or len(modules) == 1:
        note = Message(
            "The SentenceTransformer does more than pooling ({kinds}), so no similarity is told.",
            {"kinds": ", ".join(more) or "-"},
        )
        return replace(pair, task=Task(""), notes=(note,))
    prompts = {"prompts": source.prompts, "default_prompt_name": source.default_prompt_name}
    lowered = getattr(modules[0], "do_lower_case", False) is True
    pooling = pooling_as_told(modules[1].get_config_dict(), source.max_seq_length, prompts, lowered)
    return replace(pair, task=Task("similarity", pooling) if pooling else Task(""))
