"""Too little memory: told as one sentence, whoever noticed it, and nothing is held on to."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from attention_viz.errors import ModelError, OutOfMemoryError
from attention_viz.models import load_model
from attention_viz.models.library_errors import LibraryErrors
from attention_viz.models.memory import memory_told


@pytest.mark.parametrize(
    "ask",
    [
        lambda: np.empty(2**48),
        lambda: torch.empty(2**46),
        lambda: bytearray(2**62),
        lambda: (_ for _ in ()).throw(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")),
    ],
    ids=["numpy", "torch", "Python", "a GPU"],
)
def test_whoever_runs_out_of_memory_it_is_one_sentence(ask: Callable[[], object]) -> None:
    with pytest.raises(OutOfMemoryError, match=r"ran out of memory .* shorter text or a smaller model"), memory_told():
        ask()


def test_other_faults_of_torch_stay_what_they_are() -> None:
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"), memory_told():
        torch.ones(2, 3) @ torch.ones(2, 3)


def test_what_the_work_had_in_hand_is_let_go() -> None:
    held: list[weakref.ref] = []

    def work() -> None:
        half_done = np.ones(1_000)
        held.append(weakref.ref(half_done))
        np.empty(2**48)

    with pytest.raises(OutOfMemoryError) as caught, memory_told():
        work()
    assert caught.value is not None
    assert held[0]() is None


def test_a_model_for_which_there_is_no_memory_is_not_called_damaged() -> None:
    with (
        pytest.raises(OutOfMemoryError),
        LibraryErrors(lambda reason: ModelError("{reason} is damaged.", reason=reason)),
    ):
        torch.empty(2**46)


@pytest.fixture
def little_memory() -> Iterator[None]:
    """No more than 300 MB above what is in use now; numbers that were let go do not count."""
    resource = pytest.importorskip("resource", reason="the system limits no memory")
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + 300 * 2**20, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@pytest.mark.skipif(sys.platform != "linux", reason="asks the system how much memory is in use")
def test_a_pass_that_takes_more_memory_than_there_is_fails_and_the_next_one_works(
    tiny_bert_folder: Path, little_memory: None
) -> None:
    model = load_model(tiny_bert_folder)
    greedy = model.way.network.register_forward_pre_hook(lambda *_: torch.ones(200 * 2**20).sum() and None)
    with pytest.raises(OutOfMemoryError), memory_told():
        model.attend("the sun")
    greedy.remove()
    assert model.attend("the sun").n_tokens == 4
