"""What was measured is read back: figures against numpy on every row, and nothing else can be read or written."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from attention_viz import Model, corpus, measures, patterns
from attention_viz.corpus import Opened, Options, Summary
from attention_viz.corpus.figures import Figures
from attention_viz.errors import InputError, SelectionError


def values(measured: Opened, table: str = "heads") -> np.ndarray:
    """(head, text, measure)"""
    frame = measured.query(f"SELECT * FROM {table} ORDER BY layer, head, text")
    return frame[list(measures.COLUMNS)].to_numpy().reshape(6, -1, len(measures.COLUMNS))


def test_means_and_spread_are_those_of_all_rows(measured: Opened) -> None:
    frame, rows = measured.heads(), values(measured)
    assert len(frame) == 6 * len(measures.COLUMNS)
    for name, expected in {
        "mean": rows.mean(axis=1),
        "sd": rows.std(axis=1, ddof=1),
        "median": np.quantile(rows, 0.5, axis=1, method="inverted_cdf"),
        "p90": np.quantile(rows, 0.9, axis=1, method="inverted_cdf"),
    }.items():
        np.testing.assert_allclose(frame[name].to_numpy(), expected.ravel(), atol=1e-5, err_msg=name)
    assert (frame["low"] <= frame["mean"] + 1e-9).all()
    assert (frame["high"] >= frame["mean"] - 1e-9).all()
    assert frame["n"].unique().tolist() == [22]
    np.testing.assert_allclose(frame["shuffled_mean"], values(measured, "shuffled").mean(axis=1).ravel(), atol=1e-5)


def test_the_best_offset_stands_beside_each_measure(measured: Opened) -> None:
    frame = measured.heads().set_index(["layer", "head", "measure"])
    assert frame.loc[(0, 0, "previous"), "offset_best"] == -1
    assert frame.loc[(1, 2, "next"), "offset_best"] == 1
    assert frame.loc[(1, 2, "next"), "uniform_mean"] < 0.3


def test_the_table_of_heads_has_the_means(measured: Opened) -> None:
    table = measured.table()
    np.testing.assert_allclose(table.columns["entropy"], values(measured)[..., 0].mean(axis=1), atol=1e-5)
    assert patterns.labels(table)


def test_labels_are_counted_as_each_text_has_them(measured: Opened) -> None:
    rows = values(measured)
    for row, label in enumerate(measured.labels()):
        names = [
            patterns.label(dict(zip(measures.COLUMNS, numbers, strict=True)), pair=text == 20).name
            for text, numbers in enumerate(rows[row])
        ]
        assert (label.layer, label.head) == divmod(row, 3)
        assert names.count(label.name) == max(map(names.count, set(names)))
        assert label.share.value == pytest.approx(names.count(label.name) / 22)
        assert label.shuffled is not None
        assert label.shuffled.n == 6
        assert f"{label.share.value:.1%}" in str(label)
        assert str(label).startswith("Unstable") != label.stable


def test_a_value_has_its_place_among_all_texts(measured: Opened) -> None:
    previous = np.sort(values(measured)[4, :, measures.COLUMNS.index("previous")])
    assert measured.percentile(1, 1, "previous", -1) == 0
    assert measured.percentile(1, 1, "previous", 2) == 1
    assert measured.percentile(1, 1, "previous", float(previous[11])) == pytest.approx(0.5, abs=0.06)


def test_texts_with_just_as_much_are_not_less(measured: Opened) -> None:
    same = values(measured)[..., measures.COLUMNS.index("same_token")]
    assert (same == 0).any(axis=1).all()
    assert [measured.percentile(*place, "same_token", 0.0) for place in measured.head_places] == [0.0] * 6


@pytest.mark.parametrize("least", [False, True])
def test_the_strongest_texts_of_a_head_come_with_their_links(measured: Opened, texts: list[str], least: bool) -> None:
    found = measured.texts(1, 0, by="confidence", n=4, least=least)
    rows = measured.query("SELECT text, confidence FROM heads WHERE layer = 1 AND head = 0 ORDER BY confidence")
    expected = rows["text"].tolist()[:4] if least else rows["text"].tolist()[::-1][:4]
    assert [each.number for each in found] == expected
    for each in found:
        assert texts[each.number] == (each.first if each.second is None else (each.first, each.second))
        assert len(each.links) == 3
        assert all(weight <= 1 and max(query, key) < len(each.tokens) for query, key, weight in each.links)


def test_texts_of_a_tenth_lie_in_it(measured: Opened) -> None:
    low, high = (
        float(np.quantile(values(measured)[2, :, measures.COLUMNS.index("sep")], share)) for share in (0.28, 0.42)
    )
    assert all(low <= each.value <= high for each in measured.texts(0, 2, by="sep", around=4, n=1))


def test_parts_of_a_collection_add_up_to_the_whole(measured: Opened) -> None:
    whole, parts = (
        Summary.of(measured.files, 0),
        [Summary.of(each, 0) for each in (measured.files[:2], measured.files[2:])],
    )
    parts[0].merge(parts[1])
    for name in ("n", "mean", "sd", "low", "high", "labels"):
        ours, expected = (getattr(Figures.of(each).heads["model"], name) for each in (parts[0], whole))
        np.testing.assert_allclose(ours, expected, atol=1e-5, err_msg=name)
    assert (parts[0].texts, parts[0].failed, parts[0].shards) == (23, 1, 5)


def test_without_the_written_summary_the_figures_are_the_same(measured: Opened) -> None:
    again = Figures.of(Summary.of(measured.files, 0)).heads["model"]
    np.testing.assert_allclose(again.quantiles, measured.figures.heads["model"].quantiles, atol=1e-7)
    np.testing.assert_allclose(again.low, measured.figures.heads["model"].low, atol=1e-12)


@pytest.mark.parametrize(
    "sql",
    [
        "DROP VIEW heads",
        "SELECT 1; SELECT 2",
        "COPY (SELECT 1) TO '{folder}/new.csv'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SET enable_external_access = true",
        "ATTACH '{folder}/new.db'",
        "SELECT nothing FROM heads",
        "not SQL",
    ],
)
def test_only_a_question_about_this_folder_is_answered(measured: Opened, sql: str) -> None:
    before = sorted(os.listdir(measured.folder.path))
    with pytest.raises(InputError):
        measured.query(sql.format(folder=measured.folder.path))
    assert sorted(os.listdir(measured.folder.path)) == before


def test_what_there_is_not_is_named(measured: Opened, tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match="no measure"):
        measured.texts(0, 0, by='x"; DROP VIEW heads')
    with pytest.raises(SelectionError, match="no head 7"):
        measured.texts(0, 7)
    with pytest.raises(SelectionError, match="tenth"):
        measured.texts(0, 0, around=11)
    with pytest.raises(InputError, match="holds no measures"):
        corpus.open(tmp_path)


def test_a_folder_with_relations_alone_says_so(model: Model, tmp_path: Path) -> None:
    found = corpus.measure(["the cat sat ."], model, into=tmp_path, options=Options(measures=False))
    assert found.labels() == []
    assert found.heads().empty
    with pytest.raises(InputError, match="only relations"):
        found.table()


@pytest.mark.parametrize("given", [{}, {"least": True}, {"around": 4}])
def test_texts_are_the_same_whether_files_are_read_one_by_one_or_asked_as_a_database(
    measured: Opened, given: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = measured.texts(1, 2, by="next", n=6, **given)  # type: ignore[arg-type]
    monkeypatch.setattr("attention_viz.corpus.opened.FEW_FILES", 0)
    many = measured.texts(1, 2, by="next", n=6, **given)  # type: ignore[arg-type]
    assert few == many
    assert len(few) == 6
