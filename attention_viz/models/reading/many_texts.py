"""Many: the attention of many texts, read together where they can be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from attention_viz.attention import Attention
from attention_viz.errors import TextError
from attention_viz.models.engine.recording import Watch
from attention_viz.models.engine.ways import Way
from attention_viz.models.reading.batches import ahead, batches
from attention_viz.models.reading.padding import pad
from attention_viz.models.reading.reader import Encoded, Reader
from attention_viz.models.reading.truncation import Overlong
from attention_viz.sources import Source

Item = str | tuple[str, str]
"""A text, or a pair of texts."""


@dataclass(frozen=True, eq=False)
class Many:
    """How a model reads many texts. Nothing of them is kept in it.

    way       : to the weights of the model's body; reader: from a text to what it is given
    halves    : whether the model has two; then the encoder reads the first of a pair
    alone     : whether every text is read in a pass of its own
    attention : from the weights of a text to what is shown of it
    windows   : reads a text that is longer than the model reads at once
    """

    way: Way
    reader: Reader
    halves: bool
    alone: bool
    attention: Callable[[Source, Encoded], Attention]
    windows: Callable[[Encoded, Watch], Attention]

    def read(
        self,
        items: Iterable[Item],
        overlong: Overlong | None,
        stop: threading.Event | None,
        progress: Callable[[int, int], None] | None,
    ) -> list[Attention]:
        """In the order of the items; progress is called with (texts read, in all)."""
        return self._read([self._encode(item, overlong) for item in items], Watch(stop=stop), progress)

    def each(
        self, items: Iterable[Item], overlong: Overlong | None, stop: threading.Event | None
    ) -> Iterator[Attention]:
        """One after the other; only a few are read ahead of the one that is given out."""
        for texts in ahead(self._encode(item, overlong) for item in items):
            found = self._read(texts, Watch(stop=stop))[::-1]
            while found:
                yield found.pop()  # not held here any longer: what the caller lets go is gone

    def _encode(self, item: Item, overlong: Overlong | None) -> Encoded:
        """What is read of a text or pair; all of it where it is to be read in windows."""
        texts = item if isinstance(item, tuple) else (item,)
        if len(texts) not in (1, 2):
            raise TextError("A pair has two texts; this one has {n}. Give (first, second).", n=len(texts))
        reader = replace(self.reader, limit=None) if overlong == "windows" else self.reader
        return reader.encode(*texts[: 1 if self.halves else 2], overlong=overlong)

    def _read(
        self, texts: Sequence[Encoded], watch: Watch, progress: Callable[[int, int], None] | None = None
    ) -> list[Attention]:
        found: dict[int, Attention] = {}
        alone = [self.alone or self._is_long(text) for text in texts]
        for places in batches([len(text.tokens) for text in texts], alone):
            found |= zip(places, self._together([texts[place] for place in places], watch), strict=True)
            if progress is not None:
                progress(len(found), len(texts))
        return [found[place] for place in range(len(texts))]

    def _together(self, texts: Sequence[Encoded], watch: Watch) -> list[Attention]:
        """One pass of several texts, or of one."""
        if self._is_long(texts[0]):
            return [self.windows(texts[0], watch)]
        lengths = [len(text.tokens) for text in texts] if len(texts) > 1 else []
        inputs = pad([text.inputs for text in texts], self.reader.filler)
        _, sources = self.way.read(inputs, watch, lengths, answer=False)
        return list(map(self.attention, sources[self.way.parts[0]], texts))

    def _is_long(self, text: Encoded) -> bool:
        """Whether it was encoded whole, to be read in windows."""
        return self.reader.limit is not None and len(text.tokens) > self.reader.limit
