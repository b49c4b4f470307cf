"""Sentences are broken into lines that fit, and nothing of them is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from attention_viz.plots.typesetting.fonts import in_sentence, width
from attention_viz.plots.typesetting.wrapping import join, wrap

ENGLISH = "Pooled: 600 x 600 tokens are drawn as 512 x 512 cells; each shows the highest weight in it."
CHINESE = "特殊词元不作为键。它们占了这个头 63% 的注意力，其余部分每行之和为 1。"


def inches(line: str) -> float:
    return width(*in_sentence(line), 10) / 72


def test_english_breaks_at_spaces() -> None:
    lines = wrap(ENGLISH, 2.5, 10)
    assert len(lines) > 1
    assert " ".join(lines) == ENGLISH
    assert all(inches(line) <= 2.5 for line in lines)


def test_chinese_breaks_between_characters_but_not_before_a_full_stop_or_inside_a_number() -> None:
    for room in (0.8, 1.0, 1.2, 1.5):
        lines = wrap(CHINESE, room, 10)
        assert "".join(lines).replace(" ", "") == CHINESE.replace(" ", "")
        assert all(inches(line) <= room for line in lines)
        assert not any(line[0] in "，。%" for line in lines)


def test_a_line_that_fits_is_left_alone_and_no_text_has_no_line() -> None:
    assert wrap(ENGLISH, 20, 10) == [ENGLISH]
    assert wrap("", 20, 10) == []


@given(text=st.text(st.sampled_from("ab 中，。 ")), room=st.floats(0.1, 3))
def test_nothing_but_spaces_is_lost(text: str, room: float) -> None:
    assert "".join(wrap(text, room, 10)).replace(" ", "") == text.replace(" ", "")


def test_no_space_follows_a_chinese_full_stop() -> None:
    assert join(["One.", "Two."]) == "One. Two."
    assert join(["一。", "二。"]) == "一。二。"
