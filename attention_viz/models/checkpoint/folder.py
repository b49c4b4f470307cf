"""Checkpoint: a folder with a model's files, looked at before anything in it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attention_viz.errors import Message, ModelError
from attention_viz.models.checkpoint.kind import architecture_of, body_alone, chooses, class_of
from attention_viz.models.checkpoint.missing_files import CONFIG, no_folder, no_model
from attention_viz.models.checkpoint.quantised import check_packages
from attention_viz.models.checkpoint.sentence_transformers import layout_of
from attention_viz.models.checkpoint.settings import check_counts, check_paths, check_settings, read_settings
from attention_viz.models.checkpoint.weights import Weights, find_weights

TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model", "*.tiktoken", "vocab.bpe", "tekken.json")
"""One of these holds the vocabulary; without any, transformers would go on with an empty one."""

READ_WHOLE = (".json", ".txt", ".model", ".tiktoken", ".bpe", ".jinja")
"""Endings of files that are read into memory at once, unlike weights."""
MOST_BYTES = 128 * 2**20
"""Of such a file; the largest vocabularies that are published have 40 MB."""

SPARSE = "block_sparse"
"""A kind of attention that gives out no weights (`attention_type` of BigBird)."""

TOKENIZER_SETTINGS = ("tokenizer_config.json", "special_tokens_map.json")

BYTE_TOKENIZERS = ("ByT5Tokenizer", "CanineTokenizer", "PerceiverTokenizer")
"""Tokenizers whose vocabulary is the bytes or the characters themselves, so that they have no such file."""


@dataclass(frozen=True)
class Checkpoint:
    """A folder that can be loaded: its configuration and its weights."""

    folder: Path
    config: Mapping[str, Any]
    weights: Weights

    @property
    def notes(self) -> tuple[Message, ...]:
        """What is read otherwise than it was saved."""
        told = self.weights.notes
        if chooses(architecture_of(self.config)):
            told += (body_alone(),)
        if self.config.get("attention_type") == SPARSE:
            told += (
                Message(
                    "The model reads long texts in sparse blocks. Here every token reads all others, as the model itself does in short texts."
                ),
            )
        return told


def inspect(folder: Path) -> Checkpoint:
    """Can the checkpoint in this folder be loaded, as far as its files tell? Of sentence-transformers, in one inside it.

    Reads the configuration and the headers of the weights, no weights and no code.
    Raises ModelError that names the file and the remedy.
    """
    if not folder.is_dir():
        raise no_folder(folder)
    _check_sizes(folder)
    if not (folder / CONFIG).is_file():
        layout = layout_of(folder)
        if layout is None or not (layout.transformer / CONFIG).is_file():
            raise no_model(folder)
        return inspect(layout.transformer)
    config = read_settings(folder / CONFIG)
    check_settings(config, folder)
    class_of(config, folder)
    check_packages(config, folder)
    weights = find_weights(folder, config)
    check_counts(config, folder, weights.n_tensors, weights.n_numbers)
    if not _has_tokenizer(folder):
        raise ModelError(
            "{folder} holds no tokenizer (no {names}). Copy the tokenizer's files into it, with tokenizer.save_pretrained.",
            folder=folder,
            names=", ".join(TOKENIZER_FILES),
        )
    for name in TOKENIZER_SETTINGS:
        if (folder / name).is_file():
            check_paths(read_settings(folder / name), folder / name)
    return Checkpoint(folder, config, weights)


def _check_sizes(folder: Path) -> None:
    """Are the files that are read whole no larger than such files are? Raises ModelError."""
    for path in folder.iterdir():
        if path.suffix in READ_WHOLE and path.is_file() and (size := path.stat().st_size) > MOST_BYTES:
            raise ModelError(
                "{path} has {size:,} MB; of settings and vocabularies at most {most} MB are read. Fetch or copy it again.",
                path=path,
                size=size // 2**20,
                most=MOST_BYTES // 2**20,
            )


def _has_tokenizer(folder: Path) -> bool:
    if any(path.is_file() for pattern in TOKENIZER_FILES for path in folder.glob(pattern)):
        return True
    settings = folder / TOKENIZER_SETTINGS[0]
    return settings.is_file() and read_settings(settings).get("tokenizer_class") in BYTE_TOKENIZERS
