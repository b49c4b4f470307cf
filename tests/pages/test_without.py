"""The page of switches, run without a browser: what it shows is what a hooked copy of the model says."""

from __future__ import annotations

import copy
import html
import json
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from checkpoints import make_checkpoint
from chosen import widget
from streamlit.testing.v1 import AppTest
from transformers import AutoTokenizer, BertForMaskedLM, BertForSequenceClassification, BertModel

from attention_viz import load_model
from attention_viz.experiments import prune, read_samples
from attention_viz.ui.ablation.opening import OFF as OPENING
from attention_viz.ui.session.examples import MASKED_VERB
from attention_viz.ui.work.caches import ask_for_model

APP = Path(__file__).parents[2] / "app.py"
TEXT = "the cat sat down because it was tired."
OFF = ((0, 2), (1, 0))


def opened(**session: Any) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=150)
    for name, value in session.items():
        page.session_state[name] = value
    return shown(page.switch_page("pages/without.py").run())


def opened_once_loaded(source: str) -> AppTest:
    """The page as it opens, where this model is in the cache of all sessions."""
    job = ask_for_model(source)
    while not job.keep_alive().done:
        threading.Event().wait(0.02)
    assert job.error is None
    return opened()


def shown(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    return page


def cells(page: AppTest) -> list[list[str]]:
    """Every row of every table on the page."""
    tables = "".join(each.proto.body for each in page.get("html"))
    rows = re.findall(r"<tr>(.*?)</tr>", tables)
    return [[html.unescape(re.sub("<[^>]*>", "", each)) for each in re.findall(r"<td.*?</td>", row)] for row in rows]


def hooked(network: Any, heads: Sequence[tuple[int, int]], how: str = "zero") -> Any:
    """The network again, with these heads taken away by forward hooks."""
    network = copy.deepcopy(network).eval()
    network.set_attn_implementation("eager")
    for layer, head in heads:
        attention = network.base_model.encoder.layer[layer].attention
        d_head = network.config.hidden_size // network.config.num_attention_heads
        spot = slice(d_head * head, d_head * (head + 1))
        held: dict[str, torch.Tensor] = {}
        attention.self.value.register_forward_hook(lambda _m, _a, out, held=held: held.update(out=out))

        def change(_module: Any, args: Any, spot: slice = spot, held: dict[str, torch.Tensor] = held) -> Any:
            given = args[0].clone()
            given[..., spot] = 0 if how == "zero" else held["out"][..., spot].mean(1, keepdim=True)
            return (given,)

        attention.output.dense.register_forward_pre_hook(change)
    return network


@pytest.fixture(scope="module")
def masked_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("masked") / "masked", "BertForMaskedLM", initializer_range=0.5)


def said(page: AppTest) -> str:
    return " ".join(each.value for each in page.markdown).replace("\\", "")


def test_the_page_opens_with_a_head_off_that_the_answer_needs_and_says_how_much() -> None:
    model = load_model(MASKED_VERB.model, device="cpu")
    page = opened_once_loaded(MASKED_VERB.model)
    assert page.text_area[0].value == MASKED_VERB.first
    assert page.session_state["off"] == OPENING
    given = model.reader.encode(MASKED_VERB.first).inputs
    mask = given["input_ids"][0].tolist().index(model.reader.tokenizer.mask_token_id)
    heads = [(layer, head) for layer in range(model.n_layers) for head in range(model.n_heads)]
    with torch.no_grad():
        every, without, none = (
            hooked(model.network, off)(**given).logits[0, mask].softmax(-1) for off in ((), OPENING, heads)
        )
    were, was = (model.reader.tokenizer.convert_tokens_to_ids(word) for word in ("were", "was"))
    for value in (every[were], without[were], none[were], every[was], without[was]):
        assert f"{float(value):.4f}" in said(page)
    share = float((every[were] - without[were]) / (every[were] - none[were]))
    assert f"{share:.0%} of the way" in said(page)


def test_who_chose_a_text_or_a_head_finds_it_with_every_head_on() -> None:
    page = opened(text="A man plays.")
    assert page.text_area[0].value == "A man plays."
    assert any("Every head is on" in each.value for each in page.info)
    assert cells(page) == [], "nothing is compared yet"
    assert opened(head=5).session_state["off"] == ()


def test_with_every_head_on_the_cosine_of_a_pair_is_what_the_model_says() -> None:
    page = opened(text="A man plays.", pair=True)
    shown(widget(page.text_area, "second").set_value("Someone makes music.").run())
    assert cells(page)[1:] == [[f"{load_model(device='cpu').similarity('A man plays.', 'Someone makes music.'):.4f}"]]


@pytest.mark.parametrize("way", ["zero", "uniform"])
def test_the_cosine_of_a_pair_is_that_of_a_hooked_copy(way: str) -> None:
    heads = ((3, 1), (0, 0), (5, 11))
    page = opened(text="A man plays.", pair=True)
    shown(widget(page.text_area, "second").set_value("Someone makes music.").run())
    page.session_state["off"], page.session_state["way"] = heads, way
    shown(page.run())
    model = load_model(device="cpu")
    texts = [model.reader.encode(each).inputs for each in ("A man plays.", "Someone makes music.")]
    cosines = []
    for network in (hooked(model.network, ()), hooked(model.network, heads, way)):
        with torch.no_grad():
            vectors = [network(**text).last_hidden_state.mean(1) for text in texts]
        cosines.append(float(torch.nn.functional.cosine_similarity(*vectors)))
    row = next(row for row in cells(page) if len(row) == 3 and float(row[0]) == pytest.approx(cosines[0], abs=6e-5))
    assert float(row[1]) == pytest.approx(cosines[1], abs=6e-5)
    assert cosines[0] != pytest.approx(cosines[1], abs=1e-4)


@pytest.mark.parametrize("way", ["zero", "uniform"])
def test_the_words_behind_a_mask_are_those_of_a_hooked_copy(
    opened_with: Callable[..., AppTest], masked_folder: Path, way: str
) -> None:
    page = opened_with(masked_folder, off=OFF, way=way, masked=(3,))
    network, tokenizer = BertForMaskedLM.from_pretrained(masked_folder), AutoTokenizer.from_pretrained(masked_folder)
    given = tokenizer(TEXT, return_tensors="pt")
    given["input_ids"][0, 3] = tokenizer.mask_token_id
    with torch.no_grad():
        plain = [each(**given).logits[0, 3].softmax(-1) for each in (hooked(network, ()), hooked(network, OFF, way))]
    rows = [row for row in cells(page) if len(row) == 4]
    assert len(rows) >= 5
    for word, before, after, _ in rows:
        number = tokenizer.convert_tokens_to_ids(word)
        assert (float(before), float(after)) == pytest.approx([float(each[number]) for each in plain], abs=6e-5)


@pytest.fixture
def opened_with(offered: Callable[[Path], str]) -> Callable[..., AppTest]:
    """The page with another model."""

    def make(folder: Path, **session: Any) -> AppTest:
        return opened(model=offered(folder), text=TEXT, **session)

    return make


def test_the_classes_are_those_of_a_hooked_copy(opened_with: Callable[..., AppTest], tmp_path: Path) -> None:
    folder = make_checkpoint(
        tmp_path / "classes",
        "BertForSequenceClassification",
        id2label={0: "bad", 1: "so so", 2: "good"},
        label2id={"bad": 0, "so so": 1, "good": 2},
        initializer_range=0.5,
    )
    page = opened_with(folder, off=OFF)
    network, tokenizer = BertForSequenceClassification.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        after = hooked(network, OFF)(**tokenizer(TEXT, return_tensors="pt")).logits[0].softmax(-1)
    found = {row[0]: float(row[2]) for row in cells(page) if len(row) == 4}
    assert found == pytest.approx({"bad": float(after[0]), "so so": float(after[1]), "good": float(after[2])}, abs=6e-5)


def test_the_numbers_of_a_regression_are_those_of_a_hooked_copy(
    opened_with: Callable[..., AppTest], tmp_path: Path
) -> None:
    names = {0: "valence", 1: "arousal"}
    folder = make_checkpoint(
        tmp_path / "numbers", "BertForSequenceClassification", id2label=names, problem_type="regression"
    )
    page = opened_with(folder, off=OFF)
    network, tokenizer = BertForSequenceClassification.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        given = tokenizer(TEXT, return_tensors="pt")
        before, after = (hooked(network, heads)(**given).logits[0].tolist() for heads in ((), OFF))
    found = {
        row[0]: (float(row[1].replace("\N{MINUS SIGN}", "-")), float(row[2].replace("\N{MINUS SIGN}", "-")))
        for row in cells(page)
        if row and row[0] in names.values()
    }
    for place, name in names.items():
        assert found[name] == pytest.approx((before[place], after[place]), abs=6e-5)


def test_hidden_states_of_any_model_move_as_in_a_hooked_copy(
    opened_with: Callable[..., AppTest], tiny_bert_folder: Path
) -> None:
    page = opened_with(tiny_bert_folder, off=OFF)
    network, tokenizer = BertModel.from_pretrained(tiny_bert_folder), AutoTokenizer.from_pretrained(tiny_bert_folder)
    given = tokenizer(TEXT, return_tensors="pt")
    with torch.no_grad():
        before, after = (each(**given).last_hidden_state[0] for each in (hooked(network, ()), hooked(network, OFF)))
    moved = (after - before).norm(dim=-1) / before.norm(dim=-1)
    found = {int(row[0]) - 1: float(row[2]) for row in cells(page) if len(row) == 3 and row[0].isdigit()}
    assert found == pytest.approx({each: float(moved[each]) for each in found}, abs=6e-5)
    assert sorted(found.values(), reverse=True)[0] == pytest.approx(float(moved.max()), abs=6e-5)


def test_an_embedding_model_is_offered_a_second_sentence() -> None:
    page = opened(text="A man plays.")
    button = next(each for each in page.button if "Compare with" in each.label)
    shown(button.click().run())
    assert page.session_state["pair"]
    assert not page.error
    assert not any("Compare with" in each.label for each in page.button)


def test_the_address_carries_what_is_off() -> None:
    page = AppTest.from_file(str(APP), default_timeout=150)
    page.query_params["off"], page.query_params["way"] = "1-3,4-2", "uniform"
    shown(page.run())
    page.switch_page("pages/without.py").run()
    assert page.session_state["off"] == ((0, 2), (3, 1))
    assert board(shown(page))["toggled"]["on"] == ["0-2", "3-1"]
    assert page.query_params["off"] in ("1-3,4-2", ["1-3,4-2"])


def board(page: AppTest) -> dict[str, Any]:
    """What the switchboard was given."""
    letters = [json.loads(each.proto.json) for each in page.get("bidi_component") if each.proto.json]
    return next(each for each in letters if "chosen" in each)


def test_heads_that_the_model_lacks_are_left_alone() -> None:
    page = opened(off=((3, 1), (40, 0), (0, 99)))
    assert board(page)["toggled"]["on"] == ["3-1"]
    assert not page.error


def test_a_text_that_is_too_long_is_told_with_the_counts(
    tiny_bert_folder: Path, offered: Callable[[Path], str]
) -> None:
    page = opened(model=offered(tiny_bert_folder), text="sat " * 100)
    assert any("102" in each.value and "60" in each.value for each in page.error)


def test_of_longer_texts_what_similarity_compares_is_asked_and_told() -> None:
    long = "word " * 600
    page = opened(text=long, pair=True)
    shown(widget(page.text_area, "second").set_value("Someone makes music.").run())
    assert not page.error
    tables = "".join(each.proto.body for each in page.get("html"))
    assert "of each the first 256 tokens at most" in tables
    expected = load_model(device="cpu").similarity(long, "Someone makes music.")
    assert [f"{expected:.4f}"] in cells(page)


def loss_of(network: Any, given: Any, gates: torch.Tensor | None = None) -> torch.Tensor:
    """-ln of the probability of the hidden token, each head's output times its gate; gates : (layer, head)."""
    network = hooked(network, ())
    for layer, row in enumerate([] if gates is None else gates):
        widths = row.repeat_interleave(network.config.hidden_size // len(row))
        dense = network.base_model.encoder.layer[layer].attention.output.dense
        dense.register_forward_pre_hook(lambda _m, args, widths=widths: (args[0] * widths,))
    hidden = given["input_ids"].clone()
    hidden[0, 3] = 4
    logits = network(**{**given, "input_ids": hidden}).logits[0, 3]
    return -logits.log_softmax(-1)[given["input_ids"][0, 3]]


def until(page: AppTest, there: Callable[[AppTest], bool]) -> AppTest:
    """The page once the work that it waits for has ended."""
    for _ in range(600):
        if there(shown(page)):
            return page
        threading.Event().wait(0.05)
        page.run()
    raise AssertionError("the work does not end")


def boards(page: AppTest) -> dict[str, np.ndarray]:
    """The numbers of every head, by what they are."""
    letters = [json.loads(each.proto.json) for each in page.get("bidi_component") if each.proto.json]
    return {each["caption"]: np.array(each["values"]) for each in letters if "values" in each}


def test_importance_is_the_slope_by_a_gate_and_the_effect_what_a_hooked_copy_loses(
    opened_with: Callable[..., AppTest], masked_folder: Path
) -> None:
    page = opened_with(masked_folder, masked=(3,), ablation_importance=True, ablation_normalised=False)
    found = boards(until(page, lambda page: len(boards(page)) == 2))
    network, tokenizer = BertForMaskedLM.from_pretrained(masked_folder), AutoTokenizer.from_pretrained(masked_folder)
    given = tokenizer(TEXT, return_tensors="pt")
    gates = torch.ones(2, 3, requires_grad=True)
    (slopes,) = torch.autograd.grad(loss_of(network, given, gates), gates)
    assert found["Importance, by a gradient"] == pytest.approx(slopes.abs().numpy(), rel=1e-5, abs=1e-5)
    for layer in range(2):
        for head in range(3):
            off = torch.ones(2, 3)
            off[layer, head] = 0
            change = float((loss_of(network, given, off) - loss_of(network, given)).detach())
            assert found["Effect of taking the head away"][layer, head] == pytest.approx(
                abs(change), rel=1e-5, abs=1e-5
            )
    assert any("over 6 heads" in each.value for each in page.markdown)
    page.session_state["ablation_normalised"] = True
    divided = boards(shown(page.run()))["Importance, by a gradient"]
    assert (divided**2).sum(axis=1) == pytest.approx([1, 1], abs=1e-5)


SAMPLES = b"first,source\nthe cat sat down because it was tired.,mine\nthe sunrise was tired,mine\nit sat.,mine\n"


def test_the_curve_is_the_librarys_and_rests_on_the_visitors_file(
    opened_with: Callable[..., AppTest], masked_folder: Path
) -> None:
    page = opened_with(masked_folder, ablation_curve=True)
    page.file_uploader(key="ablation_samples").upload("mine.csv", SAMPLES, "text/csv").run()
    assert any("3 samples. Sources: mine" in each.value.replace("\\", "") for each in page.caption)
    until(page, lambda page: any("heads away" in each.proto.body for each in page.get("html")))
    rows = [[float(cell) for cell in row] for row in cells(page) if len(row) == 4 and row[0].isdigit()]
    model, samples = load_model(str(masked_folder)), read_samples(SAMPLES.decode())
    expected = [list(prune(model, samples, order)) for order in ("least", "random", "most")]
    assert [row[0] for row in rows] == [len(point.heads) for point in expected[0]]
    for place in range(3):
        assert [row[1 + place] for row in rows] == pytest.approx([each.score for each in expected[place]], abs=6e-5)


def test_long_work_shows_how_far_it_is_and_can_be_stopped() -> None:
    page = opened(ablation_curve=True)
    assert page.get("progress")
    next(button for button in page.button if button.label == "Stop").click().run()
    until(page, lambda page: any("It was stopped" in each.value for each in page.info))
    assert any(button.label == "Try again" for button in page.button)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe first", "not written in UTF-8"), (b"text\nhello\n", "name them in the first line")],
)
def test_a_file_that_holds_no_samples_is_told(content: bytes, said: str) -> None:
    page = opened(ablation_curve=True)
    page.file_uploader(key="ablation_samples").upload("odd.csv", content, "text/csv").run()
    assert any(said in each.value.replace("\\", "") for each in page.error)
    for job in (page.session_state["curve"],) if "curve" in page.session_state else ():
        job.leave()
