"""ManyTexts: the attention of many texts, read in batches where they can be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from attention_viz.attention import Attention
from attention_viz.errors import TextError
from attention_viz.models.engine.recording import Watch
from attention_viz.models.engine.ways import Way
from attention_viz.models.reading.batches import ahead, batches
from attention_viz.models.reading.encoded import Encoded
from attention_viz.models.reading.one_text import OneText
from attention_viz.models.reading.padding import pad
from attention_viz.models.reading.text import Text
from attention_viz.models.reading.truncation import Overlong

TextOrPair = Text | tuple[Text, Text]
"""A text, or a pair of texts; of each, also the list of its words."""


@dataclass(frozen=True, eq=False)
class ManyTexts:
    """How a model reads many texts. Nothing of them is kept here.

    one        : how it reads one of them; of an encoder-decoder, the encoder reads the first text of a pair
    way        : to the weights of the network without its head
    one_by_one : whether every text is read in a pass of its own
    """

    one: OneText
    way: Way
    one_by_one: bool

    def read(
        self,
        items: Iterable[TextOrPair],
        overlong: Overlong | None,
        stop: threading.Event | None,
        progress: Callable[[int, int], None] | None,
    ) -> list[Attention]:
        """In the order of the items; progress is called with (texts read, in all)."""
        return self._read([self._encode(item, overlong) for item in items], Watch(stop=stop), progress)

    def each(
        self, items: Iterable[TextOrPair | Encoded], overlong: Overlong | None, stop: threading.Event | None
    ) -> Iterator[Attention]:
        """One after the other; only a few are read ahead of the one that is given out."""
        for texts in ahead(self._encode(item, overlong) for item in items):
            found = self._read(texts, Watch(stop=stop))[::-1]
            while found:
                yield found.pop()  # not held here any longer: what the caller lets go is gone

    def _encode(self, item: TextOrPair | Encoded, overlong: Overlong | None) -> Encoded:
        """What is read of a text or pair; all of it where it is to be read in windows. What is encoded stays as it is."""
        if isinstance(item, Encoded):
            return item
        texts = item if isinstance(item, tuple) else (item,)
        if len(texts) not in (1, 2):
            raise TextError("A pair has two texts; this one has {n}. Give (first, second).", n=len(texts))
        return self.one.encode(texts[0], texts[1] if len(texts) == 2 else None, self._part, overlong)

    def _read(
        self, texts: Sequence[Encoded], watch: Watch, progress: Callable[[int, int], None] | None = None
    ) -> list[Attention]:
        found: dict[int, Attention] = {}
        apart = [self.one_by_one or self.one.is_long(text) for text in texts]
        for places in batches([len(text.tokens) for text in texts], apart):
            found |= zip(places, self._batch([texts[place] for place in places], watch), strict=True)
            if progress is not None:
                progress(len(found), len(texts))
        return [found[place] for place in range(len(texts))]

    def _batch(self, texts: Sequence[Encoded], watch: Watch) -> list[Attention]:
        """One pass of several texts, or of one."""
        if self.one.is_long(texts[0]):
            return [self.one.in_windows(texts[0], self._part, watch)]
        lengths = [len(text.tokens) for text in texts] if len(texts) > 1 else []
        inputs = pad([text.inputs for text in texts], self.one.reader.filler)
        _, sources = self.way.read(inputs, watch, lengths, answer=False)
        return [
            self.one.attention(source, self._part, text)
            for source, text in zip(sources[self._part], texts, strict=True)
        ]

    @property
    def _part(self) -> str:
        return self.way.parts[0]
