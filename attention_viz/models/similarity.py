"""Similarity: how alike two texts are to a model that compares sentences."""

from __future__ import annotations

import torch
from torch.nn import functional
from transformers import PreTrainedModel

from attention_viz.errors import ModelError
from attention_viz.models.reader import Reader
from attention_viz.models.task import Task


def cosine(task: Task, network: PreTrainedModel, reader: Reader, texts: tuple[str, str]) -> float:
    """Cosine of the vectors of two texts, each read alone: -1 to 1.

    A text's vector is pooled from the last layer's vector of every token, [CLS] and [SEP] included, as the model was
    trained: Reimers and Gurevych 2019 (arXiv 1908.10084), section 3. Of too long a text, the tokens
    that fit; sentence-transformers stops earlier, at a length of its own (256 tokens for all-MiniLM-L6-v2).
    Raises ModelError for a model that does not compare sentences.
    """
    if task.kind != "similarity":
        raise ModelError(
            "{kind} was not trained to compare sentences. Choose an embedding model, such as the embedded default.",
            kind=type(network).__name__,
        )
    first, second = (_vector(task, network, reader, text) for text in texts)
    return float(functional.cosine_similarity(first, second, dim=0))


def _vector(task: Task, network: PreTrainedModel, reader: Reader, text: str) -> torch.Tensor:
    inputs = reader.encode(text, overlong="first").inputs
    with torch.inference_mode():
        outputs = network(**{name: each.to(network.device) for name, each in inputs.items()}, output_attentions=False)
    states = outputs.last_hidden_state[0].float()  # (token, d_model)
    if task.pooling == "cls":
        return states[0]
    return states.amax(dim=0) if task.pooling == "max" else states.mean(dim=0)
