"""Classification: the objective for a classifier of texts or of tokens, by the kind of its output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from attention_viz.errors import Message
from attention_viz.experiments.interventions.hooked_model import HookedModel
from attention_viz.experiments.labels import class_names
from attention_viz.experiments.objective import Likelihood, Objective, Value
from attention_viz.experiments.token_positions import not_special, uniform_readout
from attention_viz.models.checkpoint.task import scale_of
from attention_viz.models.reading.encoded import Encoded


def of_text(hooked: HookedModel, encoded: Encoded, label: float | None) -> Objective:
    """label : the number of the right class, or the right number; None = the model's own answer."""
    names, n = class_names(hooked.model), len(encoded.tokens)
    readout = uniform_readout(
        [n - 1 if hooked.model.causal else 0], n
    )  # where a decoder's or an encoder's classifier reads
    scale = scale_of(hooked.model.network)
    if scale == "numbers":
        return Value(
            name=_name_of_numbers(len(names), label),
            texts=(encoded.inputs,),
            numbers=lambda outputs: outputs.logits,
            readout=readout,
            called=tuple(names),
            wanted=label,
        )
    given = hooked.run(encoded.inputs).outputs.logits[0].cpu()  # (class,)
    if scale == "each":
        name = Message("-ln of the probability that each class is, or is not, as the model says")
        return _each(name, encoded, given, (None,) * len(names), names, readout)
    return Likelihood(
        name=_name_of_class(label),
        texts=(encoded.inputs,),
        logits=lambda outputs: outputs.logits[:, None],
        targets=given.argmax(-1, keepdim=True) if label is None else torch.tensor([int(label)]),
        places=(None,),
        words=lambda _, each: names[each],
        readout=readout,
    )


def of_tokens(hooked: HookedModel, encoded: Encoded) -> Objective:
    """Of all tokens that are not special."""
    kept, names = tuple(not_special(encoded.tokens)), class_names(hooked.model)
    readout = uniform_readout(kept, len(encoded.tokens))
    scale = scale_of(hooked.model.network)
    if scale == "numbers":
        name = Message("the mean of the numbers that the model gives the tokens")
        return Value(name, (encoded.inputs,), lambda outputs: outputs.logits.flatten(1), readout, kept=kept)
    given = hooked.run(encoded.inputs, kept=kept).outputs.logits[0].cpu()  # (token, class)
    if scale == "each":
        name = Message("-ln of the probability that each label of each token is, or is not, as the model says")
        return _each(name, encoded, given, [token for token in kept for _ in names], names, readout, kept)
    return Likelihood(
        name=Message("-ln of the probability of the label that the model gives each token"),
        texts=(encoded.inputs,),
        logits=lambda outputs: outputs.logits,
        targets=given.argmax(-1),
        places=kept,
        words=lambda _, each: names[each],
        readout=readout,
        kept=kept,
    )


def _each(
    name: Message,
    encoded: Encoded,
    given: torch.Tensor,
    places: Sequence[int | None],
    names: Sequence[str],
    readout: torch.Tensor,
    kept: tuple[int, ...] | None = None,
) -> Likelihood:
    """Of classes that each stand for themselves: whether each is, or is not, as the model says."""
    return Likelihood(
        name=name,
        texts=(encoded.inputs,),
        logits=_no_or_yes,
        targets=(given.flatten() > 0).long(),
        places=tuple(places),
        words=lambda place, yes: names[place % len(names)] if yes else "not " + names[place % len(names)],
        readout=readout,
        kept=kept,
    )


def _no_or_yes(outputs: Any) -> torch.Tensor:
    """(text, place, no or yes), before the softmax, which then is the sigmoid."""
    given = outputs.logits.flatten(1)
    return torch.stack([torch.zeros_like(given), given], -1)


def _name_of_class(label: float | None) -> Message:
    if label is None:
        return Message("-ln of the probability of the class that the model chooses")
    return Message("-ln of the probability of the class that the label names")


def _name_of_numbers(n: int, label: float | None) -> Message:
    if label is not None:
        return Message("the squared distance of the model's number to the label")
    if n > 1:
        return Message("the mean of the {n} numbers that the model gives the text", {"n": n})
    return Message("the number that the model gives the text")
