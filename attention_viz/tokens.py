"""Tokens: what stands on one side of the attention, and what is known of each."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attention_viz.characters import Direction, direction
from attention_viz.errors import InputError


@dataclass(frozen=True)
class Tokens:
    """The tokens on one side of the attention; every field has one entry per token.

    texts    : as the tokenizer spells them ("##ing", "[CLS]")
    surfaces : the characters of the text that the token stands for ("ing"); "[CLS]" for a special token
    special  : added or reserved by the tokenizer ([CLS], [SEP], padding); a [MASK] is not special here
    unknown  : the vocabulary lacks it ([UNK])
    segments : 0 = first text, 1 = second text
    words    : number of the word the token belongs to; a special token is a word of its own
    spans    : (start, stop) characters within its segment's text; (0, 0) for a special token
    """

    texts: tuple[str, ...]
    surfaces: tuple[str, ...]
    special: tuple[bool, ...]
    unknown: tuple[bool, ...]
    segments: tuple[int, ...]
    words: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        lengths = {name: len(getattr(self, name)) for name in self.__dataclass_fields__}
        if len(set(lengths.values())) > 1:
            raise InputError(
                "The fields of Tokens differ in length: {lengths}. Give one entry per token.", lengths=lengths
            )

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __getitem__(self, position: int) -> str:
        return self.texts[position]

    @property
    def directions(self) -> tuple[Direction, ...]:
        """Which way each text runs, by the number of its segment; special tokens say nothing about it."""
        texts: list[list[str]] = [[] for _ in range(max(self.segments, default=-1) + 1)]
        for segment, surface, special in zip(self.segments, self.surfaces, self.special, strict=True):
            texts[segment].append("" if special else surface)
        return tuple(direction("".join(text)) for text in texts)

    @property
    def punctuation(self) -> tuple[bool, ...]:
        """Tokens made of nothing but punctuation marks or symbols (Unicode categories P and S)."""
        return tuple(
            not special and _is_punctuation(surface)
            for surface, special in zip(self.surfaces, self.special, strict=True)
        )

    @classmethod
    def plain(cls, texts: Sequence[str]) -> Tokens:
        """Tokens known by their spelling alone: "##" continues a word, "[CLS]", "[SEP]" and "[PAD]" are special."""
        texts = tuple(texts)
        special = tuple(text in {"[CLS]", "[SEP]", "[PAD]"} for text in texts)
        begins = [
            position == 0 or special[position - 1] or not text.startswith("##") for position, text in enumerate(texts)
        ]
        return cls(
            texts=texts,
            surfaces=tuple(text.removeprefix("##") for text in texts),
            special=special,
            unknown=tuple(text == "[UNK]" for text in texts),
            segments=(0,) * len(texts),
            words=tuple(itertools.accumulate(begins, initial=-1))[1:],
            spans=((0, 0),) * len(texts),
        )


def _is_punctuation(surface: str) -> bool:
    return surface.strip() != "" and all(unicodedata.category(character)[0] in "PS" for character in surface.strip())
