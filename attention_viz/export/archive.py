"""Archive: the weights of every head with all that is known of the tokens, as one NPZ file, and back."""

from __future__ import annotations

import io
import json
import math
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.lib import format as npy

from attention_viz.attending import attending
from attention_viz.attention import Attention, DenseSource
from attention_viz.errors import InputError, Message
from attention_viz.export.embedded_metadata import MOST_BYTES as MOST_WRITTEN
from attention_viz.export.facts import PROGRAM
from attention_viz.export.plain_json import MOST_TOKENS, read_json
from attention_viz.given import matrices
from attention_viz.selection import Selection
from attention_viz.tokens import Tokens

FORMAT = "attention_viz weights 1"
MOST_BYTES = 256 * 2**20
"""Weights beyond this are refused unless asked for: the file is made in memory."""

ROOM_FOR_TOKENS = 64 * 2**20
"""What a file may hold besides weights."""

UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError),  # no zip, or a damaged one
    *(ValueError, KeyError, TypeError, AttributeError, OverflowError),  # no numbers, no JSON, or other JSON
    RuntimeError,  # encrypted, compressed in an unknown way, or nested too deep
)


def weights_npz(attention: Attention, selection: Selection, most_bytes: int = MOST_BYTES) -> bytes:
    """All weights with tokens and metadata, for numpy; `read_npz` gives the same values back.

    layer_index_0, layer_index_1, ... : (head, query, key) float32, one array per layer that has heads, counted from 0
    metadata : a string of JSON: model, revision, query_tokens and key_tokens (as the fields of `Tokens`), the selection (from 1), ...
    Loads with numpy.load(file, allow_pickle=False). The same values give the same bytes.
    Raises InputError where the weights take more than `most_bytes`.
    """
    size = 4 * sum(attention.source.heads) * attention.shape[0] * attention.shape[1]
    if size > most_bytes:
        raise InputError(
            "All weights of this text take {size} MB; at most {most} MB are written. Shorten the text, or take the CSV of one head.",
            size=-(-size // 2**20),
            most=most_bytes // 2**20,
        )
    arrays = {_name(layer): attention.weights(layer) for layer in attention.layers}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, metadata=np.array(json.dumps(_metadata(attention, selection))), **arrays)
    return file.getvalue()


def _name(layer: int) -> str:
    return f"layer_index_{layer}"


def _metadata(attention: Attention, selection: Selection) -> dict[str, Any]:
    same = attention.key_tokens == attention.query_tokens
    return {
        "format": FORMAT,
        "program": PROGRAM,
        "model": attention.model,
        "revision": attention.revision,
        "limit": attention.limit,
        "left_out": attention.left_out,
        "causal": attention.causal,
        "part": attention.part,
        "heads": list(attention.source.heads),
        "query_tokens": asdict(attention.query_tokens),
        "key_tokens": None if same else asdict(attention.key_tokens),
        "notes": [str(note) for note in attention.notes],
        "selection": selection.to_dict(),
    }


def read_npz(content: bytes, most_bytes: int = MOST_BYTES) -> tuple[Attention, Selection]:
    """The attention and the selection of a file that `weights_npz` wrote; notes come back as they read in English.

    Raises InputError where it is none, unpacks to more than `most_bytes` of weights, or its parts do not fit together.
    Nothing in it is run.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as members:
            _check_size(members, most_bytes)
            metadata = read_json(str(_array(members, "metadata")), ROOM_FOR_TOKENS, MOST_TOKENS)
            if metadata["format"] != FORMAT:
                raise ValueError("format")
            weights = {layer: matrices(_array(members, _name(layer)))[0] for layer in attending(metadata["heads"])}
        return _attention(metadata, _all_layers(weights, len(metadata["heads"]))), Selection.from_dict(
            metadata["selection"]
        )
    except UNREADABLE as reason:
        raise InputError("This is no file of weights. Give an NPZ file as it was downloaded.") from reason


def npz_selection(content: bytes) -> Any:
    """The selection in a file that `weights_npz` wrote, as it is written there; no weights are read.

    Raises InputError where the file is none.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as members:
            if members.getinfo("metadata.npy").file_size > 4 * MOST_WRITTEN:  # numpy's letters take 4 bytes each
                raise ValueError("size")
            return read_json(str(_array(members, "metadata")), most_values=MOST_TOKENS)["selection"]
    except UNREADABLE as reason:
        raise InputError("This is no file of weights. Give an NPZ file as it was downloaded.") from reason


def _check_size(members: zipfile.ZipFile, most_bytes: int) -> None:
    size = sum(member.file_size for member in members.infolist())
    if size > most_bytes + ROOM_FOR_TOKENS:
        raise InputError(
            "This file unpacks to {size} MB; at most {most} MB are read. Make it of a shorter text.",
            size=size // 2**20,
            most=(most_bytes + ROOM_FOR_TOKENS) // 2**20,
        )


def _array(members: zipfile.ZipFile, name: str) -> np.ndarray:
    """One array, its size checked before room is made for it: a header can claim anything."""
    info = members.getinfo(f"{name}.npy")
    with members.open(info) as file:
        if npy.read_magic(file) != (1, 0):
            raise ValueError("version")
        shape, _, dtype = npy.read_array_header_1_0(file)
        if math.prod(shape) * dtype.itemsize > info.file_size:
            raise ValueError("size")
    with members.open(info) as file:
        return npy.read_array(file, allow_pickle=False)


def _all_layers(weights: Mapping[int, np.ndarray], n_layers: int) -> tuple[np.ndarray, ...]:
    """Of every layer; of no head where none is written."""
    none = next(iter(weights.values()), np.zeros((0, 0, 0), np.float32))[:0]
    return tuple(weights.get(layer, none) for layer in range(n_layers))


def _attention(metadata: dict[str, Any], layers: tuple[np.ndarray, ...]) -> Attention:
    queries = _tokens(metadata["query_tokens"])
    keys = queries if metadata["key_tokens"] is None else _tokens(metadata["key_tokens"])
    if not layers or any(layer.shape[1:] != (len(queries), len(keys)) for layer in layers):
        raise ValueError("weights and tokens differ in number")
    return Attention(
        DenseSource(layers),
        queries,
        keys,
        model=str(metadata["model"]),
        revision=str(metadata["revision"]),
        limit=None if metadata["limit"] is None else int(metadata["limit"]),
        left_out=int(metadata["left_out"]),
        causal=bool(metadata["causal"]),
        part=str(metadata["part"]),
        notes=tuple(_note(str(sentence)) for sentence in metadata["notes"]),
    )


def _tokens(fields: dict[str, list[Any]]) -> Tokens:
    """The fields of Tokens, each checked to hold what it should."""
    return Tokens(
        texts=tuple(map(str, fields["texts"])),
        surfaces=tuple(map(str, fields["surfaces"])),
        special=tuple(map(bool, fields["special"])),
        unknown=tuple(map(bool, fields["unknown"])),
        segments=tuple(map(int, fields["segments"])),
        words=tuple(map(int, fields["words"])),
        spans=tuple((int(start), int(stop)) for start, stop in fields["spans"]),
    )


def _note(sentence: str) -> Message:
    """A sentence from a file as a message that says just this: braces in it are no placeholders."""
    template = sentence.replace("{", "{{").replace("}", "}}")
    no_values: dict[str, Any] = {}
    return Message(template, no_values)
