"""Multilingual: multilingual-e5-small with weights in 4 bits and the pieces of Chinese and English.

Where it comes from, what was kept and what was measured stands in MODEL_CARD.md beside its files.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoTokenizer, BertModel, PreTrainedModel, PreTrainedTokenizerBase

from attention_viz.errors import ModelError
from attention_viz.models.assembly import Named
from attention_viz.models.catalogue import MULTILINGUAL
from attention_viz.models.checkpoint.network import give_weights, quietly
from attention_viz.models.checkpoint.sentence_pooling import Pooling
from attention_viz.models.checkpoint.task import Task
from attention_viz.models.embedded.blocks import n_numbers, read_weights

FOLDER = Path(__file__).parent / "multilingual-e5-small"
WEIGHTS = FOLDER / "q4.safetensors"
SHA256 = "901de342801cc9195c952e4bf3738d3bc401c66fdada0141304f12e725ab4a10"
NAMED = Named("multilingual-e5-small, 4-bit weights", MULTILINGUAL, SHA256[:12])

TASK = Task("similarity", Pooling(("mean",), limit=512))
"""Wang et al. 2024 (arXiv 2402.05672): the mean of the last states; a cosine needs no normalisation."""


def check() -> None:
    """Raises ModelError where the weights are not those that came with the program."""
    with WEIGHTS.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise ModelError(
            "The embedded model's weights in {folder} are not those that were published: their sha256 differs. Install the program again: pip install --force-reinstall attention-viz",
            folder=FOLDER,
        )


def nbytes() -> int:
    """What the weights will take in memory, as float32."""
    return n_numbers(WEIGHTS) * torch.float32.itemsize


def load(device: torch.device) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """The network, ready to run in float32, and its tokenizer."""
    with quietly():
        config = AutoConfig.from_pretrained(FOLDER, local_files_only=True)
        give_weights(config)
        tokenizer = AutoTokenizer.from_pretrained(FOLDER, config=config, local_files_only=True)
        network: Any = BertModel.from_pretrained(
            None, config=config, state_dict=read_weights(WEIGHTS), add_pooling_layer=False, dtype=torch.float32
        )
    return network.to(device).eval(), tokenizer
