"""Question: a text put to a model, with the objective that fits its head, and what the untouched model answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch

from attention_viz.attention import Tokens
from attention_viz.errors import ModelError, SelectionError
from attention_viz.experiments import objective_choice
from attention_viz.experiments.interventions.blocks import Block, starting
from attention_viz.experiments.interventions.hooked_model import ForwardPass, HookedModel, Inputs
from attention_viz.experiments.interventions.switches import Switches
from attention_viz.experiments.interventions.trace import Attended
from attention_viz.experiments.objective import Objective
from attention_viz.models import Model
from attention_viz.models.similarity import Alone, read_alone


@dataclass(frozen=True, eq=False)
class Question:
    """A text, the model that reads it, and the number that is asked for.

    tokens : of each text of the objective, as they were typed
    """

    hooked: HookedModel
    objective: Objective
    tokens: tuple[Tokens, ...]

    @cached_property
    def _passes(self) -> tuple[ForwardPass, ...]:
        with torch.no_grad():
            return self._ask(blocks=True)

    @property
    def blocks(self) -> tuple[Mapping[int, Block] | None, ...]:
        """Layer -> the layer with attention and what it gives out with every head on, for each text of the objective."""
        return tuple(each.blocks for each in self._passes)

    @property
    def attended(self) -> tuple[Mapping[int, Attended], ...]:
        """Layer -> its attention function with every head on, for each text of the objective."""
        return tuple(each.attended for each in self._passes)

    @property
    def untouched(self) -> tuple[Any, ...]:
        """What the network gives out with every head on, for each text of the objective."""
        return tuple(each.outputs for each in self._passes)

    @property
    def n_heads(self) -> tuple[int, ...]:
        """Heads of each layer."""
        return self.hooked.model.heads

    @property
    def loss(self) -> float:
        """The objective's number with every head on."""
        return float(self.objective.loss(self.untouched)[0])

    def run(
        self, inputs: Inputs, switches: Switches | None = None, *, first: int = 0, states: bool = False
    ) -> ForwardPass:
        """One pass over other inputs, run as the objective needs it; `first` and `states` as for `HookedModel.run`."""
        objective = self.objective
        return self.hooked.run(inputs, switches, body=objective.body, kept=objective.kept, first=first, states=states)

    def resume(
        self,
        switches: Switches,
        n_copies: int = 1,
        *,
        number: int = 0,
        states: bool = False,
        given: Mapping[int, torch.Tensor] | None = None,
    ) -> Any:
        """What the network gives out for copies of one text, changed by the switches; layers below the first that is
        changed are not computed again.

        number : of the text of the objective
        states : have the network give out its hidden states
        given  : instead of switches, layer -> (text, token, d_model) what that layer gives out. Raises ModelError where
                 a run cannot start above it
        """
        text, blocks = self.objective.texts[number], self.blocks[number]
        copies = {name: each.expand(n_copies, *each.shape[1:]) for name, each in text.items()}
        if given:
            blocks = self.startable_blocks(number)
        if blocks is None:
            return self.run(copies, switches, states=states).outputs
        first = max(given) + 1 if given else switches.first
        with starting(blocks, first, n_copies, given):
            return self.run(copies, switches, first=first, states=states).outputs

    def startable_blocks(self, number: int = 0) -> Mapping[int, Block]:
        """The blocks of one text. Raises ModelError where a run cannot start above a layer."""
        blocks = self.blocks[number]
        if blocks is None:
            raise ModelError(
                "{name} runs one layer several times, or its layers read keys of earlier ones, so no layer's vectors can be put into its run. Choose another model, or change heads.",
                name=self.hooked.model.name,
            )
        return blocks

    def ask(self, switches: Switches | None = None, *, watch: bool = False) -> tuple[ForwardPass, ...]:
        """One pass for each text of the objective, with the same switches; it gives out its hidden states too."""
        return self._ask(switches, watch)

    def _ask(
        self, switches: Switches | None = None, watch: bool = False, blocks: bool = False
    ) -> tuple[ForwardPass, ...]:
        objective, run = self.objective, self.hooked.run
        return tuple(
            run(text, switches, body=objective.body, watch=watch, states=True, blocks=blocks, kept=objective.kept)
            for text in objective.texts
        )


def pose(
    model: Model,
    text: str,
    second: str | None = None,
    mask: Sequence[int] = (),
    hooked: HookedModel | None = None,
    label: float | None = None,
) -> Question:
    """What is this model to be asked about this text?

    second : the second text; an embedding model reads it apart, any other model in one go with the first
    mask   : tokens (from 0) that a masked-word model shall guess; none = the text's own [MASK], or every seventh token
    hooked : a copy of the model that is already there
    label  : what is right, as `labels.wanted` says it, asked of instead of the model's own answer
    A masked-word model is asked for the tokens behind the masks; a classifier for its class, of the text or of each token;
    a reader for its answer; a decoder for each next token; an embedding model for the similarity of the pair; any other
    model, and a single text, for the likeness of its vector to the one that it makes with every head off. A text that is
    compared is read as `Model.similarity` reads it: a longer one as far as its settings say.
    Raises TextError and SelectionError for what cannot be asked.
    """
    hooked = hooked or HookedModel(model)
    kind = model.task.kind
    if mask and kind != "mask":
        raise SelectionError(
            "{name} does not guess masked words. Leave the mask out, or choose a masked-language model.",
            name=model.name,
        )
    texts = read_texts(model, text, second)
    with torch.no_grad():
        objective = objective_choice.choose_objective(hooked, texts, mask, label)
    return Question(hooked, objective, tuple(each.encoded.tokens for each in texts))


def read_texts(model: Model, text: str, second: str | None = None) -> list[Alone]:
    """What the model is given of a text and a second one: each alone where it compares them, else both in one go."""
    pooling = model.task.pooling
    if pooling is None:
        return [Alone(model.reader.encode(text, second), 0)]
    return [read_alone(pooling, model.reader, each) for each in (text, second) if each is not None]
