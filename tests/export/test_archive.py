"""NPZ: all that is known comes back, and a foreign file does no harm."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outcomes import Outcomes

from attention_viz import Attention, Selection
from attention_viz.errors import AttentionVizError, InputError
from attention_viz.export import read_npz, weights_npz


def rewritten(content: bytes, change: dict[str, Any] | None = None, **arrays: np.ndarray) -> bytes:
    """The same file with some metadata or some arrays replaced."""
    with np.load(io.BytesIO(content)) as file:
        everything = {name: file[name] for name in file.files}
    everything["metadata"] = np.array(json.dumps(json.loads(str(everything["metadata"])) | (change or {})))
    buffer = io.BytesIO()
    np.savez(buffer, **(everything | arrays))
    return buffer.getvalue()


def test_everything_comes_back(uneven: Attention, looked_at: Selection) -> None:
    attention, selection = read_npz(weights_npz(uneven, looked_at))
    assert selection == looked_at
    for layer in range(2):
        np.testing.assert_array_equal(attention.weights(layer), uneven.weights(layer))
    for name in ("query_tokens", "key_tokens", "model", "revision", "limit", "left_out", "causal", "part"):
        assert getattr(attention, name) == getattr(uneven, name)
    assert [str(note) for note in attention.notes] == ["The first 4 of 9 tokens {were} read."]


def test_queries_and_keys_of_self_attention_are_one_object_again(attention: Attention) -> None:
    back, _ = read_npz(weights_npz(attention, Selection()))
    assert back.key_tokens is back.query_tokens


def test_numpy_alone_reads_weights_and_metadata(uneven: Attention, looked_at: Selection) -> None:
    with np.load(io.BytesIO(weights_npz(uneven, looked_at)), allow_pickle=False) as file:
        assert sorted(file.files) == ["layer_index_0", "layer_index_1", "metadata"]
        np.testing.assert_array_equal(file["layer_index_1"], uneven.weights(1))
        metadata = json.loads(str(file["metadata"]))
    assert metadata["query_tokens"]["texts"] == list(uneven.tokens)
    assert metadata["model"] == "school/bert-小"
    assert (metadata["selection"]["layer"], metadata["selection"]["head"]) == (2, 1)


def test_the_file_carries_no_date(uneven: Attention, looked_at: Selection) -> None:
    with zipfile.ZipFile(io.BytesIO(weights_npz(uneven, looked_at))) as file:
        assert {member.date_time for member in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert weights_npz(uneven, looked_at) == weights_npz(uneven, looked_at)


@settings(max_examples=40, deadline=None)
@given(tokens=st.lists(st.text(max_size=8) | st.text("\0\ud800'\"{}", max_size=4), min_size=1, max_size=4))
def test_any_tokens_come_back(tokens: list[str]) -> None:
    back, _ = read_npz(weights_npz(Attention.from_weights(np.eye(len(tokens)), tokens), Selection()))
    assert back.tokens == tuple(tokens)


def test_weights_beyond_the_bound_are_refused_with_their_size(attention: Attention) -> None:
    with pytest.raises(InputError, match="take 1 MB; at most 0 MB"):
        weights_npz(attention, Selection(), most_bytes=100)
    with pytest.raises(InputError, match="unpacks to"):
        read_npz(rewritten(weights_npz(attention, Selection()), more=np.zeros(2**24 + 1000, np.float32)), most_bytes=0)


def test_what_is_packed_anew_is_read(attention: Attention) -> None:
    content = weights_npz(attention, Selection(text="x"))
    back, look = read_npz(rewritten(content))
    assert look == Selection(text="x")
    np.testing.assert_array_equal(back.weights(1), attention.weights(1))
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert read_npz(packed({name: file.read(name) for name in file.namelist()}))[1] == look


@pytest.mark.parametrize(
    "change",
    [
        {"format": "something else"},
        {"query_tokens": None},
        {"query_tokens": {"texts": ["a"]}},
        {"heads": [1] * 5},
        {"heads": []},
        {"limit": "many"},
        {"selection": {"colour": "red"}},
        {"selection": 3},
        {"notes": 3},
    ],
)
def test_metadata_that_does_not_fit_is_refused(attention: Attention, change: dict[str, Any]) -> None:
    with pytest.raises(AttentionVizError):
        read_npz(rewritten(weights_npz(attention, Selection()), change))


@pytest.mark.parametrize(
    "weights",
    [
        np.full((3, 4, 4), np.nan, np.float32),
        np.full((3, 4, 4), 2.0, np.float32),
        np.zeros((3, 4, 5), np.float32),
        np.zeros(4, np.float32),
        np.array([["a"] * 4] * 4),
    ],
)
def test_weights_that_are_none_are_refused(attention: Attention, weights: np.ndarray) -> None:
    with pytest.raises(InputError):
        read_npz(rewritten(weights_npz(attention, Selection()), layer_index_0=weights))


def test_a_pickle_inside_is_refused_and_not_run(attention: Attention) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (pytest.fail, ("the pickle was run",))

    content = rewritten(weights_npz(attention, Selection()))
    buffer = io.BytesIO(content)
    pickled = io.BytesIO()
    np.save(pickled, np.array([Trap()], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(buffer) as file:
        members = {name: file.read(name) for name in file.namelist()}
    for name in members:
        with pytest.raises(InputError, match="no file of weights"):
            read_npz(packed(members | {name: pickled.getvalue()}))


def packed(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def test_a_header_that_claims_a_huge_array_is_refused_before_room_is_made(attention: Attention) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (10**9, 10**9, 10**3)}
    )
    with zipfile.ZipFile(io.BytesIO(weights_npz(attention, Selection()))) as file:
        members = {name: file.read(name) for name in file.namelist()}
    with pytest.raises(InputError, match="no file of weights"):
        read_npz(packed(members | {"layer_index_0.npy": header.getvalue()}))


def test_metadata_nested_without_end_is_refused(attention: Attention) -> None:
    with pytest.raises(InputError, match="no file of weights"):
        read_npz(rewritten(weights_npz(attention, Selection()), metadata=np.array("[" * 200_000)))


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + b"\0" * 18, b"\x93NUMPY\x01\x00", b"model,units\r\n"])
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="no file of weights"):
        read_npz(content)


def test_a_damaged_file_is_refused_or_read_as_it_was_and_never_breaks() -> None:
    whole = weights_npz(Attention.from_weights(np.eye(2), ["a", "b"]), Selection())
    outcomes = Outcomes()

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        content = bytearray(whole)
        for _ in range(data.draw(st.integers(1, 2))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        with outcomes.count():
            back, look = read_npz(bytes(content[: data.draw(st.just(len(content)) | st.integers(1, len(content)))]))
            assert look == Selection()
            np.testing.assert_array_equal(back.weights(0, 0), np.eye(2))

    check()
    assert min(outcomes.taken, outcomes.refused) > 0


def test_layers_without_heads_come_back_as_such(hybrid: Attention) -> None:
    file = weights_npz(hybrid, Selection(layer=4))
    assert sorted(np.load(io.BytesIO(file)).files) == ["layer_index_1", "layer_index_4", "metadata"]
    found, selection = read_npz(file)
    assert (found.source.heads, selection.layer) == ((0, 2, 0, 0, 3), 4)
    np.testing.assert_array_equal(found.weights(4), hybrid.weights(4))
