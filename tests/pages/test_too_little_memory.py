"""A text for which there is no memory: its request fails with a sentence, and nothing else does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from attention_viz.models import Model, Reading
from attention_viz.models.reading.encoded import Encoded

APP = Path(__file__).parents[2] / "app.py"
TEXT = "A text for which there is no memory this time."


@pytest.fixture
def once_without_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first pass over TEXT asks torch for more memory than any computer has."""
    read, asked = Model.read, []

    def greedy(model: Model, first: Encoded, *given: Any, **named: Any) -> Reading:
        if first.texts[0] == TEXT and not asked:
            asked.append(TEXT)
            torch.empty(2**46)
        return read(model, first, *given, **named)

    monkeypatch.setattr(Model, "read", greedy)


def opened() -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=150).run()


def frames(app: AppTest) -> list[bytes]:
    """What the live view is drawn from."""
    return [each.proto.bytes for each in app.get("bidi_component") if each.proto.WhichOneof("data") == "bytes"]


def test_a_pass_without_memory_is_said_others_go_on_and_the_next_try_works(once_without_memory: None) -> None:
    app = opened()
    drawn = frames(app)
    app.text_area[0].set_value(TEXT).run()
    assert not app.exception
    (error,) = app.error
    assert "ran out of memory" in error.value
    assert app.text_area[0].value == TEXT
    assert frames(app) == drawn, "the picture of the text before stays"

    other = opened()
    assert not other.exception
    assert not other.error

    app.run()
    assert not app.error
    assert frames(app) != drawn
