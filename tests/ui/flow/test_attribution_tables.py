"""Accounts on the screen: every method and ratio has a name, rows are those asked for, verdicts follow the numbers."""

from __future__ import annotations

import re
from dataclasses import fields

import numpy as np
import pytest

from attention_viz import Attention, Tokens, experiments
from attention_viz.errors import Message
from attention_viz.experiments import Attribution, Faithfulness, Mixing
from attention_viz.ui.flow import attribution_tables


def test_every_method_and_every_ratio_has_a_name_for_the_screen() -> None:
    assert tuple(attribution_tables.METHODS) == tuple(experiments.METHODS)
    assert tuple(attribution_tables.MIXINGS) == tuple(each.name for each in fields(Mixing))


def cells(table: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(<td.*?)</tr>", table)
    return [[re.sub("<[^>]*>", "", each) for each in re.findall(r"<td.*?</td>", row)] for row in rows]


def test_of_a_long_text_the_highest_tokens_are_listed_in_their_order() -> None:
    n = 3 * attribution_tables.MOST_ROWS
    attention = Attention.from_weights(np.full((1, 1, n, n), 1 / n), [f"t{place}" for place in range(n)])
    values = np.arange(n) % 3 / 2.0  # every third token is among the highest
    rows = cells(attribution_tables.token_table("", attention, {"share": values, "change": -values}, changes=1))
    assert [row[0] for row in rows] == [str(place + 1) for place in range(2, n, 3)]
    assert {(row[2], row[3]) for row in rows} == {("1.0000", "\N{MINUS SIGN}1.0000")}


def test_a_token_is_text_and_never_markup() -> None:
    attention = Attention.from_weights(np.ones((1, 1, 1, 1)), ["<img src=x>"])
    assert "<img" not in attribution_tables.token_table("", attention, {"share": np.ones(1)})


def test_rows_of_norms_are_shares_of_their_sum_and_a_row_of_nothing_stays_nothing() -> None:
    shares = attribution_tables.row_shares(np.array([[1.0, 3.0], [0.0, 0.0]]))
    assert shares.tolist() == [[0.25, 0.75], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("correlation", "verdict"),
    [(0.9, "trust"), (-0.9, "distrust"), (0.2, "nothing"), (float("nan"), "ranks none")],
)
def test_trust_is_earned_above_chance_alone(correlation: float, verdict: str) -> None:
    found = faithfulness(Attribution("rollout", np.ones(5), correlation))
    assert verdict in cells(attribution_tables.faithfulness_table(found))[0][2]


def test_the_best_method_stands_first_and_the_reason_why_one_cannot_be_had_last() -> None:
    reason = Message("Too long.")
    attributions = (
        Attribution("flow", None, float("nan"), reason),
        Attribution("rollout", np.ones(5), -0.3),
        Attribution("relevance", np.ones(5), 0.7),
    )
    rows = cells(attribution_tables.faithfulness_table(faithfulness(*attributions)))
    assert [row[0] for row in rows] == ["Relevance", "Rollout", "Flow"]
    assert rows[2][1:] == ["–", "Too long."]


def faithfulness(*attributions: Attribution) -> Faithfulness:
    tokens = Tokens.plain(["a", "b", "c", "d", "e"])
    return Faithfulness(attributions, np.ones(5), "[MASK]", Message("the answer"), tokens, n=5, chance=0.5)
