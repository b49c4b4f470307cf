"""Fixtures of the room ui: limits of the test's own, and the model that all share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import attention_viz as av
from attention_viz.ui.server import limits
from attention_viz.ui.work import caches


@pytest.fixture(scope="session")
def embedded() -> av.Model:
    """The embedded default, loaded once."""
    return av.load_model()


@pytest.fixture
def loaded_once(embedded: av.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts that load the embedded default get the one that is loaded already."""
    monkeypatch.setattr(av, "load_model", lambda: embedded)


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
