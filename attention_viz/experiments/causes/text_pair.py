"""TextPair: two texts of one length, asked the same, so that what one run computes can be put into the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import torch

from attention_viz.errors import Message, TextError
from attention_viz.experiments.contrast import Contrast, contrasted, strongest_but
from attention_viz.experiments.interventions.hooked_model import Inputs
from attention_viz.experiments.objective import Cosine
from attention_viz.experiments.objective_choice import pooled_vector, with_masks
from attention_viz.experiments.question import Question, pose, read_texts
from attention_viz.models import Model
from attention_viz.models.similarity import Alone


@dataclass(frozen=True, eq=False)
class TextPair:
    """The same question of two texts. Tokens at one place belong together."""

    text: Question
    other: Question

    @property
    def scores(self) -> tuple[float, float]:
        """The number that is asked for, of each text."""
        both = (self.text, self.other)
        first, second = (float(each.objective.score(each.untouched)[0]) for each in both)
        return first, second


def read_pair(model: Model, text: str, other: str, second: str | None, mask: tuple[int, ...]) -> TextPair:
    """The two texts as they are asked. Raises TextError where they differ in length or in their masks, or in nothing."""
    asked, alone = pose(model, text, second, mask), read_texts(model, other, second)
    _check_length(len(asked.tokens[0]), len(alone[0].encoded.tokens))
    inputs = _masked(asked, alone[0], bool(mask)) if model.task.kind == "mask" else alone[0].encoded.inputs
    if torch.equal(inputs["input_ids"], asked.objective.texts[0]["input_ids"]):
        raise TextError("The two texts are the same to the model. Change a word in one of them.")
    asked = (
        _towards(asked, inputs, alone[0])
        if isinstance(asked.objective, Cosine) and second is None
        else contrasted(asked)
    )
    with torch.no_grad():
        pair = TextPair(asked, _asked_of(asked, inputs, alone[0]))
        return _against_the_other(pair) if isinstance(asked.objective, Contrast) else pair


def _check_length(one: int, other: int) -> None:
    if one != other:
        raise TextError(
            "The two texts have {one} and {other} tokens; what one run computes is put into the other token by token. Write them with as many tokens each.",
            one=one,
            other=other,
        )


def _masked(asked: Question, alone: Alone, chosen: bool) -> Inputs:
    """The other text with its masks: where the first has them. Raises TextError where its own stand elsewhere."""
    hidden, number = asked.objective.kept or (), asked.hooked.model.reader.tokenizer.mask_token_id
    ids = alone.encoded.inputs["input_ids"][0]
    own = {int(place) for place in (ids == number).nonzero()[:, 0]}
    if own and own != set(hidden):
        raise TextError(
            "The masks stand at tokens {one} of the text and {other} of the other. Write both with the mask at the same place.",
            one=_positions(hidden),
            other=_positions(sorted(own)),
        )
    return with_masks(asked.hooked, alone.encoded, hidden)


def _positions(tokens: Sequence[int]) -> str:
    """As the screen counts them: from 1."""
    return ", ".join(str(token + 1) for token in tokens)


def _towards(asked: Question, inputs: Inputs, alone: Alone) -> Question:
    """Of a model that says nothing but a vector: how near the text's is to the other's."""
    vector = pooled_vector(asked.hooked, alone.n_prompt)
    with torch.no_grad():
        goal = vector(asked.hooked.run(inputs, body=True).outputs)[0]
    named = Message("cosine similarity of the text's vector to the other text's")
    return replace(asked, objective=replace(cast(Cosine, asked.objective), name=named, other=goal))


def _asked_of(asked: Question, inputs: Inputs, alone: Alone) -> Question:
    objective: Any = asked.objective
    changed = replace(objective, texts=(inputs, *objective.texts[1:]))
    return Question(asked.hooked, changed, (alone.encoded.tokens, *asked.tokens[1:]))


def _against_the_other(pair: TextPair) -> TextPair:
    """The first text's answer set against the other's; where they are one, against its strongest rival there."""
    objective = cast(Contrast, pair.text.objective)
    rivals = strongest_but(objective.logits(pair.other.untouched[0])[0].cpu(), objective.answers)
    named = Message("the logit of the text's answer minus that of the other text's")
    text, other = (
        replace(cast(Contrast, each.objective), name=named, rivals=rivals) for each in (pair.text, pair.other)
    )
    return TextPair(replace(pair.text, objective=text), replace(pair.other, objective=other))
