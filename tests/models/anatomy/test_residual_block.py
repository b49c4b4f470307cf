from __future__ import annotations

import pytest
import torch
from torch import nn
from transformers.models.gemma.modeling_gemma import GemmaRMSNorm
from transformers.models.llama.modeling_llama import LlamaRMSNorm

from attention_viz.models.anatomy.activations import Activations
from attention_viz.models.anatomy.log import ModuleRun
from attention_viz.models.anatomy.residual_block import norm_of, residual_block

N, D = 5, 12


def draw(seed: int) -> torch.Tensor:
    return torch.randn(N, D, generator=torch.Generator().manual_seed(seed))


def run(module: nn.Module, given: torch.Tensor) -> ModuleRun:
    return ModuleRun(type(module).__name__, module, given, module(given).detach())


def norm(seed: int) -> nn.LayerNorm:
    module = nn.LayerNorm(D)
    torch.manual_seed(seed)
    nn.init.normal_(module.weight)
    nn.init.normal_(module.bias)
    return module


def activations(projection: ModuleRun | None, before: ModuleRun, *after: ModuleRun) -> Activations:
    return Activations(torch.ones(1, N, N) / N, None, (), projection, (before,), after, (), None, None)


def test_adding_and_then_normalising_is_recognised() -> None:
    x, result = draw(1), ModuleRun("o", nn.Identity(), draw(2), draw(2))
    earlier, after = run(norm(1), draw(3)), run(norm(2), x + result.output)
    found = residual_block(activations(result, earlier, after), x)
    assert (found.before, found.after) == (None, after)
    assert torch.equal(found.residual, x + result.output)


def test_normalising_first_is_recognised() -> None:
    x, result = draw(1), ModuleRun("o", nn.Identity(), draw(2), draw(2))
    before = run(norm(1), x)
    after = run(norm(2), x + result.output)
    found = residual_block(activations(result, before, after), before.output)
    assert (found.before, found.after) == (before, None)
    assert torch.equal(found.x, x)
    assert torch.equal(found.residual, x + result.output)


def test_a_block_that_does_not_simply_add_is_not_forced_into_the_pattern() -> None:
    x, result = draw(1), ModuleRun("o", nn.Identity(), draw(2), draw(2))
    before, after = run(norm(1), x), run(norm(2), x)
    assert residual_block(activations(result, before, after), before.output).residual is None
    assert residual_block(activations(None, before, after), before.output).residual is None


@pytest.mark.parametrize("kind", [LlamaRMSNorm, GemmaRMSNorm, nn.LayerNorm])
def test_a_normalisation_becomes_a_formula_that_gives_its_numbers(kind: type[nn.Module]) -> None:
    module = kind(D)
    nn.init.normal_(module.weight, generator=torch.Generator().manual_seed(5))
    seen = run(module, draw(6))
    formula = norm_of(seen)
    assert formula is not None
    assert torch.allclose(formula.of(seen.input), seen.output, atol=1e-5)
    assert formula.centred == (kind is nn.LayerNorm)


def test_another_normalisation_has_no_formula() -> None:
    odd = ModuleRun("odd", nn.LayerNorm(D), draw(7), draw(8))
    assert norm_of(odd) is None
