"""The attention function computes what torch's softmax computes, whichever way it goes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from attention_calls import KINDS, draw, expected

from attention_viz.models.engine import kernel
from attention_viz.models.engine.mask import Mask, mask_rule


@pytest.mark.parametrize("kind", KINDS)
def test_outputs_and_normalisers_are_those_of_the_softmax(kind: str) -> None:
    call = draw(kind)
    weights, output = expected(call)
    with torch.no_grad():
        computed, lse = kernel.run(call)
    torch.testing.assert_close(computed, output, atol=1e-6, rtol=1e-5)
    everywhere = (slice(0, weights.shape[2]), slice(0, weights.shape[3]))
    torch.testing.assert_close(replace(call, lse=lse).weights(*everywhere), weights, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_few_rows_at_a_time_give_the_same_as_all_at_once(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    call = draw(kind, n_queries=70)
    with torch.no_grad():
        whole = kernel.run(call)
        monkeypatch.setattr(kernel, "CELLS", 1)
        assert len(list(kernel._strips(call, 1))) == 5
        torch.testing.assert_close(kernel.run(call), whole, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_those_of_the_softmax(kind: str) -> None:
    def gradients(compute: str) -> tuple[torch.Tensor, ...]:
        call = draw(kind)
        given = (call.queries, call.keys, call.values)
        for each in given:
            each.requires_grad_()
        output = kernel.run(call)[0] if compute == "ours" else expected(call)[1]
        return torch.autograd.grad(output.square().sum(), given)

    torch.testing.assert_close(gradients("ours"), gradients("torch"), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("causal", [True, False])
def test_a_sliding_window_computed_as_a_band_is_the_whole_matrix_masked(causal: bool) -> None:
    from transformers import masking_utils

    n, window = 700, 40
    rules = {
        True: masking_utils.sliding_window_causal_mask_function(window),
        False: masking_utils.sliding_window_bidirectional_mask_function(window),
    }
    kept = torch.ones(2, n, dtype=torch.bool)
    kept[1, -30:] = False
    mask = mask_rule(2, n, n, mask_function=rules[causal], attention_mask=kept, local_size=window)
    call = draw(n_queries=n, n_keys=n, mask=mask)
    with torch.no_grad():
        output, _ = kernel.run(call)
    assert max(keys.stop - keys.start for _, keys in kernel._strips(call, 1)) < n
    torch.testing.assert_close(output[:, : n - 30], expected(call)[1][:, : n - 30], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("kind", ["plain", "softcap", "sinks"])
def test_a_query_that_may_read_nothing_reads_nothing(kind: str) -> None:
    readable = torch.ones(1, 1, 17, 23, dtype=torch.bool)
    readable[:, :, 4] = False
    call = draw(kind, mask=Mask.of_tensor(readable))
    with torch.no_grad():
        output, lse = kernel.run(call)
    weights = replace(call, lse=lse).weights(slice(0, 17), slice(0, 23))
    assert not weights[:, :, 4].any()
    assert not output[:, 4].any()
    assert torch.isfinite(output).all()


def test_halves_are_computed_in_their_own_type() -> None:
    call = draw("softcap")
    halves = replace(call, **{name: getattr(call, name).bfloat16() for name in ("queries", "keys", "values")})
    with torch.no_grad():
        output, lse = kernel.run(halves)
    assert (output.dtype, lse.dtype) == (torch.bfloat16, torch.float32)
    torch.testing.assert_close(output.float(), expected(call)[1], atol=0.05, rtol=0.05)
