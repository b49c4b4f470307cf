"""What tests/weights/reference.py printed from the published files, and the embedded multilingual model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from attention_viz import Model, load_model
from attention_viz.models.catalogue import MULTILINGUAL


@pytest.fixture(scope="session")
def reference() -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "reference.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def multilingual() -> Model:
    return load_model(MULTILINGUAL, device="cpu")
