"""The lines of code of docs/library.md run, and say what stands beside them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "library.md").read_text(encoding="utf-8")
(BLOCK,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)


@pytest.fixture(scope="module")
def ran() -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(BLOCK, "docs/library.md", "exec"), names)
    return names


def test_a_cut_link_turns_the_answer(ran: dict[str, Any]) -> None:
    were, was = ran["cut"].choices[0].choices[:2]
    assert (were.text, was.text) == ("were", "was")
    assert [were.before, were.after, was.before, was.after] == pytest.approx([0.76, 0.23, 0.04, 0.45], abs=0.005)


def test_the_heads_that_are_named_are_those_that_count(ran: dict[str, Any]) -> None:
    strongest = ran["ranked"].links[0]
    assert (strongest.layer, strongest.head, strongest.key) == (3, 1, ran["men"])
    assert ran["ranked"].correlation > ran["ranked"].chance
    assert [ran["patched"].carried[3, 1], ran["patched"].removed[3, 1]] == pytest.approx([0.61, 0.67], abs=0.005)
    shares = ran["shares"]
    assert [shares.heads[5, 8], shares.total] == pytest.approx([1.7, 2.9], abs=0.05)
    assert abs(shares.difference) < 1e-4


def test_the_lens_and_the_no_op_say_what_stands_there(ran: dict[str, Any]) -> None:
    guesses = [each[0].text for each in ran["lens"].places[0].guesses]
    assert guesses[3:5] == ["was", "were"]
    assert abs(ran["score"].differences).max() < 1e-4
    (head,) = ran["idle"].heads
    assert head.share == pytest.approx(0.98, abs=0.005)
    assert head.length < head.elsewhere
    assert abs(head.change) < 0.01
