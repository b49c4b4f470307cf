"""Loading: from a name, a folder, or a network and tokenizer built elsewhere to a Model."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from attention_viz.errors import Message, ModelError
from attention_viz.models.address import read_address
from attention_viz.models.assembly import Named, assemble
from attention_viz.models.catalogue import MASKED_WORD, MULTILINGUAL, embedded_source
from attention_viz.models.checkpoint import adapter, completeness
from attention_viz.models.checkpoint.adapter import Adapter, adapter_in
from attention_viz.models.checkpoint.device import choose_device, memory_note, number_type
from attention_viz.models.checkpoint.folder import Checkpoint, inspect
from attention_viz.models.checkpoint.network import load_network
from attention_viz.models.checkpoint.pair import pair_of
from attention_viz.models.checkpoint.task import Task, task_of
from attention_viz.models.embedded import english, masked_word, multilingual
from attention_viz.models.model import Model

if TYPE_CHECKING:
    from attention_viz.models.hub import Limits, Progress

FreeMemory = Callable[[int], None]
Allow = Callable[[str], None]

FILES = ("config.json", "*.safetensors", "*.safetensors.index.json", "tokenizer*.json", "adapter_config.json")
"""Files of a model by which its folder may be given."""


@dataclass(frozen=True)
class _Options:
    """The options of `load_model`."""

    device: torch.device
    report: Callable[[Progress], None] | None = None
    stop: threading.Event | None = None
    limits: Limits | None = None
    free_memory: FreeMemory | None = None
    allow: Allow | None = None


@dataclass(frozen=True)
class _Place:
    """A folder with a model's files, what the model is called, and what is to be said of how it came there."""

    folder: Path
    named: Named
    notes: tuple[Message, ...] = ()


def load_model(
    source: str | Path | tuple[PreTrainedModel, PreTrainedTokenizerBase] | list[Any] | Any = "",
    *,
    revision: str | None = None,
    device: str | None = None,
    report: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
    limits: Limits | None = None,
    free_memory: FreeMemory | None = None,
    allow: Allow | None = None,
) -> Model:
    """A model that is ready to read texts.

    source   : "" = the embedded default; "multilingual-e5-small-4bit" = the embedded one for Chinese and English;
               "masked-word-MiniLM" = the embedded one that guesses masked words; the path of a folder, or of a file of
               a model in it; a hub id such as "bert-base-uncased", or the address of its page; or what is already built
               and stays as and where it is: (model, tokenizer), a transformers pipeline, a SentenceTransformer
    revision : a branch, tag or commit of a hub id
    device   : "cpu", "cuda", "mps", ...; None = the GPU if there is one
    report   : called with the progress of a download; stop: set it to end the download early
    limits   : how much may be fetched, and how long the hub may take
    free_memory : called with the bytes of memory that the weights will take, before they are loaded; it may raise
    allow    : called with the folder or the name of the base model that an adapter asks for; it may raise
    Only safetensors are read, and no code that a checkpoint brings along is ever run.
    Raises ModelError that says what cannot be found, read or trusted, and what to do.
    """
    if not isinstance(source, (str, Path)):
        return _from_pair(source)
    options = _Options(choose_device(device), report, stop, limits, free_memory, allow)
    embedded = _embedded_name(source)
    if embedded is not None:
        return _embedded(embedded, options)
    return _from_place(_find(source, revision, options), options)


def folder_of(source: str | Path) -> Path | None:
    """Which folder is meant? None for what can only be the name of a model on the hub.

    Of a file that belongs to a model, the folder that it lies in. Raises ModelError for what can be neither.
    """
    text = str(source)
    try:
        folder = Path(source).expanduser()
        found, is_file = folder.is_dir(), folder.is_file()
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelError(
            "{source} is neither a folder nor the name of a model. Check the path.", source=text[:200]
        ) from error
    if is_file:
        return folder.parent if any(folder.match(name) for name in FILES) else folder
    is_path = isinstance(source, Path) or folder.is_absolute() or text[:1] in (".", "~") or "\\" in text
    return folder if found or is_path else None


def _embedded_name(source: str | Path) -> str | None:
    """Which embedded model is meant? None for another."""
    return embedded_source(read_address(source).source) if isinstance(source, str) else None


def _find(source: str | Path, revision: str | None, options: _Options) -> _Place:
    """Where are the files of this model? Fetched, where they are on the hub."""
    address = read_address(source) if isinstance(source, str) else None
    meant = source if address is None else address.source
    folder = folder_of(meant)
    if folder is not None:
        return _Place(folder, Named(folder.resolve().name, str(source), ""))
    from attention_viz.models.hub import LIMITS, fetch

    wanted = revision or (address.revision if address else None)
    fetched = fetch(str(meant), wanted, report=options.report, stop=options.stop, limits=options.limits or LIMITS)
    return _Place(fetched.folder, Named(fetched.repo, str(source), fetched.revision), fetched.notes)


def _embedded(source: str, options: _Options) -> Model:
    """The model that comes with the program under this name."""
    ways = {MULTILINGUAL: _embedded_multilingual, MASKED_WORD: _embedded_masked_word}
    return ways.get(source, _embedded_default)(options)


def _embedded_default(options: _Options) -> Model:
    return _load(english.checkpoint(), options, Named(english.NAME, "", english.SHA256[:12]))


def _embedded_multilingual(options: _Options) -> Model:
    multilingual.check()
    if options.free_memory is not None:
        options.free_memory(multilingual.nbytes())
    network, tokenizer = multilingual.load(options.device)
    return assemble(network, tokenizer, multilingual.NAMED, multilingual.TASK, ())


def _embedded_masked_word(options: _Options) -> Model:
    return _load(masked_word.checkpoint(), options, masked_word.NAMED, (masked_word.NOTE,))


def _from_place(place: _Place, options: _Options) -> Model:
    beside = adapter_in(place.folder)
    if beside is not None:
        return _adapted(place, beside, options)
    checkpoint = inspect(place.folder)
    revision = place.named.revision or checkpoint.weights.sha256()[:12]
    return _load(checkpoint, options, replace(place.named, revision=revision), place.notes)


def _adapted(place: _Place, beside: Adapter, options: _Options) -> Model:
    """A base model with an adapter merged into it."""
    base = place if (place.folder / "config.json").is_file() else _base(place, beside, options)
    checkpoint = inspect(base.folder)
    both = hashlib.sha256(f"{checkpoint.weights.sha256()} {beside.sha256()}".encode()).hexdigest()
    notes = place.notes if base is place else place.notes + base.notes
    return _load(checkpoint, options, replace(place.named, revision=place.named.revision or both[:12]), notes, beside)


def _base(place: _Place, beside: Adapter, options: _Options) -> _Place:
    """Where the base model lies that an adapter alone asks for. What comes from a hub names no folder of this computer."""
    local = place.named.revision == ""
    if beside.base and not local and folder_of(beside.base) is not None:
        raise adapter.no_base(beside)
    if options.allow is not None:
        options.allow(beside.base)
    if not beside.base or _embedded_name(beside.base) is not None:
        raise adapter.no_base(beside)
    found = _find(beside.base, beside.revision, options)
    if local and not found.folder.is_dir():
        raise adapter.no_base(beside)
    return found


def _load(
    checkpoint: Checkpoint,
    options: _Options,
    named: Named,
    notes: tuple[Message, ...] = (),
    beside: Adapter | None = None,
) -> Model:
    dtype = number_type(checkpoint, options.device)
    if options.free_memory is not None:
        options.free_memory(_bytes_of(checkpoint, dtype))
    network, tokenizer, found = load_network(checkpoint, options.device, dtype)
    is_whole, told = completeness.check(network, found, checkpoint.folder)
    notes += checkpoint.notes + told
    if beside is not None:
        fits, told = adapter.merge(network, beside)
        is_whole, notes = is_whole and fits, notes + told
    if isinstance(dtype, torch.dtype) and _embedded_name(named.source) is None:
        notes += (memory_note(network, checkpoint, options.device),)
    task = task_of(network, checkpoint.folder) if is_whole else Task("")
    return assemble(network, tokenizer, named, task, notes)


def _bytes_of(checkpoint: Checkpoint, dtype: torch.dtype | str) -> int:
    """What the weights will take in memory."""
    if isinstance(dtype, torch.dtype):
        return checkpoint.weights.n_numbers * dtype.itemsize
    return sum(path.stat().st_size for path in checkpoint.weights.files)


def _from_pair(source: object) -> Model:
    pair = pair_of(source)
    path = str(pair.network.name_or_path or type(pair.network).__name__)
    task = task_of(pair.network, Path(path)) if pair.task is None else pair.task
    return assemble(pair.network, pair.tokenizer, Named(Path(path).name, path, ""), task, pair.notes)
