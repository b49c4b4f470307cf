"""A text with a pair of segments and other key tokens, so that every field of a file has something to lose."""

from __future__ import annotations

import numpy as np
import pytest

from attention_viz import Attention, DenseSource, Selection, Tokens
from attention_viz.errors import Message


@pytest.fixture
def uneven(rng: np.random.Generator) -> Attention:
    """2 layers of 3 and 2 heads, 4 queries, 5 keys."""
    layers = tuple(rng.dirichlet(np.ones(5), size=(heads, 4)).astype(np.float32) for heads in (3, 2))
    queries = Tokens(
        texts=("[CLS]", "猫", "##ing", "[SEP]"),
        surfaces=("[CLS]", "猫", "ing", "[SEP]"),
        special=(True, False, False, True),
        unknown=(False, True, False, False),
        segments=(0, 0, 1, 1),
        words=(0, 1, 1, 2),
        spans=((0, 0), (0, 1), (1, 4), (0, 0)),
    )
    notes = (Message("The first {n} of {all} tokens {{were}} read.", {"n": 4, "all": 9}),)
    return Attention(
        DenseSource(layers),
        queries,
        Tokens.plain(["=1+1", "\t", 'a"b', "x\r\ny", ";-1"]),
        model="school/bert-小",
        revision="abc123",
        limit=512,
        left_out=5,
        causal=True,
        part="cross",
        notes=notes,
    )


@pytest.fixture
def looked_at() -> Selection:
    return Selection(
        model="bert-小", text="猫\u0000=", second="b", layer=1, head=0, exclude=("special",), language="zh"
    )
