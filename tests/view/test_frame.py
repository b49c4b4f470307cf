"""What is sent to the browser comes back the same, in Python and in JavaScript."""

from __future__ import annotations

import json
import subprocess
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from attention_viz import Attention, Tokens
from attention_viz.errors import InputError
from attention_viz.view.block import Block, restore, whole
from attention_viz.view.frame import Dimensions, decode, encode

FRAME_JS = Path(__file__).parents[2] / "attention_viz" / "view" / "js" / "core" / "frame.js"
ERRORS = {"root8": 3.93e-3, "root16": 3.06e-5}
HEADS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2))


def message(attention: Attention, encoding: str = "root16") -> bytes:
    return encode("view", "first", Dimensions.of(attention), (whole(attention, HEADS, encoding),))


def test_all_tokens_heads_and_weights_come_back(attention: Attention) -> None:
    frame = decode(message(attention))
    assert frame.tokens == Dimensions.of(attention)
    (block,) = frame.blocks
    assert (block.heads, block.rows, block.columns, block.pool) == (HEADS, (0, 4), (0, 4), "exact")
    np.testing.assert_allclose(restore(block.values, "root16")[4], attention.weights(1, 1), atol=ERRORS["root16"])


def test_query_and_key_tokens_that_differ_come_back_as_they_were(rng: np.random.Generator) -> None:
    attention = Attention.from_weights(rng.dirichlet(np.ones(3), size=(1, 1, 2)), ["le", "chat"], ["the", "cat", "."])
    frame = decode(encode("view", "first", Dimensions.of(attention), (whole(attention, ((0, 0),), "root8"),)))
    assert (frame.tokens.queries.texts, frame.tokens.keys.texts) == (("le", "chat"), ("the", "cat", "."))


def test_the_same_values_give_the_same_bytes(attention: Attention) -> None:
    assert message(attention) == message(attention)


def test_another_weight_or_token_gives_the_text_another_name(attention: Attention, rng: np.random.Generator) -> None:
    other_weights = Attention.from_weights(rng.dirichlet(np.ones(4), size=(2, 3, 4)), attention.query_tokens)
    renamed = replace(attention, query_tokens=Tokens.plain(["[CLS]", "sun", "##set", "[SEP]"]))
    names = [decode(message(each)).text for each in (attention, other_weights, renamed)]
    assert len(set(names)) == 3


def test_blocks_begin_where_two_byte_numbers_can_be_read_in_place(attention: Attention) -> None:
    odd = Block(((0, 0),), (0, 1), (0, 3), "exact", "root8", np.array([[[1, 2, 3]]], dtype=np.uint8))
    written = encode("view", "first", Dimensions.of(attention), (odd, whole(attention, HEADS, "root16")))
    start = int.from_bytes(written[:4], "little") + 4
    assert start % 8 == 0
    assert [each["offset"] for each in json.loads(written[4:start])["blocks"]] == [0, 8]
    np.testing.assert_array_equal(decode(written).blocks[1].values, whole(attention, HEADS, "root16").values)


def test_tokens_that_are_no_text_travel_unharmed() -> None:
    names = ["\ud800", "\x00", "</script>", "\u202e", "说", '"', "x" * 10_000]
    attention = Attention.from_weights(np.eye(7, dtype=np.float32), names)
    assert decode(encode("v", "first", Dimensions.of(attention), ())).tokens.keys.texts == tuple(names)


@pytest.mark.parametrize(
    "cut", [b"", b"\x01", b"\xff\xff\xff\x7f{}", b"\x02\x00\x00\x00[", b"\x04\x00\x00\x00oops"], ids=repr
)
def test_bytes_that_are_no_frame_are_refused(cut: bytes) -> None:
    with pytest.raises(InputError, match="no frame"):
        decode(cut)


def test_a_frame_of_another_version_is_refused(attention: Attention) -> None:
    with pytest.raises(InputError, match="version 9"):
        decode(message(attention).replace(b'"version":3', b'"version":9'))


READ = """
import {{ readFrame }} from "{source}";
import {{ readFileSync }} from "node:fs";
const bytes = readFileSync(0);
const shifted = new Uint8Array(bytes.length + {shift});
shifted.set(bytes, {shift});
const frame = readFrame(shifted.subarray({shift}));
const [block] = frame.blocks;
console.log(JSON.stringify({{ ...frame, blocks: [{{ ...block, values: Array.from(block.values) }}] }}));
"""


@pytest.mark.parametrize("encoding", ERRORS)
@pytest.mark.parametrize("shift", [0, 1])
def test_the_browser_reads_what_python_wrote_wherever_it_lies_in_memory(
    node: str, attention: Attention, encoding: str, shift: int
) -> None:
    script = READ.format(source=FRAME_JS.as_uri(), shift=shift)
    run = subprocess.run(
        [node, "--input-type=module", "-e", script], input=message(attention, encoding), capture_output=True, check=True
    )
    read, written = json.loads(run.stdout), decode(message(attention, encoding))
    assert (read["view"], read["name"], read["text"]) == (written.view, written.name, written.text)
    for each in fields(Tokens):
        assert json.dumps(read["tokens"]["keys"][each.name]) == json.dumps(getattr(written.tokens.keys, each.name))
    assert read["blocks"][0]["values"] == written.blocks[0].values.ravel().tolist()
    assert read["blocks"][0]["top"] == {"root8": 255, "root16": 65535}[encoding]
