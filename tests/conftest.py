"""Fixtures that every room shares; no two sizes are equal, so that a swapped axis cannot pass."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hub_stand_in import HubStandIn
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir
from playwright.sync_api import Browser, sync_playwright

from attention_viz import Attention, DenseSource, Tokens

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

# How long one example takes says more about what else the computer does than about the code; in CI the examples are
# the same each time, so that a failure belongs to the change at hand. Nothing of them is left in the checkout.
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis")
settings.register_profile(
    "any computer",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
    database=None,
)
settings.load_profile("any computer")

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
"""For a browser that root may start, without a graphics card, and that calls nobody by itself."""


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20)


@pytest.fixture
def attention(rng: np.random.Generator) -> Attention:
    """2 layers, 3 heads, 4 tokens; rows sum to 1."""
    scores = rng.normal(size=(2, 3, 4, 4))
    weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    return Attention.from_weights(weights, ["[CLS]", "sun", "##rise", "[SEP]"])


@pytest.fixture
def hybrid(rng: np.random.Generator) -> Attention:
    """5 layers with 0, 2, 0, 0 and 3 heads, 4 tokens, as a model has them that attends in some of its layers."""
    layers = tuple(rng.dirichlet(np.ones(4), size=(heads, 4)).astype(np.float32) for heads in (0, 2, 0, 0, 3))
    tokens = Tokens.plain(["[CLS]", "sun", "##rise", "[SEP]"])
    return Attention(DenseSource(layers), tokens, tokens)


@pytest.fixture(scope="session")
def tiny_bert_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BertModel with 2 layers, 3 heads, d_model 24 and 60 positions. Copy it before you damage it."""
    from checkpoints import make_checkpoint  # torch, which most tests do without

    return make_checkpoint(tmp_path_factory.mktemp("tiny_bert") / "tiny-bert")


@pytest.fixture(scope="session")
def tokenizers() -> dict[str, PreTrainedTokenizerBase]:
    """One tokenizer of each kind."""
    from checkpoints import byte_pieces, sentence_pieces, word_pieces

    return {"word pieces": word_pieces(), "byte pieces": byte_pieces(), "sentence pieces": sentence_pieces()}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubStandIn]:
    """A model hub on loopback, named by HF_ENDPOINT, and a cache of this test's own, named by HF_HOME."""
    others = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    for variable in (*others, "ATTENTION_VIZ_MODELS", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf_home"))
    with HubStandIn() as stand_in:
        monkeypatch.setenv("HF_ENDPOINT", stand_in.endpoint)
        yield stand_in


def missing_for_a_browser() -> list[str]:
    """Debian's packages that the tests in a browser need and that are not here; Playwright's driver links libatomic."""
    there = {
        "chromium": shutil.which("chromium"),
        "libatomic1": sys.platform != "linux" or ctypes.util.find_library("atomic"),
    }
    return [package for package, found in there.items() if not found]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The quick tests come first. Playwright also keeps an event loop running, which later tests would trip over."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test in a browser is skipped where there is none; CI must have one."""
    packages = missing_for_a_browser() if item.get_closest_marker("browser") else []
    if packages:
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse(f"Not installed, but needed for a browser: {' '.join(packages)}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for all tests that are marked `browser`: Playwright runs once in a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=BROWSER_FLAGS)
        yield browser
        browser.close()
