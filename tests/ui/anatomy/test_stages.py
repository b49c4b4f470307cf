from __future__ import annotations

import re

import pytest

from attention_viz.ui.anatomy.stages import PARTS, SCORES, STAGES, stages_of, style

COLUMNS = ["scores", "scaled", "masked", "shifted", "exponentials", "weights"]


def test_a_walk_has_the_stages_whose_steps_it_has() -> None:
    assert [stage.name for stage in stages_of(["masked", "weights", "context"])] == ["masked", "weights", "context"]
    assert stages_of([]) == ()


def test_no_two_stages_have_one_name_or_sign() -> None:
    assert len({stage.name for stage in STAGES}) == len({stage.label for stage in STAGES}) == len(STAGES)


def test_every_part_belongs_to_stages_that_there_are() -> None:
    names = {stage.name for stage in STAGES}
    assert {stage for stages in PARTS.values() for stage in stages} == names


def test_on_paper_nothing_is_left_out() -> None:
    rules = style(COLUMNS)
    assert "display: none" in rules
    assert "@media print" not in rules
    outside = re.sub(r"@media screen[^{]*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}", "", rules)
    assert "display" not in outside
    assert "visibility" not in outside


@pytest.mark.parametrize(("stage", "first"), [*zip(SCORES, (3, 4, 5, 8), strict=True)])
def test_the_table_of_all_keys_has_no_column_of_a_later_stage(stage: str, first: int) -> None:
    rule = rf'\[data-stage="{stage}"\] [^{{]*nth-child\(n \+ {first}\) \{{ visibility: hidden'
    assert re.search(rule, style(COLUMNS))
