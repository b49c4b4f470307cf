"""Parameter counts: the weight matrices of a model's attention, and its position embeddings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor, nn

from attention_viz.errors import ModelError, SelectionError
from attention_viz.models.model import Model


@dataclass(frozen=True)
class WeightMatrix:
    """One weight matrix of an attention block: its name inside the layer, its shape as stored, parameters of its bias."""

    name: str
    shape: tuple[int, int]
    bias: int

    @property
    def count(self) -> int:
        """Parameters of the matrix and its bias."""
        return self.shape[0] * self.shape[1] + self.bias


def attention_matrices(model: Model, layer: int) -> tuple[WeightMatrix, ...]:
    """Which weight matrices does the attention of one layer have? Its norms are not among them.

    layer : counts from 0. Raises SelectionError where there is none, ModelError where no module is called attention.
    """
    if not 0 <= layer < model.n_layers:
        raise SelectionError("There is no layer {layer}; this model has {n}.", layer=layer + 1, n=model.n_layers)
    for block in _layers(model, layer):
        for name, module in block.named_modules():
            if "att" in name.rpartition(".")[2].lower():
                return tuple(_matrices(name, module))
    raise ModelError("In layer {layer} of {model} no part is called attention.", layer=layer + 1, model=model.name)


def position_embeddings(model: Model) -> Tensor | None:
    """The learned position embeddings, (position, width); None of a model that rotates or biases by position instead."""
    for name, module in model.network.named_modules():
        last = name.rpartition(".")[2]
        if isinstance(module, nn.Embedding) and (last == "wpe" or "position" in last):
            return module.weight.detach()[_offset(module) :]
    return None


def _layers(model: Model, layer: int) -> Iterator[nn.Module]:
    """The module of this layer in each ModuleList of n_layers; of a model that repeats one layer, that one."""
    lists = [each for each in model.network.modules() if isinstance(each, nn.ModuleList)]
    yield from (each[layer] for each in lists if len(each) == model.n_layers)
    yield from (each[0] for each in lists if len(each) == 1)


def _matrices(prefix: str, attention: nn.Module) -> Iterator[WeightMatrix]:
    for name, module in attention.named_modules():
        weight, bias = getattr(module, "weight", None), getattr(module, "bias", None)
        if isinstance(weight, Tensor) and weight.ndim == 2 and not isinstance(module, nn.Embedding):
            rows, columns = weight.shape
            whole = f"{prefix}.{name}" if name else prefix
            yield WeightMatrix(whole, (rows, columns), bias.numel() if isinstance(bias, Tensor) else 0)


def _offset(table: nn.Embedding) -> int:
    """Rows before the first position: RoBERTa and its like reserve those up to padding_idx."""
    return 0 if table.padding_idx is None else table.padding_idx + 1
