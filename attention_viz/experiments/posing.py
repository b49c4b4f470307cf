"""Posing: which objective fits a checkpoint's head and a text.

Where nobody knows the right answer, the untouched model's own answer is the target: what is measured then is how sure
of it the model stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from attention_viz.attention import Tokens
from attention_viz.errors import Message, ModelError, SelectionError, TextError
from attention_viz.experiments.objective import Cosine, Likelihood, Objective, Value
from attention_viz.experiments.probe import Inputs, Probe
from attention_viz.experiments.switches import Switches
from attention_viz.models.reader import Encoded

EVERY = 7
"""Where nothing is masked, every seventh token is: near the 15 % of BERT's own training (Devlin et al. 2019)."""


def objective(probe: Probe, encoded: Sequence[Encoded], mask: Sequence[int]) -> Objective:
    """The objective for these texts. Raises TextError, SelectionError and ModelError for what cannot be asked."""
    match probe.model.task.kind:
        case "mask":
            return _masked(probe, encoded[0], mask)
        case "classes":
            return _classified(probe, encoded[0])
        case "labels":
            return _labelled(probe, encoded[0])
        case "answer":
            return _answered(probe, encoded[0])
        case "next":
            return _continued(probe, encoded[0])
    return _alike(probe, encoded)


def _masked(probe: Probe, encoded: Encoded, mask: Sequence[int]) -> Likelihood:
    ids, number = encoded.inputs["input_ids"][0], probe.model.reader.tokenizer.mask_token_id
    _check_mask(mask, len(ids))
    given = (ids == number).nonzero()[:, 0].tolist()
    hidden = sorted({*given, *mask}) or every_seventh(encoded.tokens)
    text = masked(probe, encoded, hidden)
    guessed = logits(probe.run(text, kept=hidden).outputs)[0].argmax(-1).cpu()
    return Likelihood(
        name=_name_of_masks(bool(given), bool(mask)),
        texts=(text,),
        logits=logits,
        targets=torch.where(ids[hidden] == number, guessed, ids[hidden]),
        places=tuple(hidden),
        words=lambda _, token: probe.model.reader.word(token),
        readout=_from(hidden, len(ids)),
        kept=tuple(hidden),
    )


def masked(probe: Probe, encoded: Encoded, hidden: Sequence[int]) -> Inputs:
    """The text with the mask token in these places. Raises ModelError where the tokenizer has none."""
    number = probe.model.reader.tokenizer.mask_token_id
    if number is None:
        raise ModelError("{name} has no mask token, so it has nothing to guess. Choose another.", name=probe.model.name)
    ids = encoded.inputs["input_ids"].clone()
    ids[0, list(hidden)] = number
    return {**encoded.inputs, "input_ids": ids}


def _name_of_masks(given: bool, chosen: bool) -> Message:
    if chosen:
        return Message("-ln of the probability of the tokens behind the masks")
    if given:
        return Message("-ln of the probability of the model's own first choice for each mask")
    return Message("-ln of the probability of the tokens behind the masks, every seventh token masked")


def _check_mask(mask: Sequence[int], n_tokens: int) -> None:
    for token in mask:
        if not 0 <= token < n_tokens:
            raise SelectionError(
                "There is no token index {token}; the text has {n} tokens. Choose 0 to {last}.",
                token=token,
                n=n_tokens,
                last=n_tokens - 1,
            )


def every_seventh(tokens: Tokens) -> list[int]:
    """Every seventh of the tokens that are not special, at least one."""
    ordinary = _ordinary(tokens)
    return ordinary[min(EVERY, len(ordinary)) // 2 :: EVERY]


def _classified(probe: Probe, encoded: Encoded) -> Objective:
    given = probe.run(encoded.inputs).outputs.logits[0]  # (class,)
    names, n = class_names(probe), len(encoded.tokens)
    readout = _from([n - 1 if probe.model.causal else 0], n)  # where a decoder's or an encoder's classifier reads
    several = probe.model.network.config.problem_type == "multi_label_classification"
    if several:
        return Likelihood(
            name=Message("-ln of the probability that each class is, or is not, as the model says"),
            texts=(encoded.inputs,),
            logits=lambda outputs: torch.stack([torch.zeros_like(outputs.logits), outputs.logits], -1),
            targets=(given > 0).long().cpu(),
            places=(None,) * len(given),
            words=lambda place, yes: names(place) if yes else "not " + names(place),
            readout=readout,
        )
    if len(given) == 1:
        return Value(Message("the number that the model gives the text"), (encoded.inputs,), readout)
    return Likelihood(
        name=Message("-ln of the probability of the class that the model chooses"),
        texts=(encoded.inputs,),
        logits=lambda outputs: outputs.logits[:, None],
        targets=given.argmax(-1, keepdim=True).cpu(),
        places=(None,),
        words=lambda _, each: names(each),
        readout=readout,
    )


def _labelled(probe: Probe, encoded: Encoded) -> Likelihood:
    ordinary, names = _ordinary(encoded.tokens), class_names(probe)
    return Likelihood(
        name=Message("-ln of the probability of the label that the model gives each token"),
        texts=(encoded.inputs,),
        logits=logits,
        targets=logits(probe.run(encoded.inputs, kept=ordinary).outputs)[0].argmax(-1).cpu(),
        places=tuple(ordinary),
        words=lambda _, each: names(each),
        readout=_from(ordinary, len(encoded.tokens)),
        kept=tuple(ordinary),
    )


def _answered(probe: Probe, encoded: Encoded) -> Likelihood:
    """Two places: where the answer begins and where it ends; a class is a token."""
    targets = ends(probe.run(encoded.inputs).outputs)[0].argmax(-1).cpu()
    return Likelihood(
        name=Message("-ln of the probability of the answer's first and last token"),
        texts=(encoded.inputs,),
        logits=ends,
        targets=targets,
        places=(None, None),
        words=lambda _, token: encoded.tokens[token],
        readout=_from(targets.tolist(), len(encoded.tokens)),
    )


def _continued(probe: Probe, encoded: Encoded) -> Likelihood:
    ids = encoded.inputs["input_ids"][0]
    if len(ids) < 2:
        raise TextError("This text has {n} token; a next token needs 2. Write more.", n=len(ids))
    return Likelihood(
        name=Message("-ln of the probability of each next token of the text"),
        texts=(encoded.inputs,),
        logits=lambda outputs: outputs.logits[:, :-1],
        targets=ids[1:],
        places=tuple(range(1, len(ids))),
        words=lambda _, token: probe.model.reader.word(token),
        readout=_from(range(len(ids) - 1), len(ids)),
    )


def _alike(probe: Probe, encoded: Sequence[Encoded]) -> Cosine:
    texts, pooling = tuple(each.inputs for each in encoded), probe.model.task.pooling
    readout = _from([0] if pooling == "cls" else range(len(encoded[0].tokens)), len(encoded[0].tokens))
    if len(texts) == 2:
        return Cosine(Message("cosine similarity of the two texts"), texts, vector(pooling), readout)
    off = Switches({layer: torch.zeros(1, 1) for layer in range(probe.model.n_layers)})
    bare = vector(pooling)(probe.run(texts[0], off, body=True).outputs)[0]
    name = Message("cosine similarity of the text's vector to the one that the model makes with every head off")
    return Cosine(name, texts, vector(pooling), readout, bare)


def vector(pooling: str) -> Callable[[Any], torch.Tensor]:
    """How the tokens' vectors become the text's: (text, d_model)."""

    def pooled(outputs: Any) -> torch.Tensor:
        states = outputs.last_hidden_state.float()  # (text, token, d_model)
        if pooling == "cls":
            return states[:, 0]
        return states.amax(1) if pooling == "max" else states.mean(1)

    return pooled


def logits(outputs: Any) -> torch.Tensor:
    """(text, token, class)"""
    return outputs.prediction_logits if hasattr(outputs, "prediction_logits") else outputs.logits


def ends(outputs: Any) -> torch.Tensor:
    """(text, first or last, token)"""
    return torch.stack([outputs.start_logits, outputs.end_logits], 1)


def class_names(probe: Probe) -> Callable[[int], str]:
    """How the configuration calls each class; its number where it has no name."""
    given: dict[Any, str] = dict(probe.model.network.config.id2label or {})
    return lambda each: str(given.get(each, each))


def _ordinary(tokens: Tokens) -> list[int]:
    """The tokens that are not special. Raises TextError where there is none."""
    positions = [position for position, special in enumerate(tokens.special) if not special]
    if not positions:
        raise TextError("This text has no token beside the special ones. Write words.")
    return positions


def _from(positions: Sequence[int], n_tokens: int) -> torch.Tensor:
    """Reading from these tokens alike: (token,), sums to 1."""
    readout = torch.zeros(n_tokens)
    for position in positions:
        readout[position] += 1 / len(positions)
    return readout
