"""Draft: an anatomy that is being written, step by step, from as far back as its numbers are known."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor

from attention_viz.errors import Message
from attention_viz.mechanism.walkthrough.block_output import add, normalise, project
from attention_viz.mechanism.walkthrough.head_output import attention_weights, softmax
from attention_viz.mechanism.walkthrough.steps import StepLog
from attention_viz.models.anatomy.activations import EXACT, Passage
from attention_viz.models.anatomy.columns import Columns, find, map_of, near
from attention_viz.models.anatomy.known import Known
from attention_viz.models.anatomy.log import Ran
from attention_viz.models.anatomy.surroundings import Surroundings, norm_of, surroundings

INSIDE = Message("The model does not keep this number; it goes into the next one that is compared.")
START = Message("This is the model's own vector: the walk starts here.")
TURNED = Message(
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
class Draft:
    """An anatomy that is being written. vectors: queries' row, keys and values as the walk goes on with them."""

    passage: Passage | None
    known: Known
    head: int
    n_heads: int
    crossed: bool
    notes: StepLog = field(default_factory=StepLog)
    own: dict[str, Tensor] = field(default_factory=dict)
    why: dict[str, Message] = field(default_factory=dict)
    gaps: list[Message] = field(default_factory=list)
    vectors: dict[str, Tensor] = field(default_factory=dict)
    around: Surroundings | None = None

    @property
    def exact(self) -> float:
        return EXACT if self.passage is None else self.passage.exact

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

    def enter(self) -> None:
        """The token's vector, and this head's query, keys and values."""
        linears = () if self.passage is None else self.passage.linears
        found = {
            name: None if numbers is None else find(linears, numbers, self.exact)
            for name, numbers in (
                ("query", self.known.queries),
                ("keys", self.known.keys),
                ("values", self.known.values),
            )
        }
        entered = self._entered(found["query"])
        if self.passage is not None and entered is not None:
            self.around = surroundings(self.passage, entered.given)
            self._take_in(self.around)
            found = {name: each if self._reads(name, each, entered) else None for name, each in found.items()}
        if self.known.queries is not None and self.known.keys is not None:
            q = self.known.queries[self.known.query]
            self.vectors["query"] = self._project(
                "query", "q", found["query"], q, slice(self.known.query, self.known.query + 1)
            )
            self.vectors["keys"] = self._project("keys", "k", found["keys"], self.known.keys, slice(None))
        if self.known.values is not None:
            self.vectors["values"] = self._project("values", "v", found["values"], self.known.values, slice(None))

    def _entered(self, query: Columns | None) -> Ran | None:
        """The linear module that was given the token's vectors: the query's, or the first that ran where the query comes
        from a shorter vector that another module made (DeepSeek's)."""
        if self.passage is None or not self.passage.linears:
            return None
        tried = (*(() if query is None else (query.ran,)), *self.passage.linears)
        projection = self.passage.projection
        width = None if projection is None else projection.gave.shape[-1]
        return next((each for each in tried if width in (None, each.given.shape[-1])), None)

    def _reads(self, name: str, columns: Columns | None, entered: Ran) -> bool:
        """Whether a module made its vectors from what entered the block, so that W x says how."""
        if columns is None or (self.crossed and name != "query"):
            return columns is not None
        return near(columns.ran.given, entered.given, self.exact)

    def _take_in(self, around: Surroundings) -> None:
        query = self.known.query
        self.write("input", ("d_model",), "x", around.x[query], None, START)
        if around.before is not None:
            norm, gave = norm_of(around.before, self.exact), around.before.gave[query]
            formula = (
                r"x' = \mathrm{LayerNorm}(x)" if norm is not None and norm.centred else r"x' = \mathrm{RMSNorm}(x)"
            )
            if norm is None:
                self.write("normed_input", ("d_model",), "x'", gave, None, OWN_WAY)
            else:
                self.write("normed_input", ("d_model",), formula, norm.of(around.x[query]), gave)

    def _project(self, name: str, letter: str, columns: Columns | None, captured: Tensor, rows: slice) -> Tensor:
        """One kind of vector: worked out from the token where the linear module is found, else as the model has it."""
        axes, index = (("d_head",), "") if name == "query" else (("key", "d_head"), "_j")
        if columns is None:
            return self.write(name, axes, letter + index, captured, None, OWN_WAY)
        read = "x'" if self.around is not None and self.around.before is not None else "x"
        read = "m" if self.crossed and name != "query" else read
        formula = f"W_{letter} {read}{index}" + ("" if columns.map.bias is None else f" + b_{letter}")
        made, gave = columns.map.of(columns.ran.given[rows]), columns.gave[rows]
        made, gave = (made[0], gave[0]) if name == "query" else (made, gave)
        if not columns.turned and columns.factor == 1:
            return self.write(name, axes, f"{letter}{index} = {formula}", made, gave)
        if not columns.turned:
            formula, factor = rf"{letter}{index} = {columns.factor:.4g} \, ({formula})", columns.factor
            return self.write(name, axes, formula, made * factor, gave * factor)
        self.write(f"straight_{name}", axes, f"{letter}'{index} = {formula}", made, gave)
        return self.write(name, axes, rf"{letter}{index} = R_p \, {letter}'{index}", captured, None, TURNED)

    def weigh(self, scaled: bool, temperature: float) -> Tensor:
        """This head's weights, worked out from as far back as its numbers are known."""
        own = None if self.passage is None else self.passage.weights[self.head, self.known.query]
        seen = None if self.passage is None or self.passage.scores is None else self.passage.scores
        if "query" in self.vectors:
            how = self.known.weighing(scaled, temperature)
            weights = attention_weights(self.notes, self.vectors["query"], self.vectors["keys"], how)
            self.compare("masked", None if seen is None else seen[self.head, self.known.query], INSIDE)
            if how.added is not None:
                self.why["added"] = ADDED
        elif self.known.scores is not None:
            self.gaps.append(NO_QUERIES)
            z = self.write("masked", ("key",), "z_j", self.known.scores, None, OWN_WAY)
            weights = softmax(self.notes, z, self.known.sink)
        else:
            self.gaps.append(NO_SCORES)
            weights = self.notes.add("weights", ("key",), "a_j", self.known.weights)
        self.compare("weights", own)
        return weights

    def leave(self, context: Tensor, contexts: Tensor) -> None:
        """What becomes of the context: the heads side by side, W_o, the token's own vector, the normalisation."""
        projection, query = None if self.passage is None else self.passage.projection, self.known.query
        if projection is None:
            self.gaps.append(NO_PROJECTION)
            return
        contexts[self.head] = context
        self.own["context"] = projection.given[query].unflatten(0, (self.n_heads, -1))[self.head]
        projected = project(self.notes, contexts, map_of(projection.module))
        self.own |= {"concatenated": projection.given[query], "projected": projection.gave[query]}
        if self.around is None or self.around.residual is None:
            self.gaps.append(NO_RESIDUAL)
            return
        residual = add(self.notes, self.around.x[query], projected)
        self.own["residual"] = self.around.residual[query]
        norm = None if self.around.after is None else norm_of(self.around.after, self.exact)
        if self.around.after is not None and norm is not None:
            normalise(self.notes, residual, norm, "r", "y")
            self.own["output"] = self.around.after.gave[query]
