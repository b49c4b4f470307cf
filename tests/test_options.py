"""The table of options says truly who takes them."""

from __future__ import annotations

import inspect

import pytest

from attention_viz import plots
from attention_viz.selection import Selection, options
from attention_viz.ui.explore.snippet import PLOTS
from attention_viz.vocabulary import VIEWS, View


@pytest.mark.parametrize("view", VIEWS)
def test_the_plot_of_a_view_takes_the_options_that_the_table_says_and_no_others(view: View) -> None:
    taken = set(inspect.signature(getattr(plots, PLOTS[view])).parameters)
    said = {name for name, option in options().items() if view in option.drawn}
    elsewhere = {"layer", "head", "scale"}  # where one looks; the scale has other names in print
    assert taken & set(options()) - elsewhere == said


def test_every_value_that_has_a_name_can_be_chosen_and_every_choice_has_one() -> None:
    for name, option in options().items():
        for value in option.names:
            Selection(**{name: (value,) if option.kind == "words" else value})
