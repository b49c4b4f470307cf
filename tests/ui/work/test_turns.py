"""Addresses take turns, and visitors within each: who asks for much waits behind who asks for little."""

from __future__ import annotations

from attention_viz.ui.work.job import Job
from attention_viz.ui.work.turns import in_turn


def job(name: str, visitor: str, address: str = "") -> Job:
    return Job(name, last_seen={visitor: 0.0}, addresses={visitor: address})


def names(jobs: list[Job]) -> str:
    return " ".join(str(each.key) for each in jobs)


def test_addresses_take_turns_however_many_sessions_each_has() -> None:
    crowd = [job(f"a{number}", f"Ada {number}", "192.0.2.1") for number in range(4)]
    assert (
        names(in_turn([*crowd, job("b", "Ben", "192.0.2.2"), job("c", "Cleo", "192.0.2.3")], [])) == "a0 b c a1 a2 a3"
    )
    assert names(in_turn([*crowd[1:], job("b", "Ben", "192.0.2.2")], crowd[:1])) == "b a1 a2 a3"


def test_within_one_address_visitors_take_turns() -> None:
    mine = [job(f"a{number}", "Ada", "192.0.2.1") for number in range(3)]
    assert names(in_turn([*mine, job("b", "Ben", "192.0.2.1")], [])) == "a0 b a1 a2"


def test_visitors_whose_address_is_not_known_take_turns_too() -> None:
    assert names(in_turn([job("a", "Ada"), job("a2", "Ada"), job("b", "Ben")], [])) == "a b a2"


def test_what_several_want_has_the_turn_of_whoever_has_the_fewest() -> None:
    shared = Job("s", last_seen={"Ada": 0.0, "Ben": 0.0}, addresses={"Ada": "192.0.2.1", "Ben": "192.0.2.2"})
    assert names(in_turn([job("a", "Ada", "192.0.2.1"), job("a2", "Ada", "192.0.2.1"), shared], [])) == "a s a2"
