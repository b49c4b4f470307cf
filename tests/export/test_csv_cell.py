"""A cell never begins a formula, and comes back as it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_viz.export.csv_cell import guard, unguard

NASTY = st.text(st.sampled_from("'=+-@;\t\r\n,\"a＝＠ "), max_size=12)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "a;=1", "a\n@x"]
)
def test_what_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    assert guard(text) != text
    assert "'" in guard(text)


@pytest.mark.parametrize("text", ["tired", "##ing", "1-1", "don't", "a=b", "猫", "", " ", "[CLS]", "a,=b"])
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert guard(text) == text


@given(NASTY | st.text())
def test_no_cell_begins_with_a_sign_wherever_another_program_may_begin_it(text: str) -> None:
    for piece in re.split(r"[;\t\r\n]", guard(text)):
        assert not piece.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@given(NASTY | st.text())
def test_every_text_comes_back(text: str) -> None:
    assert unguard(guard(text)) == text
