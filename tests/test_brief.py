"""A value says in one line what it is, and what holds arrays can be compared."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import torch

import attention_viz
from attention_viz import Selection
from attention_viz.brief import LONGEST, brief


@dataclass(frozen=True)
class Held:
    name: str = ""
    numbers: Any = None
    entries: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)

    __repr__ = brief


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Held("x"), "Held(name='x')"),
        (Held(numbers=np.zeros((2, 3))), "Held(numbers=<2 x 3 float64>)"),
        (Held(numbers=torch.zeros(4, dtype=torch.bfloat16)), "Held(numbers=<4 bfloat16>)"),
        (Held(entries=(1,)), "Held(entries=(1,))"),
        (Held(entries=(1, 2, 3, 4, 5)), "Held(entries=(1, 2, 3, … 5 in all))"),
        (Held(named={"a": np.zeros(3)}), "Held(named={'a': <3 float64>})"),
        (Held(numbers=torch.nn.ModuleList([torch.nn.Linear(2, 2) for _ in range(20)])), "Held(numbers=<ModuleList>)"),
    ],
)  # fmt: skip
def test_a_value_in_one_line(value: Held, expected: str) -> None:
    assert repr(value) == expected


def test_a_long_text_is_cut() -> None:
    assert len(repr(Held("x" * 500))) < LONGEST + 40


def test_a_selection_tells_what_is_not_as_usual() -> None:
    assert repr(Selection()) == "Selection()"
    look = Selection(layer=2, queries=(1, 2), scale="peak")
    assert repr(look) == "Selection(layer=2, queries=(1, 2), scale='peak')"
    assert eval(repr(look)) == look


def values() -> Iterator[Any]:
    """Every dataclass of the package."""
    for module in pkgutil.walk_packages(attention_viz.__path__, "attention_viz."):
        if module.name != "attention_viz.__main__":
            for kind in vars(importlib.import_module(module.name)).values():
                if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == module.name:
                    yield kind


def test_what_holds_arrays_is_never_compared_number_by_number() -> None:
    """Comparing two such values would raise: an array has no single truth."""
    for kind in values():
        held = [
            each.name for each in dataclasses.fields(kind) if "ndarray" in str(each.type) or "Tensor" in str(each.type)
        ]
        calls = [each.name for each in dataclasses.fields(kind) if "Callable" in str(each.type)]
        assert set(held) <= set(calls) or not kind.__dataclass_params__.eq, f"{kind.__name__}: {held}"
