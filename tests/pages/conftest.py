"""AppTest as the server does it: app.py names the pages, and no folder is served by itself."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager


@pytest.fixture(autouse=True)
def pages_are_those_of_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server's start says once, AppTest forgets before each run."""
    begin = PagesManager.__init__

    def begin_without_folder(self: PagesManager, *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", begin_without_folder)
