from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from attention_viz.errors import ModelError
from attention_viz.models.checkpoint.device import choose_device, number_type
from attention_viz.models.checkpoint.folder import inspect

Make = Callable[..., Path]


def test_without_a_wish_it_is_the_gpu_if_there_is_one() -> None:
    assert choose_device(None).type == ("cuda" if torch.cuda.is_available() else "cpu")


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_apples_gpu_is_taken_where_there_is_no_other(
    cuda: bool, mps: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert choose_device(None).type == expected


def test_numbers_that_apples_gpu_lacks_are_computed_as_float32(checkpoint: Make) -> None:
    doubles, halves = checkpoint(name="doubles", dtype=torch.float64), checkpoint(name="halves", dtype=torch.bfloat16)
    assert number_type(inspect(doubles), torch.device("mps")) == torch.float32
    assert number_type(inspect(halves), torch.device("mps")) == "auto"


def test_a_wish_is_obeyed() -> None:
    assert choose_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["cuda:99", "nonsense", "", "cpu\n"])
def test_a_device_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(ModelError, match=r"cannot be used here\. Choose one of cpu"):
        choose_device(name)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_numbers_are_computed_as_float32_on_the_cpu_only(dtype: torch.dtype, checkpoint: Make) -> None:
    found = inspect(checkpoint(dtype=dtype))
    assert number_type(found, torch.device("cpu")) == torch.float32
    assert number_type(found, torch.device("cuda")) == "auto"


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_other_numbers_keep_their_type(dtype: torch.dtype, checkpoint: Make) -> None:
    assert number_type(inspect(checkpoint(dtype=dtype)), torch.device("cpu")) == "auto"
