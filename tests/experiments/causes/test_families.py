"""Every kind of model in the table of architectures is cut and patched as transformers' own code is, or refused with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.causes.families import ROWS, Row, load, tried_cut, tried_patch

REFUSED = {
    "I-BERT", "MPNet", "DeBERTa", "DeBERTa-v2", "DeBERTa-v3", "BLOOM", "Falcon", "SqueezeBERT", "BigBird", "ConvBERT",
    "Nystromformer", "XLM",
}  # fmt: skip
"""They compute attention in their own code."""

QUICK = ("ALBERT", "MPNet", "ModernBERT", "GPT-2", "Gemma 2", "gpt-oss")
"""One of each kind of attention; all the others are tried with -m slow."""

FAMILIES = [pytest.param(row, id=row.name, marks=() if row.name in QUICK else pytest.mark.slow) for row in ROWS]


@pytest.mark.filterwarnings("ignore")  # of transformers, about small configurations
@pytest.mark.parametrize("row", FAMILIES)
def test_a_link_is_cut_and_a_head_patched_as_in_transformers_own_code_or_the_reason_is_given(
    row: Row, tmp_path: Path
) -> None:
    model, network = load(row, tmp_path / row.architecture)
    found = [tried_cut(model, network, "renormalise"), tried_cut(model, network, "zero"), tried_patch(model, network)]
    for each in found:
        assert ("its own code" in each.refused) == (row.name in REFUSED)
        assert each.difference < 1e-5
    if row.name not in REFUSED:
        assert all(each.largest > 1e-4 for each in found)
