"""Predicting: from the outputs of a task's head to what the model predicts for a text."""

from __future__ import annotations

from typing import Any

import torch
from transformers import PreTrainedModel

from attention_viz.errors import Message, TextError
from attention_viz.models.catalogue import MASKED_WORD
from attention_viz.models.checkpoint.task import Task, scale_of
from attention_viz.models.predictions import (
    Answer,
    Classes,
    FilledMask,
    FilledMasks,
    Guess,
    Labels,
    NextTokens,
    NoPrediction,
    Predictions,
    Score,
    Scores,
    Similarity,
    TokenScores,
)
from attention_viz.models.reading.encoded import Encoded
from attention_viz.models.reading.reader import Reader
from attention_viz.models.similarity import compare

GUESSES = 5
LONGEST_ANSWER = 30
"""Tokens; the limit that SQuAD's own baseline uses (Devlin et al. 2019, arXiv 1810.04805, section 4.2)."""

BERT_MASK = "[MASK]"
"""How the embedded masked-word model spells its mask token; a text with another spelling would be cut up by it."""


def predict(task: Task, network: PreTrainedModel, reader: Reader, encoded: Encoded, outputs: Any) -> Predictions:
    """What does the model's head predict for this text?

    outputs : of the forward pass over `encoded`; only the cosine of a pair takes another pass
    """
    match task.kind:
        case "mask":
            return _masks(reader, encoded, outputs)
        case "classes":
            return _classes(network, _logits(outputs))
        case "labels":
            return _labels(network, encoded, _logits(outputs))
        case "answer":
            return _answer(encoded, outputs)
        case "next":
            return NextTokens(_best_tokens(reader, _logits(outputs)[-1]))
        case "similarity":
            return _similarity(task, network, reader, encoded)
    return NoPrediction()


def _masks(reader: Reader, encoded: Encoded, outputs: Any) -> Predictions:
    masked = _masked(reader, encoded)
    if not masked:
        return NoPrediction(
            Message(
                "Write {mask} where the model shall guess a word.", {"mask": reader.tokenizer.mask_token or "[MASK]"}
            )
        )
    logits = _logits(outputs)  # (token, vocabulary)
    return FilledMasks(tuple(FilledMask(each, _best_tokens(reader, logits[each])) for each in masked))


def _masked(reader: Reader, encoded: Encoded) -> list[int]:
    """The tokens of the text that are the tokenizer's mask token."""
    mask = reader.tokenizer.mask_token_id
    return (encoded.inputs["input_ids"][0] == mask).nonzero()[:, 0].tolist() if mask is not None else []


def _classes(network: PreTrainedModel, logits: torch.Tensor) -> Predictions:
    scale, names = scale_of(network), _names(network, len(logits))
    if scale == "numbers":
        return Score(float(logits[0])) if len(logits) == 1 else Scores(tuple(names), tuple(logits.tolist()))
    probabilities = logits.softmax(-1) if scale == "one" else logits.sigmoid()
    return Classes(_ranked(probabilities, names), scale == "one")


def _labels(network: PreTrainedModel, encoded: Encoded, logits: torch.Tensor) -> Labels | TokenScores:
    scale, names, special = scale_of(network), _names(network, logits.shape[-1]), encoded.tokens.special
    if scale == "numbers":
        values = zip(logits.tolist(), special, strict=True)
        return TokenScores(tuple(names), tuple(None if apart else tuple(each) for each, apart in values))
    best = (logits.softmax(-1) if scale == "one" else logits.sigmoid()).max(-1)  # (token,) twice
    guesses = zip(best.values.tolist(), best.indices.tolist(), special, strict=True)
    found = (None if apart else Guess(names[label], share) for share, label, apart in guesses)
    return Labels(tuple(found), scale == "one")


def _answer(encoded: Encoded, outputs: Any) -> Predictions:
    tokens = encoded.tokens
    inside = torch.tensor(
        [segment == 1 and not special for segment, special in zip(tokens.segments, tokens.special, strict=True)]
    )
    if not inside.any():
        return NoPrediction(
            Message("This model answers questions: give the question first, and a text as the second segment.")
        )
    starts, stops = (
        each[0].float().cpu().masked_fill(~inside, -torch.inf).softmax(-1)
        for each in (outputs.start_logits, outputs.end_logits)
    )
    joint = starts[:, None] * stops[None, :]  # (first token, last token)
    joint = joint.triu() - joint.triu(LONGEST_ANSWER)
    first, last = divmod(int(joint.argmax()), len(starts))
    text = encoded.texts[1][tokens.spans[first][0] : tokens.spans[last][1]]
    return Answer(text, first, last + 1, float(joint[first, last]))


def _similarity(task: Task, network: PreTrainedModel, reader: Reader, encoded: Encoded) -> Predictions:
    if len(encoded.texts) < 2:
        return _no_pair(reader, encoded)
    try:
        found = compare(task, network, reader, (encoded.texts[0], encoded.texts[1]))
    except TextError as refused:  # a text that has no token of its own, beside one that has
        return NoPrediction(refused.message)
    return Similarity(found.cosine, found.notes)


def _no_pair(reader: Reader, encoded: Encoded) -> NoPrediction:
    """Which text, or which model, would give an answer?"""
    mask = reader.tokenizer.mask_token
    if mask != BERT_MASK or not _masked(reader, encoded):
        return NoPrediction(Message("This model compares sentences: give a second one to see how alike they are."))
    advice = Message(
        "This model compares sentences and guesses no words. For the words behind {mask}, choose the model {name}.",
        {"mask": mask, "name": MASKED_WORD},
    )
    return NoPrediction(advice, MASKED_WORD)


def _logits(outputs: Any) -> torch.Tensor:
    """The head's logits for the only text of the batch, float32 on the CPU."""
    logits: torch.Tensor = outputs.prediction_logits if hasattr(outputs, "prediction_logits") else outputs.logits
    return logits[0].float().cpu()


def _best_tokens(reader: Reader, logits: torch.Tensor) -> tuple[Guess, ...]:
    best = logits.softmax(-1).topk(min(GUESSES, len(logits)))
    return tuple(
        Guess(reader.word(token), share)
        for token, share in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    )


def _names(network: PreTrainedModel, n: int) -> list[str]:
    """The names that the configuration gives the classes; their numbers where it gives none."""
    given: dict[Any, str] = dict(network.config.id2label or {})
    return [str(given.get(each, each)) for each in range(n)]


def _ranked(probabilities: torch.Tensor, names: list[str]) -> tuple[Guess, ...]:
    order = probabilities.argsort(descending=True, stable=True).tolist()
    return tuple(Guess(names[each], float(probabilities[each])) for each in order)
