"""What a head does in general, in a sentence: with its interval, and honest where there is no one thing."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from attention_viz.corpus import HeadLabel, Interval, Pattern, wilson
from attention_viz.corpus.relations.classes import NAMES as CLASSES
from attention_viz.corpus.relations.relation import ORDERS
from attention_viz.patterns import NAMES
from attention_viz.tokens import Tokens
from attention_viz.ui.many import link_choice, measure_choice
from attention_viz.ui.many.downloads import heads_csv
from attention_viz.ui.many.link_question import beside
from attention_viz.ui.many.text_cards import _is_drawn
from attention_viz.ui.many.verdict import Spread, about_this_text, in_general, not_read


def label(name: str, n: int, second: str = "broad") -> HeadLabel:
    return HeadLabel(3, 1, name, wilson(n, 2000), wilson(3, 100), None, (second, wilson(2000 - n, 2000)))


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            label("previous", 1920),
            "Layer 4, head 2: previous token in 96.0% of 2,000 texts (95.0% to 96.8%); with the tokens shuffled, in 3.0% of 100 (1.0% to 8.5%).",
        ),
        (
            label("mixed", 1920),
            "Layer 4, head 2 follows no simple pattern in 96.0% of 2,000 texts (95.0% to 96.8%): its texts below show what it reads.",
        ),
        (
            label("previous", 1200),
            "Layer 4, head 2 does not do one thing in general: previous token in 60.0% of 2,000 texts (57.8% to 62.1%), broad in 40.0%.",
        ),
        (
            HeadLabel(3, 1, "mixed", wilson(6, 6), wilson(1, 1), None, ("sep", wilson(0, 6))),
            "Layer 4, head 2: no simple pattern in 100.0% of 6 texts (61.0% to 100.0%). These are too few texts to say that it does so in general.",
        ),
    ],
)
def test_a_sentence_says_what_a_head_does_and_how_sure_that_is(found: HeadLabel, sentence: str) -> None:
    assert str(in_general(found)) == sentence


@pytest.mark.parametrize(
    ("untrained", "said"), [(None, ""), (wilson(20, 2000), ", before training 1.0% of 2,000 (0.6% to 1.5%)")]
)
def test_a_label_tells_its_baselines_with_their_evidence(untrained: Interval | None, said: str) -> None:
    found = HeadLabel(3, 1, "previous", wilson(1920, 2000), wilson(3, 100), untrained, ("broad", wilson(80, 2000)))
    assert str(found) == (
        f"previous token: 96.0% of 2,000 texts (95.0% to 96.8%), shuffled 3.0% of 100 (1.0% to 8.5%){said}."
    )


def test_a_label_that_all_of_a_few_texts_have_names_no_second_one() -> None:
    few = HeadLabel(3, 1, "broad", wilson(3, 3), None, None, ("sep", wilson(0, 3)))
    assert str(few) == "Unstable: broad in 100.0% of 3 texts (43.9% to 100.0%)."


def test_the_file_of_all_heads_counts_layers_and_heads_as_the_screen_does() -> None:
    heads = pd.DataFrame({"layer": [0, 3], "head": [2, 1], "mean": [0.5, 0.25]})
    found = pd.read_csv(BytesIO(heads_csv(SimpleNamespace(heads=lambda: heads))))  # type: ignore[arg-type]
    assert found[["layer", "head", "layer_index", "head_index"]].values.tolist() == [[1, 3, 0, 2], [4, 2, 3, 1]]


@pytest.mark.parametrize(
    ("distance", "said"),
    [(1, "directly after"), (-1, "directly before"), (2, "2 places later"), (-3, "3 places earlier")],
)
def test_a_fixed_distance_is_told_in_words(distance: int, said: str) -> None:
    found = SimpleNamespace(offset=(distance, wilson(1, 4)), chance=0.1)
    told = str(beside(found))  # type: ignore[arg-type]
    assert told == f"Always the word {said} would be right in 25.0%, a word at random in 10.0%."


def test_the_card_of_a_text_of_one_word_has_no_links_to_special_tokens() -> None:
    tokens = Tokens.plain(["[CLS]", "the", "cat"])
    drawn = [
        link for link in [(0, 0, 0.9), (1, 0, 0.8), (1, 1, 0.7), (1, 2, 0.6), (1, 3, 0.5)] if _is_drawn(tokens, link)
    ]
    assert drawn == [(1, 2, 0.6)]


def test_this_text_stands_among_all() -> None:
    spread = Spread("previous", 2000, 0.5, 0.49, 0.51, np.linspace(0, 1, 101), 0.1, 0.05)
    told = str(about_this_text(spread, 0.97, 0.97))
    assert told.startswith(
        "Its share on the previous token is 0.50 on average; half of the texts lie between 0.25 and 0.75."
    )
    assert told.endswith("In your text it is 0.97: more than in 97% of the texts.")
    assert "your text" not in str(about_this_text(spread, None, 0.0))


def test_texts_that_were_not_read_are_told() -> None:
    figures = SimpleNamespace(
        figures=SimpleNamespace(failed=0, texts=15), errors=lambda n: [(10, "Line 11 is not UTF-8.")]
    )
    found: Any = figures
    assert not_read(found) is None
    figures.figures.failed = 2
    assert str(not_read(found)) == (
        "2 of 15 texts could not be read and are left out. The first: Line 11 is not UTF-8."
    )


def test_every_label_has_its_measure_and_every_choice_its_name() -> None:
    assert {measure_choice.OF_LABEL.get(name, name) for name in NAMES} <= set(measure_choice.SHOWN)
    assert set(measure_choice.SHOWN) == set(measure_choice.IN_SENTENCE)
    assert set(link_choice.CLASS_NAMES) == set(CLASSES)
    assert set(link_choice.ORDER_NAMES) == set(ORDERS)
    assert set(link_choice.KIND_NAMES) == set(link_choice.KINDS)
    assert set(link_choice.TAG_NAMES) == set(link_choice.TAGS)


def test_words_are_named_as_they_were_asked_for() -> None:
    assert link_choice.described(Pattern("tag", ("NOUN", "PROPN"))) == "noun or name"
    assert link_choice.described(Pattern("words", ("it", "she"))) == "“it, she”"
    assert link_choice._words("it, she，他、") == Pattern("words", ("it", "she", "他"))
    assert link_choice._words(" , ") is None
