"""A small model, a small collection, and what was measured of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from checkpoints import ENGLISH

from attention_viz import Model, corpus, load_model
from attention_viz.corpus import Opened, Options

N_TEXTS, SHARD = 23, 5
"""The last shard is not full."""
WORDS = [word for word in ENGLISH if not word.startswith("##")]


def sentences(n: int, seed: int = 20) -> list[str]:
    """Sentences of 3 to 14 words that the small model knows."""
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(WORDS, size=rng.integers(3, 15))) + " ." for _ in range(n)]


@pytest.fixture(scope="session")
def model(tiny_bert_folder: Path) -> Model:
    return load_model(tiny_bert_folder)


@pytest.fixture(scope="session")
def texts() -> list[str]:
    """One of them is a pair, one is too long and one is empty."""
    found: list[object] = [*sentences(N_TEXTS - 3), ("the cat sat", "because it was tired ."), "the cat " * 40, "   "]
    return found  # type: ignore[return-value]


@pytest.fixture(scope="session")
def options() -> Options:
    return Options(shard_texts=SHARD, shuffled_every=4)


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory, model: Model, texts: list[str], options: Options) -> Opened:
    return corpus.measure(texts, model, into=tmp_path_factory.mktemp("measured") / "all", options=options)
