"""Learned: the numbers that a model has learned round its attention, counted and read from its modules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor, nn

from attention_viz.errors import ModelError, SelectionError
from attention_viz.models.model import Model


@dataclass(frozen=True)
class LearnedMap:
    """One matrix of an attention block: its name inside the layer, its shape as it is stored, numbers of its bias."""

    name: str
    shape: tuple[int, int]
    bias: int

    @property
    def count(self) -> int:
        """Numbers of the matrix and its bias."""
        return self.shape[0] * self.shape[1] + self.bias


def attention_maps(model: Model, layer: int) -> tuple[LearnedMap, ...]:
    """Which matrices does the attention of one layer learn? Its norms are not among them.

    layer : counts from 0. Raises SelectionError where there is none, ModelError where no module is called attention.
    """
    if not 0 <= layer < model.n_layers:
        raise SelectionError("There is no layer {layer}; this model has {n}.", layer=layer + 1, n=model.n_layers)
    for block in _layers(model, layer):
        for name, module in block.named_modules():
            if "att" in name.rpartition(".")[2].lower():
                return tuple(_maps(name, module))
    raise ModelError("In layer {layer} of {model} no part is called attention.", layer=layer + 1, model=model.name)


def position_table(model: Model) -> Tensor | None:
    """The learned vector of every position, (position, width); None where a model learns none (it turns or biases)."""
    for name, module in model.network.named_modules():
        last = name.rpartition(".")[2]
        if isinstance(module, nn.Embedding) and (last == "wpe" or "position" in last):
            return module.weight.detach()[_offset(module) :]
    return None


def _layers(model: Model, layer: int) -> Iterator[nn.Module]:
    """The module of this layer in each list of as many; of a model that repeats one layer, that one."""
    lists = [each for each in model.network.modules() if isinstance(each, nn.ModuleList)]
    yield from (each[layer] for each in lists if len(each) == model.n_layers)
    yield from (each[0] for each in lists if len(each) == 1)


def _maps(prefix: str, attention: nn.Module) -> Iterator[LearnedMap]:
    for name, module in attention.named_modules():
        weight, bias = getattr(module, "weight", None), getattr(module, "bias", None)
        if isinstance(weight, Tensor) and weight.ndim == 2 and not isinstance(module, nn.Embedding):
            rows, columns = weight.shape
            whole = f"{prefix}.{name}" if name else prefix
            yield LearnedMap(whole, (rows, columns), bias.numel() if isinstance(bias, Tensor) else 0)


def _offset(table: nn.Embedding) -> int:
    """Rows before the first position's: RoBERTa and its like keep those up to the padding's for themselves."""
    return 0 if table.padding_idx is None else table.padding_idx + 1
