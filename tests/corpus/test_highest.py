"""The strongest texts of a head are found without opening files that cannot have one, and are exactly those of all files."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest

from attention_viz import Model, corpus, measures
from attention_viz.corpus import Opened, Options, head_texts, highest
from attention_viz.corpus.folder import HIGHEST, SUMMARY


def test_they_are_those_of_all_files_for_every_head_and_measure(measured: Opened) -> None:
    for (layer, head), by in itertools.product(measured.head_places, measures.COLUMNS):
        whole = measured._found(layer, head, by, None, 100, False)
        for n in (0, 1, 4, 100):
            assert measured._strongest(layer, head, by, n) == whole[:n]
    assert measured._found_among_many(1, 0, "same_token", None, 9, False) == measured._strongest(1, 0, "same_token", 9)


@pytest.mark.parametrize("n_values", [2, 10, 10_000])
def test_no_shard_is_read_that_cannot_have_one_and_of_equal_texts_the_first_are_taken(
    rng: np.random.Generator, n_values: int
) -> None:
    size, n = 8, 5
    values = rng.integers(0, n_values, size=(40, size)).astype(np.float32)
    read: list[int] = []

    def of_shard(shard: int) -> tuple[np.ndarray, np.ndarray]:
        read.append(shard)
        return shard * size + np.arange(size), values[shard]

    found = highest.strongest(values.max(axis=1), of_shard, n, size)
    order = np.argsort(-values.ravel(), kind="stable")[:n]
    assert found == list(zip(order.tolist(), values.ravel()[order].tolist(), strict=True))
    worst = (-values.ravel()[order[-1]], order[-1])
    needed = {shard for shard in range(40) if (-values[shard].max(), shard * size) <= worst}
    assert set(read) == needed
    assert len(read) == len(needed) < 20


def test_few_files_are_opened(measured: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    values = head_texts.values

    def seen(files: tuple[Path, ...], *about: object) -> tuple[np.ndarray, np.ndarray]:
        opened.extend(files)
        return values(files, *about)  # type: ignore[arg-type]

    monkeypatch.setattr(head_texts, "values", seen)
    (first,) = measured.texts(0, 1, by="entropy", n=1)
    assert opened[0] == measured.folder.shard(first.number // 5)
    assert len(opened) < len(measured.files)


def test_a_folder_without_them_and_one_whose_file_is_damaged_give_the_same(measured: Opened, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(measured.folder.path, folder)
    expected = measured.texts(1, 2, by="self", n=6)
    whole = (folder / HIGHEST).read_bytes()
    np.save(folder / "few.npy", np.zeros((6, len(measures.COLUMNS), 2), dtype=np.float32))
    for content in (whole, whole[:-9], b"", b"no numbers", (folder / "few.npy").read_bytes()):
        (folder / HIGHEST).write_bytes(content)
        again = corpus.open(folder)
        assert (again._strongest(1, 2, "self", 6) is None) == (content != whole)
        assert again.texts(1, 2, by="self", n=6) == expected
    (folder / HIGHEST).unlink()
    assert corpus.open(folder).texts(1, 2, by="self", n=6) == expected


def test_what_was_computed_from_all_shards_is_made_anew_where_one_of_them_is(model: Model, tmp_path: Path) -> None:
    texts, options = ["the cat sat .", "it was tired .", "   ", "sunrises"], Options(shard_texts=1)
    found = corpus.measure(texts, model, into=tmp_path, options=options)
    expected = np.load(tmp_path / HIGHEST)
    assert np.isneginf(expected[..., 2]).all()
    assert np.isfinite(expected[..., [0, 1, 3]]).all(axis=2).any()
    found.files[1].write_bytes(b"damaged")
    for name in (SUMMARY, HIGHEST):
        (tmp_path / name).write_bytes(b"of before")
    corpus.measure(texts, model, into=tmp_path, options=options)
    np.testing.assert_array_equal(np.load(tmp_path / HIGHEST), expected)
    assert corpus.open(tmp_path).figures.texts == 4
    assert corpus.open(tmp_path)._strongest(0, 0, "entropy", 4) == found._found(0, 0, "entropy", None, 4, False)


def test_parts_of_a_collection_give_the_whole(measured: Opened) -> None:
    parts = [corpus.Summary.of(files, 0) for files in (measured.files[3:], measured.files[:3])]
    parts[0].merge(parts[1])
    whole = corpus.Summary.of(measured.files, 0).highest
    assert set(parts[0].highest) == set(whole) == set(range(5))
    assert all(np.array_equal(parts[0].highest[shard], whole[shard]) for shard in whole)
