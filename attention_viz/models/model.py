"""Model: a checkpoint that is ready to be looked into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from transformers import PreTrainedModel

from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.models.reader import Encoded, Reader
from attention_viz.models.room import Overlong
from attention_viz.models.says import Says, say
from attention_viz.models.similarity import cosine
from attention_viz.models.task import Task
from attention_viz.models.ways import Way


@dataclass(frozen=True)
class Reading:
    """What a model reads in a text, and what it says of it, from the same forward pass."""

    attention: Attention
    says: Says


@dataclass(frozen=True, eq=False)
class Model:
    """A pretrained network with its tokenizer. Nothing of a text is kept in it, so threads may share it.

    name     : to show; source: as it was asked for; revision: the hub's commit, or the start of the weights' sha256
    n_heads  : of the layer with the most
    limit    : tokens it reads at once; None = no limit is known
    causal   : a token reads only itself and those before it
    task     : what its head says
    notes    : what the user should know of this checkpoint
    network, reader : the transformers model and its tokenizer, for what is not offered here
    way      : how the weights are got, settled by trial when the model was loaded
    """

    name: str
    source: str
    revision: str
    n_layers: int
    n_heads: int
    d_model: int
    d_head: int
    limit: int | None
    causal: bool
    task: Task
    notes: tuple[Message, ...]
    network: PreTrainedModel
    reader: Reader
    way: Way

    def attend(self, first: str, second: str | None = None, *, overlong: Overlong | None = None) -> Attention:
        """What does every head read in this text, or in this pair of texts?

        overlong : "first" reads the tokens that fit and counts the rest in `left_out`; None refuses too long a text
        Raises TextError for a text that is empty, too long or without a token. One forward pass.
        """
        encoded = self.reader.encode(first, second, overlong=overlong)
        return self._run(encoded)[1]

    def read(self, first: str, second: str | None = None, *, overlong: Overlong | None = None) -> Reading:
        """What does every head read, and what does the model say of it?

        One forward pass; the cosine of a pair, for a model that compares sentences, needs one more with each text alone.
        Raises as `attend` does.
        """
        encoded = self.reader.encode(first, second, overlong=overlong)
        outputs, attention = self._run(encoded)
        return Reading(attention, say(self.task, self.network, self.reader, encoded, outputs))

    def similarity(self, first: str, second: str) -> float:
        """How alike are two texts to this model? Cosine of their vectors, -1 to 1.

        Reimers and Gurevych 2019 (arXiv 1908.10084), section 3. Raises ModelError for a model that is not made for it.
        """
        return cosine(self.task, self.network, self.reader, (first, second))

    def _run(self, encoded: Encoded) -> tuple[Any, Attention]:
        outputs, sources = self.way.read(encoded.inputs)
        part = next(iter(sources))
        attention = Attention(
            source=sources[part][0],
            query_tokens=encoded.tokens,
            key_tokens=encoded.tokens,
            model=self.name,
            revision=self.revision,
            limit=self.limit,
            left_out=encoded.left_out,
            causal=self.causal,
            part=part,
            notes=encoded.notes + self.notes,
        )
        return outputs, attention
