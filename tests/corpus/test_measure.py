"""Every text is measured once, whatever happens on the way; its numbers are those that it has by itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from attention_viz import Model, corpus, load_model, measures
from attention_viz.corpus import Opened, Options, Progress
from attention_viz.corpus.folder import Folder
from attention_viz.errors import AttentionVizError, InputError, StoppedError
from attention_viz.measures.strongest import strongest_link

CLOSE = 1e-5


def heads_of(measured: Opened, text: int) -> dict[str, np.ndarray]:
    frame = measured.query(f"SELECT * FROM heads WHERE text = {text} ORDER BY layer, head")
    return {name: frame[name].to_numpy() for name in frame.columns}


def test_each_text_has_the_measures_that_it_has_by_itself(model: Model, texts: list[str], measured: Opened) -> None:
    for number in (0, 7, 20):
        text = texts[number]
        attention = model.attend(*text) if isinstance(text, tuple) else model.attend(text)
        alone, found = measures.table(attention), heads_of(measured, number)
        for name in measures.COLUMNS:
            np.testing.assert_allclose(found[name], alone.columns[name], atol=CLOSE, err_msg=name)


def test_the_strongest_links_are_those_of_the_weights(model: Model, texts: list[str], measured: Opened) -> None:
    attention, found = model.attend(texts[3]), heads_of(measured, 3)
    special = attention.query_tokens.special
    for row, (layer, head) in enumerate(np.ndindex(2, 3)):
        weights = np.array(attention.weights(layer, head))
        for query, key, weight in zip(
            *(found[name][row] for name in ("link_queries", "link_keys", "link_weights")), strict=True
        ):
            assert strongest_link(weights, special, special, same=True) == (query, key)
            assert weights[query, key] == pytest.approx(weight, abs=2e-4)
            weights[query, key] = -1


def test_a_text_that_cannot_be_read_is_a_row_with_its_error(measured: Opened) -> None:
    assert measured.figures.texts == 23
    assert measured.figures.failed == 1
    ((number, error),) = measured.errors()
    assert number == 22
    assert "empty" in error
    assert measured.query("SELECT text FROM texts ORDER BY text")["text"].tolist() == list(range(23))


def test_of_a_long_text_what_fits_is_read_and_the_rest_counted(measured: Opened) -> None:
    (row,) = measured.query("SELECT n_tokens, left_out FROM texts WHERE text = 21").to_dict("records")
    assert row == {"n_tokens": 60, "left_out": 22}


def test_a_run_that_was_stopped_goes_on_and_does_nothing_twice(
    model: Model, texts: list[str], options: Options, measured: Opened, tmp_path: Path
) -> None:
    stop, seen = threading.Event(), []

    def halt(progress: Progress) -> None:
        seen.append(progress)
        if progress.texts >= 10:
            stop.set()

    with pytest.raises(StoppedError, match="10 texts"):
        corpus.measure(texts, model, into=tmp_path, options=options, progress=halt, stop=stop)
    assert not corpus.open(tmp_path).complete
    assert corpus.open(tmp_path).figures.texts == 10
    before = {path: path.stat().st_mtime_ns for path in Folder(tmp_path).shards}
    resumed = corpus.measure(texts, model, into=tmp_path, options=options, progress=seen.append)
    assert len(before) == 2
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    assert [(each.texts, each.anew) for each in seen[2:]] == [(5, 0), (10, 0), (15, 5), (20, 10), (23, 13)]
    for name in ("n", "mean", "sd", "low", "high", "quantiles", "labels"):
        ours, whole = (getattr(each.figures.heads["model"], name) for each in (resumed, measured))
        np.testing.assert_array_equal(np.float32(ours), np.float32(whole), err_msg=name)


def test_what_was_stopped_in_the_middle_of_a_shard_leaves_nothing_of_it(model: Model, tmp_path: Path) -> None:
    def texts() -> Iterator[str]:
        yield from ["the cat sat ."] * 3
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpus.measure(texts(), model, into=tmp_path, options=Options(shard_texts=2))
    assert [path.name for path in Folder(tmp_path).shards] == ["00000000.parquet"]


def test_memory_holds_no_more_than_a_shard_of_the_texts(model: Model, tmp_path: Path) -> None:
    given = 0

    def texts() -> Iterator[str]:
        nonlocal given
        for given in range(1, 13):  # noqa: B007
            yield "the cat sat ."

    ahead: list[int] = []
    corpus.measure(
        texts(),
        model,
        into=tmp_path,
        options=Options(shard_texts=3),
        progress=lambda progress: ahead.append(given - progress.texts),
    )
    assert ahead == [0, 0, 0, 0]


@pytest.mark.parametrize("change", [{"strongest": 2}, {"seed": 1}, {"untrained": True}])
def test_a_folder_of_other_options_is_refused(
    change: dict[str, object], model: Model, measured: Opened, options: Options
) -> None:
    with pytest.raises(InputError, match=f"options.{next(iter(change))}"):
        corpus.measure(["the cat"], model, into=measured.folder.path, options=replace(options, **change))


@pytest.mark.parametrize("bound", [{"most_characters": 20}, {"most_tokens": 6}])
def test_a_text_over_a_bound_is_a_row_with_its_error_and_the_others_are_measured(
    bound: dict[str, int], model: Model, tmp_path: Path
) -> None:
    texts = ["the cat sat", "the cat sat on the old mat and slept", "a dog ran"]
    found = corpus.measure(texts, model, into=tmp_path, options=Options(**bound))
    ((number, error),) = found.errors()
    assert number == 1
    assert f"at most {next(iter(bound.values()))} are read" in error
    assert found.figures.texts - found.figures.failed == 2
    assert "most_tokens" not in Options().to_dict()  # a folder that was begun before is gone on with


def test_a_folder_of_other_texts_is_refused(model: Model, measured: Opened, options: Options) -> None:
    with pytest.raises(InputError, match="Texts 1 to 1 are not those"):
        corpus.measure(["the cat"], model, into=measured.folder.path, options=options)


def test_a_folder_with_other_files_is_refused(model: Model, tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").touch()
    with pytest.raises(InputError, match=r"thesis\.doc"):
        corpus.measure(["the cat"], model, into=tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["thesis.doc"]


def test_what_does_not_fit_is_one_sentence(model: Model, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        corpus.measure(["the cat"], model, into=tmp_path / "file" / "folder")
    with pytest.raises(InputError, match="executor"):
        corpus.measure(["the cat"], model, into=tmp_path / "new", executor="cloud")  # type: ignore[arg-type]
    with pytest.raises(AttentionVizError, match="strongest"):
        Options(strongest=-1)


def test_a_damaged_shard_is_measured_again(model: Model, tmp_path: Path) -> None:
    corpus.measure(["the cat sat ."], model, into=tmp_path)
    (shard,) = Folder(tmp_path).shards
    shard.write_bytes(shard.read_bytes()[:-50])
    assert corpus.measure(["the cat sat ."], model, into=tmp_path).query("SELECT text FROM texts").shape == (1, 1)
    assert not (tmp_path / "unfinished").exists()


def test_the_shuffled_tokens_are_the_texts_own(
    model: Model, texts: list[str], measured: Opened, options: Options
) -> None:
    read = measured.query("SELECT DISTINCT text FROM shuffled ORDER BY text")["text"].tolist()
    assert read == [0, 4, 8, 12, 16, 20]
    encoded = model.encode(texts[4])
    from attention_viz.corpus.baselines import shuffled

    mixed = shuffled(encoded, np.random.default_rng([options.seed, 4]))
    assert sorted(mixed.tokens.texts) == sorted(encoded.tokens.texts)
    assert mixed.tokens.texts != encoded.tokens.texts
    assert mixed.tokens.special == encoded.tokens.special
    ids = model.reader.tokenizer.convert_ids_to_tokens(mixed.inputs["input_ids"][0].tolist())
    assert tuple(ids) == mixed.tokens.texts
    alone = measures.table(next(model.attend_each([mixed])))
    frame = measured.query("SELECT * FROM shuffled WHERE text = 4 ORDER BY layer, head")
    for name in measures.COLUMNS:
        np.testing.assert_allclose(frame[name], alone.columns[name], atol=CLOSE, err_msg=name)


def test_the_baselines_are_the_measures_of_weights_written_by_hand(
    model: Model, texts: list[str], measured: Opened
) -> None:
    tokens = model.attend(texts[2]).query_tokens
    n = len(tokens)
    uniform = measures.summary(np.full((n, n), 1 / n, dtype=np.float32), tokens)
    (row, *_) = measured.query("SELECT * FROM uniform WHERE text = 2").to_dict("records")
    assert {name: row[name] for name in uniform} == pytest.approx({k: float(v) for k, v in uniform.items()}, abs=CLOSE)
    before = np.zeros((n, n), dtype=np.float32)
    before[np.arange(n), np.maximum(np.arange(n) - 1, 0)] = 1
    expected = measures.summary(before, tokens)
    (row,) = measured.query('SELECT * FROM offsets WHERE text = 2 AND "offset" = -1').to_dict("records")
    assert {name: row[name] for name in expected} == pytest.approx(
        {k: float(v) for k, v in expected.items()}, abs=CLOSE
    )


def test_before_training_the_same_model_has_other_numbers_and_the_same_ones_each_time(
    model: Model, tmp_path: Path
) -> None:
    options = Options(untrained=True)
    found = [corpus.measure(["the cat sat ."], model, into=tmp_path / each, options=options).table() for each in "ab"]
    trained = measures.table(model.attend("the cat sat ."))
    np.testing.assert_array_equal(found[0].columns["entropy"], found[1].columns["entropy"])
    assert not np.allclose(found[0].columns["entropy"], trained.columns["entropy"], atol=1e-3)


def test_the_manifest_says_what_the_numbers_depend_on(measured: Opened, tiny_bert_folder: Path) -> None:
    manifest = json.loads((measured.folder.path / "manifest.json").read_text())
    assert (manifest["texts"], manifest["failed"], manifest["shards"]) == (23, 1, 5)
    assert manifest["fingerprint"]["heads"] == [3, 3]
    assert manifest["fingerprint"]["revision"] == load_model(tiny_bert_folder).revision
