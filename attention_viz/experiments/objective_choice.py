"""Objective choice: which objective fits a checkpoint's head and a text.

Without a label, the untouched model's own answer is the target: what is measured then is how sure of it the model stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from attention_viz.errors import Message, ModelError, TextError
from attention_viz.experiments import classification
from attention_viz.experiments.interventions.hooked_model import HookedModel, Inputs
from attention_viz.experiments.interventions.switches import Switches
from attention_viz.experiments.objective import Cosine, Likelihood, Objective
from attention_viz.experiments.token_positions import check_token, every_seventh, uniform_readout
from attention_viz.models.checkpoint.sentence_pooling import Pooling
from attention_viz.models.reading.encoded import Encoded
from attention_viz.models.similarity import Alone


def choose_objective(
    hooked: HookedModel, texts: Sequence[Alone], mask: Sequence[int], label: float | None = None
) -> Objective:
    """The objective for these texts. Raises TextError, SelectionError and ModelError for what cannot be asked.

    label : what is right, as `labels.wanted` says it; None = the model's own answer
    """
    encoded = texts[0].encoded
    match hooked.model.task.kind:
        case "mask":
            return _masked_tokens(hooked, encoded, mask)
        case "classes":
            return classification.of_text(hooked, encoded, label)
        case "labels":
            return classification.of_tokens(hooked, encoded)
        case "answer":
            return _answer_span(hooked, encoded)
        case "next":
            return _next_tokens(hooked, encoded)
    return _similarity(hooked, texts, label)


def _masked_tokens(hooked: HookedModel, encoded: Encoded, mask: Sequence[int]) -> Likelihood:
    ids, number = encoded.inputs["input_ids"][0], hooked.model.reader.tokenizer.mask_token_id
    for token in mask:
        check_token(token, len(ids))
    given = (ids == number).nonzero()[:, 0].tolist()
    hidden = sorted({*given, *mask}) or every_seventh(encoded.tokens)
    text = with_masks(hooked, encoded, hidden)
    guessed = logits(hooked.run(text, kept=hidden).outputs)[0].argmax(-1).cpu()
    return Likelihood(
        name=_name_of_masks(bool(given), bool(mask)),
        texts=(text,),
        logits=logits,
        targets=torch.where(ids[hidden] == number, guessed, ids[hidden]),
        places=tuple(hidden),
        words=lambda _, token: hooked.model.reader.word(token),
        readout=uniform_readout(hidden, len(ids)),
        kept=tuple(hidden),
    )


def with_masks(hooked: HookedModel, encoded: Encoded, hidden: Sequence[int]) -> Inputs:
    """The text with the mask token in these places. Raises ModelError where the tokenizer has none."""
    number = hooked.model.reader.tokenizer.mask_token_id
    if number is None:
        raise ModelError(
            "{name} has no mask token, so it has nothing to guess. Choose another.", name=hooked.model.name
        )
    ids = encoded.inputs["input_ids"].clone()
    ids[0, list(hidden)] = number
    return {**encoded.inputs, "input_ids": ids}


def _name_of_masks(given: bool, chosen: bool) -> Message:
    if chosen:
        return Message("-ln of the probability of the tokens behind the masks")
    if given:
        return Message("-ln of the probability of the model's own first choice for each mask")
    return Message("-ln of the probability of the tokens behind the masks, every seventh token masked")


def _answer_span(hooked: HookedModel, encoded: Encoded) -> Likelihood:
    """Two places: where the answer begins and where it span_logits; a class is a token."""
    targets = span_logits(hooked.run(encoded.inputs).outputs)[0].argmax(-1).cpu()
    return Likelihood(
        name=Message("-ln of the probability of the answer's first and last token"),
        texts=(encoded.inputs,),
        logits=span_logits,
        targets=targets,
        places=(None, None),
        words=lambda _, token: encoded.tokens[token],
        readout=uniform_readout(targets.tolist(), len(encoded.tokens)),
    )


def _next_tokens(hooked: HookedModel, encoded: Encoded) -> Likelihood:
    ids = encoded.inputs["input_ids"][0]
    if len(ids) < 2:
        raise TextError("This text has {n} token; a next token needs 2. Write more.", n=len(ids))
    return Likelihood(
        name=Message("-ln of the probability of each next token of the text"),
        texts=(encoded.inputs,),
        logits=lambda outputs: outputs.logits[:, :-1],
        targets=ids[1:],
        places=tuple(range(1, len(ids))),
        words=lambda _, token: hooked.model.reader.word(token),
        readout=uniform_readout(range(len(ids) - 1), len(ids)),
    )


def _similarity(hooked: HookedModel, texts: Sequence[Alone], label: float | None) -> Cosine:
    inputs, n_prompt = tuple(each.encoded.inputs for each in texts), texts[0].n_prompt
    pooled = pooled_vector(hooked, n_prompt)
    readout = pooling_of(hooked).readout(len(texts[0].encoded.tokens), n_prompt)
    if len(texts) == 2:
        return Cosine(_name_of_pair(texts, label), inputs, pooled, readout, wanted=label)
    off = Switches({layer: torch.zeros(1, 1) for layer in range(hooked.model.n_layers)})
    bare = pooled(hooked.run(inputs[0], off, body=True).outputs)[0]
    return Cosine(_name_of_single(texts[0]), inputs, pooled, readout, bare)


def _name_of_pair(texts: Sequence[Alone], label: float | None) -> Message:
    if label is not None:
        return Message("the squared distance of the cosine similarity to the label, drawn to 0 to 1")
    if any(each.encoded.left_out for each in texts):
        limit = max(len(each.encoded.tokens) for each in texts)
        return Message("cosine similarity of the two texts, of each the first {limit} tokens at most", {"limit": limit})
    return Message("cosine similarity of the two texts")


def _name_of_single(text: Alone) -> Message:
    if text.encoded.left_out:
        return Message(
            "cosine similarity of the vector of the text's first {limit} tokens to the one that the model makes with every head off",
            {"limit": len(text.encoded.tokens)},
        )
    return Message("cosine similarity of the text's vector to the one that the model makes with every head off")


def pooling_of(hooked: HookedModel) -> Pooling:
    """How the model pools; the mean of all tokens where it was not trained to compare texts."""
    return hooked.model.task.pooling or Pooling()


def pooled_vector(hooked: HookedModel, n_prompt: int) -> Callable[[Any], torch.Tensor]:
    """How the tokens' vectors become the text's: (text, width). n_prompt : as `Pooling.vector` takes it."""
    pooling = pooling_of(hooked)
    return lambda outputs: pooling.vector(outputs.last_hidden_state.float(), n_prompt)


def logits(outputs: Any) -> torch.Tensor:
    """(text, token, class)"""
    found: torch.Tensor = outputs.prediction_logits if hasattr(outputs, "prediction_logits") else outputs.logits
    return found


def span_logits(outputs: Any) -> torch.Tensor:
    """(text, first or last, token)"""
    return torch.stack([outputs.start_logits, outputs.end_logits], 1)
