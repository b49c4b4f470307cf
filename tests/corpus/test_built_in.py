"""The sentences that come with the program, and what was measured in them: a part is measured again and is the same."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
import torch

from attention_viz import load_model, measures
from attention_viz.corpus import Item, Opened, measure
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
    assert relation.n > 200
    assert relation.best[1].value > relation.chance


def rows(file: Path, kind: str) -> dict[str, np.ndarray]:
    table = pyarrow.parquet.read_table(file, partitioning=None)
    table = table.filter(pyarrow.compute.equal(table.column("kind"), kind))
    names = ["text", "layer", "head", *measures.COLUMNS]
    return {name: table.column(name).to_numpy(zero_copy_only=False) for name in names}


def test_a_shard_that_is_measured_again_is_the_same(tmp_path: Path) -> None:
    each, number = collection("english"), 0
    torch.set_num_threads(1)
    some = tuple(islice(iter(each.texts()), OPTIONS.shard_texts))
    folder, found = Folder(tmp_path), opened("", each)
    Reader(load_model(), folder, OPTIONS).run(Shard(number, 0, some))
    again, before = rows(folder.shard(number), "model"), rows(found.folder.shard(number), "model")
    place = {key: row for row, key in enumerate(zip(again["layer"], again["head"], again["text"], strict=True))}
    kept = [place[key] for key in zip(before["layer"], before["head"], before["text"], strict=True)]
    assert len(kept) > 5000
    for name in measures.COLUMNS:
        np.testing.assert_allclose(again[name][kept], before[name], atol=1.01 * OPTIONS.step, err_msg=name)
    model = found.figures.heads["model"]
    for column, name in enumerate(measures.COLUMNS):  # an eighth of the texts has about the mean of all
        means = again[name].reshape(len(model.rows), -1).mean(axis=1)
        error = model.sd[:, column] / np.sqrt(len(some))
        assert (abs(means - model.mean[:, column]) < 6 * error + OPTIONS.step).all(), name
    alike = [
        pyarrow.parquet.read_table(path, columns=["relation", "n", "hits"], partitioning=None).to_pylist()
        for path in (folder.shard(number), found.folder.shard(number))
    ]
    hits = [[sum(row["hits"]) for row in each if row["relation"]] for each in alike]
    assert np.abs(np.subtract(*hits)).sum() <= 0.01 * sum(hits[0])


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_all_of_a_collection_measured_again_has_the_same_summary(tmp_path: Path) -> None:
    each = collection("english")
    torch.set_num_threads(1)
    again, found = measure(each.texts(), "", into=tmp_path, options=OPTIONS), opened("", each)
    for kind, figures in again.figures.heads.items():
        for name in ("mean", "low", "high", "sd"):
            known = getattr(found.figures.heads[kind], name)
            np.testing.assert_allclose(getattr(figures, name), known, atol=1e-3, err_msg=f"{kind} {name}")
    for one, other in zip(again.relations(), found.relations(), strict=True):
        assert abs(one.best[1].value - other.best[1].value) < 0.01
