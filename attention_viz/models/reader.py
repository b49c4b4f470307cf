"""Reader: from a text or a pair to what the model is given, and the same tokens to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from attention_viz.errors import Message, ModelError, TextError
from attention_viz.models.explained import Explained
from attention_viz.models.room import Overlong, fit
from attention_viz.models.spelling import Pieces, bare, spell
from attention_viz.models.text import clean
from attention_viz.tokens import Tokens


@dataclass(frozen=True)
class Encoded:
    """One text or pair, ready for the model.

    inputs   : name of the model's argument -> (1, token) tensor
    tokens   : the same tokens, to look at
    texts    : the segments' texts as they were read
    left_out : tokens of the text that did not fit
    """

    inputs: dict[str, torch.Tensor]
    tokens: Tokens
    texts: tuple[str, ...]
    left_out: int
    notes: tuple[Message, ...]


@dataclass(frozen=True, eq=False)
class Reader:
    """A tokenizer and what the model behind it accepts.

    accepts    : names of the arguments that the model takes
    limit      : tokens that the model reads at once; None = any number
    vocabulary : rows of the model's table of tokens
    types      : rows of the model's table of segments; 0 = it has none
    """

    tokenizer: PreTrainedTokenizerBase
    accepts: frozenset[str]
    limit: int | None
    vocabulary: int
    types: int

    def encode(self, first: str, second: str | None = None, *, overlong: Overlong | None = None) -> Encoded:
        """What does the model read of this text, or of this pair?

        overlong : "first" reads the tokens that fit; anything else refuses a text that is too long
        Raises TextError for an empty text, one too long, or one in which the tokenizer finds no token.
        """
        cleaned = [clean(text) for text in (first, second) if text is not None]
        texts = tuple(each.text for each in cleaned)
        encoding = self._tokenize(texts)
        ids = np.asarray(encoding["input_ids"], dtype=np.int64)
        pieces = self._pieces(ids, encoding, texts)
        if not (pieces.segments >= 0).any():
            raise TextError(
                "The model's tokenizer finds no token in this text of {n} characters. Type words.",
                n=sum(len(text) for text in texts),
            )
        keep, cuts = fit(pieces.segments, self.limit, overlong)
        return Encoded(
            self._inputs(encoding, keep),
            spell(pieces.only(keep), texts),
            texts,
            int((~keep).sum()),
            tuple(note for each in cleaned for note in each.notes) + cuts,
        )

    def count(self, first: str, second: str | None = None) -> int:
        """How many tokens does a text have, or a pair, those that the tokenizer adds included?

        Raises TextError for an empty text.
        """
        return len(self._tokenize(tuple(clean(text).text for text in (first, second) if text is not None))["input_ids"])

    def spell_ids(self, ids: Sequence[int]) -> tuple[str, Tokens]:
        """What do tokens say that no text was cut into, such as those that a model wrote?"""
        array = np.asarray(ids, dtype=np.int64)
        known = [each for each in array.tolist() if self._knows(each)]
        text = str(self.tokenizer.decode(known, skip_special_tokens=True))
        spellings = tuple(map(self._spelling, array.tolist()))
        special = np.isin(array, list(self._reserved()))
        segments = np.where(special, -1, 0)
        unknown = ~special & (array == self.tokenizer.unk_token_id)
        pieces = Pieces(spellings, segments, _guess_spans(spellings, segments, (text,)), special, unknown)
        return text, spell(pieces, (text,))

    @property
    def filler(self) -> int:
        """Number of the token to pad with; masked, so that any will do where the tokenizer has none."""
        known = (self.tokenizer.pad_token_id, self.tokenizer.eos_token_id, 0)
        return next(each for each in known if each is not None)

    def word(self, token: int) -> str:
        """A token of the vocabulary as one would write it; as the tokenizer spells it where that cannot be shown."""
        written = str(self.tokenizer.decode([token])).strip() if self._knows(token) else ""
        if written and written.isprintable() and "\ufffd" not in written:
            return written
        return self._spelling(token)

    def _spelling(self, token: int) -> str:
        """As the tokenizer spells it; one that it does not know, by its number."""
        return str(self.tokenizer.convert_ids_to_tokens([token])[0]) if self._knows(token) else f"#{token}"

    def _knows(self, token: int) -> bool:
        """Whether the tokenizer has such a token: many models have more rows than that, to make their number round."""
        try:
            self.tokenizer.decode([token])  # those of bytes and characters raise what the others answer with None
            return self.tokenizer.convert_ids_to_tokens([token])[0] is not None
        except (ValueError, OverflowError):
            return False

    def _tokenize(self, texts: tuple[str, ...]) -> Any:
        with Explained(_cannot_tokenize):
            return self.tokenizer(
                *texts,
                truncation=False,
                verbose=False,  # no warning about length: `fit` says it
                return_special_tokens_mask=True,
                return_offsets_mapping=self.tokenizer.is_fast,
            )

    def _inputs(self, encoding: Mapping[str, Any], keep: np.ndarray) -> dict[str, torch.Tensor]:
        """(1, token) tensors of what the model accepts. Cut here and not by the tokenizer, whose cutting is a setting
        that all threads would share."""
        inputs = {
            name: torch.from_numpy(np.asarray(encoding[name], dtype=np.int64)[keep])[None]
            for name in self.tokenizer.model_input_names
            if name in encoding and name in self.accepts
        }
        largest = int(inputs["input_ids"].max())
        if largest >= self.vocabulary:
            raise ModelError(
                "The tokenizer gives token number {token}, but the model knows {n}. The two do not belong together; take both from one checkpoint.",
                token=largest,
                n=self.vocabulary,
            )
        if "token_type_ids" in inputs and int(inputs["token_type_ids"].max()) >= self.types:
            del inputs["token_type_ids"]  # a general tokenizer numbers segments for models that have none
        return inputs

    def _pieces(self, ids: np.ndarray, encoding: Any, texts: tuple[str, ...]) -> Pieces:
        added = np.asarray(encoding["special_tokens_mask"], dtype=bool)
        spellings = tuple(self.tokenizer.convert_ids_to_tokens(ids.tolist()))
        if self.tokenizer.is_fast:
            owners = encoding.sequence_ids(0)
            segments = np.array([-1 if owner is None else owner for owner in owners])
            spans = tuple(tuple(span) for span in encoding["offset_mapping"])
        else:
            segments = self._guess_segments(added, texts)
            spans = _guess_spans(spellings, segments, texts)
        unknown_id = self.tokenizer.unk_token_id
        reserved = np.isin(ids, list(self._reserved()))
        special = (segments < 0) | reserved
        return Pieces(spellings, segments, spans, special, ~special & (ids == unknown_id))

    def _reserved(self) -> set[int]:
        """Numbers of the tokens that are special wherever they stand: [CLS] and its like, not [MASK] and not [UNK]."""
        tokenizer = self.tokenizer
        ends = {tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.bos_token_id, tokenizer.eos_token_id}
        padding = {tokenizer.pad_token_id} - {tokenizer.unk_token_id}
        return (ends | padding) - {None, tokenizer.mask_token_id}

    def _guess_segments(self, added: np.ndarray, texts: tuple[str, ...]) -> np.ndarray:
        """Segments for a tokenizer that does not tell: the first text has as many tokens as it has alone."""
        alone = self.tokenizer(texts[0], add_special_tokens=False, truncation=False, verbose=False)
        segments = np.where(added, -1, 0)
        segments[np.flatnonzero(~added)[len(alone["input_ids"]) :]] = 1
        return segments


def _cannot_tokenize(_: str) -> ModelError:
    return ModelError(
        "The model's tokenizer cannot read this text. Shorten the text to find the part, or choose another model."
    )


def _guess_spans(
    spellings: tuple[str, ...], segments: np.ndarray, texts: tuple[str, ...]
) -> tuple[tuple[int, int], ...]:
    """Spans for a tokenizer that does not tell: where each spelling is next found in the text, whatever its case."""
    lowered = [text.lower() if len(text.lower()) == len(text) else text for text in texts]
    cursors = [0] * len(texts)
    spans: list[tuple[int, int]] = []
    for spelling, segment in zip(spellings, segments, strict=True):
        piece = bare(spelling)
        start = -1 if segment < 0 else lowered[segment].find(piece.lower(), cursors[segment])
        if start < 0:
            spans.append((0, 0))
            continue
        cursors[segment] = start + len(piece)
        spans.append((start, start + len(piece)))
    return tuple(spans)
