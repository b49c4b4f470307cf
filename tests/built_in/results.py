"""Measures the built-in collections with the embedded models, and writes the results that come with the program.

    .venv/bin/python tests/built_in/results.py WORK [--only MODEL]

WORK : a folder for the runs, which go on there after a break. Takes some minutes on one processor.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet
import torch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from attention_viz import corpus  # noqa: E402  after the path to it
from attention_viz.corpus import head_texts  # noqa: E402
from attention_viz.corpus.built_in.collection import COLLECTIONS, FOLDERS, HERE, OPTIONS  # noqa: E402
from attention_viz.corpus.figures import SHARES  # noqa: E402
from attention_viz.measures import COLUMNS  # noqa: E402
from attention_viz.models.catalogue import MULTILINGUAL  # noqa: E402

LEVEL = 19
"""Of zstd: slow to write, read as quickly as any."""
ENDS, IN_TENTH = 5, 2
"""Texts that are kept of a head and measure: those with the most and with the least, and those in the middle of each tenth."""
KINDS = ("text", "model", "relation")
"""Rows that are kept; the baselines are in the summary."""


def pack(folder: Path, goal: Path) -> None:
    """The summary as it is; of the rows of heads those that may be shown as examples."""
    shutil.rmtree(goal, ignore_errors=True)
    opened = corpus.open(folder)
    kept = {place: examples(opened, *place) for place in opened.head_places}
    for file in opened.files:
        smaller = goal / file.relative_to(folder)
        smaller.parent.mkdir(parents=True, exist_ok=True)
        with pyarrow.parquet.ParquetFile(file) as shard:
            groups = [_chosen(shard.read_row_group(number), kept) for number in range(shard.num_row_groups)]
            _write(smaller, shard.schema_arrow, [group for group in groups if len(group)])
    table = pyarrow.parquet.read_table(folder / "summary.parquet")
    pyarrow.parquet.write_table(
        table,
        goal / "summary.parquet",
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=["kind", "layer", "head", "measure"],
    )
    manifest = {**opened.manifest, "rows": "examples"}
    (goal / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def examples(opened: corpus.Opened, layer: int, head: int) -> set[int]:
    """The texts of which the rows of a head are kept."""
    found: set[int] = set()
    quantiles = opened.figures.heads["model"].quantiles[:, opened.head_places.index((layer, head))]  # (share, measure)
    for number, measure in enumerate(COLUMNS):
        texts, values = head_texts.values(opened.files, layer, head, measure)
        middles = np.interp((np.arange(10) + 0.5) / 10, SHARES, quantiles[:, number])
        nearest = [np.lexsort((texts, abs(values - middle)))[:IN_TENTH] for middle in middles]
        ends = [np.lexsort((texts, each))[:ENDS] for each in (values, -values)]
        found |= set(texts[np.concatenate([*nearest, *ends])].tolist())
    return found


def _chosen(group: pyarrow.Table, kept: dict[tuple[int, int], set[int]]) -> pyarrow.Table:
    kind = group.column("kind")[0].as_py()
    if kind != "model":
        return group if kind in KINDS else group.slice(0, 0)
    rows = zip(*(group.column(name).to_pylist() for name in ("layer", "head", "text")), strict=True)
    return group.filter(pyarrow.array([text in kept[layer, head] for layer, head, text in rows]))


def _write(path: Path, schema: pyarrow.Schema, groups: list[pyarrow.Table]) -> None:
    writer = pyarrow.parquet.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=["kind", "layer", "head", "relation", "direction"],
        use_byte_stream_split=[each.name for each in schema if pyarrow.types.is_floating(each.type)],
        write_statistics=["kind", "text", "layer", "head"],
    )
    with writer:
        for group in groups:
            writer.write_table(group)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--only", default=None)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    for source, name in FOLDERS.items():
        for each in COLLECTIONS:
            if asked.only in (None, name) and (each.language == "en" or source == MULTILINGUAL):
                into = asked.work / name / each.name
                corpus.measure(each.texts(), source, into=into, options=OPTIONS, progress=print)
                pack(into, HERE / "results" / name / each.name)


if __name__ == "__main__":
    main()
