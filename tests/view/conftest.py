"""Fixtures of the view: texts of every size, and the tools that run JavaScript."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from screen import Open
from tabs import Tabs

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


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Iterator[Tabs]:
    """Where views are opened, one after the other."""
    tabs = Tabs(browser)
    yield tabs
    tabs.close()


@pytest.fixture
def opened(tabs: Tabs, tmp_path: Path) -> Iterator[Open]:
    """Opens a view in a browser; nothing may go wrong on the page, and it may ask for nothing."""
    pages, problems, asked = [], [], []
    listeners: dict[str, Callable[[Any], None]] = {
        "console": lambda message: problems.append(message.text) if message.type == "error" else None,
        "pageerror": lambda error: problems.append(str(error)),
        "dialog": lambda dialog: problems.append(dialog.message),
        "request": lambda request: asked.append(request.url),
    }

    def begin(view: View, width: int = 1366, height: int = 900, dark: bool = False, scale: float = 1) -> Page:
        page = tabs.take(width, height, dark, device_scale_factor=scale)
        pages.append(page)
        for event, listener in listeners.items():
            page.on(event, listener)  # type: ignore[call-overload]
        page.goto(view.save(tmp_path / f"{len(pages)}.html").as_uri())
        expect(page.get_by_role("table")).to_be_visible()
        return page

    yield begin
    (tmp_path / "rest.html").write_text("")
    for page in pages:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
        tabs.give_back(page, (tmp_path / "rest.html").as_uri())
    assert problems == []
    assert [url for url in asked if not url.startswith("file:")] == []
