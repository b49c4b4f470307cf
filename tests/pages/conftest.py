"""AppTest as the server does it: app.py names the pages, and no folder is served by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager

from attention_viz.models.catalogue import KNOWN_MODELS
from attention_viz.ui.server import allow_list
from attention_viz.ui.work.caches import ask_for_model


@pytest.fixture(scope="module", autouse=True)
def pages_are_those_of_the_app() -> Iterator[None]:
    """What the server's start says once, AppTest forgets before each run."""
    begin = PagesManager.__init__

    def begin_without_folder(self: PagesManager, *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        PagesManager.uses_pages_directory = False

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(PagesManager, "__init__", begin_without_folder)
        yield


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], str]:
    """Puts folders into the list of models, for AppTest can choose no others, and loads them beforehand."""

    def offer(folder: Path) -> str:
        entry = replace(KNOWN_MODELS[0], source=str(folder), name=folder.name)
        monkeypatch.setattr(allow_list, "KNOWN_MODELS", (*allow_list.KNOWN_MODELS, entry))
        job = ask_for_model(str(folder))
        while not job.done:
            job.job.stop.wait(0.05)
        return str(folder)

    return offer
