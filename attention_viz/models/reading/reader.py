"""Reader: from a text or a pair to the inputs of the model, with the same tokens to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from attention_viz.brief import brief
from attention_viz.errors import ModelError, TextError
from attention_viz.models.library_errors import LibraryErrors
from attention_viz.models.reading.encoded import Encoded
from attention_viz.models.reading.text import Text, clean
from attention_viz.models.reading.truncation import Overlong, truncate
from attention_viz.spelling import knows, pieces_of, spell, spell_ids, spelling, tokenize
from attention_viz.tokens import Tokens


@dataclass(frozen=True, eq=False)
class Reader:
    """A tokenizer and what the model behind it accepts.

    accepts    : names of the arguments that the model takes
    limit      : tokens that the model reads at once; None = any number
    vocabulary : rows of the token embeddings
    types      : rows of the segment embeddings; 0 = there are none
    """

    tokenizer: PreTrainedTokenizerBase
    accepts: frozenset[str]
    limit: int | None
    vocabulary: int
    types: int

    __repr__ = brief

    def encode(self, first: Text, second: Text | None = None, *, overlong: Overlong | None = None) -> Encoded:
        """What does the model read of this text, or of this pair?

        overlong : "first" reads the tokens that fit; anything else refuses a text that is too long
        Raises TextError for an empty text, one too long, or one in which the tokenizer finds no token.
        """
        cleaned = [clean(text) for text in (first, second) if text is not None]
        texts = tuple(each.text for each in cleaned)
        encoding = self._tokenize(texts)
        pieces = pieces_of(self.tokenizer, encoding, texts)
        if not (pieces.segments >= 0).any():
            raise TextError(
                "The model's tokenizer finds no token in this text of {n} characters. Type words.",
                n=sum(len(text) for text in texts),
            )
        keep, cuts = truncate(pieces.segments, self.limit, overlong)
        return Encoded(
            self._inputs(encoding, keep),
            spell(pieces.only(keep), texts, [each.words for each in cleaned]),
            texts,
            int((~keep).sum()),
            tuple(note for each in cleaned for note in each.notes) + cuts,
        )

    def count(self, first: Text, second: Text | None = None) -> int:
        """How many tokens does a text have, or a pair, those that the tokenizer adds included?

        Raises TextError for an empty text.
        """
        return len(self._tokenize(tuple(clean(text).text for text in (first, second) if text is not None))["input_ids"])

    def spell_ids(self, ids: Sequence[int]) -> tuple[str, Tokens]:
        """Which text do these tokens spell, such as those that a model wrote? Returns it with its tokens."""
        (text,), tokens = spell_ids(self.tokenizer, ids)
        return text, tokens

    @property
    def filler(self) -> int:
        """Id of the token to pad with; padding is masked, so any will do where the tokenizer has none."""
        known = (self.tokenizer.pad_token_id, self.tokenizer.eos_token_id, 0)
        return next(each for each in known if each is not None)

    def word(self, token: int) -> str:
        """A token of the vocabulary as one would write it; as the tokenizer spells it where that cannot be shown."""
        written = str(self.tokenizer.decode([token])).strip() if knows(self.tokenizer, token) else ""
        if written and written.isprintable() and "\ufffd" not in written:
            return written
        return spelling(self.tokenizer, token)

    def _tokenize(self, texts: tuple[str, ...]) -> Any:
        with LibraryErrors(_cannot_tokenize):
            return tokenize(self.tokenizer, texts)

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


def _cannot_tokenize(_: str) -> ModelError:
    return ModelError(
        "The model's tokenizer cannot read this text. Shorten the text to find the part, or choose another model."
    )
