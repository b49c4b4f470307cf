"""What Clark et al. 2019 (arXiv 1906.04341) measured on bert-base-uncased, where that model is on this computer.

Their texts were pairs of Wikipedia paragraphs of up to 128 tokens; ours are of that length, so that heads whose share is
near 1 or 0 are compared closely and means of layers loosely. Heads are named from 1, as there: "3-1" is layer 3, head 1.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import try_to_load_from_cache

from attention_viz import Attention, load_model, measures, patterns
from attention_viz.models.hub.copies import local_copy

NAME = "google-bert/bert-base-uncased"

FIRST = (
    "The river rises in the hills to the north of the town and flows south through a wide valley, where its water has "
    "been used for farming since the early middle ages. In the nineteenth century several mills were built along its "
    "banks, and a railway followed the same route, which brought more people to the region."
)
SECOND = (
    "The old bridge, built of stone in 1782, was replaced by a modern one after the great flood, but a part of it can "
    "still be seen near the market. Today the valley is known for its gardens, its small museum, and a festival of "
    "music that takes place every summer in the yard of the former mill."
)


def folder() -> Path | None:
    """Where the model is, in a filled folder of models or in the hub client's cache."""
    cached = [try_to_load_from_cache(name, "model.safetensors") for name in (NAME, "bert-base-uncased")]
    found = [Path(each).parent for each in cached if isinstance(each, str)]
    return local_copy("bert-base-uncased") or next(iter(found), None)


@pytest.fixture(scope="module")
def attention() -> Attention:
    where = folder()
    if where is None:
        pytest.skip(f"{NAME} is not on this computer: set ATTENTION_VIZ_MODELS to a folder that holds it")
    return load_model(where, device="cpu").attend(FIRST, SECOND)


@pytest.fixture(scope="module")
def table(attention: Attention) -> measures.HeadTable:
    return measures.table(attention)


@pytest.mark.parametrize(("layer", "share"), [(2, 0.55), (4, 0.68), (7, 0.55), (8, 0.51)])
def test_four_layers_have_a_head_on_the_previous_token(table: measures.HeadTable, layer: int, share: float) -> None:
    assert table.grid("previous")[layer - 1].max() == pytest.approx(share, abs=0.12)


def test_the_heads_on_the_previous_token_are_in_these_four_layers_alone(table: measures.HeadTable) -> None:
    most = table.grid("previous").max(axis=1)
    assert set(np.argsort(-most)[:4] + 1) == {2, 4, 7, 8}


def test_head_3_1_reads_the_next_token(table: measures.HeadTable) -> None:
    numbers = table.numbers(2, 0)
    assert numbers["next"] == pytest.approx(0.98, abs=0.04)
    assert patterns.label(numbers).name == "next"
    assert numbers["entropy"] == pytest.approx(0.05, abs=0.15)


def test_head_1_1_is_broad_and_head_8_7_reads_sep(table: measures.HeadTable) -> None:
    assert patterns.label(table.numbers(0, 0)).name == "broad"
    assert table.numbers(7, 6)["sep"] > 0.6


def test_over_half_of_the_attention_of_layers_6_to_10_goes_to_sep(table: measures.HeadTable) -> None:
    assert table.grid("sep")[5:10].mean() > 0.45
    assert table.grid("sep")[5:10].mean() > 10 * 2 / table.keys


def test_sep_reads_sep_in_layers_5_to_9(table: measures.HeadTable) -> None:
    assert table.grid("sep_sep")[4:9].mean() == pytest.approx(0.9, abs=0.1)


@pytest.mark.parametrize(
    ("measure", "means"),
    [
        ("sep", [0.03, 0.05, 0.08, 0.22, 0.48, 0.55, 0.54, 0.57, 0.57, 0.47, 0.07, 0.07]),
        ("entropy", [3.6, 2.9, 2.6, 2.7, 2.4, 1.95, 1.9, 1.8, 2.2, 2.5, 2.75, 2.85]),
    ],
)
def test_means_of_layers_are_near_the_published_figure(
    table: measures.HeadTable, measure: str, means: list[float]
) -> None:
    tolerance = {"sep": 0.15, "entropy": 0.5}[measure]
    assert table.grid(measure).mean(axis=1) == pytest.approx(np.array(means), abs=tolerance)
