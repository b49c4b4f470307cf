"""Fixtures of the view: texts of every size, and the tools that run JavaScript."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from screen import Open

from attention_viz import Attention
from attention_viz.view.show import View


@pytest.fixture
def softmax_attention(rng: np.random.Generator) -> Callable[..., Attention]:
    """Attention of any size: softmax of random scores; `tokens` are names, or how many there are."""

    def make(layers: int = 2, heads: int = 3, tokens: int | list[str] = 5) -> Attention:
        names = [f"t{position}" for position in range(tokens)] if isinstance(tokens, int) else tokens
        scores = np.exp(2 * rng.normal(size=(layers, heads, len(names), len(names))).astype(np.float32))
        return Attention.from_weights(scores / scores.sum(-1, keepdims=True), names)

    return make


@pytest.fixture(scope="session")
def node() -> str:
    """The program that runs JavaScript outside a browser."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("node is not installed; README.md says how to")
    return path


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a view in a browser; nothing may go wrong on the page, and it may ask for nothing."""
    contexts, problems, asked = [], [], []

    def begin(view: View, width: int = 1366, height: int = 900, dark: bool = False, scale: float = 1) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            device_scale_factor=scale,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(view.save(tmp_path / f"{len(contexts)}.html").as_uri())
        expect(page.get_by_role("table")).to_be_visible()
        return page

    yield begin
    for context in contexts:
        context.close()
    assert problems == []
    assert [url for url in asked if not url.startswith("file:")] == []
