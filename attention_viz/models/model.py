"""Model: a checkpoint that is ready to read texts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NoReturn

import torch
from transformers import PreTrainedModel

from attention_viz.attention import Attention
from attention_viz.errors import Message, ModelError, SelectionError
from attention_viz.models.description import ModelDescription
from attention_viz.models.engine.recording import Watch
from attention_viz.models.engine.ways import Way
from attention_viz.models.predicting import predict
from attention_viz.models.predictions import NoPrediction, Predictions
from attention_viz.models.reading.encoded import Encoded
from attention_viz.models.reading.many_texts import ManyTexts, TextOrPair
from attention_viz.models.reading.one_text import OneText
from attention_viz.models.reading.padding import padded
from attention_viz.models.reading.reader import Reader
from attention_viz.models.reading.target import Target
from attention_viz.models.reading.text import Text
from attention_viz.models.reading.truncation import Overlong
from attention_viz.models.sharing import Sharing
from attention_viz.models.similarity import compare


@dataclass(frozen=True)
class Reading:
    """The attention of a text, and what the model's head predicts for it, from the same forward pass."""

    attention: Attention
    predictions: Predictions


@dataclass(frozen=True, eq=False)
class Model(ModelDescription):
    """A pretrained network with its tokenizer. Nothing of a text is kept in it, so threads may share it.

    Name, version and sizes are those of `ModelDescription`.

    network, reader : the transformers model and its tokenizer, for what is not offered here
    built           : how the weights are got, settled by trial when the model was loaded; `way` is the same, still valid
    sharing         : the parts of the network that it was built on
    target          : what the decoder reads, of an encoder-decoder
    batch_variance  : why a text's weights would depend on the others of its batch, so that each has a pass of its own;
                      None = they do not
    """

    network: PreTrainedModel
    reader: Reader
    built: Way
    sharing: Sharing
    target: Target | None = None
    batch_variance: Message | None = None

    @property
    def way(self) -> Way:
        """How are the weights got? Raises ModelError where a part of the network was replaced since it was loaded."""
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
        """How much memory do the weights take? Bytes; each storage once."""
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
        """The maps of attention: "self"; or "encoder", "decoder" and "cross" of an encoder-decoder."""
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

    def encode(
        self, first: Text, second: Text | None = None, *, part: str | None = None, overlong: Overlong | None = None
    ) -> Encoded:
        """Which tokens does the model read of this text? Tokenised once: `attend`, `read` and `inputs` take it as `first`.

        Takes and raises what `attend` does; its `n_tokens` tells how long the reading takes before it begins.
        """
        return self._one.encode(first, second, self.part(part), overlong)

    def attend(
        self,
        first: Text | Encoded,
        second: Text | None = None,
        *,
        part: str | None = None,
        overlong: Overlong | None = None,
        progress: Callable[[int, int], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Attention:
        """What does every head read in this text, or in this pair of texts?

        first    : a text, or the list of its words: they are joined by spaces, and the tokens of each are one word; or
                   what `encode` made of a text and a second one for this part, as long as it is
        second   : the second segment; of an encoder-decoder, what the decoder reads: without it, what the model itself
                   writes, at most 64 tokens
        part     : one of `parts`; None = the first
        overlong : "first" reads the tokens that fit and counts the rest in `left_out`; "windows" reads a single text in
                   parts that overlap; None refuses too long a text
        progress : called with (attention layers done, in all); stop: set it to end the pass
        Raises TextError for a text that is empty, too long or without a token, StoppedError. One forward pass, or one
        per window.
        """
        part = self.part(part)
        return self._one.read(self._encoded(first, second, part, overlong), part, Watch(progress, stop)).attention

    def attend_all(
        self,
        texts: Iterable[TextOrPair],
        *,
        overlong: Overlong | None = None,
        keep_padding: bool = False,
        progress: Callable[[int, int], None] | None = None,
        stop: threading.Event | None = None,
    ) -> list[Attention]:
        """What does every head read in each of these texts, or pairs (first, second)? In their order.

        keep_padding : make all as long as the longest, by special tokens whose weights are 0 and which nothing can read
        progress     : called with (texts read, in all); stop: set it to end it
        Texts of like length are read in one batch, except where `batch_variance` says why not; each result has memory of
        its own. Of an encoder-decoder, the encoder. Raises as `attend` does.
        """
        found = self._many.read(texts, overlong, stop, progress)
        return padded(found, self.reader.tokenizer.pad_token or "[PAD]") if keep_padding else found

    def attend_each(
        self,
        texts: Iterable[TextOrPair | Encoded],
        *,
        overlong: Overlong | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Attention]:
        """The same for any number of texts, or of what `encode` made of them: a few thousand tokens are read ahead of the
        text that is given out."""
        return self._many.each(texts, overlong, stop)

    def read(
        self,
        first: Text | Encoded,
        second: Text | None = None,
        *,
        part: str | None = None,
        overlong: Overlong | None = None,
        progress: Callable[[int, int], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Reading:
        """What does every head read, and what does the model predict for the text?

        One forward pass; the cosine of a pair, for a model that compares sentences, needs one more with each text alone.
        Takes and raises what `attend` does.
        """
        part = self.part(part)
        seen = self._one.read(self._encoded(first, second, part, overlong), part, Watch(progress, stop))
        if seen.outputs is None:
            none = NoPrediction(Message("Read in windows, the model says nothing of the text as a whole."))
            return Reading(seen.attention, none)
        return Reading(seen.attention, predict(self.task, self.network, self.reader, seen.encoded, seen.outputs))

    def inputs(
        self,
        first: Text | Encoded,
        second: Text | None = None,
        *,
        part: str | None = None,
        overlong: Overlong | None = None,
    ) -> dict[str, torch.Tensor]:
        """What is the network given for this text? Name of its argument -> (1, token).

        Takes and raises what `attend` does; what is read in windows has no such inputs: give "first" or None.
        """
        part, fitting = self.part(part), None if overlong == "windows" else overlong
        return self._one.complete(self._encoded(first, second, part, fitting), part).arguments

    def similarity(self, first: str, second: str) -> float:
        """How alike are two texts to this model? Cosine of their embeddings, -1 to 1.

        Of longer texts, what sentence-transformers reads. Reimers and Gurevych 2019 (arXiv 1908.10084), section 3. Raises
        ModelError for a model that is not made for it.
        """
        return compare(self.task, self.network, self.reader, (first, second)).cosine

    def _encoded(self, first: Text | Encoded, second: Text | None, part: str, overlong: Overlong | None) -> Encoded:
        return first if isinstance(first, Encoded) else self._one.encode(first, second, part, overlong)

    @property
    def _one(self) -> OneText:
        return OneText(self.reader, self.target, self.causal, lambda: self.way, self.attention_of)

    @property
    def _many(self) -> ManyTexts:
        return ManyTexts(self._one, self.way.body, self.batch_variance is not None)
