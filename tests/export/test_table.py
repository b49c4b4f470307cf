"""CSV: every weight comes back bit for bit, and other programs read it too."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from outcomes import Outcomes

from attention_viz import Attention, DenseSource, Selection, Tokens
from attention_viz.errors import InputError, SelectionError
from attention_viz.export import mean_csv, read_csv, weights_csv

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.text("'=+-@;\t\r\n,\" \0", max_size=8)
WEIGHT = st.floats(0, 1, width=32)


def test_all_heads_come_back_bit_for_bit_under_their_numbers(uneven: Attention, looked_at: Selection) -> None:
    back = read_csv(weights_csv(uneven, looked_at))
    assert list(back.weights) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
    for (layer, head), weights in back.weights.items():
        np.testing.assert_array_equal(weights, uneven.weights(layer, head))
        assert weights.dtype == np.float32
    assert (back.query_tokens, back.key_tokens) == (uneven.query_tokens.texts, uneven.key_tokens.texts)
    assert (back.model, back.units) == ("school/bert-小", "pieces")


@pytest.mark.parametrize(
    ("layer", "head", "found"),
    [(1, 0, [(1, 0)]), (0, None, [(0, 0), (0, 1), (0, 2)]), (None, 1, [(0, 1), (1, 1)])],
)
def test_one_layer_or_one_head_can_be_chosen(
    uneven: Attention, looked_at: Selection, layer: int | None, head: int | None, found: list[tuple[int, int]]
) -> None:
    assert list(read_csv(weights_csv(uneven, looked_at, layer, head)).weights) == found


@pytest.mark.parametrize(
    ("average", "place", "axis"),
    [("heads", (1, None), {"layer": 1}), ("layers", (None, 1), {"head": 1}), ("all", (None, None), {})],
)
def test_a_mean_is_kept_as_the_mean(
    attention: Attention, average: str, place: tuple[int | None, int | None], axis: dict[str, int]
) -> None:
    content = mean_csv(attention, Selection(layer=1, head=1, average=average))
    back = read_csv(content)
    assert list(back.weights) == [place]
    whole = np.stack([attention.weights(layer) for layer in range(2)])  # (layer, head, query, key)
    chosen = whole[axis.get("layer", slice(None)), axis.get("head", slice(None))]
    np.testing.assert_allclose(back.weights[place], chosen.reshape(-1, 4, 4).mean(axis=0), atol=1e-6)
    (first, *_) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (first["layer"], first["layer_index"]) == (("2", "1") if "layer" in axis else ("", ""))
    assert (first["head"], first["head_index"]) == (("2", "1") if "head" in axis else ("", ""))


def test_an_index_below_zero_is_no_mean(attention: Attention) -> None:
    content = mean_csv(attention, Selection(average="all")).replace(b",,,0,0,", b",-1,-1,0,0,")
    with pytest.raises(InputError):
        read_csv(content)


def test_each_row_carries_both_countings(attention: Attention) -> None:
    rows = list(csv.DictReader(io.StringIO(weights_csv(attention, Selection(), 1, 2).decode("utf-8-sig"))))
    assert len(rows) == 16
    for name in ("layer", "head", "query", "key"):
        assert [int(row[name]) for row in rows] == [int(row[f"{name}_index"]) + 1 for row in rows]
    last = rows[-1]
    assert (last["layer"], last["head"], last["query"], last["key"]) == ("2", "3", "4", "4")
    assert np.float32(last["weight"]) == attention.weights(1, 2)[3, 3]


def test_pandas_reads_the_same_matrix(attention: Attention) -> None:
    table = pd.read_csv(io.BytesIO(weights_csv(attention, Selection(), 0, 1)))
    square = table.pivot(index="query_index", columns="key_index", values="weight").to_numpy().astype(np.float32)
    np.testing.assert_array_equal(square, attention.weights(0, 1))
    assert table["key_token"][:4].tolist() == list(attention.tokens)


def test_excel_knows_the_encoding_by_the_byte_order_mark(uneven: Attention, looked_at: Selection) -> None:
    content = weights_csv(uneven, looked_at, 0, 0)
    assert content.startswith(b"\xef\xbb\xbf")
    assert "猫" in content.decode("utf-8-sig")


def test_the_same_values_give_the_same_bytes(uneven: Attention, looked_at: Selection) -> None:
    assert weights_csv(uneven, looked_at) == weights_csv(uneven, looked_at)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_tokens_and_any_weights_come_back(data: st.DataObject) -> None:
    tokens = data.draw(st.lists(TEXT, min_size=1, max_size=4))
    weights = data.draw(arrays(np.float32, (len(tokens), len(tokens)), elements=WEIGHT))
    own = Tokens.plain(tokens)
    back = read_csv(weights_csv(Attention(DenseSource((weights[None],)), own, own), Selection()))
    np.testing.assert_array_equal(back.weights[0, 0], weights)
    assert back.query_tokens == own.labels


def test_a_table_too_long_for_a_spreadsheet_is_refused_with_its_size(attention: Attention) -> None:
    with pytest.raises(InputError, match="96 rows; at most 95"):
        weights_csv(attention, Selection(), most_rows=95)
    assert len(weights_csv(attention, Selection(), most_rows=96).splitlines()) == 97


def test_half_a_surrogate_pair_is_refused_by_its_code() -> None:
    with pytest.raises(InputError, match=r"U\+D83D"):
        weights_csv(Attention.from_weights(np.eye(1), ["a\ud83d"]), Selection())


def test_a_head_that_does_not_exist_is_refused(attention: Attention) -> None:
    with pytest.raises(SelectionError, match="head index 3"):
        weights_csv(attention, Selection(), 0, 3)


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\r\n1,2\r\n", b"\xff\xfe\x00", b"PK\x03\x04", '"'.encode("utf-8-sig")],
    ids=["empty", "other columns", "no UTF-8", "a zip", "an open quote"],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="no complete table"):
        read_csv(content)


def test_a_table_with_a_row_missing_double_or_renamed_is_refused(attention: Attention) -> None:
    lines = weights_csv(attention, Selection(), 0).splitlines(keepends=True)
    renamed = [*lines[:-1], lines[-1].replace(b"[SEP]", b"[PAD]")]
    shifted = [*lines[:-1], lines[-1].replace(b",3,\r\n", b",-1,\r\n")]
    for broken in (lines[:-1], [*lines, lines[-1]], [*lines[:-1], lines[-2]], renamed, shifted):
        with pytest.raises(InputError, match="no complete table"):
            read_csv(b"".join(broken))


def test_a_damaged_table_is_read_or_refused_and_never_breaks() -> None:
    whole = weights_csv(Attention.from_weights(np.eye(2), ["a", "b"]), Selection())
    outcomes = Outcomes()

    @settings(max_examples=60, deadline=None)
    @given(place=st.integers(0, len(whole) - 1), byte=st.integers(0, 255))
    @example(place=len(whole) - 3, byte=whole[-3])
    def check(place: int, byte: int) -> None:
        content = bytearray(whole)
        content[place] = byte
        with outcomes.count(InputError):
            assert read_csv(bytes(content)).weights[0, 0].shape == (2, 2)

    check()
    assert min(outcomes.taken, outcomes.refused) > 0


def test_rows_of_a_hybrid_have_the_models_own_layer_numbers(hybrid: Attention) -> None:
    table = pd.read_csv(io.BytesIO(weights_csv(hybrid, Selection(layer=1))), dtype=str)
    assert sorted(set(table["layer"])) == ["2", "5"]
    with pytest.raises(SelectionError, match="no attention weights"):
        weights_csv(hybrid, Selection(layer=1), layer=2)
