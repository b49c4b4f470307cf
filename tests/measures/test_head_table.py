from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from checkpoints import make_checkpoint

from attention_viz import Attention, DenseSource, Tokens, load_model, measures, patterns
from attention_viz.measures import sums


def test_the_summary_is_each_measure_by_itself(heads: np.ndarray, pair: Tokens) -> None:
    found = measures.summary(heads, pair)
    alone = {
        "entropy": measures.entropy(heads).mean(-1),
        "confidence": measures.confidence(heads, keep=~np.isin(np.arange(12), (7, 11))),
        "previous": measures.previous_share(heads),
        "next": measures.next_share(heads),
        "self": measures.self_share(heads),
        "distance": measures.mean_distance(heads),
        "same_token": measures.same_token_share(heads, pair),
        "cls": measures.cls_share(heads, pair),
        "sep": measures.sep_share(heads, pair),
        "punctuation": measures.punctuation_share(heads, pair),
        "stop": measures.stop_share(heads, pair),
        "own_segment": measures.own_segment_share(heads, pair),
        "other_segment": measures.other_segment_share(heads, pair),
        "sep_sep": measures.sep_sep(heads, pair),
        "rest_sep": measures.rest_sep(heads, pair),
        "uniform_entropy": np.full((2, 3), np.log(12)),
    }
    assert set(found) == set(alone) == set(measures.COLUMNS)
    for name, expected in alone.items():
        assert found[name] == pytest.approx(expected, abs=1e-9), name


def test_the_table_has_a_row_for_every_head_of_an_attention(heads: np.ndarray, pair: Tokens) -> None:
    table = measures.table(Attention.from_weights(heads, pair))
    assert list(zip(table.layers.tolist(), table.heads.tolist(), strict=True)) == list(np.ndindex(2, 3))
    assert (table.queries, table.keys, len(table)) == (12, 12, 6)
    expected = measures.summary(heads, pair)
    for name in measures.COLUMNS:
        assert table.grid(name) == pytest.approx(expected[name], abs=1e-5), name
    assert table.numbers(1, 2)["entropy"] == pytest.approx(expected["entropy"][1, 2], abs=1e-5)


def test_a_long_text_read_in_strips_gives_the_same_table(
    heads: np.ndarray, pair: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    attention = Attention.from_weights(heads, pair)
    whole = measures.table(attention)
    monkeypatch.setattr(sums, "CELLS_AT_ONCE", 5 * 12 * 3)  # 5 rows at a time
    calls: list[tuple[int, int]] = []
    strips = measures.table(attention, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(done, 6) for done in range(1, 7)]
    for name in measures.COLUMNS:
        assert strips.columns[name] == pytest.approx(whole.columns[name], abs=1e-6), name


def test_what_progress_raises_stops_the_table(attention: Attention) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measures.table(attention, progress=stop)


def test_layers_with_different_heads_leave_gaps_in_the_grid(rng: np.random.Generator) -> None:
    layers = tuple(rng.dirichlet(np.ones(4), size=(n, 4)).astype(np.float32) for n in (1, 3))
    tokens = Tokens.plain(["a", "b", "c", "d"])
    grid = measures.table(Attention(DenseSource(layers), tokens, tokens)).grid("self")
    assert np.isnan(grid).tolist() == [[False, True, True], [False, False, False]]


def test_layers_without_heads_leave_no_rows(rng: np.random.Generator) -> None:
    layers = tuple(rng.dirichlet(np.ones(4), size=(n, 4)).astype(np.float32) for n in (0, 3, 0, 2))
    tokens = Tokens.plain(["a", "b", "c", "d"])
    table = measures.table(Attention(DenseSource(layers), tokens, tokens))
    assert table.layers.tolist() == [1, 1, 1, 3, 3]
    assert table.columns["self"] == pytest.approx(np.concatenate([measures.self_share(each) for each in layers]))


@pytest.mark.parametrize("cells", [1, 12 * 12 * 3, 12 * 12 * 6])
def test_how_much_is_read_at_once_changes_nothing(
    cells: int, heads: np.ndarray, pair: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = measures.summary(heads, pair)
    monkeypatch.setattr(sums, "CELLS_AT_ONCE", cells)  # a row; a layer; both layers
    table = measures.table(Attention.from_weights(heads, pair))
    for name in measures.COLUMNS:
        assert table.columns[name] == pytest.approx(expected[name].ravel(), abs=1e-5), name


def test_between_two_texts_positional_measures_are_not_a_number(rng: np.random.Generator) -> None:
    weights = rng.dirichlet(np.ones(3), size=(1, 2, 5))
    attention = Attention.from_weights(weights, list("abcde"), list("abx"))
    table = measures.table(attention)
    assert all(np.isnan(table.columns[name]).all() for name in ("previous", "next", "self", "distance"))
    assert table.columns["same_token"][1] == pytest.approx((weights[0, 1, 0, 0] + weights[0, 1, 1, 1]) / 5)
    assert table.columns["entropy"] == pytest.approx(measures.entropy(weights).mean(-1)[0], abs=1e-5)


def test_causal_attention_is_measured_against_the_keys_it_may_read(rng: np.random.Generator) -> None:
    weights = np.tril(np.ones((3, 3))) / np.arange(1, 4)[:, None]
    found = measures.summary(weights, Tokens.plain(["a", "b", "c"]), readable=np.tri(3, dtype=bool))
    assert found["entropy"] == pytest.approx(found["uniform_entropy"]) == pytest.approx(np.log([1, 2, 3]).mean())


@dataclass(frozen=True)
class WindowedSource:
    """Uniform heads: in each layer a query reads the tokens nearer than its width, all alike."""

    widths: tuple[int, ...]
    heads: tuple[int, ...]
    n: int
    name: str = "hand-made"
    nbytes: int = 0

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        mask = self.readable(layer, slice(0, self.n), slice(0, self.n))
        return (mask / mask.sum(-1, keepdims=True))[queries, keys].astype(np.float32)

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        distance = np.arange(self.n)[queries, None] - np.arange(self.n)[None, keys]
        return np.asarray(np.abs(distance) < self.widths[layer])


def test_a_uniform_head_in_a_window_is_as_broad_as_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = Tokens.plain([f"w{each}" for each in range(20)])
    attention = Attention(WindowedSource((3, 20), (1, 2), 20), tokens, tokens)
    table = measures.table(attention)
    narrow = (2 * np.log(3) + 2 * np.log(4) + 16 * np.log(5)) / 20
    assert table.columns["uniform_entropy"] == pytest.approx([narrow, np.log(20), np.log(20)])
    assert table.columns["entropy"] == pytest.approx(table.columns["uniform_entropy"], abs=1e-5)
    monkeypatch.setattr(sums, "CELLS_AT_ONCE", 7 * 20 * 2)  # 7 rows at a time
    assert measures.table(attention).columns["uniform_entropy"] == pytest.approx([narrow, np.log(20), np.log(20)])
    assert [label.name for label in patterns.labels(table)] == ["broad"] * 3


@pytest.mark.parametrize(
    ("architecture", "config", "words", "keys"),
    [
        (  # a window of 6 tokens, the query among them
            "MistralModel",
            {"sliding_window": 6, "num_key_value_heads": 3, "head_dim": 8},
            18,
            [min(query + 1, 6) for query in range(20)],
        ),
        ("BertModel", {"max_position_embeddings": 24}, 50, [24] * 52),  # read in windows
    ],
)
def test_a_models_head_that_reads_all_it_may_alike_has_the_uniform_entropy(
    architecture: str, config: dict[str, Any], words: int, keys: list[int], tmp_path: Path
) -> None:
    model = load_model(make_checkpoint(tmp_path / "tiny", architecture, **config), device="cpu")
    with torch.no_grad():
        for name, parameter in model.network.named_parameters():
            if "q_proj" in name or ".query." in name:
                parameter.zero_()  # every score is 0
    attention = model.attend("sat " * words, overlong="windows")
    table = measures.table(attention)
    assert table.columns["uniform_entropy"] == pytest.approx([np.log(keys).mean()] * 6)
    assert table.columns["entropy"] == pytest.approx(table.columns["uniform_entropy"], abs=1e-5)


def test_one_token_has_every_measure() -> None:
    found = measures.summary(np.ones((1, 1)), Tokens.plain(["a"]))
    assert {name for name, value in found.items() if np.isnan(value)} == {"sep_sep"}
    assert found["self"] == 1
    assert found["entropy"] == found["uniform_entropy"] == 0


def test_a_frame_has_a_row_for_each_head_and_a_column_for_each_measure(attention: Attention) -> None:
    table = measures.table(attention)
    frame = table.to_frame()
    assert list(frame.columns) == ["layer", "head", *measures.COLUMNS]
    assert frame[["layer", "head"]].to_numpy().tolist() == [list(each) for each in np.ndindex(2, 3)]
    for row in frame.to_dict("records"):
        numbers = table.numbers(int(row["layer"]), int(row["head"]))
        np.testing.assert_array_equal([row[name] for name in numbers], list(numbers.values()))


def test_a_notebook_shows_the_first_heads_and_how_many_there_are(rng: np.random.Generator) -> None:
    table = measures.table(Attention.from_weights(rng.dirichlet(np.ones(3), size=(4, 5, 3)), list("abc")))
    assert repr(table) == f"HeadTable(20 heads, {len(measures.COLUMNS)} measures, 3 queries x 3 keys)"
    shown = table._repr_html_()
    assert shown.count("<tr>") == 13
    assert "12 of 20 heads" in shown
    assert f"{table.columns['entropy'][11]:.3f}" in shown
    assert table != measures.table(Attention.from_weights(np.eye(3), list("abc")))


def test_of_a_hybrid_the_table_has_the_layers_with_heads_under_their_own_numbers(hybrid: Attention) -> None:
    found = measures.table(hybrid)
    assert list(zip(found.layers.tolist(), found.heads.tolist(), strict=True)) == [
        (1, 0),
        (1, 1),
        (4, 0),
        (4, 1),
        (4, 2),
    ]
    alone = measures.summary(hybrid.weights(4), hybrid.query_tokens)["entropy"]
    assert found.grid("entropy")[4] == pytest.approx(alone)
    assert np.isnan(found.grid("entropy")[[0, 2, 3]]).all()
