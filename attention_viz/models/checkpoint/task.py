"""Task: what a checkpoint was trained to predict, by its task head."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from transformers import PreTrainedModel

from attention_viz.models.checkpoint.sentence_pooling import Pooling, pooling_of
from attention_viz.models.checkpoint.sentence_transformers import layout_of

Kind = Literal["", "mask", "classes", "labels", "answer", "next", "similarity"]

Scale = Literal["one", "each", "numbers"]
""""one" of several classes, probabilities that sum to 1; "each" class for itself; "numbers" as they were trained."""

_HEADS: tuple[tuple[str, Kind], ...] = (
    ("ForMaskedLM", "mask"),
    ("ForPreTraining", "mask"),
    ("WithLMHeadModel", "mask"),
    ("ForSequenceClassification", "classes"),
    ("ForTokenClassification", "labels"),
    ("ForQuestionAnswering", "answer"),
    ("ForQuestionAnsweringSimple", "answer"),
    ("ForCausalLM", "next"),
    ("LMHeadModel", "next"),
)
"""How transformers ends the names of its classes, and what such a class says."""


@dataclass(frozen=True)
class Task:
    """What a model predicts for a text.

    kind    : "mask" words for each [MASK]; "classes" of the text; "labels" of each token; "answer" a span of the second
              text; "next" token; "similarity" of two texts; "" nothing
    pooling : how a text becomes one vector, for "similarity"
    """

    kind: Kind
    pooling: Pooling | None = None


def task_of(network: PreTrainedModel, folder: Path) -> Task:
    """What does this model predict? Of a body without a head, the folder tells whether it compares sentences."""
    name = type(network).__name__
    for ending, kind in _HEADS:
        if name.endswith(ending):
            return Task(kind if _predicts(network, kind) else "")
    pooling = pooling_of(layout_of(folder)) if network.base_model is network else None
    return Task("similarity", pooling) if pooling else Task("")


def _predicts(network: PreTrainedModel, kind: Kind) -> bool:
    """Not an encoder-decoder, which is read by its encoder while its words come from the decoder; and not a
    discriminator, which was pretrained to find replaced words and has none of its own."""
    words = kind not in ("mask", "next") or cast(Any, network).get_output_embeddings() is not None
    return words and not network.config.is_encoder_decoder


def scale_of(network: PreTrainedModel) -> Scale:
    """On which scale are the outputs of a classifier, of texts or of tokens?

    As transformers trains them (`problem_type`); a single output that says nothing else is a number. A probability of one
    class alone would always be 1.
    """
    named = network.config.problem_type
    if named == "multi_label_classification":
        return "each"
    return "numbers" if named == "regression" or network.config.num_labels == 1 else "one"
