"""Model: a checkpoint that is ready to be looked into."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from transformers import PreTrainedModel

from attention_viz.attention import Attention
from attention_viz.errors import Message, SelectionError, TextError
from attention_viz.models.batches import PaddedSource, pad, padded_tokens
from attention_viz.models.engine.recording import Watch
from attention_viz.models.engine.ways import Way
from attention_viz.models.reader import Encoded, Reader
from attention_viz.models.room import Overlong
from attention_viz.models.says import Nothing, Says, say
from attention_viz.models.similarity import cosine
from attention_viz.models.target import Target
from attention_viz.models.task import Task
from attention_viz.models.windows import Layout, read_windows, told
from attention_viz.sources import Source, layers_note


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
    target   : what the decoder reads, of a model with two halves
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
    target: Target | None = None

    @property
    def nbytes(self) -> int:
        """How much memory do the weights take? Bytes; numbers that two networks share are counted once."""
        networks = (self.network, self.way.network)
        tensors = (each for network in networks for each in (*network.parameters(), *network.buffers()))
        storages = {each.untyped_storage().data_ptr(): each.untyped_storage().nbytes() for each in tensors}
        return sum(storages.values())

    @property
    def heads(self) -> tuple[int, ...]:
        """Heads of each layer of the first map; 0 of a layer without attention weights."""
        return tuple(layer.n_heads for layer in self.way.layers[self.parts[0]])

    @property
    def parts(self) -> tuple[str, ...]:
        """The maps of attention: "self"; or "encoder", "decoder" and "cross" of a model with two halves."""
        return self.way.parts

    def attend(
        self,
        first: str,
        second: str | None = None,
        *,
        part: str | None = None,
        overlong: Overlong | None = None,
        progress: Callable[[int, int], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Attention:
        """What does every head read in this text, or in this pair of texts?

        second   : the second segment; of a model with two halves, what the decoder reads: without it, what the model
                   itself writes, at most 64 tokens
        part     : one of `parts`; None = the first
        overlong : "first" reads the tokens that fit and counts the rest in `left_out`; "windows" reads a single text in
                   parts that overlap; None refuses too long a text
        progress : called with (attention layers done, in all); stop: set it to end the pass
        Raises TextError for a text that is empty, too long or without a token, StoppedError. One forward pass, or one
        per window.
        """
        return self._look(first, second, part, overlong, Watch(progress, stop)).attention

    def attend_all(
        self, texts: Sequence[str], *, overlong: Overlong | None = None, keep_padding: bool = False
    ) -> list[Attention]:
        """What does every head read in each of these texts, all of them in one pass?

        Texts of one length cost least: a shorter one is padded. keep_padding : show the padding too, as special tokens
        whose weights are 0 and which nothing can read. Of a model with two halves, the encoder. Raises as `attend` does.
        """
        encoded = [self.reader.encode(text, overlong=overlong) for text in texts]
        if not encoded:
            return []
        inputs = pad(encoded, self.reader.filler)
        _, sources = self.way.read(inputs)
        part = self.parts[0]
        found = [self._attention(source, part, text) for source, text in zip(sources[part], encoded, strict=True)]
        return [self._padded(each, inputs["input_ids"].shape[1]) for each in found] if keep_padding else found

    def read(
        self,
        first: str,
        second: str | None = None,
        *,
        part: str | None = None,
        overlong: Overlong | None = None,
        progress: Callable[[int, int], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Reading:
        """What does every head read, and what does the model say of it?

        One forward pass; the cosine of a pair, for a model that compares sentences, needs one more with each text alone.
        Takes and raises what `attend` does.
        """
        seen = self._look(first, second, part, overlong, Watch(progress, stop))
        if seen.outputs is None:
            says: Says = Nothing(Message("Read in windows, the model says nothing of the text as a whole."))
        else:
            says = say(self.task, self.network, self.reader, seen.encoded, seen.outputs)
        return Reading(seen.attention, says)

    def inputs(
        self, first: str, second: str | None = None, *, part: str | None = None, overlong: Overlong | None = None
    ) -> dict[str, torch.Tensor]:
        """What is the network given for this text? Name of its argument -> (1, token).

        Takes and raises what `attend` does; what is read in windows has no such inputs: give "first" or None.
        """
        encoded, written = self._encoded(first, second, self._part(part), overlong)
        return encoded.inputs | (written.inputs if written else {})

    def similarity(self, first: str, second: str) -> float:
        """How alike are two texts to this model? Cosine of their vectors, -1 to 1.

        Reimers and Gurevych 2019 (arXiv 1908.10084), section 3. Raises ModelError for a model that is not made for it.
        """
        return cosine(self.task, self.network, self.reader, (first, second))

    def _look(self, first: str, second: str | None, part: str | None, overlong: Overlong | None, watch: Watch) -> _Look:
        chosen = self._part(part)
        if overlong == "windows":
            whole = replace(self.reader, limit=None).encode(first, None if self.target else second)
            if self.limit is not None and len(whole.tokens) > self.limit:
                return self._in_windows(whole, self.limit, chosen, watch)
        encoded, written = self._encoded(first, second, chosen, overlong)
        outputs, sources = self.way.read(encoded.inputs | (written.inputs if written else {}), watch)
        return _Look(encoded, outputs, self._attention(sources[chosen][0], chosen, encoded, written))

    def _in_windows(self, whole: Encoded, limit: int, part: str, watch: Watch) -> _Look:
        if part not in ("self", "encoder") or len(whole.texts) > 1:
            raise TextError(
                "Only a single text can be read in windows, not a pair, nor what a decoder reads. Give one text, or choose the first tokens that fit."
            )
        layout = Layout.plan(whole.tokens.special, limit, self.causal)
        source = read_windows(self.way, part, whole.inputs, layout, watch)
        attention = self._attention(source, part, whole)
        return _Look(whole, None, replace(attention, notes=(told(layout), *attention.notes)))

    def _encoded(
        self, first: str, second: str | None, part: str, overlong: Overlong | None
    ) -> tuple[Encoded, Encoded | None]:
        """What is read, and what the decoder reads where the map that is asked for is one of its own."""
        encoded = self.reader.encode(first, None if self.target else second, overlong=overlong)
        return encoded, self._written(encoded, second, overlong) if part in ("decoder", "cross") else None

    def _written(self, encoded: Encoded, second: str | None, overlong: Overlong | None) -> Encoded:
        """What the decoder reads."""
        assert self.target is not None
        if second is None:
            return self.target.write(self.way.network, encoded.inputs)
        return self.target.encode(second, overlong)

    def _part(self, part: str | None) -> str:
        if part is None:
            return self.parts[0]
        if part not in self.parts:
            raise SelectionError(
                "This model has no attention called {part}. Choose one of {parts}.",
                part=repr(part)[:80],
                parts=", ".join(self.parts),
            )
        return part

    def _attention(self, source: Source, part: str, encoded: Encoded, written: Encoded | None = None) -> Attention:
        notes = encoded.notes + (written.notes if written else ()) + self.notes + layers_note(source.heads)
        return Attention(
            source=source,
            query_tokens=written.tokens if written else encoded.tokens,
            key_tokens=written.tokens if written and part == "decoder" else encoded.tokens,
            model=self.name,
            revision=self.revision,
            limit=self.limit,
            left_out=encoded.left_out + (written.left_out if written else 0),
            causal=self.causal if part in ("self", "encoder") else part == "decoder",
            part=part,
            notes=notes,
        )

    def _padded(self, attention: Attention, length: int) -> Attention:
        tokens = padded_tokens(attention.query_tokens, length, self.reader.tokenizer.pad_token or "[PAD]")
        return replace(
            attention,
            source=PaddedSource(attention.source, attention.n_tokens),
            query_tokens=tokens,
            key_tokens=tokens,
        )


@dataclass(frozen=True)
class _Look:
    """One text after its pass; outputs: what the network answered, None where it read parts of the text."""

    encoded: Encoded
    outputs: Any
    attention: Attention
