"""Options: what is measured and kept of every text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from attention_viz.corpus.relations.relation import Relation
from attention_viz.errors import InputError
from attention_viz.models.reading.truncation import Overlong

BOUNDS = ("most_characters", "most_tokens")


@dataclass(frozen=True)
class Options:
    """What is measured and kept of every text. Part of the fingerprint: other options, another folder.

    measures       : the measures of every head, with their baselines; False = only the relations are asked for
    strongest      : links kept of each text and head, the strongest first; special tokens and links of a token to itself
                     count only where there are no others
    shuffled_every : every so many texts one is read a second time with its own tokens shuffled; 0 = none
    relations      : relations between words that are asked for in every text; those of a treebank come with its texts
    overlong       : what is read of a text that is too long: "first", "windows", or None, which makes it an error of that text
    untrained      : the same model before training, its numbers drawn anew from `seed`
    step           : measures are kept as multiples of this, so that files are small; the error is at most half of it
    shard_texts    : texts of one shard, which is one file
    most_characters, most_tokens : a text that has more, or of which the model would read more, is not read; its row says so
    """

    measures: bool = True
    strongest: int = 3
    shuffled_every: int = 20
    relations: tuple[Relation, ...] = ()
    overlong: Overlong | None = "first"
    untrained: bool = False
    seed: int = 0
    step: float = 2**-18
    shard_texts: int = 256
    most_characters: int | None = None
    most_tokens: int | None = None

    def __post_init__(self) -> None:
        for name, least in (("strongest", 0), ("shuffled_every", 0), ("shard_texts", 1), ("seed", 0)):
            if getattr(self, name) < least:
                raise InputError(
                    "{name} is {value}; give a whole number from {least}.",
                    name=name,
                    value=getattr(self, name),
                    least=least,
                )
        if not 0 < self.step <= 0.1:
            raise InputError("step is {value}; give a number above 0, at most 0.1.", value=self.step)
        names = [relation.name for relation in self.relations]
        if len(set(names)) < len(names):
            raise InputError("Two relations have one name: {names}. Name each differently.", names=", ".join(names))

    def to_dict(self) -> dict[str, Any]:
        """As it stands in the manifest: without bounds that are not set."""
        return {name: value for name, value in asdict(self).items() if not (name in BOUNDS and value is None)}
