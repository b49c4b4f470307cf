"""A cookie is valid where secret and code are the same, until its time is over, and cannot be written by its holder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_viz.ui.server.signed_cookie import LIFETIME, SignedCookie

NOW = 1_800_000_000.0


def cookie(secret: str = "of the server", code: str = "Maple-42", now: float = NOW) -> SignedCookie:
    return SignedCookie(secret, code, lambda: now)


def test_another_replica_with_the_same_secret_and_code_lets_the_holder_in() -> None:
    assert cookie().is_valid(cookie().issue())


@pytest.mark.parametrize("other", [{"secret": "another"}, {"code": "Maple-43"}])
def test_another_secret_or_another_code_ends_every_cookie(other: dict[str, str]) -> None:
    assert not cookie(**other).is_valid(cookie().issue())


def test_it_is_valid_until_its_time_is_over() -> None:
    issued = cookie().issue()
    assert cookie(now=NOW + LIFETIME - 1).is_valid(issued)
    assert not cookie(now=NOW + LIFETIME + 1).is_valid(issued)


@pytest.mark.parametrize("seconds", [-3600, -1, 1, 3600])
def test_a_clock_that_is_set_anew_lets_nobody_out(seconds: float) -> None:
    assert cookie(now=NOW + seconds).is_valid(cookie().issue())


def test_its_time_cannot_be_moved() -> None:
    issued, later = cookie().issue(), cookie(now=NOW + 1)
    name, time, signature = issued.split(".")
    moved = later.issue().split(".")[1]
    assert moved != time
    assert not later.is_valid(f"{name}.{moved}.{signature}")
    assert not cookie(now=NOW - 2 * LIFETIME).is_valid(issued)  # a clock that was wrong: not for ever


@given(st.text())
def test_nothing_that_somebody_makes_up_is_valid(value: str) -> None:
    assert not cookie().is_valid(value)
