"""What the model says, as the page shows it."""

from __future__ import annotations

import html
import re

from streamlit.testing.v1 import AppTest

from attention_viz.errors import Message
from attention_viz.models import predictions


def shown(said: predictions.Predictions) -> AppTest:
    def page(said):  # type: ignore[no-untyped-def]  # its source runs alone, without the names above
        from attention_viz import Attention
        from attention_viz.ui.explore.predictions import show_predictions

        show_predictions(Attention.from_weights([[[0.5, 0.5], [0.5, 0.5]]], ["[CLS]", "cat"]), said)

    found = AppTest.from_function(page, args=(said,), default_timeout=60).run()
    assert not found.exception
    return found


def rows(page: AppTest) -> list[list[str]]:
    tables = "".join(each.proto.body for each in page.get("html"))
    found = re.findall(r"<tr>(.*?)</tr>", tables)
    return [
        [html.unescape(re.sub("<[^>]*>", "", each)) for each in re.findall(r"<t[dh].*?</t[dh]>", row)] for row in found
    ]


def told(page: AppTest) -> str:
    return " ".join(each.value for each in page.caption).replace("\\", "")


def test_numbers_of_a_text_stand_beside_their_names_and_are_no_percentages() -> None:
    page = shown(predictions.Scores(("valence", "arousal"), (2.5, -0.75)))
    assert rows(page) == [["name", "number"], ["valence", "2.5000"], ["arousal", "−0.7500"]]
    assert "on the scale it was trained on" in told(page)


def test_numbers_of_tokens_have_a_column_each() -> None:
    page = shown(predictions.TokenScores(("first", "second"), (None, (1.5, -2.0))))
    assert rows(page) == [["position", "token", "first", "second"], ["2", "cat", "1.5000", "−2.0000"]]
    assert rows(shown(predictions.TokenScores(("LABEL_0",), (None, (1.5,)))))[0] == ["position", "token", "number"]


def test_labels_that_may_hold_together_say_so() -> None:
    guesses = (None, predictions.Guess("NOUN", 0.75))
    page = shown(predictions.Labels(guesses, exclusive=False))
    assert rows(page)[1] == ["2", "cat", "NOUN", "0.7500"]
    assert "stands for itself" in told(page)
    assert told(shown(predictions.Labels(guesses))) == ""


def test_a_similarity_says_what_was_compared() -> None:
    page = shown(
        predictions.Similarity(0.331, (Message("the first {kept} of {total} tokens", {"kept": 256, "total": 400}),))
    )
    assert any("0.3310" in each.value.replace("\\", "") for each in page.markdown)
    assert "the first 256 of 400 tokens" in told(page)
