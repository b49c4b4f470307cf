"""The page that compares, run without a browser: each side is the model's own attention, the middle their difference."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from checkpoints import make_checkpoint, sentence_pieces
from chosen import widget
from streamlit.testing.v1 import AppTest
from transformers import AutoModel, AutoTokenizer

from attention_viz import load_model
from attention_viz.ui.session.examples import DEFAULT
from attention_viz.ui.session.minimal_pairs import MINIMAL_PAIRS
from attention_viz.view.panels import Panel, decode

APP = Path(__file__).parents[2] / "app.py"


def opened(**session: Any) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=150)
    return again(page.switch_page("pages/compare.py"), **session)


def again(page: AppTest, **session: Any) -> AppTest:
    for name, value in session.items():
        page.session_state[name] = value
    page.run()
    assert not page.exception, page.exception
    return page


def panels(page: AppTest) -> tuple[Panel, ...]:
    protos = [each.proto for each in page.get("bidi_component") if each.proto.WhichOneof("data") == "bytes"]
    return decode(protos[0].bytes)


def ranking(page: AppTest) -> np.ndarray:
    """How much each head changed, as the board is given it: (layer, head)."""
    letters = [json.loads(each.proto.json) for each in page.get("bidi_component") if each.proto.json]
    return np.array(next(each for each in letters if "values" in each)["values"])


def told(page: AppTest) -> str:
    elements = [element for kind in (page.error, page.info, page.warning, page.caption) for element in kind]
    return " ".join(element.value for element in elements).replace("\\", "")


def attentions(network: Any, tokenizer: Any, text: str) -> np.ndarray:
    """(layer, head, query, key), as transformers itself gives them out."""
    network.set_attn_implementation("eager")
    with torch.no_grad():
        weights = network(**tokenizer(text, return_tensors="pt"), output_attentions=True).attentions
    return torch.cat(weights).numpy()


@pytest.fixture(scope="module")
def embedded() -> Callable[[str], np.ndarray]:
    model = load_model(device="cpu")
    return lambda text: attentions(AutoModel.from_pretrained(model.network.name_or_path), model.reader.tokenizer, text)


def test_the_page_opens_with_a_minimal_pair_and_every_map_is_the_models_own(
    embedded: Callable[[str], np.ndarray],
) -> None:
    first, difference, second = panels(opened())
    one, other = (embedded(text) for text in (DEFAULT.first, MINIMAL_PAIRS[0].second))
    chosen = (DEFAULT.layer, DEFAULT.head)
    assert first.values == pytest.approx(one[chosen], abs=1e-5)
    assert second.values == pytest.approx(other[chosen], abs=1e-5)
    assert difference.values == pytest.approx(other[chosen] - one[chosen], abs=2e-5)
    assert "tired/wide" in difference.keys.labels


def test_tokens_without_a_partner_are_open_and_counted(embedded: Callable[[str], np.ndarray]) -> None:
    page = opened(text="the children are happy.", compare_text="the children are not happy.")
    first, difference, second = panels(page)
    place = second.keys.labels.index("not")
    assert first.keys.labels[place] == "·"
    for each in (first, difference):
        assert np.isnan(each.values[:, place]).all()
        assert np.isnan(each.values[place]).all()
        assert np.isnan(each.values).sum() == 2 * len(each.values) - 1
    assert "0 of the first, 1 of the second" in told(page)
    layer, head = page.session_state["layer"], page.session_state["head"]
    assert second.values == pytest.approx(embedded("the children are not happy.")[layer, head], abs=1e-5)


def test_heads_are_ranked_by_the_attention_that_went_elsewhere(embedded: Callable[[str], np.ndarray]) -> None:
    page = opened()
    one, other = (embedded(text) for text in (DEFAULT.first, MINIMAL_PAIRS[0].second))
    expected = np.abs(one - other).sum(-1).mean(-1) / 2
    assert ranking(page) == pytest.approx(expected, abs=1e-5)


def test_two_heads_of_one_text(embedded: Callable[[str], np.ndarray]) -> None:
    page = opened(compare="heads", layer=0, head=2)
    page = again(page, compare_layer=5, compare_head=7)
    first, difference, second = panels(page)
    weights = embedded(DEFAULT.first)
    assert (first.title, second.title) == ("Layer 1, head 3", "Layer 6, head 8")
    assert difference.values == pytest.approx(weights[5, 7] - weights[0, 2], abs=2e-5)
    assert ranking(page) == pytest.approx(np.abs(weights - weights[0, 2]).sum(-1).mean(-1) / 2, abs=1e-5)


def test_two_layers_are_the_means_of_their_heads(embedded: Callable[[str], np.ndarray]) -> None:
    page = again(opened(compare="layers", layer=2), compare_layer=4)
    _, difference, _ = panels(page)
    means = embedded(DEFAULT.first).mean(1)
    assert difference.values == pytest.approx(means[4] - means[2], abs=2e-5)
    assert "Layers that read most differently" in "".join(each.proto.body for each in page.get("html"))


@pytest.fixture
def beside(offered: Callable[[Path], str]) -> Callable[..., AppTest]:
    """The page that compares the models of two folders."""

    def make(one: Path, other: Path) -> AppTest:
        sources = offered(one), offered(other)
        page = again(opened(compare="models"), text="the cat sat down.", model=sources[0])
        return again(page, compare_model=sources[1], layer=1, head=2)

    return make


def test_two_models_with_the_same_tokens(beside: Callable[..., AppTest], tmp_path: Path) -> None:
    folders = [make_checkpoint(tmp_path / f"seed-{seed}", seed=seed) for seed in (1, 2)]
    page = beside(*folders)
    first, difference, second = panels(page)
    one, other = (
        attentions(AutoModel.from_pretrained(each), AutoTokenizer.from_pretrained(each), "the cat sat down.")
        for each in folders
    )
    assert first.values == pytest.approx(one[1, 2], abs=1e-5)
    assert second.values == pytest.approx(other[1, 2], abs=1e-5)
    assert difference.values == pytest.approx(other[1, 2] - one[1, 2], abs=2e-5)
    assert ranking(page) == pytest.approx(np.abs(one - other).sum(-1).mean(-1) / 2, abs=1e-5)
    assert second.title == "seed-2, layer 2, head 3"


def test_models_that_cut_the_text_otherwise_are_told_apart(beside: Callable[..., AppTest], tmp_path: Path) -> None:
    words = make_checkpoint(tmp_path / "words")
    pieces = make_checkpoint(
        tmp_path / "pieces", "XLMRobertaModel", tokenizer=sentence_pieces(), pad_token_id=1, max_position_embeddings=62
    )
    page = beside(words, pieces)
    assert "words cuts this text into 7 tokens and pieces into" in told(page)
    assert "share their vocabulary" in told(page)


def test_models_of_other_shapes_are_drawn_but_not_ranked(beside: Callable[..., AppTest], tmp_path: Path) -> None:
    page = beside(make_checkpoint(tmp_path / "three"), make_checkpoint(tmp_path / "four", num_attention_heads=4))
    assert len(panels(page)) == 3
    assert "models of one shape" in told(page)


def test_the_same_model_twice_is_said() -> None:
    assert "the same model" in told(opened(compare="models", compare_model=""))


def test_two_models_begin_with_the_same_model_before_training() -> None:
    page = opened(compare="models")
    until = time.monotonic() + 60
    while page.get("bidi_component") and not any(
        each.proto.WhichOneof("data") == "bytes" for each in page.get("bidi_component")
    ):
        assert time.monotonic() < until
        again(page)
    first, _, second = panels(page)
    assert second.values.shape == first.values.shape
    assert second.values.sum(-1) == pytest.approx(1, abs=1e-5)
    assert np.abs(second.values - 1 / second.values.shape[1]).max() < 0.2, "what is not trained reads nearly all alike"
    assert "untrained" in second.title


@pytest.mark.parametrize("number", range(len(MINIMAL_PAIRS)))
def test_every_minimal_pair_differs_in_one_place(number: int) -> None:
    page = opened()
    widget(page.selectbox, "minimal_pair").set_value(number).run()
    first, difference, _ = panels(again(page))
    assert widget(page.text_area, "text").value == MINIMAL_PAIRS[number].first
    assert widget(page.text_area, "compare_text").value == MINIMAL_PAIRS[number].second
    assert np.nanmax(np.abs(difference.values)) > 0.1
    assert (
        0
        < sum("/" in each.removeprefix("</s>") for each in difference.keys.labels) + np.isnan(first.values[0]).sum()
        <= 2
    )


def test_a_text_of_ones_own_is_not_compared_with_itself_but_the_box_says_what_to_type() -> None:
    page = opened(text="The nurse helped the doctor.")
    assert widget(page.text_area, "compare_text").value == ""
    assert widget(page.text_area, "compare_text").placeholder == "Type a text that differs from yours in one thing."
    assert "Type another text to compare yours with" in told(page)
    assert not page.error
    widget(page.text_area, "compare_text").set_value("The nurse helped the doctors.")
    assert len(panels(again(page))) == 3


def test_a_blank_other_text_is_told() -> None:
    assert "The text is empty" in told(opened(compare_text=" "))


def test_texts_too_long_to_be_drawn_cell_by_cell_are_told() -> None:
    page = opened(text="one two three " * 120, compare_text="four five six " * 110)
    assert "up to 512 are drawn cell by cell" in told(page)


def test_the_link_that_changed_most_is_named_first(embedded: Callable[[str], np.ndarray]) -> None:
    page = opened()
    (led,) = (each.value.replace("\\", "") for each in page.markdown if "What changed most" in each.value)
    first, second = (
        embedded(text)[DEFAULT.layer, DEFAULT.head] for text in (MINIMAL_PAIRS[0].first, MINIMAL_PAIRS[0].second)
    )
    tokens = load_model(device="cpu").attend(MINIMAL_PAIRS[0].first).tokens
    both = [place for place, token in enumerate(tokens) if token not in ("[CLS]", "[SEP]", "tired")]
    change = np.abs(second - first)[np.ix_(both, both)]
    query, key = (both[at] for at in np.unravel_index(change.argmax(), change.shape))
    assert (tokens[query], tokens[key]) == ("it", "animal")
    for part in ("“it” reads “animal”", f"{first[query, key]:.2f}", f"{second[query, key]:.2f}"):
        assert part in led


def test_what_is_compared_with_itself_says_that_nothing_changed() -> None:
    page = opened(compare="heads", compare_layer=DEFAULT.layer, compare_head=DEFAULT.head)
    assert any("Nothing changed" in each.value for each in page.markdown)
