"""A mask as a rule says the same as the tensor that transformers would have made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import masking_utils
from transformers.masking_utils import sdpa_mask

from attention_viz.models.engine import mask as masks
from attention_viz.models.engine.mask import Mask, mask_rule

RULES: dict[str, tuple[Callable[..., Any], int | None, dict[str, bool]]] = {
    "causal": (masking_utils.causal_mask_function, None, {}),
    "open": (masking_utils.bidirectional_mask_function, None, {"allow_is_causal_skip": False}),
    "window": (masking_utils.sliding_window_causal_mask_function(7), 7, {}),
    "two-sided window": (
        masking_utils.sliding_window_bidirectional_mask_function(7),
        7,
        {"allow_is_causal_skip": False, "allow_is_bidirectional_skip": True},
    ),
    "chunks": (masking_utils.chunked_causal_mask_function(7, torch.zeros(2, dtype=torch.long)), 7, {}),
}


@pytest.fixture(autouse=True, scope="module", params=[0, masks.SMALL], ids=["block by block", "at once"])
def _evaluated(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every claim holds for a long mask, evaluated where somebody looks, and for a short one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(masks, "SMALL", request.param)
        yield


def both(rule: str, n: int, n_padded: int) -> tuple[Mask, torch.Tensor]:
    """A mask of two texts, the second padded, as a rule and as transformers' tensor."""
    function, window, skips = RULES[rule]
    kept = torch.ones(2, n, dtype=torch.bool)
    kept[1, n - n_padded :] = False
    named = {"mask_function": function, "attention_mask": kept, "local_size": window}
    whole = sdpa_mask(2, n, n, **named, allow_is_causal_skip=False, allow_is_bidirectional_skip=False)
    assert whole is not None
    return mask_rule(2, n, n, **named, **skips), whole


@settings(max_examples=60, deadline=None)
@given(
    rule=st.sampled_from(sorted(RULES)),
    n=st.integers(2, 40),
    padded=st.floats(0, 0.9),
    corners=st.lists(st.floats(0, 1), min_size=4, max_size=4),
)
def test_any_block_is_that_part_of_the_tensor(rule: str, n: int, padded: float, corners: list[float]) -> None:
    mask, whole = both(rule, n, int(padded * n))
    queries, keys = (
        slice(min(ends), max(ends) + 1)
        for ends in ([int(c * (n - 1)) for c in pair] for pair in (corners[:2], corners[2:]))
    )
    expected = whole[:, :, queries, keys]
    assert torch.equal(mask.readable(queries, keys).expand_as(expected), expected)
    shown = mask.hide(torch.zeros(expected.shape), queries, keys)
    assert torch.equal(shown == 0, expected)
    assert torch.equal(mask.additive(queries, keys, torch.float32).expand_as(expected) == 0, expected)
    assert torch.equal(mask.row(1).readable(queries, keys)[0], expected[1])


@settings(max_examples=60, deadline=None)
@given(rule=st.sampled_from(sorted(RULES)), n=st.integers(2, 40), start=st.floats(0, 1), length=st.integers(1, 9))
def test_no_query_reads_a_key_outside_its_span(rule: str, n: int, start: float, length: int) -> None:
    mask, whole = both(rule, n, 0)
    first = int(start * (n - 1))
    queries = slice(first, min(n, first + length))
    span = mask.span(queries)
    outside = torch.ones(n, dtype=torch.bool)
    outside[span] = False
    assert not whole[:, :, queries][..., outside].any()


@pytest.mark.parametrize(
    ("rule", "n", "n_padded", "kind"),
    [
        ("causal", 9, 0, "causal"),
        ("causal", 9, 2, "rule"),
        ("open", 9, 2, "rule"),
        ("window", 6, 0, "causal"),  # the window is wider than the text
        ("window", 7, 0, "rule"),
        ("two-sided window", 6, 0, "open"),
        ("two-sided window", 9, 0, "rule"),
    ],
)
def test_a_mask_that_needs_no_rule_is_told_apart(rule: str, n: int, n_padded: int, kind: str) -> None:
    assert both(rule, n, n_padded)[0].kind == kind


def test_a_single_query_with_a_cache_reads_every_key_before_it() -> None:
    mask = mask_rule(1, 1, 9, q_offset=8, mask_function=masking_utils.causal_mask_function)
    assert mask.readable(slice(0, 1), slice(0, 9)).all()


def test_a_cache_is_read_to_the_querys_own_position() -> None:
    mask = mask_rule(1, 2, 9, q_offset=5, mask_function=masking_utils.causal_mask_function)
    assert mask.readable(slice(0, 2), slice(0, 9)).sum(-1).tolist() == [[[6, 7]]]


@pytest.mark.parametrize("additive", [True, False])
def test_a_tensor_of_the_models_own_is_a_mask_too(additive: bool) -> None:
    kept = torch.tensor([[True, True, False]])[:, None, None]
    given_mask = torch.where(kept, 0.0, torch.finfo(torch.float32).min) if additive else kept
    mask = Mask.of_tensor(given_mask)
    assert mask.readable(slice(0, 5), slice(1, 3)).flatten().tolist() == [True, False]
    assert mask.hide(torch.ones(1, 1, 5, 3), slice(0, 5), slice(0, 3)).softmax(-1)[..., 2].max() == 0


@settings(max_examples=60, deadline=None)
@given(rule=st.sampled_from(sorted(RULES)), n=st.integers(2, 40), padded=st.floats(0, 0.9))
def test_what_a_text_has_of_a_batchs_mask_is_that_of_its_own_tokens(rule: str, n: int, padded: float) -> None:
    mask, whole = both(rule, n, int(padded * n))
    n_tokens = n - int(padded * n)
    own, tokens = mask.of_text(1, n_tokens), slice(0, n_tokens)
    assert torch.equal(own.readable(tokens, tokens)[0, 0], whole[1, 0, tokens, tokens])
    if rule in ("causal", "open"):
        assert own.kind == rule or n_tokens == 1
