"""Panels come back from bytes as they went, and the same panels give the same bytes."""

from __future__ import annotations

import numpy as np
import pytest

from attention_viz.errors import InputError
from attention_viz.view.frame import read_header
from attention_viz.view.panels import Labelled, Panel, decode, encode


def panel(rng: np.random.Generator, title: str = "one") -> Panel:
    values = rng.normal(size=(3, 4)).astype(np.float32)
    values[1] = np.nan
    queries = Labelled(("[CLS]", "猫", "\u202e</script>"), (True, False, False))
    return Panel(title, "difference", values, queries, Labelled(("a", "b", "c", "d"), (False,) * 4))


def test_panels_come_back_as_they_went(rng: np.random.Generator) -> None:
    panels = panel(rng), panel(rng, "two")
    back = decode(encode(panels, {"labels": {"a": "b"}}))
    for one, other in zip(panels, back, strict=True):
        assert np.array_equal(one.values, other.values, equal_nan=True)
        assert (one.title, one.kind, one.queries, one.keys) == (other.title, other.kind, other.queries, other.keys)


def test_the_numbers_begin_where_the_browser_can_read_them_in_place(rng: np.random.Generator) -> None:
    assert read_header(encode([panel(rng)], {}))[1] % 4 == 0


def test_the_name_follows_the_content(rng: np.random.Generator) -> None:
    one, other = panel(rng), panel(rng)
    names = [read_header(encode([each], {}))[0]["name"] for each in (one, one, other)]
    assert names[0] == names[1] != names[2]


def test_bytes_that_are_cut_are_refused(rng: np.random.Generator) -> None:
    with pytest.raises(InputError, match="fewer numbers"):
        decode(encode([panel(rng)], {})[:-8])
