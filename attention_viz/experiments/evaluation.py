"""Evaluation: how well a model does on a set of samples, with any of its heads taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from attention_viz.errors import InputError, Message
from attention_viz.experiments import objective_choice
from attention_viz.experiments.interventions.hooked_model import HookedModel, Inputs
from attention_viz.experiments.interventions.switches import Switches
from attention_viz.experiments.labels import numbers, wanted
from attention_viz.experiments.samples import Sample
from attention_viz.experiments.token_positions import every_seventh
from attention_viz.measures import rank_correlation
from attention_viz.models import Model
from attention_viz.models.checkpoint.task import scale_of
from attention_viz.models.reading.encoded import Encoded
from attention_viz.models.reading.padding import pad
from attention_viz.models.similarity import read_alone

AT_ONCE = 16
"""Texts of one length that are read in one pass; no text is padded."""

Results = list[np.ndarray]
"""What is read from the network's answer to each text."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A set of samples, and what counts as doing well on it.

    name    : of the score
    texts   : what the network is given, one entry each, (1, token)
    read    : (network's output, its inputs) -> one array for each text
    judge   : results of all texts -> the score
    body    : whether the network runs without its task head
    samples : how many there are
    """

    name: Message
    hooked: HookedModel
    texts: tuple[Inputs, ...]
    read: Callable[[Any, Inputs], Results]
    judge: Callable[[Results], float]
    body: bool
    samples: int

    def score(self, switches: Switches | None = None) -> float:
        """How well does the model do with these switches? 1 = best; NaN where the samples do not tell."""
        return self.judge(self.results(switches))

    def results(self, switches: Switches | None = None) -> Results:
        found: dict[int, np.ndarray] = {}
        with torch.no_grad():
            for places in _of_equal_length(self.texts):
                inputs = pad([self.texts[each] for each in places])
                outputs = self.hooked.run(inputs, switches, body=self.body).outputs
                found |= dict(zip(places, self.read(outputs, inputs), strict=True))
        return [found[place] for place in range(len(self.texts))]


def _of_equal_length(texts: Sequence[Inputs]) -> Iterator[list[int]]:
    """Places of texts that have the same length, a few at a time."""
    by_length: dict[int, list[int]] = {}
    for place, text in enumerate(texts):
        by_length.setdefault(text["input_ids"].shape[1], []).append(place)
    for places in by_length.values():
        yield from (places[start : start + AT_ONCE] for start in range(0, len(places), AT_ONCE))


def evaluation(model: Model, samples: Sequence[Sample], hooked: HookedModel | None = None) -> Evaluation:
    """How shall this model be judged on these samples?

    An embedding model, or one without a head: by the rank correlation of its cosines with the labels, where they are
    numbers; else by how many first texts find their second among all seconds; else by how little their vectors turn.
    A masked-word model: by the tokens it guesses behind masks, every seventh token masked. A decoder: by the next tokens it
    guesses. A classifier: by the labels, or by agreement with itself untouched; a regression by rank correlation; a model
    that labels tokens or finds answers by agreement with itself untouched.
    Raises InputError for no samples, or labels that the model does not know.
    """
    if not samples:
        raise InputError("There is no sample to evaluate the model on. Give at least one.")
    hooked = hooked or HookedModel(model)
    match model.task.kind:
        case "mask":
            return _guesses(hooked, samples, masked=True)
        case "next":
            return _guesses(hooked, samples, masked=False)
        case "classes" | "labels" | "answer":
            return _answers(hooked, samples)
    return _vectors(hooked, samples)


def _encoded(hooked: HookedModel, samples: Sequence[Sample]) -> list[Encoded]:
    return [hooked.model.reader.encode(each.first, each.second, overlong="first") for each in samples]


def _vectors(hooked: HookedModel, samples: Sequence[Sample]) -> Evaluation:
    paired = all(each.second is not None for each in samples)
    texts = list(dict.fromkeys(text for each in samples for text in (each.first, each.second) if text is not None))
    alone = [read_alone(objective_choice.pooling_of(hooked), hooked.model.reader, text) for text in texts]
    inputs = tuple(each.encoded.inputs for each in alone)
    pooled, places = (
        objective_choice.pooled_vector(hooked, alone[0].n_prompt),
        {text: place for place, text in enumerate(texts)},
    )
    firsts = [places[each.first] for each in samples]
    seconds = [places[each.second] for each in samples if each.second is not None]

    def read(outputs: Any, _: Inputs) -> Results:
        return list(torch.nn.functional.normalize(pooled(outputs), dim=-1).cpu().double().numpy())

    def made(name: Message, judge: Callable[[np.ndarray], float]) -> Evaluation:
        """judge : (text, d_model) vectors of length 1 -> the score"""
        return Evaluation(name, hooked, inputs, read, lambda results: judge(np.array(results)), True, len(samples))

    def cosines(vectors: np.ndarray) -> np.ndarray:
        """Of every first text with every second: (first, second)."""
        products: np.ndarray = vectors[firsts] @ vectors[seconds].T
        return products

    labels = numbers(samples)
    if paired and labels is not None:
        name = Message("rank correlation of the cosine similarities with the labels")
        return made(name, lambda vectors: rank_correlation(np.diagonal(cosines(vectors)), labels))
    if paired and len(samples) > 1:
        name = Message(
            "share of the first texts that are nearest to their own of all {n} second texts", {"n": len(samples)}
        )
        own = np.arange(len(samples))
        return made(name, lambda vectors: float((cosines(vectors).argmax(1) == own).mean()))
    untouched = np.array(made(Message(""), lambda _: 1.0).results())
    name = Message("mean cosine similarity of the texts' vectors to those of the untouched model")
    return made(name, lambda vectors: float((vectors * untouched).sum(-1).mean()))


def _guesses(hooked: HookedModel, samples: Sequence[Sample], masked: bool) -> Evaluation:
    encoded = _encoded(hooked, samples)
    ids = [each.inputs["input_ids"][0] for each in encoded]
    if masked:
        places = [torch.tensor(every_seventh(each.tokens)) for each in encoded]
        texts = [
            objective_choice.with_masks(hooked, each, hidden.tolist())
            for each, hidden in zip(encoded, places, strict=True)
        ]
        name = Message("share of the tokens guessed right behind masks, every seventh token masked")
    else:
        places = [torch.arange(1, len(each)) for each in ids]
        texts = [each.inputs for each in encoded]
        name = Message("share of the next tokens guessed right")
    number = hooked.model.reader.tokenizer.mask_token_id

    def read(outputs: Any, inputs: Inputs) -> Results:
        best = objective_choice.logits(outputs).argmax(-1).cpu()
        hidden = inputs["input_ids"] == number
        return [row[spot].numpy() if masked else row[:-1].numpy() for row, spot in zip(best, hidden, strict=True)]

    wanted = [each[hidden].numpy() for each, hidden in zip(ids, places, strict=True)]
    return Evaluation(name, hooked, tuple(texts), read, _share_equal(wanted), body=False, samples=len(samples))


def _share_equal(wanted: Results) -> Callable[[Results], float]:
    """The share of places, over all texts, at which the results are what was wanted."""

    def judge(results: Results) -> float:
        hits = np.concatenate([np.ravel(got == right) for got, right in zip(results, wanted, strict=True)])
        return float(hits.mean()) if hits.size else float("nan")

    return judge


def _answers(hooked: HookedModel, samples: Sequence[Sample]) -> Evaluation:
    kind, texts = hooked.model.task.kind, tuple(each.inputs for each in _encoded(hooked, samples))

    def made(name: Message, read: Callable[[Any, Inputs], Results], judge: Callable[[Results], float]) -> Evaluation:
        return Evaluation(name, hooked, texts, read, judge, body=False, samples=len(samples))

    def agreeing(read: Callable[[Any, Inputs], Results]) -> Evaluation:
        untouched = made(Message(""), read, lambda _: 1.0).results()
        return made(Message("agreement with the untouched model"), read, _share_equal(untouched))

    if kind == "answer":
        return agreeing(lambda outputs, _: list(objective_choice.span_logits(outputs).argmax(-1).cpu().numpy()))
    scale, classes = scale_of(hooked.model.network), None if kind == "labels" else wanted(hooked.model, samples)
    if scale == "numbers":
        return _regression(made, classes)
    if scale == "each":
        return agreeing(lambda outputs, _: list((outputs.logits > 0).cpu().numpy()))
    if kind == "labels":
        return agreeing(lambda outputs, _: list(outputs.logits.argmax(-1).cpu().numpy()))

    def read(outputs: Any, _: Inputs) -> Results:
        return list(outputs.logits.argmax(-1, keepdim=True).cpu().numpy())

    if classes is None:
        return agreeing(read)
    return made(Message("share of the texts given the right class"), read, _share_equal(list(classes[:, None])))


def _regression(made: Callable[..., Evaluation], labels: np.ndarray | None) -> Evaluation:
    """By the ranks of the numbers among all texts, or all tokens of all texts; of several, the mean over what they are."""

    def read(outputs: Any, _: Inputs) -> Results:
        return list(outputs.logits.cpu().double().numpy())  # (number,) or (token, number) of each text

    def rows(results: Results) -> np.ndarray:
        """(text or token, number)"""
        return np.concatenate([np.atleast_2d(each) for each in results])

    right = labels[:, None] if labels is not None else rows(made(Message(""), read, lambda _: 1.0).results())
    name = (
        Message("rank correlation of the numbers with those of the untouched model")
        if labels is None
        else Message("rank correlation of the numbers with the labels")
    )

    def judge(results: Results) -> float:
        return float(np.mean([rank_correlation(*pair) for pair in zip(rows(results).T, right.T, strict=True)]))

    return made(name, read, judge)
