"""Similarity: how alike two texts are to a model that compares sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import torch
from tokenizers.normalizers import Lowercase
from torch.nn import functional
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from attention_viz.errors import Message, ModelError
from attention_viz.models.checkpoint.sentence_pooling import Pooling
from attention_viz.models.checkpoint.task import Task
from attention_viz.models.reading.encoded import Encoded
from attention_viz.models.reading.reader import Reader


@dataclass(frozen=True)
class Compared:
    """Cosine of two texts' vectors, -1 to 1. notes : what was compared, where it is not the texts as they were typed."""

    cosine: float
    notes: tuple[Message, ...]


@dataclass(frozen=True, eq=False)
class Alone:
    """One text as a model reads it to compare it.

    n_prompt : tokens at its start that belong to the model's prompt, with those that the tokenizer puts before it
    """

    encoded: Encoded
    n_prompt: int

    @property
    def total(self) -> int:
        """Tokens, those that are left out included."""
        return len(self.encoded.tokens) + self.encoded.left_out


def compare(task: Task, network: PreTrainedModel, reader: Reader, texts: tuple[str, str]) -> Compared:
    """How alike are the vectors of two texts, each read alone?

    A text's vector is pooled from the last layer's vectors of its tokens, [CLS] and [SEP] included, as the model was
    trained: Reimers and Gurevych 2019 (arXiv 1908.10084), section 3. Settings of sentence-transformers are kept: of a
    longer text the first tokens that it reads (256 for all-MiniLM-L6-v2), lower case, a prompt.
    Raises ModelError for a model that does not compare sentences.
    """
    if task.pooling is None:
        raise ModelError(
            "{kind} was not trained to compare sentences. Choose an embedding model, such as the embedded default.",
            kind=type(network).__name__,
        )
    alone = [read_alone(task.pooling, reader, text) for text in texts]
    first, second = (_vector(task.pooling, network, each) for each in alone)
    return Compared(float(functional.cosine_similarity(first, second, dim=0)), _notes(task.pooling, alone))


def read_alone(pooling: Pooling, reader: Reader, text: str) -> Alone:
    """One text as it is read to be compared. Raises TextError for an empty text."""
    known = [limit for limit in (reader.limit, pooling.limit) if limit is not None]
    reader = replace(reader, limit=min(known, default=None))

    def encode(text: str) -> Encoded:
        return reader.encode(_lower(reader.tokenizer, text) if pooling.lowered else text, overlong="first")

    n_prompt = 0
    if pooling.prompt:
        prompt = encode(pooling.prompt)
        n_prompt = len(prompt.tokens) - prompt.tokens.special[-1]
    encode(text)  # refuses an empty text, which the prompt would hide
    return Alone(encode(pooling.prompt + text), n_prompt)


def _lower(tokenizer: PreTrainedTokenizerBase, text: str) -> str:
    """As the library's tokenizers lower-case: letter by letter, and no special token."""
    specials = sorted(map(str, tokenizer.all_special_tokens), key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, specials))})", text) if specials else [text]
    return "".join(part if part in specials else Lowercase().normalize_str(part) for part in parts)


def _vector(pooling: Pooling, network: PreTrainedModel, alone: Alone) -> torch.Tensor:
    inputs = {name: each.to(network.device) for name, each in alone.encoded.inputs.items()}
    with torch.inference_mode():
        outputs = network(**inputs, output_attentions=False)
    return pooling.vector(outputs.last_hidden_state.float(), alone.n_prompt)[0]


def _notes(pooling: Pooling, texts: list[Alone]) -> tuple[Message, ...]:
    first, second = ({"kept": len(text.encoded.tokens), "total": text.total} for text in texts)
    cuts = (
        Message(
            "Compared of the first text: the first {kept:,} of {total:,} tokens, as many as the model compares.", first
        ),
        Message(
            "Compared of the second text: the first {kept:,} of {total:,} tokens, as many as the model compares.",
            second,
        ),
    )
    notes = [note for note, text in zip(cuts, texts, strict=True) if text.encoded.left_out]
    if pooling.prompt:
        notes.append(Message("Before each text stands the model's prompt: {prompt}", {"prompt": pooling.prompt}))
    if pooling.lowered:
        notes.append(Message("Each text is lower-cased before the model compares it."))
    return tuple(notes)
