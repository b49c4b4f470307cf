"""OneText: one text or pair, tokenised once and read in one forward pass, or in one per window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from attention_viz.attention import Attention
from attention_viz.errors import TextError
from attention_viz.models.engine.recording import Watch
from attention_viz.models.engine.ways import Way
from attention_viz.models.reading.encoded import DECODER_PARTS, Encoded
from attention_viz.models.reading.reader import Reader
from attention_viz.models.reading.target import Target
from attention_viz.models.reading.text import Text
from attention_viz.models.reading.truncation import Overlong
from attention_viz.models.reading.windows import Layout, read_windows, told
from attention_viz.sources import Source


@dataclass(frozen=True)
class Pass:
    """What one text gave.

    outputs : of the network; None where the text was read in windows
    """

    encoded: Encoded
    outputs: Any
    attention: Attention


@dataclass(frozen=True, eq=False)
class OneText:
    """How a model reads one text. Nothing of it is kept here.

    reader    : from a text to the inputs of the model; target: to those of a decoder, None = there is none
    causal    : a token reads only itself and those before it
    way       : from inputs to weights, asked for at each pass
    attention : from the weights of a text to what is shown of it
    """

    reader: Reader
    target: Target | None
    causal: bool
    way: Callable[[], Way]
    attention: Callable[[Source, str, Encoded], Attention]

    def encode(self, first: Text, second: Text | None, part: str, overlong: Overlong | None) -> Encoded:
        """The text as tokens; all of it where it is to be read in windows. Raises TextError as `Model.attend` does."""
        reader = replace(self.reader, limit=None) if overlong == "windows" else self.reader
        encoded = reader.encode(first, None if self.target else second, overlong=overlong)
        if self.target is None or second is None or part not in DECODER_PARTS or self.is_long(encoded):
            return encoded
        return replace(encoded, decoder=self.target.encode(second, overlong))

    def complete(self, encoded: Encoded, part: str) -> Encoded:
        """With what the decoder reads, where the map is one of its own: without a text for it, what the model writes."""
        if self.target is None or encoded.decoder is not None or part not in DECODER_PARTS:
            return encoded
        return replace(encoded, decoder=self.target.write(self.way().network, encoded.inputs))

    def read(self, encoded: Encoded, part: str, watch: Watch) -> Pass:
        """One forward pass, or one per window of a text that is longer than the model reads at once."""
        if self.is_long(encoded):
            return Pass(encoded, None, self.in_windows(encoded, part, watch))
        whole = self.complete(encoded, part)
        outputs, sources = self.way().read(whole.arguments, watch)
        return Pass(whole, outputs, self.attention(sources[part][0], part, whole))

    def in_windows(self, encoded: Encoded, part: str, watch: Watch) -> Attention:
        """One forward pass per window. Raises TextError for a pair, and for a map of the decoder."""
        assert self.reader.limit is not None
        if part in DECODER_PARTS or len(encoded.texts) > 1:
            raise TextError(
                "Only a single text can be read in windows, not a pair, nor what a decoder reads. Give one text, or choose the first tokens that fit."
            )
        layout = Layout.plan(encoded.tokens.special, self.reader.limit, self.causal)
        source = read_windows(self.way(), part, encoded.inputs, layout, watch)
        attention = self.attention(source, part, encoded)
        return replace(attention, notes=(told(layout), *attention.notes))

    def is_long(self, encoded: Encoded) -> bool:
        """Whether a text was encoded whole, to be read in windows."""
        return self.reader.limit is not None and len(encoded.tokens) > self.reader.limit
