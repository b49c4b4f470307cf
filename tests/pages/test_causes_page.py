"""The page Causes, run without a browser: its numbers are those of hooks on transformers' own network."""

from __future__ import annotations

import csv
import html
import io
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from checkpoints import make_checkpoint
from chosen import widget
from streamlit.testing.v1 import AppTest

from attention_viz import load_model
from attention_viz.errors import Message
from attention_viz.experiments import HeadNoOp, LayerGuess, LensPlace, NoOps
from attention_viz.models.catalogue import MASKED_WORD, MULTILINGUAL
from attention_viz.selection import Selection
from attention_viz.ui import wording
from attention_viz.ui.causes.asked import Asked
from attention_viz.ui.causes.examples import OPENINGS
from attention_viz.ui.causes.layer_answers import when_settled
from attention_viz.ui.causes.link_score import Link, why
from attention_viz.ui.causes.numbers import table_csv
from attention_viz.ui.causes.patch_map import most_carried, what_limits
from attention_viz.ui.causes.script import script
from attention_viz.ui.causes.special_reading import what_it_does

APP = Path(__file__).parents[2] / "app.py"
OPENING = OPENINGS["en"]
LAYER, HEAD = OPENING.example.layer, OPENING.example.head


def opened(**session: Any) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=150)
    for name, value in session.items():
        page.session_state[name] = value
    return shown(page.switch_page("pages/causes.py").run())


def shown(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    return page


def told(page: AppTest) -> str:
    elements = [each for kind in (page.error, page.info, page.caption, page.markdown) for each in kind]
    return re.sub("[\\\\\u2066-\u2069]", "", " ".join(each.value for each in elements))


def cells(page: AppTest) -> dict[str, str]:
    """The first and the last cell of every row of every table."""
    tables = "".join(each.proto.body for each in page.get("html"))
    rows = [re.findall(r"<td.*?</td>", each) for each in re.findall(r"<tr>(.*?)</tr>", tables)]
    texts = [[html.unescape(re.sub("<[^>]*>", "", cell)) for cell in row] for row in rows if row]
    return {row[0]: row[-1] for row in texts}


def until(page: AppTest, there: Callable[[AppTest], bool]) -> AppTest:
    """The page once the work that it waits for has ended."""
    for _ in range(600):
        if there(shown(page)):
            return page
        threading.Event().wait(0.05)
        page.run()
    raise AssertionError("the work does not end")


@pytest.fixture(scope="module")
def page() -> AppTest:
    return until(opened(language="en"), lambda page: "By itself" in told(page))


@pytest.fixture(scope="module")
def masked_word() -> Any:
    return load_model(MASKED_WORD)


@torch.no_grad()
def logits(model: Any, text: str, patch: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """(word,) at the mask, and what the head of the example gives out; `patch` stands in its place."""
    given = model.reader.tokenizer(text, return_tensors="pt")
    dense = model.network.base_model.encoder.layer[LAYER].attention.output.dense
    d_head = dense.in_features // model.heads[LAYER]
    spot, held = slice(d_head * HEAD, d_head * (HEAD + 1)), []

    def change(_module: Any, args: Any) -> Any:
        held.append(args[0][..., spot].clone())
        if patch is None:
            return None
        put = args[0].clone()
        put[..., spot] = patch
        return (put,)

    hook = dense.register_forward_pre_hook(change)
    try:
        found = model.network(**given).logits[0]
    finally:
        hook.remove()
    place = given["input_ids"][0].tolist().index(model.reader.tokenizer.mask_token_id)
    return found[place], held[0]


def test_the_share_that_a_head_carries_is_that_of_a_hook(page: AppTest, masked_word: Any) -> None:
    one, own = logits(masked_word, OPENING.example.first)
    other, theirs = logits(masked_word, OPENING.other)
    answer, rival = (masked_word.reader.tokenizer.convert_tokens_to_ids(each) for each in ("were", "was"))

    def ahead(each: torch.Tensor) -> float:
        return float(each[answer] - each[rival])

    put, _ = logits(masked_word, OPENING.example.first, theirs)
    taken, _ = logits(masked_word, OPENING.other, own)
    whole = ahead(other) - ahead(one)
    carried, removed = (ahead(put) - ahead(one)) / whole, (ahead(taken) - ahead(other)) / -whole
    said = told(page)
    assert f"By itself, head 4-2 carries {carried:.0%} of the difference" in said
    assert f"taken away from the other text’s run, {removed:.0%} of it goes" in said
    assert f"{ahead(one):+.2f} for your text" in said


def test_what_the_parts_write_adds_up_to_the_models_own_number(page: AppTest, masked_word: Any) -> None:
    found, _ = logits(masked_word, OPENING.example.first)
    best = found.topk(2).values
    written = cells(page)
    assert float(written["the model’s number"]) == pytest.approx(float(best[0] - best[1]), abs=1e-4)
    assert written["sum"] == written["the model’s number"]


def test_the_layers_below_the_head_do_not_say_the_answer_yet(page: AppTest) -> None:
    assert "From layer 4 on it would say “were”; after layer 3 it would still say “was”." in told(page)


def test_a_link_above_the_first_layer_has_no_preferred_words_and_the_page_says_why(page: AppTest) -> None:
    said = told(page)
    assert "In head 4-2, “[MASK]” reads “men” with 0.81" in said
    assert "Above layer 1 a key is made of the whole text" in said


def test_who_typed_a_text_keeps_it_and_is_one_click_from_the_example() -> None:
    page = opened(text="The river rose.", language="en")
    assert widget(page.text_area, "text").value == "The river rose."
    assert "needs a second text beside yours" in told(page)
    next(each for each in page.button if "The men at the window" in each.label).click().run()
    assert page.session_state["model"] == MASKED_WORD
    assert page.session_state["compare_text"] == OPENING.other
    assert "Frozen" in told(shown(page))


def test_texts_of_unequal_length_are_refused_in_a_sentence_and_the_rest_goes_on() -> None:
    page = opened(
        text="The men [MASK] old.", compare_text="The man at home [MASK] old.", model=MASKED_WORD, language="en"
    )
    page = until(page, lambda page: bool(page.error))
    assert "what one run computes is put into the other token by token" in told(page)
    assert "the model’s number" in cells(page)


def test_what_is_hidden_from_a_masked_word_model_is_not_called_its_answer() -> None:
    page = opened(text="The men at the window were old.", model=MASKED_WORD, language="en")
    page = until(page, lambda page: "Shared out" in told(page))
    assert "every seventh token is hidden" in told(page)
    assert "the token that is hidden" in told(page)
    assert "the model’s answer, is" not in told(page)


def test_a_model_in_which_nothing_can_be_changed_is_refused_once(tmp_path: Path) -> None:
    folder = make_checkpoint(tmp_path / "own-code", "MPNetForMaskedLM")
    page = until(
        opened(text="the cat sat", compare_text="the sun sat", model=str(folder)), lambda page: bool(page.error)
    )
    (error,) = page.error
    assert "computes attention in its own code" in error.value
    assert "capture" not in error.value


def test_of_a_long_text_one_part_waits_for_the_other_so_that_none_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attention_viz.ui.causes.findings.AT_ONCE", 10)
    page = opened(text="A cat [MASK].", compare_text="A dog [MASK].", model=MASKED_WORD, language="en")
    assert "Begins when what stands above is done." in told(page)
    page = until(page, lambda page: "The number that is watched" in str([each.proto.body for each in page.get("html")]))
    assert "It was stopped." not in told(page)


def test_a_key_below_the_mean_is_not_said_to_be_raised() -> None:
    apart = np.array([[0.1, -0.6], [0.0, 0.0]])
    values = {
        "parts": ("content", "positions"),
        "query": 0,
        "tokens": load_model(MASKED_WORD).encode("a b").tokens,
        "weights": np.array([0.1]),
        "scores": np.array([-1.0]),
        "against_the_mean": apart[None],
    }
    with speaking("en"):
        lowered = why(Link(SimpleNamespace(**values), 0), 0, 0)  # type: ignore[arg-type]
    assert "What lowers it most is content × position: −0.60." in lowered
    assert "its score is −1.00" in lowered


@pytest.mark.parametrize(("most", "warned"), [(3.93, True), (-1.6, True), (1.2, False)])
def test_of_large_shares_it_is_told_of_what_difference_they_are(most: float, warned: bool) -> None:
    shares = np.array([[0.1, np.nan], [most, 0.2]])
    found = SimpleNamespace(carried=shares, removed=shares / 2, text=0.310, other=0.297)
    with speaking("en"):
        sentences = list(what_limits(found))  # type: ignore[arg-type]
    assert ("difference between the texts, which is 0.013 here" in sentences[0]) == warned
    assert "need not add up" in sentences[-1]


def test_of_tokens_the_vector_that_the_answer_is_read_from_is_not_named() -> None:
    tokens = load_model(MASKED_WORD).encode("The men [MASK] old.").tokens
    carried = np.array([[0.0, 0.1, 0.6, 0.2, 0.0, 0.0, 0.0], [0.0, 0.0, 0.3, 1.0, 0.0, 0.0, 0.0]])
    values = {"what": "tokens", "pairs": ((3, "were", "was"),), "tokens": tokens, "other_tokens": tokens}
    found = SimpleNamespace(carried=carried, removed=carried, **values)
    with speaking("en"):
        first, second = most_carried(found)  # type: ignore[arg-type]
    assert "“men” after layer 1 carries 60%" in first
    assert "“[MASK]” after layer 1 with 20%" in second


@pytest.mark.parametrize(("change", "without", "told"), [(-0.001, -0.1, "doing nothing"), (-0.003, -0.004, "to 0.662")])
def test_a_cut_does_nothing_only_where_the_head_does_something(change: float, without: float, told: str) -> None:
    tokens = load_model(MASKED_WORD).encode("a b").tokens
    head = HeadNoOp(3, 1, 0.52, 1.0, 2.0, 0.4, change, 0.0, without, 0.0)
    found = NoOps(Message("a number"), 0.666, "zero", (0, 3), (head,), tokens)
    with speaking("en"):
        sentence = what_it_does(found, head)
    assert told in sentence
    assert ("doing nothing" in sentence) == (told == "doing nothing")


def test_in_chinese_the_page_opens_on_a_pair_that_is_compared() -> None:
    page = opened(language="zh")
    assert page.session_state["model"] == MULTILINGUAL
    page = until(page, lambda page: "%" in told(page))
    assert "12-2" in told(page)
    assert not page.error


def test_the_shown_script_runs_and_gives_the_numbers_of_the_page(
    masked_word: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_pinned = {"queries": (), "keys": (), "units": Selection().units}
    monkeypatch.setattr("streamlit.session_state", nothing_pinned)
    example = OPENING.example
    look = Selection(text=example.first, model=example.model, layer=LAYER, head=HEAD)
    asked = Asked(masked_word, example.first, OPENING.other, None, (), look, ())
    exec(script(asked, "layers"), {})
    printed = capsys.readouterr().out
    assert "'were'" in printed
    assert "layers below" in printed
    assert asked.tokens[asked.query] == "[MASK]"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    before = wording._SETTLED.set(language)
    yield
    wording._SETTLED.reset(before)


def lens(*first: str) -> LensPlace:
    guesses = tuple((LayerGuess(each, 0.5),) for each in first)
    return LensPlace(None, first[-1], "", np.zeros(len(first)), np.zeros(len(first)), guesses)


def test_the_layer_from_which_on_the_answer_is_said_is_that_after_which_no_other_comes() -> None:
    with speaking("en"):
        assert when_settled(lens("a", "b", "a", "b", "b")).startswith("From layer 3 on it would say “b”; after layer 2")
        assert when_settled(lens("a", "b", "b")).startswith("From layer 1 on it would say “b”; after the embeddings")
        assert when_settled(lens("b", "b")) == "It would say “b” from the very beginning."


def test_a_table_as_a_file_keeps_nine_digits_and_guards_what_looks_like_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(table_csv(("token", "share"), [("=1", 0.123456789123)]).decode("utf-8-sig"))))
    assert rows == [["token", "share"], ["'=1", "0.123456789"]]
