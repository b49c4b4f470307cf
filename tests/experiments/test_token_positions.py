from __future__ import annotations

import pytest

from attention_viz import Tokens
from attention_viz.errors import TextError
from attention_viz.experiments.token_positions import every_seventh, not_special, uniform_readout


def tokens(special: str) -> Tokens:
    """A token for each letter; those that are s are special."""
    plain = Tokens.plain(list(special))
    return Tokens(**(vars(plain) | {"special": tuple(letter == "s" for letter in special)}))


def test_special_tokens_are_no_ordinary_ones() -> None:
    assert not_special(tokens("swwsw")) == [1, 2, 4]
    with pytest.raises(TextError, match="no token beside the special ones"):
        not_special(tokens("sss"))


def test_every_seventh_is_one_of_seven_and_at_least_one() -> None:
    assert every_seventh(tokens("s" + "w" * 20 + "s")) == [4, 11, 18]
    assert every_seventh(tokens("sws")) == [1]


def test_places_are_read_alike_and_as_often_as_they_are_named() -> None:
    assert uniform_readout([1, 3], 4).tolist() == [0, 0.5, 0, 0.5]
    assert uniform_readout([2, 2], 3).tolist() == [0, 0, 1]
