"""Computation: the steps of one head for one query, written down from as far back as their numbers are known."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor

from attention_viz.errors import Message
from attention_viz.mechanism.walkthrough.block_output import add, normalise, project
from attention_viz.mechanism.walkthrough.head_output import attention_weights, softmax
from attention_viz.mechanism.walkthrough.steps import StepLog
from attention_viz.models.anatomy.activations import EXACT, Activations
from attention_viz.models.anatomy.head_projection import HeadProjection, find_projection, map_of, near
from attention_viz.models.anatomy.head_tensors import HeadTensors
from attention_viz.models.anatomy.log import ModuleRun
from attention_viz.models.anatomy.residual_block import ResidualBlock, norm_of, residual_block

INSIDE = Message("The model does not keep this number; it goes into the next one that is compared.")
START = Message("This is the model's own vector: the walk starts here.")
ROTATED = Message(
    "The model turns this vector by its position, which keeps its length; the turned vector is the model's own."
)
OWN_WAY = Message("The model makes this in a way of its own; its own numbers are taken over.")
ADDED = Message("What the model adds to its scores by position, or how it caps them, is taken from the model itself.")
UNSEEN = Message("What the model itself computed here is not known.")
NO_QUERIES = Message(
    "This model computes its scores in its own code, which does not show the queries and keys: the walk starts at the scores."
)
NO_SCORES = Message(
    "Only the weights are known here, not what they were computed from: the walk starts at the weights."
)
NO_VALUES = Message("The values that are read are not known, so the walk ends at the weights.")
NO_PROJECTION = Message(
    "No linear module of this model is given the heads' contexts as they are, so the walk ends at the context."
)
NO_RESIDUAL = Message("This model does not simply add the result to the token's vector, so the walk ends here.")


@dataclass(eq=False)
class Computation:
    """The steps computed so far, and the model's own number for each.

    activations : of the layer; None = nothing to compare with
    crossed     : cross-attention: keys and values come from the encoder
    own, why    : step -> the model's own number; or why there is none
    gaps        : why steps are missing
    vectors     : "query" (d_head,), "keys" and "values" (key, width), with which the walk goes on
    block       : the residual connection block the layer, once it is found
    output_map  : W_o, (d_model, head x d_value), once it is used
    """

    activations: Activations | None
    tensors: HeadTensors
    head: int
    n_heads: int
    crossed: bool
    notes: StepLog = field(default_factory=StepLog)
    own: dict[str, Tensor] = field(default_factory=dict)
    why: dict[str, Message] = field(default_factory=dict)
    gaps: list[Message] = field(default_factory=list)
    vectors: dict[str, Tensor] = field(default_factory=dict)
    block: ResidualBlock | None = None
    output_map: Tensor | None = None

    @property
    def exact(self) -> float:
        return EXACT if self.activations is None else self.activations.exact

    def write(
        self, name: str, axes: tuple[str, ...], formula: str, numbers: Tensor, own: Tensor | None, why: Message = UNSEEN
    ) -> Tensor:
        self.compare(name, own, why)
        return self.notes.add(name, axes, formula, numbers)

    def compare(self, name: str, own: Tensor | None, why: Message = UNSEEN) -> None:
        if own is None:
            self.why[name] = why
        else:
            self.own[name] = own

    def add_vectors(self) -> None:
        """The block's input, and this head's query, keys and values."""
        linears = () if self.activations is None else self.activations.linears
        found = {
            name: None if numbers is None else find_projection(linears, numbers, self.exact)
            for name, numbers in (
                ("query", self.tensors.queries),
                ("keys", self.tensors.keys),
                ("values", self.tensors.values),
            )
        }
        entered = self._entered(found["query"])
        if self.activations is not None and entered is not None:
            self.block = residual_block(self.activations, entered.input)
            self._add_input(self.block)
            found = {name: each if self._reads(name, each, entered) else None for name, each in found.items()}
        if self.tensors.queries is not None and self.tensors.keys is not None:
            q = self.tensors.queries[self.tensors.query]
            self.vectors["query"] = self._project(
                "query", "q", found["query"], q, slice(self.tensors.query, self.tensors.query + 1)
            )
            self.vectors["keys"] = self._project("keys", "k", found["keys"], self.tensors.keys, slice(None))
        if self.tensors.values is not None:
            self.vectors["values"] = self._project("values", "v", found["values"], self.tensors.values, slice(None))

    def _entered(self, query: HeadProjection | None) -> ModuleRun | None:
        """The linear module that read the block's input: the query's, or the first that ran where the query comes from a
        low-rank vector that another module computed (DeepSeek)."""
        if self.activations is None or not self.activations.linears:
            return None
        tried = (*(() if query is None else (query.run,)), *self.activations.linears)
        projection = self.activations.projection
        width = None if projection is None else projection.output.shape[-1]
        return next((each for each in tried if width in (None, each.input.shape[-1])), None)

    def _reads(self, name: str, columns: HeadProjection | None, entered: ModuleRun) -> bool:
        """Whether a module computed its vectors from the block's input, so that W x says how."""
        if columns is None or (self.crossed and name != "query"):
            return columns is not None
        return near(columns.run.input, entered.input, self.exact)

    def _add_input(self, block: ResidualBlock) -> None:
        query = self.tensors.query
        self.write("input", ("d_model",), "x", block.x[query], None, START)
        if block.before is not None:
            norm, output = norm_of(block.before, self.exact), block.before.output[query]
            formula = (
                r"x' = \mathrm{LayerNorm}(x)" if norm is not None and norm.centred else r"x' = \mathrm{RMSNorm}(x)"
            )
            if norm is None:
                self.write("normed_input", ("d_model",), "x'", output, None, OWN_WAY)
            else:
                self.write("normed_input", ("d_model",), formula, norm.of(block.x[query]), output)

    def _project(self, name: str, letter: str, columns: HeadProjection | None, captured: Tensor, rows: slice) -> Tensor:
        """Queries, keys or values: computed from the block's input where the linear module is found, else the model's own."""
        axes, index = (("d_head",), "") if name == "query" else (("key", "d_head"), "_j")
        if columns is None:
            return self.write(name, axes, letter + index, captured, None, OWN_WAY)
        read = "x'" if self.block is not None and self.block.before is not None else "x"
        read = "m" if self.crossed and name != "query" else read
        formula = f"W_{letter} {read}{index}" + ("" if columns.map.bias is None else f" + b_{letter}")
        made, own = columns.map.of(columns.run.input[rows]), columns.output[rows]
        made, own = (made[0], own[0]) if name == "query" else (made, own)
        if not columns.rotated and columns.factor == 1:
            return self.write(name, axes, f"{letter}{index} = {formula}", made, own)
        if not columns.rotated:
            formula, factor = rf"{letter}{index} = {columns.factor:.4g} \, ({formula})", columns.factor
            return self.write(name, axes, formula, made * factor, own * factor)
        self.write(f"straight_{name}", axes, f"{letter}'{index} = {formula}", made, own)
        return self.write(name, axes, rf"{letter}{index} = R_p \, {letter}'{index}", captured, None, ROTATED)

    def add_weights(self, scaled: bool, temperature: float) -> Tensor:
        """This head's weights, (key,), computed from as far back as its numbers are known."""
        own = None if self.activations is None else self.activations.weights[self.head, self.tensors.query]
        seen = None if self.activations is None or self.activations.scores is None else self.activations.scores
        if "query" in self.vectors:
            how = self.tensors.weighing(scaled, temperature)
            weights = attention_weights(self.notes, self.vectors["query"], self.vectors["keys"], how)
            self.compare("masked", None if seen is None else seen[self.head, self.tensors.query], INSIDE)
            if how.added is not None:
                self.why["added"] = ADDED
        elif self.tensors.scores is not None:
            self.gaps.append(NO_QUERIES)
            z = self.write("masked", ("key",), "z_j", self.tensors.scores, None, OWN_WAY)
            weights = softmax(self.notes, z, self.tensors.sink)
        else:
            self.gaps.append(NO_SCORES)
            weights = self.notes.add("weights", ("key",), "a_j", self.tensors.weights)
        self.compare("weights", own)
        return weights

    def add_output(self, context: Tensor, contexts: Tensor) -> None:
        """From the context to the block's output: heads concatenated, W_o, residual connection, normalisation.

        context, contexts : (d_value,) of this head, (head, d_value) of all
        """
        projection, query = None if self.activations is None else self.activations.projection, self.tensors.query
        if projection is None:
            self.gaps.append(NO_PROJECTION)
            return
        contexts[self.head] = context
        self.own["context"] = projection.input[query].reshape(self.n_heads, -1)[self.head]
        linear = map_of(projection.module)
        self.output_map = linear.weight
        projected = project(self.notes, contexts, linear)
        self.own |= {"concatenated": projection.input[query], "projected": projection.output[query]}
        if self.block is None or self.block.residual is None:
            self.gaps.append(NO_RESIDUAL)
            return
        residual = add(self.notes, self.block.x[query], projected)
        self.own["residual"] = self.block.residual[query]
        norm = None if self.block.after is None else norm_of(self.block.after, self.exact)
        if self.block.after is not None and norm is not None:
            normalise(self.notes, residual, norm, "r", "y")
            self.own["output"] = self.block.after.output[query]
