"""Measure: what every head does in every text of a collection, written into a folder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attention_viz.corpus import local, needs
from attention_viz.corpus.cluster import Cluster
from attention_viz.corpus.folder import Folder
from attention_viz.corpus.options import Options
from attention_viz.corpus.plan import Done, Shard, shards
from attention_viz.corpus.progress import Clock, Progress
from attention_viz.corpus.sources import Source, read
from attention_viz.corpus.sources.lines import Split
from attention_viz.errors import InputError, StoppedError

if TYPE_CHECKING:
    from attention_viz.corpus.opened import Opened
    from attention_viz.models import Model

Executor = Literal["local", "ray"]


def measure(
    texts: Source | str | Path | Iterable[Any],
    model: Model | str | Path = "",
    *,
    into: str | Path,
    options: Options | None = None,
    column: str = "text",
    second: str | None = None,
    split: Split = "line",
    executor: Executor = "local",
    cluster: Cluster | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> Opened:
    """What does every head do in these texts?

    texts    : a file (.txt, .csv, .tsv, .jsonl, .parquet, .conllu), or anything that gives texts, lists of words or pairs
    model    : a model, or what `load_model` takes by name; on Ray, where each process loads its own, a name or folder
    into     : the folder for the results. Run again after a break, with the same texts, it goes on where it was
    options  : what is measured and kept
    column   : of a table, that of the text; second: that of the second text of a pair; split: whether a line or a paragraph
               of a .txt is a text
    executor : "local" = in this process; "ray" = as `cluster` says
    progress : called after each shard; stop: set it to end the run: what is done stays
    returns  : what `attention_viz.corpus.open(into)` gives
    Texts are read as they come, and only a few hundred are held. A text that cannot be read is kept with its error. Raises
    InputError for a folder of another model or other options, ModelError, StoppedError.
    """
    from attention_viz.corpus.opened import open_folder

    options, folder = options or Options(), Folder(Path(into).expanduser())
    needs.pyarrow()
    source = read(texts, column, second, split)
    clock = Clock(progress, source.share)
    plan = shards(source, options.shard_texts)
    if executor == "ray":
        done = _on_ray(model, folder, options, cluster or Cluster(), plan, stop)
    elif executor == "local":
        done = _in_process(model, folder, options, plan, stop)
    else:
        raise InputError('The executor is {executor}; choose "local" or "ray".', executor=repr(executor)[:80])
    n_shards = 0
    for each in done:
        clock.count(each)
        n_shards += 1
        if stop is not None and stop.is_set():
            raise StoppedError(
                "Stopped after {n:,} texts. What is done stays; run the same again to go on.", n=clock.texts
            )
    folder.note({**folder.manifest, "texts": clock.texts, "failed": clock.failed, "shards": n_shards})
    opened = open_folder(folder.path)
    opened.keep_summary()
    folder.tidy()
    return opened


def _in_process(
    model: Model | str | Path, folder: Folder, options: Options, plan: Iterator[Shard], stop: threading.Event | None
) -> Iterator[Done]:
    from attention_viz.corpus.fingerprint import fingerprint
    from attention_viz.corpus.reader import Reader, ready
    from attention_viz.models import load_model

    loaded = ready(load_model(model) if isinstance(model, (str, Path)) else model, options)
    folder.begin(fingerprint(loaded, options))
    yield from local.run(Reader(loaded, folder, options), plan, stop)


def _on_ray(
    model: Model | str | Path,
    folder: Folder,
    options: Options,
    cluster: Cluster,
    plan: Iterator[Shard],
    stop: threading.Event | None,
) -> Iterator[Done]:
    """A model that is there already only says what the processes' own must be like."""
    from attention_viz.corpus.fingerprint import fingerprint
    from attention_viz.corpus.on_ray import run
    from attention_viz.corpus.reader import ready

    if isinstance(model, (str, Path)):
        return run(_source(model), folder, options, cluster, plan, stop)
    return run(model.source, folder, options, cluster, plan, stop, fingerprint(ready(model, options), options))


def _source(model: str | Path) -> str:
    """By what every process loads the model; of a folder, its whole path."""
    path = Path(model).expanduser()
    return str(path.absolute()) if model and path.is_dir() else str(model)
