"""Layers without attention weights keep their numbers; what leads through them is refused."""

from __future__ import annotations

import pytest

from attention_viz.attending import attending, check_unbroken, layers_note, nearest, without_weights
from attention_viz.errors import InputError


def test_layers_without_weights_are_counted_as_the_screen_counts_them() -> None:
    heads = (0, 0, 4, 0, 6, 0, 0, 0)
    assert attending(heads) == (2, 4)
    assert without_weights(heads) == "1–2, 4, 6–8"
    assert "1–2, 4, 6–8" in str(layers_note(heads)[0])
    assert without_weights((3, 3)) == ""
    assert layers_note((3, 3)) == ()


@pytest.mark.parametrize(("layer", "found"), [(0, 2), (2, 2), (3, 4), (4, 4), (5, 4), (99, 4), (-1, 2)])
def test_the_nearest_layer_with_weights_is_itself_the_next_or_the_last(layer: int, found: int) -> None:
    assert nearest((0, 0, 4, 0, 6, 0), layer) == found


def test_nothing_is_followed_through_layers_that_hide_what_they_pass_on() -> None:
    check_unbroken((2, 3))
    with pytest.raises(InputError, match=r"through all layers of this model: layers 1, 3 have no attention weights"):
        check_unbroken((0, 2, 0))
