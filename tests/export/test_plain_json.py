"""JSON that somebody else wrote is read, or refused before it costs anything."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_viz.export.plain_json import DEEPEST, MOST_DIGITS, check_json, read_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet='a"\\[]{},1é', max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 1]))
def test_what_json_writes_is_read_as_json_reads_it(value: Any, indent: int | None) -> None:
    for ascii_only in (True, False):
        written = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
        for given_as in (written, written.encode("utf-8", "surrogatepass")):
            try:
                read = read_json(given_as)
            except UnicodeDecodeError:
                continue
            assert str(read) == str(json.loads(written)) or math.isnan(float(read))


def test_the_deepest_and_the_longest_number_that_pass_and_the_next() -> None:
    deep = "[" * DEEPEST + "]" * DEEPEST
    assert read_json(deep)
    assert read_json("9" * MOST_DIGITS)
    for bad in (f"[{deep}]", "9" * (MOST_DIGITS + 1), f"[1, {'9' * 5_000}]"):
        with pytest.raises(ValueError, match=r"deep|digits"):
            read_json(bad)


def test_brackets_and_digits_in_a_string_are_a_text() -> None:
    value = {"text": "[" * 1_000 + '"' * 10 + "\\" * 7 + "9" * 5_000 + "," * 100_000}
    assert read_json(json.dumps(value)) == value


def test_more_characters_or_values_than_asked_for_are_refused() -> None:
    for written in ("[1,1,1,1]", "[[],[],[]]", "[{},{}]"):
        with pytest.raises(ValueError, match="values"):
            check_json(written + " " * MOST_DIGITS, most_values=3)
    with pytest.raises(ValueError, match="longer"):
        read_json("[1, 2]", most_characters=5)


@pytest.mark.parametrize(
    "written",
    [
        "[" * 8_000_000,
        "[]" * 4_000_000,
        "[1,1]," * 1_500_000,
        '"' + '\\"' * 4_000_000 + "\\",
        '"\\"' * 2_000_000,
        "9" * 8_000_000,
        '{"a":' * 1_500_000,
    ],
    ids=lambda written: written[:12],
)
def test_however_it_is_made_the_refusal_costs_one_pass_over_it(written: str) -> None:
    begun = time.process_time()
    with pytest.raises(ValueError):  # noqa: PT011 - of whatever kind
        read_json(written)
    assert time.process_time() - begun < 2.0  # parsing takes as long, and memory beside
