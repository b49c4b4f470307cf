"""The table of all heads: read by other programs, number for number."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from attention_viz import Attention, measures
from attention_viz.export import heads_csv, heads_name
from attention_viz.patterns import labels


def read(given: bytes) -> pd.DataFrame:
    assert given.startswith(b"\xef\xbb\xbf")
    assert given.count(b"\r\n") == given.count(b"\n")
    return pd.read_csv(io.BytesIO(given), encoding="utf-8-sig")


def test_every_measure_of_every_head_is_read_back(attention: Attention) -> None:
    table = measures.table(attention)
    found = read(heads_csv(table, labels(table), "school/bert"))
    assert found["layer"].tolist() == [1, 1, 1, 2, 2, 2]
    assert found["head_index"].tolist() == [0, 1, 2, 0, 1, 2]
    assert found["pattern"].tolist() == [each.name for each in labels(table)]
    for name in measures.COLUMNS:
        assert found[name].to_numpy() == pytest.approx(table.columns[name], rel=1e-8, nan_ok=True), name
    assert "importance" not in found


def test_importance_stands_beside_its_head(attention: Attention) -> None:
    table = measures.table(attention)
    found = read(heads_csv(table, labels(table), "m", np.array([[0.5, 0.25, 0.125], [1, 2, 3]])))
    assert found["importance"].tolist() == [0.5, 0.25, 0.125, 1, 2, 3]


def test_a_measure_without_a_meaning_is_an_empty_cell(rng: np.random.Generator) -> None:
    crossed = Attention.from_weights(rng.dirichlet(np.ones(5), size=(1, 1, 4)), list("abcd"), list("vwxyz"))
    table = measures.table(crossed)
    assert read(heads_csv(table, labels(table), "m"))["previous"].isna().all()


def test_a_name_that_looks_like_a_formula_is_guarded(attention: Attention) -> None:
    table = measures.table(attention)
    assert read(heads_csv(table, labels(table), "=1+1"))["model"].tolist() == ["'=1+1"] * 6


def test_the_file_is_named_after_its_model(attention: Attention) -> None:
    assert heads_name(attention) == "heads_model.csv"
