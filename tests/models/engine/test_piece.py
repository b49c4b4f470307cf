"""Numbers moved into a piece of memory are the same numbers, and all layers share the piece."""

from __future__ import annotations

import torch

from attention_viz.models.engine.piece import Piece


def test_layers_like_the_first_share_one_piece_for_each_type_of_number() -> None:
    piece, kept = Piece(3), []
    for layer in range(3):
        given = [torch.full((2, 4), layer + 0.5), torch.arange(3 * (layer + 1))[:: layer + 1], torch.ones(5).half()]
        taken = piece.take(given)
        assert all(torch.equal(one, other) for one, other in zip(taken, given, strict=True))
        kept += taken
    assert len({each.untyped_storage().data_ptr() for each in kept}) == 3
    assert torch.equal(kept[0], torch.full((2, 4), 0.5))  # not overwritten by those that came later


def test_a_layer_that_is_larger_opens_another_piece() -> None:
    piece = Piece(2)
    (small,), (large,) = piece.take([torch.ones(3)]), piece.take([torch.full((50,), 2.0)])
    assert small.tolist() == [1, 1, 1]
    assert large.tolist() == [2] * 50
