"""Local: shards one after the other, in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from attention_viz.corpus.plan import Done, Shard
from attention_viz.corpus.reader import Reader


def run(reader: Reader, shards: Iterable[Shard], stop: threading.Event | None) -> Iterator[Done]:
    """Each shard as it is done."""
    for shard in shards:
        yield reader.run(shard, stop)
