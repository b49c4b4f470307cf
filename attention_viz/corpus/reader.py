"""Reader: one model that measures one shard after the other, in whatever process it stands."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from attention_viz.attention import Attention
from attention_viz.corpus import shard_file
from attention_viz.corpus.baselines import shuffled
from attention_viz.corpus.folder import Folder, told
from attention_viz.corpus.kept import Kept, keep, keep_measures
from attention_viz.corpus.options import Options
from attention_viz.corpus.plan import Done, Shard
from attention_viz.corpus.shard_file import TextRows
from attention_viz.corpus.sources.item import Item
from attention_viz.errors import AttentionVizError, InputError, StoppedError, TextError
from attention_viz.models import Model, untrained
from attention_viz.models.reading.encoded import Encoded

BROKEN = (AttentionVizError, RuntimeError, ValueError, LookupError)
"""What a single text may make a model raise, which is that text's error and no end of the run."""


class Reader:
    """A model that measures shards, and the folder that they are written into."""

    def __init__(self, model: Model, folder: Folder, options: Options) -> None:
        self._model, self._folder, self._options = model, folder, options

    def run(self, shard: Shard, stop: threading.Event | None = None) -> Done:
        """Measures the texts of a shard, unless that was done before.

        A text that cannot be read is a row with its error. Raises InputError where the shard was done with other texts, or
        cannot be written, and StoppedError; then nothing of it is left.
        """
        before = done_before(self._folder, shard)
        if before is not None:
            return before
        rows = self._rows(shard, stop)
        goal, options = self._folder.shard(shard.number), self._options
        with told(self._folder.path), self._folder.unfinished(goal.name, goal) as path:
            shard_file.write(path, rows, self._model.heads, options.measures, options.step, shard.digest)
            self._folder.outdate()
        return Done(shard.number, len(rows), sum(bool(row.error) for row in rows), anew=True)

    def _rows(self, shard: Shard, stop: threading.Event | None) -> list[TextRows]:
        rows = [TextRows(shard.first + place, item, error=item.error) for place, item in enumerate(shard.items)]
        encoded: dict[int, Encoded] = {}
        for place, row in enumerate(rows):
            if not row.error:
                found = self._encode(row.item)
                if isinstance(found, Encoded):
                    encoded[place] = found
                else:
                    rows[place] = replace(row, error=found)
        read = self._each(list(encoded.values()), stop)
        for (place, text), kept in zip(
            encoded.items(), self._kept(read, [rows[each] for each in encoded]), strict=True
        ):
            rows[place] = _with(rows[place], text, kept)
        return self._beside_shuffled(rows, encoded, stop)

    def _encode(self, item: Item) -> Encoded | str:
        """The text as tokens, or why it has none."""
        options = self._options
        try:
            _check_characters(item, options.most_characters)
            encoded = self._model.encode(item.first, item.second, overlong=options.overlong)
            _check_tokens(encoded, options.most_tokens)
        except BROKEN as reason:
            return _said(reason)
        return encoded

    def _each(self, texts: Sequence[Encoded], stop: threading.Event | None) -> Iterator[Attention | str]:
        """The attention of each text, or why there is none. After one that fails, the rest is read one by one."""
        done = 0
        try:
            for attention in self._model.attend_each(texts, stop=stop):
                yield attention
                done += 1
        except StoppedError:
            raise
        except BROKEN:
            yield from (self._alone(text, stop) for text in texts[done:])

    def _alone(self, text: Encoded, stop: threading.Event | None) -> Attention | str:
        try:
            return self._model.attend(text, part=self._model.parts[0], stop=stop)
        except StoppedError:
            raise
        except BROKEN as reason:
            return _said(reason)

    def _kept(self, read: Iterator[Attention | str], rows: Sequence[TextRows]) -> Iterator[Kept | str]:
        for each, row in zip(read, rows, strict=True):
            yield each if isinstance(each, str) else keep(each, row.item, self._options)

    def _beside_shuffled(
        self, rows: list[TextRows], encoded: dict[int, Encoded], stop: threading.Event | None
    ) -> list[TextRows]:
        """Of every so many texts, also what stays of its own tokens in another order."""
        every = self._options.shuffled_every
        if not every or not self._options.measures:
            return rows
        chosen = [place for place in encoded if rows[place].number % every == 0 and not rows[place].error]
        mixed = [
            shuffled(encoded[place], np.random.default_rng([self._options.seed, rows[place].number]))
            for place in chosen
        ]
        for place, attention in zip(chosen, self._each(mixed, stop), strict=True):
            if isinstance(attention, Attention):
                rows[place] = replace(rows[place], shuffled=keep_measures(attention))
        return rows


def ready(model: Model, options: Options) -> Model:
    """The model that is measured: itself, or what it was before training."""
    return untrained(model, options.seed) if options.untrained else model


def done_before(folder: Folder, shard: Shard) -> Done | None:
    """The shard as it was done before; None where it was not, or its file is damaged.

    Raises InputError where it was done with other texts.
    """
    path = folder.shard(shard.number)
    if not path.exists():
        return None
    try:
        notes = shard_file.notes_of(path)
        texts, failed, digest = int(notes["texts"]), int(notes["failed"]), notes["digest"]
    except (OSError, ValueError, KeyError):
        return None
    if digest != shard.digest:
        raise InputError(
            "Texts {first:,} to {last:,} are not those that {folder} was begun with. Give the same texts in the same order, or choose another folder.",
            first=shard.first + 1,
            last=shard.first + len(shard.items),
            folder=str(folder.path)[:200],
        )
    return Done(shard.number, texts, failed, anew=False)


def _with(row: TextRows, text: Encoded, kept: Kept | str) -> TextRows:
    if isinstance(kept, str):
        return replace(row, error=kept)
    return replace(row, tokens=text.tokens, left_out=text.left_out, kept=kept)


def _check_characters(item: Item, most: int | None) -> None:
    """Raises TextError for a text that is longer than may be cut into tokens."""
    if most is None:
        return
    texts = (item.first, item.second or "")
    n = sum(len(text) if isinstance(text, str) else sum(map(len, text)) for text in texts)
    if n > most:
        raise TextError("This text has {n:,} characters; at most {most:,} are read of one.", n=n, most=most)


def _check_tokens(text: Encoded, most: int | None) -> None:
    """Raises TextError for a text of which the model would read more than it may."""
    if most is not None and text.n_tokens > most:
        raise TextError(
            "The model would have to read {n:,} tokens of this text; at most {most:,} are read of one.",
            n=text.n_tokens,
            most=most,
        )


def _said(reason: Exception) -> str:
    return str(reason).split("\n")[0][:300] or type(reason).__name__
