"""A text whose weights are not read all at once has the same numbers, baselines and relations as a short one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from attention_viz import Model, corpus, measures, merge_words
from attention_viz.corpus import Item, Opened, Options, Pattern, Relation, Tree
from attention_viz.corpus.relations.word_reads import WordReads
from attention_viz.corpus.relations.words import Words
from attention_viz.measures import sums

CLOSE = 1e-5
WORDS = ["the", "cat", "sunrises", "didn't", "sat", "because", "it", "was", "tired", "."]
LONG = Item(WORDS * 8, tree=Tree(tuple((n, n + 1, "next") for n in range(79)), ("NOUN",) * 80))
PAIR = Item("the cat sat", "because it was tired .")
ASKED = (Relation("the to cat", Pattern("words", ("the",)), Pattern("words", ("cat",))),)
TABLES = ("heads", "shuffled", "uniform", "offsets", "relations")


def rows(measured: Opened, table: str) -> dict[str, np.ndarray]:
    frame = measured.query(f"SELECT * FROM {table} ORDER BY ALL")
    return {name: np.stack(list(map(np.asarray, frame[name]))) for name in frame.columns if "link" not in name}


@pytest.mark.parametrize("cells", [1, 200, 700])
def test_what_is_kept_of_a_text_does_not_depend_on_how_many_rows_are_read_together(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: int
) -> None:
    texts, options = [Item(WORDS), PAIR], Options(relations=ASKED, shuffled_every=1)
    whole = corpus.measure(texts, model, into=tmp_path / "whole", options=options)
    monkeypatch.setattr(sums, "CELLS_AT_ONCE", cells)
    parts = corpus.measure(texts, model, into=tmp_path / "parts", options=options)
    for table in TABLES:
        found, expected = rows(parts, table), rows(whole, table)
        assert len(found["text"])
        for name, values in expected.items():
            if values.dtype.kind in "fiu":
                np.testing.assert_allclose(found[name], values, atol=CLOSE, err_msg=f"{table}.{name}")
            else:
                assert found[name].tolist() == values.tolist()


def test_a_text_that_is_read_in_windows_has_its_relations_and_every_baseline(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sums, "CELLS_AT_ONCE", 1000)
    options = Options(relations=ASKED, overlong="windows", shuffled_every=1)
    measured = corpus.measure([LONG], model, into=tmp_path, options=options)
    assert not measured.figures.failed
    assert {kind: found.texts for kind, found in measured.figures.heads.items()} == dict.fromkeys(
        ("model", "shuffled", "uniform", "offset"), 1
    )
    attention = merge_words(model.attend(LONG.first, overlong="windows"))
    hits = np.zeros((2, 6), dtype=int)
    for row, (layer, head) in enumerate(np.ndindex(2, 3)):
        between = np.array(attention.weights(layer, head))[1:-1, 1:-1]
        assert between.shape == (80, 80)
        np.fill_diagonal(between, 0)
        for word in range(79):
            hits[0, row] += between[word].argmax() == word + 1
            hits[1, row] += between[:, word].argmax() == word + 1
    found = {each.direction: each for each in measured.relations() if each.relation == "next"}
    for direction, expected in zip(("forward", "backward"), hits, strict=True):
        assert found[direction].n == 79
        by_head = dict(found[direction].heads)
        assert [round(by_head[place].value * 79) for place in np.ndindex(2, 3)] == expected.tolist()
    assert next(each.n for each in measured.relations() if each.relation == "the to cat") == 8


def test_the_baselines_of_a_long_text_are_the_measures_of_weights_written_by_hand(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sums, "CELLS_AT_ONCE", 300)
    measured = corpus.measure([Item(WORDS)], model, into=tmp_path)
    tokens = model.attend(WORDS).query_tokens
    n = len(tokens)
    after = np.zeros((n, n), dtype=np.float32)
    after[np.arange(n), np.minimum(np.arange(n) + 2, n - 1)] = 1
    tables = {"uniform": np.full((n, n), 1 / n, dtype=np.float32), 'offsets WHERE "offset" = 2': after}
    for table, weights in tables.items():
        row, *others = measured.query(f"SELECT * FROM {table}").to_dict("records")
        assert len(others) == (table == "uniform")
        for name, value in measures.summary(weights, tokens).items():
            assert row[name] == pytest.approx(float(value), abs=CLOSE), name


def test_the_word_that_is_read_most_is_found_whatever_rows_come_together(rng: np.random.Generator) -> None:
    words = Words(np.array([0, 1, 3, 4, 8, 9, 10]), np.array([1, 2, 3, 4]), ("a", "b", "c", "d"))
    weights = rng.integers(0, 4, size=(3, 10, 10)).astype(np.float32)  # many are equal
    between = np.array(
        [
            [[one[a:b, c:d].sum(axis=1).mean() for c, d in SPANS] for a, b in SPANS]
            for one, SPANS in ((head, [(1, 3), (3, 4), (4, 8), (8, 9)]) for head in weights)
        ]
    )
    between[:, range(4), range(4)] = -1
    for step in range(1, 11):
        reads = WordReads(words, 3)
        for start in range(0, 10, step):
            some = slice(start, min(start + step, 10))
            reads.add(weights[:, some], some)
        np.testing.assert_array_equal(reads.found, [between.argmax(axis=2), between.argmax(axis=1)])
