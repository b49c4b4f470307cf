"""Model: a checkpoint that is ready to be looked into."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import torch
from transformers import PreTrainedModel

from attention_viz.attending import layers_note
from attention_viz.attention import Attention
from attention_viz.errors import Message, ModelError, SelectionError, TextError
from attention_viz.models.checkpoint.task import Task
from attention_viz.models.engine.recording import Watch
from attention_viz.models.engine.ways import Way
from attention_viz.models.predictions import Nothing, Says, say
from attention_viz.models.reading.many_texts import Item, Many
from attention_viz.models.reading.padding import padded
from attention_viz.models.reading.reader import Encoded, Reader
from attention_viz.models.reading.target import Target
from attention_viz.models.reading.text import Text
from attention_viz.models.reading.truncation import Overlong
from attention_viz.models.reading.windows import Layout, read_windows, told
from attention_viz.models.sharing import Sharing
from attention_viz.models.similarity import compare
from attention_viz.sources import Source


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
    d_head   : width of a head's queries; of the layer with the widest
    built    : how the weights are got, settled by trial when the model was loaded; `way` is the same, still valid
    sharing  : the parts of the network that it was built on
    target   : what the decoder reads, of a model with two halves
    alone    : why a text is never read in one pass with others; None = it may be
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
    built: Way
    sharing: Sharing
    target: Target | None = None
    alone: Message | None = None

    @property
    def way(self) -> Way:
        """How are the weights got? Raises ModelError where a part of the network was replaced since."""
        self.sharing.check()
        return self.built

    def __repr__(self) -> str:
        reads = "any number of" if self.limit is None else f"{self.limit:,}"
        sizes = f"{self.n_layers} layers x {self.n_heads} heads, d_model {self.d_model}, reads {reads} tokens"
        return f"Model({self.name!r}, {sizes}, {self.built.name})"

    def __reduce__(self) -> NoReturn:
        raise ModelError(
            "A model is not pickled or copied: what it runs on is tied to this process. Load it where it is needed: load_model({source}).",
            source=repr(self.source)[:200] if self.source else "",
        )

    @property
    def nbytes(self) -> int:
        """How much memory do the weights take? Bytes; numbers that two networks share are counted once."""
        networks = (self.network, self.built.network)
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
        return self.built.parts

    def part(self, part: str | None = None) -> str:
        """Which of the maps is meant? None = the first. Raises SelectionError for one that the model does not have."""
        if part is None:
            return self.parts[0]
        if part not in self.parts:
            raise SelectionError(
                "This model has no attention called {part}. Choose one of {parts}.",
                part=repr(part)[:80],
                parts=", ".join(self.parts),
            )
        return part

    def attend(
        self,
        first: Text,
        second: Text | None = None,
        *,
        part: str | None = None,
        overlong: Overlong | None = None,
        progress: Callable[[int, int], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Attention:
        """What does every head read in this text, or in this pair of texts?

        first    : a text, or the list of its words: they are joined by spaces, and the tokens of each are one word
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
        self,
        texts: Iterable[Item],
        *,
        overlong: Overlong | None = None,
        keep_padding: bool = False,
        progress: Callable[[int, int], None] | None = None,
        stop: threading.Event | None = None,
    ) -> list[Attention]:
        """What does every head read in each of these texts, or pairs (first, second)? In their order.

        keep_padding : make all as long as the longest, by special tokens whose weights are 0 and which nothing can read
        progress     : called with (texts read, in all); stop: set it to end it
        Texts of like length are read in one pass, except where `alone` says why not; each result has memory of its own. Of
        a model with two halves, the encoder. Raises as `attend` does.
        """
        found = self._many.read(texts, overlong, stop, progress)
        return padded(found, self.reader.tokenizer.pad_token or "[PAD]") if keep_padding else found

    def attend_each(
        self, texts: Iterable[Item], *, overlong: Overlong | None = None, stop: threading.Event | None = None
    ) -> Iterator[Attention]:
        """The same for any number of texts: a few thousand tokens are read ahead of the text that is given out."""
        return self._many.each(texts, overlong, stop)

    def read(
        self,
        first: Text,
        second: Text | None = None,
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
        self, first: Text, second: Text | None = None, *, part: str | None = None, overlong: Overlong | None = None
    ) -> dict[str, torch.Tensor]:
        """What is the network given for this text? Name of its argument -> (1, token).

        Takes and raises what `attend` does; what is read in windows has no such inputs: give "first" or None.
        """
        encoded, written = self._encoded(first, second, self.part(part), overlong)
        return encoded.inputs | (written.inputs if written else {})

    def similarity(self, first: str, second: str) -> float:
        """How alike are two texts to this model? Cosine of their vectors, -1 to 1.

        Of longer texts, what sentence-transformers reads. Reimers and Gurevych 2019 (arXiv 1908.10084), section 3. Raises
        ModelError for a model that is not made for it.
        """
        return compare(self.task, self.network, self.reader, (first, second)).cosine

    def _look(
        self, first: Text, second: Text | None, part: str | None, overlong: Overlong | None, watch: Watch
    ) -> _Look:
        chosen = self.part(part)
        if overlong == "windows":
            whole = replace(self.reader, limit=None).encode(first, None if self.target else second)
            if self.limit is not None and len(whole.tokens) > self.limit:
                return self._in_windows(whole, chosen, watch)
        encoded, written = self._encoded(first, second, chosen, overlong)
        outputs, sources = self.way.read(encoded.inputs | (written.inputs if written else {}), watch)
        return _Look(encoded, outputs, self._attention(sources[chosen][0], chosen, encoded, written))

    def _in_windows(self, whole: Encoded, part: str, watch: Watch) -> _Look:
        assert self.limit is not None
        if part not in ("self", "encoder") or len(whole.texts) > 1:
            raise TextError(
                "Only a single text can be read in windows, not a pair, nor what a decoder reads. Give one text, or choose the first tokens that fit."
            )
        layout = Layout.plan(whole.tokens.special, self.limit, self.causal)
        source = read_windows(self.way, part, whole.inputs, layout, watch)
        attention = self._attention(source, part, whole)
        return _Look(whole, None, replace(attention, notes=(told(layout), *attention.notes)))

    def _encoded(
        self, first: Text, second: Text | None, part: str, overlong: Overlong | None
    ) -> tuple[Encoded, Encoded | None]:
        """What is read, and what the decoder reads where the map that is asked for is one of its own."""
        encoded = self.reader.encode(first, None if self.target else second, overlong=overlong)
        return encoded, self._written(encoded, second, overlong) if part in ("decoder", "cross") else None

    def _written(self, encoded: Encoded, second: Text | None, overlong: Overlong | None) -> Encoded:
        """What the decoder reads."""
        assert self.target is not None
        if second is None:
            return self.target.write(self.way.network, encoded.inputs)
        return self.target.encode(second, overlong)

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

    @property
    def _many(self) -> Many:
        part = self.parts[0]
        return Many(
            self.way.body,
            self.reader,
            self.target is not None,
            self.alone is not None,
            lambda source, text: self._attention(source, part, text),
            lambda text, watch: self._in_windows(text, part, watch).attention,
        )


@dataclass(frozen=True)
class _Look:
    """One text after its pass; outputs: what the network answered, None where it read parts of the text."""

    encoded: Encoded
    outputs: Any
    attention: Attention
