from __future__ import annotations

import pytest
import torch

from attention_viz.errors import AttentionVizError
from attention_viz.mechanism import Task
from attention_viz.mechanism.training.tasks import RULES
from mechanism.draws import chance


def test_the_rules_are_pythons_own() -> None:
    given = torch.randint(8, (20, 6), generator=chance())
    rows = given.tolist()
    expected = {
        "reverse": [row[::-1] for row in rows],
        "sort": [sorted(row) for row in rows],
        "copy": rows,
        "shift": [row[-1:] + row[:-1] for row in rows],
    }
    assert {rule: Task(rule).wanted(given).tolist() for rule in RULES} == expected


def test_sequences_are_drawn_from_the_generator_alone_and_use_every_symbol() -> None:
    before = torch.get_rng_state()
    task = Task("sort", n_symbols=5, length=7)
    given, wanted = task.draw(100, chance(1))
    assert torch.equal(torch.get_rng_state(), before)
    assert given.shape == wanted.shape == (100, 7)
    assert given.unique().tolist() == [0, 1, 2, 3, 4]
    assert torch.equal(given, task.draw(100, chance(1))[0])
    assert not torch.equal(given, task.draw(100, chance(2))[0])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"rule": "guess"}, r"The rule is guess\. Choose one of reverse, sort, copy, shift"),
        ({"n_symbols": 1}, "n_symbols is 1. Give at least 2"),
        ({"length": 0}, "length is 0. Give at least 2"),
    ],
)
def test_a_task_that_is_none_gets_a_sentence(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(AttentionVizError, match=sentence):
        Task(**wrong)
