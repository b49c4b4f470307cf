"""Fixtures of small models; see `checkpoints`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import transformers
from checkpoints import make_checkpoint

from attention_viz import Model, load_model


@pytest.fixture(autouse=True)
def _quiet_saving() -> Iterator[None]:
    """No progress bars of transformers in the tests' output."""
    transformers.logging.disable_progress_bar()
    yield
    transformers.logging.enable_progress_bar()


@pytest.fixture
def checkpoint(tmp_path: Path) -> Callable[..., Path]:
    """`make_checkpoint` in a folder of this test's own: checkpoint("BertForMaskedLM", num_attention_heads=4)."""

    def make(architecture: str = "BertModel", name: str = "tiny", **config: Any) -> Path:
        return make_checkpoint(tmp_path / name, architecture, **config)

    return make


@pytest.fixture(scope="session")
def tiny_model(tiny_bert_folder: Path) -> Model:
    """The model in `tiny_bert_folder`, loaded once."""
    return load_model(tiny_bert_folder, device="cpu")


@pytest.fixture(scope="session")
def embedded() -> Model:
    """The embedded default, loaded once."""
    return load_model(device="cpu")
