"""Every architecture of the table in docs/models.md: each weight is transformers' own, and padding is marked as padding."""

from __future__ import annotations

from pathlib import Path

import pytest
from architectures import ROOT, ROWS, Row, build, line, measure

TABLE = (ROOT / "docs" / "models.md").read_text(encoding="utf-8").splitlines()

REPLAYED = (
    "DeBERTa",
    "DeBERTa-v2",
    "DeBERTa-v3",
    "MPNet",
    "BLOOM",
    "Falcon",
    "I-BERT",
    "BigBird",
    "ConvBERT",
    "Nystromformer",
)
WAYS = dict.fromkeys(REPLAYED, "replay") | {"SqueezeBERT": "dense", "XLM": "dense"}
"""Models with attention code of their own; all others are captured."""


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_every_weight_of_every_head_is_that_of_eager_attention(row: Row, tmp_path: Path) -> None:
    measured = measure(row, build(row, tmp_path / row.architecture))
    assert measured.difference <= row.tolerance
    assert measured.way == WAYS.get(row.name, "capture")
    assert len(measured.parts) == (3 if row.kind == "encoder-decoder" else 1)
    told = line(row, measured).rpartition("| ")[0]
    shown = [each for each in TABLE if each.startswith(told)]
    assert len(shown) == 1, "python tests/models/architectures.py prints the table of docs/models.md"
    assert float(shown[0].split("|")[-2]) <= row.tolerance
