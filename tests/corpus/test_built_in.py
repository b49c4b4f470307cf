"""The sentences that come with the program, and what was measured in them: a part is measured again and is the same."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
import torch

from attention_viz import load_model, measures
from attention_viz.corpus import Item, Opened, Summary
from attention_viz.corpus import open as open_results
from attention_viz.corpus.built_in.collection import COLLECTIONS, FOLDERS, OPTIONS, PRONOUN, Collection, collection
from attention_viz.corpus.folder import Folder
from attention_viz.corpus.plan import Shard
from attention_viz.corpus.reader import Reader
from attention_viz.errors import InputError
from attention_viz.models.catalogue import EMBEDDED, MULTILINGUAL

MEASURED = [
    (source, each) for source in FOLDERS for each in COLLECTIONS if each.language == "en" or source == MULTILINGUAL
]
MOST_BYTES = 15_000_000


def items(of: Collection) -> list[Item]:
    return list(of.texts())


def opened(source: str, of: Collection) -> Opened:
    folder = of.results(source)
    assert folder is not None
    return open_results(folder)


@pytest.mark.parametrize("each", COLLECTIONS, ids=lambda each: each.name)
def test_a_collection_has_its_sentences_as_they_are_written_with_the_class_of_each_word(each: Collection) -> None:
    found = items(each)
    assert len(found) == each.n == 2000
    assert not any(item.error for item in found)
    for item in found:
        assert isinstance(item.first, str)
        assert item.tree is not None
        assert len(item.tree.tags) == len(item.tree.starts)
        assert all(item.tree.tags)
    assert len({item.first for item in found}) > 1980
    tags = {tag for item in found if item.tree is not None for tag in item.tree.tags}
    assert {"NOUN", "PRON", "VERB", "PUNCT"} <= tags


def test_english_sentences_have_8_to_40_words_of_every_kind_of_text_alike() -> None:
    blocks = collection("english").file.read_text(encoding="utf-8").strip().split("\n\n")
    lengths = [sum(line[0].isdigit() for line in block.splitlines()) for block in blocks]
    assert (min(lengths), max(lengths)) == (8, 40)
    kinds = [block.split("sent_id = c")[1][0] for block in blocks]
    counts = [kinds.count(kind) for kind in set(kinds)]
    assert (len(counts), min(counts), max(counts)) == (15, 133, 134)


def test_the_results_of_every_embedded_model_are_there_and_small() -> None:
    assert set(FOLDERS) == set(EMBEDDED)
    files = [
        file for source, each in MEASURED for file in opened(source, each).folder.path.rglob("*") if file.is_file()
    ]
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
    assert collection("chinese").results("") is None
    assert collection("english").results("google-bert/bert-base-uncased") is None
    with pytest.raises(InputError, match="no collection"):
        collection("french")


@pytest.mark.parametrize(("source", "each"), MEASURED, ids=lambda each: getattr(each, "name", each))
def test_results_are_of_all_texts_of_the_collection_with_the_relation(source: str, each: Collection) -> None:
    found = opened(source, each)
    assert found.complete
    assert (found.figures.texts, found.figures.failed) == (2000, 0)
    first = found.texts(0, 0, by="previous", n=1)[0]
    assert first.first == items(each)[first.number].first
    relation = found.relations()[0]
    assert relation.relation == PRONOUN.name
    assert relation.n > 500
    assert relation.best[1].value > relation.chance


def rows(file: Path, kind: str) -> dict[str, np.ndarray]:
    table = pyarrow.parquet.read_table(file, partitioning=None)
    table = table.filter(pyarrow.compute.equal(table.column("kind"), kind))
    names = ["text", "layer", "head", *measures.COLUMNS]
    return {name: table.column(name).to_numpy(zero_copy_only=False) for name in names}


def test_a_shard_that_is_measured_again_is_the_same(tmp_path: Path) -> None:
    each, number = collection("english"), 7
    torch.set_num_threads(1)
    first = number * OPTIONS.shard_texts
    some = tuple(islice(iter(each.texts()), first, None))
    folder = Folder(tmp_path)
    Reader(load_model(), folder, OPTIONS).run(Shard(number, first, some))
    known = opened("", each).folder.shard(number)
    for kind in ("model", "shuffled", "offset"):
        again, before = rows(folder.shard(number), kind), rows(known, kind)
        assert len(again["text"]) > 0
        for name, values in again.items():
            np.testing.assert_allclose(values, before[name], atol=1.01 * OPTIONS.step, err_msg=f"{kind} {name}")
    alike = [
        pyarrow.parquet.read_table(path, columns=["relation", "n", "hits"], partitioning=None).to_pylist()
        for path in (folder.shard(number), known)
    ]
    hits = [[sum(row["hits"]) for row in each if row["relation"]] for each in alike]
    assert np.abs(np.subtract(*hits)).sum() <= 0.01 * sum(hits[0])


def test_the_summary_is_that_of_the_shards() -> None:
    found = opened("", collection("english"))
    summary = Summary.of(found.files, 0)
    sums = summary.sums["model"]
    np.testing.assert_allclose(sums.total / sums.n, found.figures.heads["model"].mean, atol=1e-6)
    np.testing.assert_array_equal(sums.labels, found.figures.heads["model"].labels)
