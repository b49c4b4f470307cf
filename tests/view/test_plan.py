"""What is looked at first is sent first, and what a view needs never passes the bounds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from attention_viz import Attention, DenseSource, Tokens
from attention_viz.means import members
from attention_viz.view import plan
from attention_viz.view.block import restore
from attention_viz.view.frame import Dimensions, decode
from attention_viz.view.plan import (
    ALL_AT_ONCE,
    EXACT_LATER,
    FILE,
    everything,
    first,
    one_head,
    rest,
    text_of,
    tile,
)


def test_a_short_text_comes_whole_and_exact_and_nothing_follows(softmax_attention: Callable) -> None:
    attention = softmax_attention(layers=6, heads=12, tokens=40)
    message = first(attention, "live")
    (block,) = decode(message).blocks
    assert (block.pool, block.encoding, len(block.heads)) == ("exact", "root16", 72)
    assert rest(attention, "live", text_of(message)) is None
    assert one_head(attention, "live", text_of(message), 0, 0) is None


def test_128_tokens_of_144_heads_come_whole_in_one_byte_each_and_the_exact_values_follow(
    softmax_attention: Callable,
) -> None:
    attention = softmax_attention(layers=12, heads=12, tokens=128)
    message = first(attention, "live")
    (block,) = decode(message).blocks
    assert (block.pool, block.encoding, len(block.heads)) == ("exact", "root8", 144)
    assert len(message) < 2_500_000
    follows = rest(attention, "live", text_of(message))
    assert follows is not None
    assert len(follows) < 5_000_000
    frame = decode(follows)
    assert (frame.tokens, frame.text, frame.blocks[0].encoding) == (None, text_of(message), "root16")
    np.testing.assert_allclose(
        restore(frame.blocks[0].values[17], "root16"), attention.weights(1, 5), atol=3.06e-5, rtol=0
    )
    assert one_head(attention, "live", text_of(message), 0, 0) is None


def test_a_long_text_comes_as_thumbnails_and_the_head_that_is_looked_at_whole(softmax_attention: Callable) -> None:
    attention = softmax_attention(layers=2, heads=40, tokens=300)
    message = first(attention, "live")
    (thumbnails,) = decode(message).blocks
    assert thumbnails.pool == "max"
    assert thumbnails.values.shape == (80, 64, 64)
    assert rest(attention, "live", text_of(message)) is None
    head = one_head(attention, "live", text_of(message), 1, 39)
    assert head is not None
    (block,) = decode(head).blocks
    assert (block.heads, block.pool, block.encoding) == (((1, 39),), "exact", "root16")
    np.testing.assert_allclose(restore(block.values[0], "root16"), attention.weights(1, 39), atol=3.06e-5, rtol=0)


def test_a_text_longer_than_the_picture_comes_pooled(rng: np.random.Generator) -> None:
    weights = rng.dirichlet(np.ones(1100), size=(1, 3, 1100)).astype(np.float32)
    attention = Attention.from_weights(weights, [f"t{position}" for position in range(1100)])
    head = one_head(attention, "live", "text", 0, 2)
    assert head is not None
    block, profile = decode(head).blocks
    assert (block.pool, block.values.shape, block.rows) == ("max", (1, 512, 512), (0, 1100))
    np.testing.assert_allclose(restore(profile.values[0, 0], "root16"), weights[0, 2].mean(axis=0), atol=3.06e-5)


@pytest.mark.parametrize(("layers", "heads"), [(1, 1), (3, 7), (40, 64)])
def test_the_first_message_stays_within_its_bound(softmax_attention: Callable, layers: int, heads: int) -> None:
    attention = softmax_attention(layers=layers, heads=heads, tokens=96)
    message = first(attention, "live")
    assert len(message) < ALL_AT_ONCE + 100_000
    assert sum(len(block.heads) for block in decode(message).blocks) == layers * heads
    assert len(rest(attention, "live", text_of(message)) or b"") < EXACT_LATER + 100_000


def test_layers_may_differ_in_their_number_of_heads() -> None:
    class Uneven:
        name, heads, nbytes = "uneven", (1, 3), 0

        def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
            return np.full((2, 2), 0.5, dtype=np.float32)[queries, keys]

    tokens = Attention.from_weights(np.eye(2), ["a", "b"]).query_tokens
    attention = Attention(Uneven(), tokens, tokens)
    assert members(attention) == ((0, 0), (1, 0), (1, 1), (1, 2))
    assert decode(first(attention, "live")).tokens.heads == (1, 3)


def test_a_mean_over_heads_of_a_long_text_is_made_here(softmax_attention: Callable) -> None:
    attention = softmax_attention(layers=2, heads=40, tokens=300)
    message = one_head(attention, "live", "text", 1, -1)
    assert message is not None
    (block,) = decode(message).blocks
    assert block.heads == ((1, -1),)
    np.testing.assert_allclose(
        restore(block.values[0], "root16"), attention.weights(1).mean(axis=0), atol=3.06e-5, rtol=0
    )


@pytest.fixture(scope="module")
def long_attention() -> Attention:
    weights = np.random.default_rng(3).dirichlet(np.ones(1100), size=(1, 3, 1100)).astype(np.float32)
    return Attention.from_weights(weights, [f"t{position}" for position in range(1100)])


def test_a_part_of_a_long_text_comes_sharper_than_the_whole(long_attention: Attention) -> None:
    message = tile(long_attention, "live", "text", 0, 2, (100, 400), (600, 1112))
    assert message is not None
    assert len(message) < 1_100_000
    (block,) = decode(message).blocks
    assert (block.rows, block.columns, block.pool) == ((100, 400), (600, 1100), "exact")
    expected = long_attention.weights(0, 2)[100:400, 600:]
    np.testing.assert_allclose(restore(block.values[0], "root16"), expected, atol=3.06e-5, rtol=0)


def test_a_part_outside_the_text_or_of_a_text_that_is_there_whole_is_not_sent(
    long_attention: Attention, attention: Attention
) -> None:
    assert tile(long_attention, "live", "text", 0, 0, (1100, 1200), (0, 10)) is None
    assert tile(long_attention, "live", "text", 0, 0, (5, 5), (0, 10)) is None
    assert tile(attention, "live", "text", 0, 0, (0, 2), (0, 2)) is None


def test_a_mean_of_a_pooled_text_is_pooled_after_it_was_taken(long_attention: Attention) -> None:
    message = one_head(long_attention, "live", "text", 0, -1)
    assert message is not None
    picture, received = decode(message).blocks
    mean = long_attention.weights(0).mean(axis=0)
    assert (picture.heads, picture.pool, picture.values.shape) == (((0, -1),), "max", (1, 512, 512))
    edges = np.arange(513) * 1100 // 512
    highest = np.maximum.reduceat(np.maximum.reduceat(mean, edges[:-1], axis=0), edges[:-1], axis=1)
    np.testing.assert_allclose(restore(picture.values[0], "root16"), highest, atol=3.1e-5)
    np.testing.assert_allclose(restore(received.values[0, 0], "root16"), mean.mean(axis=0), atol=3.06e-5)
    part = tile(long_attention, "live", "text", -1, -1, (0, 20), (1000, 1100))
    assert part is not None
    np.testing.assert_allclose(restore(decode(part).blocks[0].values[0], "root16"), mean[:20, 1000:], atol=3.06e-5)


def test_where_small_pictures_take_long_the_tokens_come_alone_and_the_pictures_follow(
    long_attention: Attention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "CELLS_AT_ONCE", 1_000_000)
    message = first(long_attention, "live")
    assert decode(message).blocks == ()
    assert decode(message).tokens == Dimensions.of(long_attention)
    steps: list[tuple[int, int]] = []
    later = rest(long_attention, "live", text_of(message), lambda *step: steps.append(step))
    assert later is not None
    (block,) = decode(later).blocks
    assert (block.pool, block.values.shape, decode(later).text) == ("max", (3, 64, 64), text_of(message))
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_other_weights_of_the_same_tokens_have_another_name_even_where_none_is_sent(
    long_attention: Attention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "CELLS_AT_ONCE", 1_000_000)
    other = Attention.from_weights(np.full((1, 3, 1100, 1100), 1 / 1100, np.float32), long_attention.query_tokens)
    names = [text_of(first(each, "live")) for each in (long_attention, long_attention, other)]
    assert names[0] == names[1] != names[2]


def test_a_page_without_a_server_carries_every_weight_while_it_fits(softmax_attention: Callable) -> None:
    (message,) = everything(softmax_attention(layers=6, heads=12, tokens=128), "page")
    assert decode(message).blocks[0].encoding == "root16"
    (message,) = everything(softmax_attention(layers=4, heads=16, tokens=600), "page")
    (block,) = decode(message).blocks
    assert (block.encoding, block.pool) == ("root8", "exact")
    message, _ = everything(softmax_attention(layers=8, heads=64, tokens=300), "page")
    assert len(message) < FILE + 200_000
    assert decode(message).blocks[0].pool == "max"


def test_512_tokens_of_144_heads_fit_a_page_whole_and_the_head_looked_at_has_four_digits() -> None:
    rows = np.random.default_rng(2).dirichlet(np.ones(512), size=512).astype(np.float32)
    attention = Attention(DenseSource((np.broadcast_to(rows, (12, 512, 512)),) * 12), *[Tokens.plain(["t"] * 512)] * 2)
    message, head = everything(attention, "page", 11, 3)
    assert decode(message).blocks[0].pool == "exact"
    (block,) = decode(head).blocks
    assert (block.heads, block.encoding, decode(head).text) == (((11, 3),), "root16", text_of(message))
    np.testing.assert_allclose(restore(block.values[0], "root16"), rows, atol=3.06e-5, rtol=0)


def test_a_frame_of_a_hybrid_says_which_layers_have_heads(hybrid: Attention) -> None:
    frame = decode(plan.first(hybrid, "live"))
    assert frame.tokens is not None
    assert (frame.tokens.heads, frame.tokens.readable) == ((0, 2, 0, 0, 3), ((), None, (), (), None))
    assert frame.blocks[0].heads == ((1, 0), (1, 1), (4, 0), (4, 1), (4, 2))
