"""Tokens: what stands on one side of the attention, and what is known of each."""

from __future__ import annotations

import difflib
import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from attention_viz.brief import beginning
from attention_viz.byte_spelling import decoded, label, may_be_bytes
from attention_viz.characters import Direction, direction
from attention_viz.errors import InputError, SelectionError

Place = tuple[int, int]
"""(segment, character within the segment's text)"""


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
    Beside them `labels`: how the tokens are shown.
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

    def __repr__(self) -> str:
        return f"Tokens{beginning(self.texts)}"

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

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The tokens as they are shown: `texts`, with characters where a tokenizer spells bytes, see `byte_spelling`."""
        spelled = [place for place, text in enumerate(self.texts) if not self.special[place] and may_be_bytes(text)]
        sharing: dict[Place, list[int]] = {}
        for position in spelled:
            for place in self._characters(position):
                sharing.setdefault(place, []).append(position)
        shown = list(self.texts)
        for position in spelled:
            among = [sharing[place] for place in self._characters(position)]
            parts = [(each.index(position) + 1, len(each)) for each in among]
            shown[position] = label(self.texts[position], self.surfaces[position], parts)
        return tuple(shown)

    def written(self, positions: Iterable[int]) -> str:
        """The characters that tokens stand for together: one that several share, as an emoji of four bytes, once."""
        parts, covered = [], 0
        for each in positions:
            start, stop = self.spans[each]
            parts.append(self.surfaces[each][max(0, covered - start) if start < stop else 0 :])
            covered = max(covered, stop)
        return "".join(parts)

    def find(self, word: str) -> tuple[int, ...]:
        """At which positions does a word stand? Those of all its tokens, wherever it occurs; see `occurrences`."""
        return tuple(sorted(itertools.chain.from_iterable(self.occurrences(word))))

    def occurrences(self, word: str) -> tuple[tuple[int, ...], ...]:
        """The positions of a word's tokens, each time that it occurs.

        word : as the text has it, or a token as it is spelled ("[SEP]"); whatever its case, where there is none of this case
        Raises SelectionError, which names words like it, where the text has no such word.
        """
        words: dict[str, list[tuple[int, ...]]] = {}
        for group in self._word_groups():
            for name in {self.written(group).strip(), *(self.texts[each] for each in group[:1] if len(group) == 1)}:
                words.setdefault(name, []).append(tuple(group))
        same = [name for name in words if name == word] or [name for name in words if name.lower() == word.lower()]
        if not same:
            near = difflib.get_close_matches(word, words, cutoff=0.5) or list(words)[:5]
            raise SelectionError(
                "The text has no word {word}. Words like it, or the first ones: {near}. Choose a whole word of the text.",
                word=repr(word)[:80],
                near=", ".join(near),
            )
        return tuple(sorted({group for name in same for group in words[name]}))

    def _word_groups(self) -> Iterator[list[int]]:
        """The positions of each word."""
        for _, group in itertools.groupby(range(len(self)), key=lambda each: (self.segments[each], self.words[each])):
            yield list(group)

    def _characters(self, position: int) -> list[Place]:
        """The characters that a token stands for; none where they are not those of its span."""
        start, stop = self.spans[position]
        known = stop - start == len(self.surfaces[position])
        return [(self.segments[position], character) for character in range(start, stop if known else start)]

    @classmethod
    def plain(cls, texts: Sequence[str]) -> Tokens:
        """Tokens known by their spelling alone: "##" continues a word, "[CLS]", "[SEP]" and "[PAD]" are special.

        Where one begins with "Ġ", all of them are taken for spellings of bytes.
        """
        texts = tuple(texts)
        of_bytes = any(text.startswith("Ġ") for text in texts)
        special = tuple(text in {"[CLS]", "[SEP]", "[PAD]"} for text in texts)
        begins = [
            position == 0 or special[position - 1] or not text.startswith("##") for position, text in enumerate(texts)
        ]
        return cls(
            texts=texts,
            surfaces=tuple(_letters(text, of_bytes) for text in texts),
            special=special,
            unknown=tuple(text == "[UNK]" for text in texts),
            segments=(0,) * len(texts),
            words=tuple(itertools.accumulate(begins, initial=-1))[1:],
            spans=((0, 0),) * len(texts),
        )


def _letters(text: str, of_bytes: bool) -> str:
    """What a spelling alone says of the characters that it stands for."""
    whole = decoded(text) if of_bytes else None
    return text.removeprefix("##") if whole is None else whole.strip() or whole


def _is_punctuation(surface: str) -> bool:
    return surface.strip() != "" and all(unicodedata.category(character)[0] in "PS" for character in surface.strip())
