"""Parameters: the learned numbers of one attention block as plain tensors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from torch import Tensor, nn

from attention_viz.errors import InputError
from attention_viz.mechanism.network.multihead import MultiHeadAttention


@dataclass(frozen=True, eq=False)
class LinearMap:
    """x -> W x + b. weight : (out, in), as torch.nn.Linear stores it; bias : (out,) or None."""

    weight: Tensor
    bias: Tensor | None = None

    @property
    def d_in(self) -> int:
        return self.weight.shape[1]

    @property
    def d_out(self) -> int:
        return self.weight.shape[0]

    def of(self, x: Tensor) -> Tensor:
        """(..., in) -> (..., out)"""
        return nn.functional.linear(x, self.weight, self.bias)

    def head(self, head: int, n_heads: int) -> LinearMap:
        """The rows that make one head's part of the output."""
        d_head = self.d_out // n_heads
        rows = slice(head * d_head, (head + 1) * d_head)
        return LinearMap(self.weight[rows], None if self.bias is None else self.bias[rows])

    @classmethod
    def from_linear(cls, linear: nn.Linear) -> Self:
        return cls(linear.weight.detach(), None if linear.bias is None else linear.bias.detach())


@dataclass(frozen=True, eq=False)
class Norm:
    """LayerNorm over the last axis: (x - mean) / sqrt(variance + eps) * weight + bias (Ba et al. 2016, arXiv 1607.06450).

    centred : False = RMSNorm, which subtracts no mean: x / sqrt(mean of squares + eps) * weight + bias
              (Zhang and Sennrich 2019, arXiv 1910.07467, eq. 4)
    """

    weight: Tensor
    bias: Tensor | None = None
    eps: float = 1e-5
    centred: bool = True

    def of(self, x: Tensor) -> Tensor:
        """(..., d_model) -> (..., d_model)"""
        if self.centred:
            return nn.functional.layer_norm(x, self.weight.shape, self.weight, self.bias, self.eps)
        scaled = nn.functional.rms_norm(x, self.weight.shape, self.weight, self.eps)
        return scaled if self.bias is None else scaled + self.bias

    @classmethod
    def from_torch(cls, norm: nn.LayerNorm) -> Self:
        return cls(norm.weight.detach(), None if norm.bias is None else norm.bias.detach(), norm.eps)


@dataclass(frozen=True, eq=False)
class BlockParameters:
    """One attention block: three maps in, one out, and the LayerNorm of the residual.

    query, key, value : to n_heads * d_head, head by head; output : back to d_model
    norm       : None where nothing is normalised; norm_first : before the attention instead of after the residual
    Raises InputError where the maps do not fit each other or the number of heads.
    """

    query: LinearMap
    key: LinearMap
    value: LinearMap
    output: LinearMap
    n_heads: int
    norm: Norm | None = None
    norm_first: bool = False

    def __post_init__(self) -> None:
        d_inner = self.query.d_out
        fits = self.key.d_out == d_inner and self.value.d_out == self.output.d_in and self.key.d_in == self.value.d_in
        if not fits or self.n_heads < 1 or d_inner % self.n_heads or self.value.d_out % self.n_heads:
            raise InputError(
                "Maps of the shapes {shapes} do not make {n_heads} heads.",
                shapes=", ".join(
                    str(tuple(each.weight.shape)) for each in (self.query, self.key, self.value, self.output)
                ),
                n_heads=self.n_heads,
            )

    @classmethod
    def from_linears(
        cls,
        query: nn.Linear,
        key: nn.Linear,
        value: nn.Linear,
        output: nn.Linear,
        n_heads: int,
        norm: nn.LayerNorm | None = None,
        norm_first: bool = False,
    ) -> Self:
        """From the modules that a model keeps them in; nothing is copied, and no gradient follows."""
        return cls(
            LinearMap.from_linear(query),
            LinearMap.from_linear(key),
            LinearMap.from_linear(value),
            LinearMap.from_linear(output),
            n_heads,
            None if norm is None else Norm.from_torch(norm),
            norm_first,
        )

    @classmethod
    def from_attention(
        cls, attention: MultiHeadAttention, norm: nn.LayerNorm | None = None, norm_first: bool = False
    ) -> Self:
        """From multi-head attention of this package."""
        return cls.from_linears(
            attention.query, attention.key, attention.value, attention.output, attention.n_heads, norm, norm_first
        )
