"""Frame: the bytes in which weights travel to the browser, and back.

Layout: header length (uint32, little-endian), header (JSON, padded with spaces), payload. Every block begins at a
multiple of 8 bytes from the start, so that the browser reads it in place. The same values give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from attention_viz.attention import Attention, Tokens
from attention_viz.drawing import FRAME
from attention_viz.errors import InputError
from attention_viz.view.block import Block
from attention_viz.view.look import Filters
from attention_viz.view.readable_keys import ReadableKeys, readable_keys

ALIGNMENT = 8


@dataclass(frozen=True)
class Frame:
    """The content of one message.

    view, name : for which view, and under which name: a later frame of the same name replaces the earlier one
    text       : names the analysed text; blocks are only shown beside the tokens of the same text
    tokens     : the axes of the weights; None in a frame that only adds blocks
    """

    view: str
    name: str
    text: str
    tokens: Dimensions | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Dimensions:
    """What the axes of the weights are: the query and the key tokens, the heads of each layer, and of each layer which keys
    its queries may read."""

    queries: Tokens
    keys: Tokens
    heads: tuple[int, ...]
    readable: tuple[ReadableKeys, ...]

    @classmethod
    def of(cls, attention: Attention) -> Dimensions:
        layers = tuple(readable_keys(attention, layer) for layer in range(attention.n_layers))
        return cls(attention.query_tokens, attention.key_tokens, attention.source.heads, layers)


def encode(
    view: str, name: str, dimensions: Dimensions | None, blocks: tuple[Block, ...], text: str = "", sample: bytes = b""
) -> bytes:
    """The frame as bytes. Without `text`, the frame is the first of its text, whose name is then a hash of its own content
    and of a sample of what is not in it."""
    payload = b"".join(_padded(_little(block.values)) for block in blocks)
    header: dict[str, Any] = {
        "version": FRAME,
        "view": view,
        "name": name,
        "tokens": None if dimensions is None else _plain_dimensions(dimensions),
        "blocks": _plain_blocks(blocks),
    }
    header["text"] = text or _digest(header, payload + sample)
    written = json.dumps(header, separators=(",", ":"), sort_keys=True).encode("ascii")
    written += b" " * (-(len(written) + 4) % ALIGNMENT)
    return struct.pack("<I", len(written)) + written + payload


def decode(message: bytes) -> Frame:
    """The inverse of `encode`; arrays are read-only views of the bytes. Raises InputError for other bytes."""
    header, start = read_header(message)
    if header.get("version") != FRAME:
        raise InputError(
            "This frame has version {version}; version {expected} can be read. Save it again.",
            version=header.get("version"),
            expected=FRAME,
        )
    blocks = tuple(_read_block(each, message, start) for each in header["blocks"])
    dimensions = None if header["tokens"] is None else _read_dimensions(header["tokens"])
    return Frame(header["view"], header["name"], header["text"], dimensions, blocks)


def read_header(message: bytes) -> tuple[dict[str, Any], int]:
    """The header and the position where the payload begins. Raises InputError for bytes that are no frame."""
    length = struct.unpack_from("<I", message)[0] if len(message) >= 4 else -1
    if not 0 < length <= len(message) - 4:
        raise InputError("These {n} bytes are no frame: the header is missing or cut.", n=len(message))
    try:
        return json.loads(message[4 : 4 + length]), 4 + length
    except ValueError:
        raise InputError("These {n} bytes are no frame: the header cannot be read.", n=len(message)) from None


def _digest(header: dict[str, Any], payload: bytes) -> str:
    content = hashlib.sha1(payload, usedforsecurity=False)
    content.update(json.dumps(header, sort_keys=True).encode("ascii"))
    return content.hexdigest()[:16]


def _little(values: np.ndarray) -> bytes:
    return values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % ALIGNMENT)


def _plain_dimensions(dimensions: Dimensions) -> dict[str, Any]:
    kinds = list(dict.fromkeys(dimensions.readable))  # layers with the same mask share one
    return {
        "queries": _plain_tokens(dimensions.queries),
        "keys": None if dimensions.keys is dimensions.queries else _plain_tokens(dimensions.keys),
        "heads": list(dimensions.heads),
        "readable": {"kinds": kinds, "layers": [kinds.index(each) for each in dimensions.readable]},
    }


def _plain_tokens(tokens: Tokens) -> dict[str, Any]:
    plain = {name: list(getattr(tokens, name)) for name in tokens.__dataclass_fields__}
    more = ("punctuation", "directions", "labels")
    return plain | {name: list(getattr(tokens, name)) for name in more}


def _read_dimensions(plain: dict[str, Any]) -> Dimensions:
    queries = _read_tokens(plain["queries"])
    keys = queries if plain["keys"] is None else _read_tokens(plain["keys"])
    kinds = [None if kind is None else tuple(tuple(stripe) for stripe in kind) for kind in plain["readable"]["kinds"]]
    return Dimensions(
        queries, keys, tuple(plain["heads"]), tuple(kinds[number] for number in plain["readable"]["layers"])
    )


def _read_tokens(plain: dict[str, Any]) -> Tokens:
    values = {name: tuple(plain[name]) for name in Tokens.__dataclass_fields__}
    return Tokens(**values | {"spans": tuple((start, stop) for start, stop in plain["spans"])})


def _plain_blocks(blocks: tuple[Block, ...]) -> list[dict[str, Any]]:
    plain, offset = [], 0
    for block in blocks:
        plain.append(
            {
                "heads": [list(each) for each in block.heads],
                "rows": list(block.rows),
                "columns": list(block.columns),
                "shape": list(block.values.shape),
                "pool": block.pool,
                "encoding": block.encoding,
                "filters": asdict(block.filters),
                "offset": offset,
            }
        )
        offset += block.values.nbytes + -block.values.nbytes % ALIGNMENT
    return plain


def _read_block(plain: dict[str, Any], message: bytes, start: int) -> Block:
    kind = "<u1" if plain["encoding"] == "root8" else "<u2"
    count = int(np.prod(plain["shape"]))
    values = np.frombuffer(message, kind, count, start + plain["offset"]).reshape(plain["shape"])
    return Block(
        heads=tuple((layer, head) for layer, head in plain["heads"]),
        rows=tuple(plain["rows"]),
        columns=tuple(plain["columns"]),
        pool=plain["pool"],
        encoding=plain["encoding"],
        values=values,
        filters=Filters(**plain["filters"] | {"exclude": tuple(plain["filters"]["exclude"])}),
    )
