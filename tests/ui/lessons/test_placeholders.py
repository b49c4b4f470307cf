"""Numbers of a picture are put into a lesson's text where it names them."""

from __future__ import annotations

import pytest

from attention_viz.errors import InputError
from attention_viz.ui.lessons.placeholders import fill


def test_a_number_is_written_as_the_text_asks() -> None:
    assert fill("{{a:.2f}} of {{b}}, {{c:,}}", {"a": 0.126, "b": "it", "c": 1234}) == "0.13 of it, 1,234"


def test_formulas_keep_their_braces() -> None:
    assert fill(r"$\frac{1}{2}$ and {{n}}", {"n": 3}) == r"$\frac{1}{2}$ and 3"


def test_what_is_filled_in_is_made_safe_and_the_text_is_not_touched() -> None:
    assert fill("<b>{{token}}</b>", {"token": "<i>"}, lambda text: text.replace("<", "&lt;")) == "<b>&lt;i></b>"


@pytest.mark.parametrize(
    ("text", "said"), [("{{size}}", "no number called 'size'. Choose one of n"), ("{{n:q}}", "'q'")]
)
def test_what_cannot_be_filled_is_said(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        fill(text, {"n": 3})
