"""Target: what the decoder of a model with two halves reads, given by the user or written by the model itself."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from transformers import PreTrainedModel

from attention_viz.brief import brief
from attention_viz.errors import Message
from attention_viz.models.reading.encoded import Encoded
from attention_viz.models.reading.reader import Reader
from attention_viz.models.reading.text import Text
from attention_viz.models.reading.truncation import Overlong
from attention_viz.tokens import Tokens

MOST_WRITTEN = 64
"""Tokens that the model writes where the user gives no second text: enough to look at, and bounded in time."""


@dataclass(frozen=True, eq=False)
class Target:
    """Reads the second text as a decoder was trained to: a start token, then the text without its end token.

    reader : the tokenizer, set for good to the language that is written
    start  : number of the start token; None = the last token of the text, as mBART has it
    """

    reader: Reader
    start: int | None

    __repr__ = brief

    @classmethod
    def of(cls, network: PreTrainedModel, reader: Reader) -> Target | None:
        """The target of a model with an encoder and a decoder; None for any other."""
        if not network.config.is_encoder_decoder:
            return None
        tokenizer = copy.deepcopy(reader.tokenizer)
        switch = getattr(tokenizer, "_switch_to_target_mode", None)
        if switch is not None:
            switch()  # for good: a tokenizer that goes to and fro is not safe to share
        limit = None if reader.limit is None else reader.limit - 1
        return cls(replace(reader, tokenizer=tokenizer, limit=limit), network.config.decoder_start_token_id)

    def encode(self, text: Text, overlong: Overlong | None = None) -> Encoded:
        """The decoder's input for a text, and its tokens, numbered as the second segment."""
        encoded = self.reader.encode(text, overlong=overlong)
        ids = encoded.inputs["input_ids"][0].tolist()
        kept = len(ids) - 1 if encoded.tokens.special[-1] else len(ids)
        start = self._start(ids)
        tokens = _begun(self._name(start), encoded.tokens, kept)
        return replace(encoded, inputs=_input([start, *ids[:kept]]), tokens=tokens)

    def write(self, network: PreTrainedModel, inputs: Mapping[str, torch.Tensor]) -> Encoded:
        """What the model itself writes for this input, greedily, as its decoder's input; the start token if it cannot."""
        ids = self._written(network, inputs) if network.can_generate() else [self._start([])]
        text, tokens = self.reader.spell_ids(ids)
        note = (
            Message("No second text was given: the decoder reads what the model itself wrote: {text}", {"text": text})
            if len(ids) > 1
            else Message(
                "The decoder reads its start token {token} alone. Give a second text for it.", {"token": tokens[0]}
            )
        )
        tokens = replace(tokens, segments=(1,) * len(tokens))
        return Encoded(_input(ids), tokens, (text,) if text else (), 0, (note,))

    def _written(self, network: PreTrainedModel, inputs: Mapping[str, torch.Tensor]) -> list[int]:
        arguments: dict[str, Any] = {name: each.to(network.device) for name, each in inputs.items()}
        most = min(MOST_WRITTEN, self.reader.limit or MOST_WRITTEN)
        with torch.no_grad():
            written = network.generate(**arguments, max_new_tokens=most, do_sample=False, num_beams=1)  # type: ignore[operator]
        ids: list[int] = written[0].tolist()
        return ids[:-1] if ids[-1] == self.reader.tokenizer.eos_token_id and len(ids) > 1 else ids

    def _start(self, ids: list[int]) -> int:
        if self.start is not None:
            return self.start
        tokenizer = self.reader.tokenizer
        known: list[int | None] = [*ids[-1:], tokenizer.bos_token_id, tokenizer.pad_token_id, 0]
        return next(each for each in known if each is not None)

    def _name(self, token: int) -> str:
        return str(self.reader.tokenizer.convert_ids_to_tokens([token])[0])


def _input(ids: list[int]) -> dict[str, torch.Tensor]:
    return {"decoder_input_ids": torch.tensor([ids])}


def _begun(start: str, tokens: Tokens, kept: int) -> Tokens:
    """The start token, then the first tokens of a text."""
    return Tokens(
        texts=(start, *tokens.texts[:kept]),
        surfaces=(start, *tokens.surfaces[:kept]),
        special=(True, *tokens.special[:kept]),
        unknown=(False, *tokens.unknown[:kept]),
        segments=(1,) * (kept + 1),
        words=(0, *(word + 1 for word in tokens.words[:kept])),
        spans=((0, 0), *tokens.spans[:kept]),
    )
