"""ModelDescription: what is known of a model before it reads a text."""

from __future__ import annotations

from dataclasses import dataclass

from attention_viz.attending import layers_note
from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.models.checkpoint.task import Task
from attention_viz.models.reading.encoded import DECODER_PARTS, Encoded
from attention_viz.sources import Source


@dataclass(frozen=True, eq=False)
class ModelDescription:
    """Name, version and sizes of a model.

    name     : to show; source: as it was asked for; revision: the hub's commit, or the start of the weights' sha256
    n_heads  : of the layer with the most
    d_head   : width of a head's queries; of the layer with the widest
    limit    : tokens it reads at once; None = no limit is known
    causal   : a token reads only itself and those before it
    task     : what its head predicts
    notes    : what the user should know of this checkpoint
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

    def attention_of(self, source: Source, part: str, encoded: Encoded) -> Attention:
        """The Attention of one text: the weights of `source` with the tokens and notes of `encoded`.

        part : the map that `source` holds: "self", "encoder", "decoder" or "cross"
        """
        decoder = encoded.decoder if part in DECODER_PARTS else None
        read = encoded if decoder is None else decoder
        return Attention(
            source=source,
            query_tokens=read.tokens,
            key_tokens=read.tokens if part == "decoder" else encoded.tokens,
            model=self.name,
            revision=self.revision,
            limit=self.limit,
            left_out=encoded.left_out + (decoder.left_out if decoder else 0),
            causal=part == "decoder" or (self.causal and part != "cross"),
            part=part,
            notes=encoded.notes + (decoder.notes if decoder else ()) + self.notes + layers_note(source.heads),
        )
