"""Fixtures of the room ui: limits of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from attention_viz.ui import caches, limits


@pytest.fixture
def limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets limits, as a file of them says, and empties what they hold for."""
    held = (limits.limits, caches._models, caches._readings, caches.jobs, caches.loads)

    def limit(said: str) -> None:
        file = tmp_path / "limits.toml"
        file.write_text(said)
        monkeypatch.setenv(limits.VARIABLE, str(file))
        for each in held:
            each.cache_clear()

    yield limit
    for each in held:
        each.cache_clear()
