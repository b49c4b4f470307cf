"""Links that are cut on Explore: the numbers are those of `experiments.cut`, the cut travels with the look, and what cannot be cut says why."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from chosen import widget
from streamlit.testing.v1 import AppTest

import attention_viz as av
from attention_viz import experiments
from attention_viz.models.catalogue import MASKED_WORD
from attention_viz.ui.widgets.tables import number
from attention_viz.ui.work.caches import ask_for_model

APP = Path(__file__).parents[2] / "app.py"
TEXT = "The men at the window [MASK] old."
SECOND = "A kitten rested."


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """In the cache of all sessions."""
    job = ask_for_model(MASKED_WORD)
    while not job.keep_alive().done:
        threading.Event().wait(0.02)
    assert job.error is None


def opened(**session: Any) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    given = {"text": TEXT, "model": MASKED_WORD, "queries": (6,), "keys": (2,), "layer": 3, "head": 1} | session
    for name, value in given.items():
        page.session_state[name] = value
    return ran(page)


def ran(changed: Any) -> AppTest:
    """The page after a run; changed : it, or an element of it"""
    page: AppTest = changed.run()
    assert not page.exception, page.exception
    return page


def said(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.error)
    return " ".join(element.value for kind in kinds for element in kind).replace("\\", "")


def test_a_cut_says_what_the_model_says_before_and_after_and_goes_into_the_address_and_out_again() -> None:
    page = opened(cut_scope="all")
    assert "With the cut" not in said(page)
    assert page.button(key="cut").label.replace("\\", "") == "Cut [MASK] → men"
    ran(page.button(key="cut").click())
    assert page.query_params["cuts"] in ("all-all-7-3", ["all-all-7-3"])
    wanted = experiments.cut(av.load_model(MASKED_WORD), TEXT, [(None, None, 6, 2)])
    were, was = wanted.choices[0].choices[:2]
    for word in (were, was):
        assert f"“{word.text}” {number(word.before)} → {number(word.after)}" in said(page)
    assert (round(were.before, 2), round(were.after, 2), round(was.after, 2)) == (0.76, 0.23, 0.45)
    assert "self-repair" in said(page)
    assert "not trained on" in said(page)
    ran(page.button(key="cut").click())
    assert "cuts" not in page.query_params
    assert "With the cut" not in said(page)


def test_a_cut_in_one_head_or_by_zero_says_its_own_numbers() -> None:
    page = opened(cut_way="zero")
    ran(page.button(key="cut").click())
    before, after = (
        experiments.cut(av.load_model(MASKED_WORD), TEXT, [(3, 1, 6, 2)], "zero").choices[0].choices[0].__dict__[name]
        for name in ("before", "after")
    )
    assert f"“were” {number(before)} → {number(after)}" in said(page)
    ran(page.button(key="restore 0").click())
    assert page.session_state["cuts"] == ()


def test_that_a_cut_link_is_cut_elsewhere_when_another_place_is_chosen() -> None:
    page = ran(opened().button(key="cut").click())
    assert page.session_state["cuts"] == ((3, 1, 6, 2),)
    for scope, place in (("all", (None, None)), ("layer", (3, None)), ("head", (3, 1))):
        ran(widget(page.segmented_control, "cut_scope").set_value(scope))
        assert page.session_state["cuts"] == ((*place, 6, 2),)


def test_the_cut_of_a_pair_that_is_compared_is_one_of_the_first_text_alone() -> None:
    page = opened(model="", text="A cat sat on the mat.", second=SECOND, pair=True, cuts=((None, None, 1, 2),))
    wanted = experiments.cut(av.load_model(), "A cat sat on the mat.", [(None, None, 1, 2)], second=SECOND)
    assert wanted.similarity is not None
    before, after = map(number, wanted.similarity)
    assert f"the cosine similarity goes from {before} to {after}." in said(page)
    assert "each text read alone" in said(page)
    page.session_state["queries"], page.session_state["keys"] = (10,), (2,)
    ran(page)
    assert page.button(key="cut").disabled
    assert "no token of one reads the other" in said(page)


def test_a_text_that_is_compared_with_nothing_says_how_far_its_vectors_moved() -> None:
    page = opened(model="", text="A cat sat on the mat.", cuts=((None, None, 1, 2),))
    turned = experiments.cut(av.load_model(), "A cat sat on the mat.", [(None, None, 1, 2)]).vector_shift
    assert f"With the cut, the text's vector turns by {number(turned)} (1 − cosine)." in said(page)
    assert "has none to a single text" in said(page)


def test_a_row_that_is_cut_wholly_is_refused_in_the_words_of_the_screen() -> None:
    page = opened(cuts=tuple((3, 1, 6, key) for key in range(10)))
    assert "every token that “[MASK]” reads is cut" in said(page)
    assert "the other weights stay" in said(page)
    assert "index" not in said(page)


def test_of_a_text_that_is_too_long_the_beginning_that_is_shown_is_asked() -> None:
    page = opened(
        text="[MASK] cat sat. " + "The cat sat on the mat. " * 90, overlong="first", cuts=((None, None, 1, 2),)
    )
    for _ in range(600):
        if "With the cut" in said(page):
            break
        threading.Event().wait(0.05)
        ran(page)
    assert "With the cut" in said(page)
    assert not page.error


def test_of_a_text_of_which_the_answer_reads_the_beginning_alone_that_is_the_reason_why_nothing_is_cut() -> None:
    page = opened(model="", text="The cat sat on the mat. " * 40)
    assert page.button(key="cut").disabled
    assert "The model answers from the first 256 tokens of this text, and the picture shows all 282" in said(page)


def test_of_words_every_piece_is_cut_from_every_piece() -> None:
    text = "The unbelievability [MASK] it."
    page = opened(text=text, units="words", queries=(3,), keys=(2,), cuts=((None, None, 3, 2),))
    attention = av.load_model(MASKED_WORD).attend(text)
    pieces = [at for at, word in enumerate(attention.query_tokens.words) if word == 2]
    (mask,) = attention.find("[MASK]")
    assert len(pieces) > 1
    wanted = experiments.cut(av.load_model(MASKED_WORD), text, [(None, None, mask, key) for key in pieces])
    first = wanted.choices[0].choices[0]
    assert f"“{first.text}” {number(first.before)} → {number(first.after)}" in said(page)


def test_links_of_a_text_that_the_address_cannot_carry_are_not_cut_in_the_text_that_stays() -> None:
    page = AppTest.from_file(str(APP), default_timeout=60)
    given = {"text": "The cat sat. " * 200, "cuts": "all-all-12-3", "queries": "12", "keys": "3", "layer": "2"}
    for name, value in given.items():
        page.query_params[name] = value
    ran(page)
    assert "at most 2,000 are read" in said(page)
    assert page.session_state["layer"] == 1
    assert page.session_state["cuts"] == ()
    assert page.session_state["queries"] != (11,)
    assert "With the cut" not in said(page)


def test_cut_links_go_with_their_text_and_that_is_said() -> None:
    page = opened(cuts=((None, None, 6, 2),))
    ran(page.text_area[0].set_value("Rain [MASK]."))
    assert page.session_state["cuts"] == ()
    assert "no longer cut" in said(page)


def test_the_links_that_count_most_are_those_of_rank_links_and_a_click_pins_one() -> None:
    page = opened(cut_ranking=True)
    for _ in range(200):
        if any(each.key == "ranked cut 0" for each in page.button):
            break
        threading.Event().wait(0.05)
        ran(page)
    best = experiments.rank_links(av.load_model(MASKED_WORD), TEXT, 6).links[1]
    shown = page.button(key="ranked cut 1")
    assert f"{best.layer + 1}-{best.head + 1}: [MASK] → " in shown.label.replace("\\", "")
    assert number(best.weight) in shown.label.replace("\\", "")
    ran(shown.click())
    assert (page.session_state["layer"], page.session_state["head"]) == (best.layer, best.head)
    assert page.session_state["keys"] == (best.key,)


def test_the_view_is_told_which_links_are_cut() -> None:
    page = opened(cuts=((3, 1, 6, 2),))
    looks = [
        json.loads(each.proto.json)["message"]["look"]
        for each in page.get("bidi_component")
        if each.proto.WhichOneof("data") == "json" and '"look"' in each.proto.json
    ]
    assert [look["cuts"] for look in looks] == [[[3, 1, 6, 2]]]
    assert widget(page.segmented_control, "cut_scope").value == "head"
