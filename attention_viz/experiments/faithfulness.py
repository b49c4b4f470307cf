"""Faithfulness: which attribution method agrees with the effects of leaving tokens out, on this text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import torch

from attention_viz import flow
from attention_viz.attending import check_unbroken
from attention_viz.attention import Attention, Tokens
from attention_viz.brief import brief
from attention_viz.errors import InputError, Message, ModelError, TextError
from attention_viz.experiments.interventions.hooked_model import Inputs
from attention_viz.experiments.norm_shares import norm_shares_of
from attention_viz.experiments.norms import summed_norms
from attention_viz.experiments.question import Question, pose
from attention_viz.experiments.relevance import Relevance, of_question
from attention_viz.measures import Progress, chance_bound, rank_correlation
from attention_viz.models import Model

AT_ONCE = 12
"""Copies of the text in one pass, each without another token."""

FEWEST = 3
"""Tokens that a rank correlation needs at least."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """How much each token counted, by one method.

    method      : its name
    scores      : (token,) float64, of all tokens of the first text; None where it cannot be computed
    correlation : Spearman's with the effects of leaving each token out, -1 to 1; NaN where it cannot be computed
    reason      : why it cannot
    """

    method: str
    scores: np.ndarray | None
    correlation: float
    reason: Message | None = None

    __repr__ = brief


@dataclass(frozen=True, eq=False)
class Faithfulness:
    """How far each attribution agrees with the effects on this text.

    attributions : in the order of METHODS
    effects  : (token,) float64, how far the answer moves when the token is blanked; NaN for tokens that were not
    blank    : the token that replaced it; answer: the name of what was asked
    n        : how many tokens the correlations rest on
    chance   : correlations up to about this arise by chance one time in twenty
    """

    attributions: tuple[Attribution, ...]
    effects: np.ndarray
    blank: str
    answer: Message
    tokens: Tokens
    n: int
    chance: float

    __repr__ = brief


def faithfulness(
    model: Model,
    text: str,
    *,
    second: str | None = None,
    mask: Sequence[int] = (),
    progress: Progress | None = None,
) -> Faithfulness:
    """Which method is faithful on this text?

    second, mask : as for `pose`; of a pair that is read apart, tokens of the first text are left out
    progress     : called with (steps done, steps): tokens, then methods
    Each token that is neither special nor masked is replaced by a blank (the mask token where there is one), and the answer's
    shift is ranked against each method's scores: Abnar & Zuidema 2020 (arXiv 2005.00928), section 4, "blank-out".
    Raises TextError for a text with fewer than 3 such tokens.
    """
    question = pose(model, text, second, mask)
    positions = _left_out(question)
    steps = len(positions) + len(METHODS)
    effects = np.full(len(question.tokens[0]), np.nan)
    for done, (left_out, shifts) in enumerate(_effects(question, positions), 1):
        effects[left_out] = shifts
        _tell(progress, min(done * AT_ONCE, len(positions)), steps)
    attributions = []
    inputs = _Inputs(question)
    for done, (method, scored) in enumerate(METHODS.items(), len(positions) + 1):
        attributions.append(_attribution(method, scored, inputs, effects))
        _tell(progress, done, steps)
    return Faithfulness(
        attributions=tuple(attributions),
        effects=effects,
        blank=_blank(question)[1],
        answer=question.objective.name,
        tokens=question.tokens[0],
        n=len(positions),
        chance=chance_bound(len(positions)),
    )


def _tell(progress: Progress | None, done: int, steps: int) -> None:
    if progress is not None:
        progress(done, steps)


def _left_out(question: Question) -> list[int]:
    given = set(question.objective.kept or ()) if question.hooked.model.task.kind == "mask" else set()
    not_special = [
        place for place, special in enumerate(question.tokens[0].special) if not special and place not in given
    ]
    if len(not_special) < FEWEST:
        raise TextError(
            "This text has {n} tokens that can be left out; a rank correlation needs {fewest}. Write more words.",
            n=len(not_special),
            fewest=FEWEST,
        )
    return not_special


def _blank(question: Question) -> tuple[int, str]:
    """The replacement for a token: the mask, else the unknown token, else the end of the text."""
    tokenizer = question.hooked.model.reader.tokenizer
    numbers = (tokenizer.mask_token_id, tokenizer.unk_token_id, tokenizer.eos_token_id, 0)
    number = next(int(each) for each in numbers if each is not None)
    return number, str(tokenizer.convert_ids_to_tokens([number])[0])


def _effects(question: Question, positions: Sequence[int]) -> Iterator[tuple[list[int], np.ndarray]]:
    """(tokens, how far the answer moves when each of them alone is blanked)"""
    number, _ = _blank(question)
    for start in range(0, len(positions), AT_ONCE):
        left_out = list(positions[start : start + AT_ONCE])
        with torch.no_grad():
            blanked = question.run(_blanked(question.objective.texts[0], left_out, number)).outputs
            shifts = question.objective.shift((blanked, *question.untouched[1:]), question.untouched)
        yield left_out, shifts.cpu().double().numpy()


def _blanked(text: Inputs, positions: Sequence[int], number: int) -> Inputs:
    """The text once for each position, with the blank there."""
    copies = {name: each.repeat(len(positions), *[1] * (each.ndim - 1)) for name, each in text.items()}
    copies["input_ids"][torch.arange(len(positions)), list(positions)] = number
    return copies


@dataclass(frozen=True, eq=False)
class _Inputs:
    """What the attributions are computed from, each made once, when it is first asked for."""

    question: Question

    @cached_property
    def attention(self) -> Attention:
        """Of what the network was given, masks and all."""
        model, tokens = self.question.hooked.model, self.question.tokens[0]
        _, sources = model.way.read(self.question.objective.texts[0])
        return Attention(sources[model.parts[0]][0], tokens, tokens, causal=model.causal)

    @cached_property
    def weights(self) -> list[np.ndarray]:
        """(head, query, key) of each layer that has any."""
        return [self.attention.weights(layer) for layer in self.attention.layers]

    @property
    def unbroken(self) -> list[np.ndarray]:
        """The same, where nothing but attention lies between."""
        check_unbroken(self.attention.source.heads)
        return self.weights

    @cached_property
    def norms(self) -> np.ndarray:
        """The length of what each key adds to each query, all heads together: (layer with weights, query, key)."""
        return np.stack([summed_norms(self.attention, layer) for layer in self.attention.layers])

    @cached_property
    def norm_shares(self) -> np.ndarray:
        """The share of each token in each other one's new vector: (layer, query, key)."""
        return norm_shares_of(self.question.hooked.model, self.attention, self.question.objective.texts[0])

    @cached_property
    def relevance(self) -> Relevance:
        return of_question(self.question)

    @cached_property
    def readout(self) -> np.ndarray:
        return self.question.objective.readout.double().numpy()


def _gradient_times_attention(inputs: _Inputs) -> np.ndarray:
    layers = range(len(inputs.relevance.weights))
    return sum((np.abs(inputs.relevance.products(layer)).sum((0, 1), dtype=float) for layer in layers), np.zeros(()))


METHODS: dict[str, Callable[[_Inputs], np.ndarray]] = {
    "attention, last layer": lambda of: of.readout @ of.weights[-1].mean(0),
    "attention, mean of layers": lambda of: of.readout @ np.mean([layer.mean(0) for layer in of.weights], axis=0),
    "rollout": lambda of: of.readout @ flow.rollout(of.unbroken)[-1],
    "flow": lambda of: flow.pooled_flow(of.unbroken, of.readout, len(of.weights) - 1),
    "norms, last layer": lambda of: of.readout @ of.norms[-1],
    "norms, mean of layers": lambda of: of.readout @ of.norms.mean(0),
    "norms, through the layers": lambda of: reduce(np.matmul, of.norm_shares[::-1], of.readout),
    "gradient x attention": _gradient_times_attention,
    "relevance": lambda of: of.relevance.tokens(),
}
"""How each method scores the tokens: read where the answer is read, from all layers with weights or the last; (token,)."""


def _attribution(
    method: str, scored: Callable[[_Inputs], np.ndarray], inputs: _Inputs, effects: np.ndarray
) -> Attribution:
    try:
        scores = scored(inputs)
    except (InputError, ModelError) as error:
        return Attribution(method, None, float("nan"), error.message)
    return Attribution(method, scores, rank_correlation(scores, effects))
