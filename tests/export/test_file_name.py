"""Names of downloaded files."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attention_viz import Attention, Selection
from attention_viz.export import file_name

HERE = Selection(layer=2, head=3)


@pytest.mark.parametrize(
    ("model", "kind", "name"),
    [
        ("all-MiniLM-L6-v2", "png", "attention_all-MiniLM-L6-v2_layer-3_head-4.png"),
        ("google-bert/bert-base-uncased", "csv", "attention_bert-base-uncased_layer-3_head-4.csv"),
        ("C:\\models\\my model\\", "pdf", "attention_my-model_layer-3_head-4.pdf"),
        ("/home/someone/模型", "svg", "attention_model_layer-3_head-4.svg"),
        ("", "svg", "attention_model_layer-3_head-4.svg"),
        ("bert", "npz", "attention_bert.npz"),
    ],
)
def test_a_file_is_named_by_model_layer_and_head_from_1(attention: Attention, model: str, kind: str, name: str) -> None:
    assert file_name(replace(attention, model=model), HERE, kind) == name


def test_a_whole_layer_has_no_head_in_its_name(attention: Attention) -> None:
    assert file_name(replace(attention, model="m"), HERE.at(view="layer"), "png") == "attention_m_layer-3.png"


@pytest.mark.parametrize(
    ("look", "kind", "name"),
    [
        ({"view": "lines"}, "png", "layer-3_head-4_lines.png"),
        ({"view": "text"}, "svg", "layer-3_head-4_text.svg"),
        ({"view": "lines", "kept": ((0, 1), (2, 3))}, "png", "layer-3_head-4_lines-of-2-heads.png"),
        ({"view": "lines", "kept": ((0, 1), (2, 2))}, "svg", "layer-3_head-4_lines-of-3-heads.svg"),
        ({"view": "lines"}, "csv", "layer-3_head-4.csv"),
        ({"view": "sentence"}, "png", "layer-3_head-4_text.png"),
        ({"average": "heads"}, "png", "layer-3_mean.png"),
        ({"average": "layers", "view": "lines"}, "pdf", "head-4_mean_lines.pdf"),
        ({"average": "all"}, "csv", "mean.csv"),
    ],
)
def test_a_mean_and_another_picture_have_a_name_of_their_own(
    attention: Attention, look: dict[str, Any], kind: str, name: str
) -> None:
    assert file_name(replace(attention, model="m"), HERE.at(**look), kind) == f"attention_m_{name}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(model=st.text())
def test_any_model_gives_a_name_that_every_system_takes(attention: Attention, model: str) -> None:
    name = file_name(replace(attention, model=model), HERE, "png")
    assert re.fullmatch(r"attention_[A-Za-z0-9._-]{1,60}_layer-3_head-4\.png", name)
