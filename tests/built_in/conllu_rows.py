"""CoNLL-U rows: sentences of words and their classes, written without trees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sentence:
    """One sentence. words: (form, UPOS, whether a space follows)"""

    name: str
    words: Sequence[tuple[str, str, bool]]

    @property
    def text(self) -> str:
        return "".join(form + " " * space for form, _, space in self.words).strip()


def write(path: Path, sentences: Iterable[Sentence]) -> None:
    """A file of CoNLL-U, in which of each word nothing but its form and class stands."""
    path.write_text("".join(map(_block, sentences)), encoding="utf-8")


def _block(sentence: Sentence) -> str:
    rows = [
        "\t".join([str(n), form, "_", upos, "_", "_", "_", "_", "_", "_" if space else "SpaceAfter=No"])
        for n, (form, upos, space) in enumerate(sentence.words, 1)
    ]
    return "\n".join([f"# sent_id = {sentence.name}", f"# text = {sentence.text}", *rows, "", ""])
