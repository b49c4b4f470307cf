"""A pass holds where secret and code are the same, until its time is over, and cannot be written by its holder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_viz.ui.server.signed_cookie import LASTING, Passes

NOW = 1_800_000_000.0


def passes(secret: str = "of the server", code: str = "Maple-42", now: float = NOW) -> Passes:
    return Passes(secret, code, lambda: now)


def test_another_replica_with_the_same_secret_and_code_lets_the_holder_in() -> None:
    assert passes().holds(passes().issue())


@pytest.mark.parametrize("other", [{"secret": "another"}, {"code": "Maple-43"}])
def test_another_secret_or_another_code_ends_every_pass(other: dict[str, str]) -> None:
    assert not passes(**other).holds(passes().issue())


def test_it_holds_until_its_time_is_over() -> None:
    issued = passes().issue()
    assert passes(now=NOW + LASTING - 1).holds(issued)
    assert not passes(now=NOW + LASTING + 1).holds(issued)


def test_its_time_cannot_be_moved() -> None:
    end, signature = passes().issue().split(".")
    assert not passes().holds(f"{int(end) + 1}.{signature}")
    assert not passes(now=NOW - 2 * LASTING).holds(f"{end}.{signature}")  # a clock that was wrong: not for ever


@given(st.text())
def test_nothing_that_somebody_makes_up_holds(value: str) -> None:
    assert not passes().holds(value)
