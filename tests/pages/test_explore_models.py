"""The Explore page on models of other builds: the three maps of two halves, decoders, texts longer than is read."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from checkpoints import make_checkpoint
from chosen import widget
from streamlit.testing.v1 import AppTest

import attention_viz as av
from attention_viz import experiments
from attention_viz.ui.widgets.tables import number
from attention_viz.ui.work.caches import ask_for_model
from attention_viz.view.frame import Frame, decode

APP = Path(__file__).parents[2] / "app.py"
TEXT = "the cat sat down because it was tired ."
TARGET = "it was the sun ."
PATIENCE = 2_000
BUILDS: dict[str, dict[str, Any]] = {
    "BartModel": {
        "d_model": 24,
        "encoder_layers": 2,
        "decoder_layers": 1,
        "encoder_attention_heads": 3,
        "decoder_attention_heads": 2,
        "encoder_ffn_dim": 40,
        "decoder_ffn_dim": 40,
        "decoder_start_token_id": 3,
        "init_std": 0.6,
    },
    "T5Model": {
        "d_model": 24,
        "d_kv": 8,
        "d_ff": 40,
        "num_layers": 2,
        "num_decoder_layers": 1,
        "num_heads": 3,
        "decoder_start_token_id": 0,
        "initializer_factor": 3.0,
    },
    "GPT2LMHeadModel": {},
    "BertForMaskedLM": {},
    "MPNetModel": {},
    "Lfm2ForCausalLM": {
        "num_hidden_layers": 4,
        "layer_types": ["conv", "full_attention", "conv", "full_attention"],
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
    },
}

Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a small model of one build, loaded already."""
    place = tmp_path_factory.mktemp("builds")

    def folder(name: str) -> Path:
        if not (place / name).exists():
            make_checkpoint(place / name, name, **BUILDS[name])
        job = ask_for_model(str(place / name))
        for _ in range(PATIENCE):
            if job.keep_alive().done:
                break
            threading.Event().wait(0.02)
        assert job.result is not None, job.error
        return place / name

    return folder


@pytest.fixture
def opened(folders: Callable[[str], Path]) -> Open:
    """The page with such a folder typed as its model."""

    def begin(name: str, **session: Any) -> AppTest:
        page = AppTest.from_file(str(APP), default_timeout=150)
        for key, value in ({"text": TEXT, "layer": 0, "head": 0} | session).items():
            page.session_state[key] = value
        page.session_state["model"] = str(folders(name))
        page.run()
        assert not page.exception, page.exception
        assert not page.error, page.error[0].value
        return page

    return begin


def drawn(page: AppTest) -> Frame:
    """What goes to the browser first."""
    frames = [each.proto.bytes for each in page.get("bidi_component") if each.proto.WhichOneof("data") == "bytes"]
    return decode(frames[0])


def weights(frame: Frame, layer: int, head: int) -> np.ndarray:
    """One head of a frame, which carries the square root of the weights in 16 bits."""
    (block,) = frame.blocks
    return (block.values[block.heads.index((layer, head))] / 65_535) ** 2


def told(page: AppTest) -> str:
    return " ".join(each.value for kind in (page.info, page.caption) for each in kind).replace("\\", "")


@pytest.mark.parametrize("name", ["BartModel", "T5Model"])
@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("encoder", "encoder_attentions"),
        ("decoder", "decoder_attentions"),
        ("cross", "cross_attentions"),
    ],
)
def test_each_map_of_a_model_with_two_halves_is_drawn_as_transformers_gives_it(
    name: str, part: str, field: str, opened: Open, folders: Callable[[str], Path]
) -> None:
    page = opened(name, part=part, pair=True, second=TARGET)
    frame = drawn(page)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folders(name))
    network = getattr(transformers, name).from_pretrained(folders(name), attn_implementation="eager").eval()
    start = torch.tensor([[network.config.decoder_start_token_id]])
    target = tokenizer(TARGET, return_tensors="pt", add_special_tokens=False).input_ids
    texts = frame.tokens.keys.texts if part == "decoder" else frame.tokens.queries.texts
    written = (
        torch.tensor([tokenizer.convert_tokens_to_ids(list(texts))])
        if part != "encoder"
        else torch.cat([start, target], 1)
    )
    source = tokenizer(TEXT, return_tensors="pt").input_ids
    with torch.no_grad():
        expected = network(input_ids=source, decoder_input_ids=written, output_attentions=True)[field]
    assert frame.tokens.keys.texts == tuple(
        tokenizer.convert_ids_to_tokens((source if part != "decoder" else written)[0])
    )
    assert frame.tokens.heads == tuple(layer.shape[1] for layer in expected)
    for layer, each in enumerate(expected):
        for head in range(each.shape[1]):
            np.testing.assert_allclose(weights(frame, layer, head), each[0, head].numpy(), atol=6e-5)


def test_the_three_maps_stand_in_one_menu(opened: Open) -> None:
    (menu,) = [each for each in opened("BartModel").segmented_control if each.label == "Attention"]
    assert list(menu.options) == ["Encoder reads itself", "Decoder reads itself", "Decoder reads encoder"]


@pytest.mark.parametrize(
    ("name", "pinned", "reason"),
    [
        ("BartModel", {"part": "cross", "queries": (0,), "keys": (2,)}, "only links of the encoder can be cut"),
        ("GPT2LMHeadModel", {"queries": (1,), "keys": (2,)}, "reads no later token"),
        ("MPNetModel", {"queries": (2,), "keys": (1,)}, "computes attention in its own code"),
    ],
)
def test_a_link_that_cannot_be_cut_says_why_before_the_button_is_pressed(
    opened: Open, name: str, pinned: dict[str, Any], reason: str
) -> None:
    page = opened(name, **pinned)
    assert page.button(key="cut").disabled
    assert any(reason in each.value for each in page.caption)


def test_a_link_of_a_decoder_is_cut_and_its_next_token_after_the_text_is_told(
    opened: Open, folders: Callable[[str], Path]
) -> None:
    page = opened("GPT2LMHeadModel", queries=(3,), keys=(1,))
    page.button(key="cut").click().run()
    assert not page.exception, page.exception
    assert not page.error
    wanted = experiments.cut(av.load_model(str(folders("GPT2LMHeadModel"))), TEXT, [(0, 0, 3, 1)])
    (after_the_text,) = [place for place in wanted.choices if place.token is None]
    first = after_the_text.choices[0]
    answer = f"With the cut, after the text: “{first.text}” {number(first.before)} → {number(first.after)}"
    sentences = [re.sub("[\\\\\u2066-\u2069]", "", each.value) for each in page.markdown]
    assert any(answer in sentence for sentence in sentences), sentences


def test_a_decoder_says_its_next_token(opened: Open) -> None:
    page = opened("GPT2LMHeadModel")
    assert any("next token" in each.proto.body for each in page.get("html"))


def test_a_text_longer_than_is_read_is_told_and_read_whole_on_request(opened: Open) -> None:
    long = "the cat sat " * 40
    page = opened("BertForMaskedLM", text=long)
    assert len(drawn(page).tokens.queries.texts) == 60
    assert "60" in told(page)
    assert "left out" in told(page)
    whole = opened("BertForMaskedLM", text=long, overlong="windows")
    assert len(drawn(whole).tokens.queries.texts) == 122
    assert "windows" in told(whole)


def test_a_hybrid_offers_its_layers_with_heads_and_says_which_have_none(opened: Open) -> None:
    page = opened("Lfm2ForCausalLM")
    assert drawn(page).tokens.heads == (0, 4, 0, 4)
    assert "no attention weights: 1, 3." in told(page)
    assert "4 layers, 2 of them with 4 heads" in told(page)
    assert widget(page.selectbox, "layer").options == ["2", "4"]
    assert page.session_state["layer"] == 1


@pytest.mark.parametrize("name", ["heads", "anatomy", "without", "compare"])
def test_every_page_shows_a_hybrid(
    name: str, opened: Open, offered: Callable[[Path], str], folders: Callable[[str], Path]
) -> None:
    offered(folders("Lfm2ForCausalLM"))
    page = opened("Lfm2ForCausalLM", compare="layers").switch_page(f"pages/{name}.py").run()
    assert not page.exception, page.exception
    assert not page.error, page.error[0].value
    assert widget(page.selectbox, "layer").options == ["2", "4"]


@pytest.mark.parametrize("section", ["flow", "mixing", "gradients"])
def test_a_hybrid_is_not_followed_through_all_its_layers(
    section: str, opened: Open, offered: Callable[[Path], str], folders: Callable[[str], Path]
) -> None:
    offered(folders("Lfm2ForCausalLM"))
    page = opened("Lfm2ForCausalLM", flow_section=section).switch_page("pages/flow.py").run()
    assert not page.exception, page.exception
    assert "layers 1, 3 have no attention weights" in page.error[0].value
