"""Collection: sentences that come with the program, their licence, and what was measured in them beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from attention_viz.corpus.options import Options
from attention_viz.corpus.relations.pattern import Pattern
from attention_viz.corpus.relations.relation import Relation
from attention_viz.corpus.sources import Source, read
from attention_viz.errors import InputError, Message
from attention_viz.models.catalogue import MASKED_WORD, MULTILINGUAL
from attention_viz.vocabulary import Language

HERE = Path(__file__).parent

PRONOUN = Relation(
    "pronoun to an earlier noun", Pattern("class", ("pronoun",)), Pattern("tag", ("NOUN", "PROPN")), "earlier"
)
"""From a pronoun to any noun before it: the link that is counted wherever a built-in collection is measured."""

OPTIONS = Options(step=2**-10, strongest=2, shuffled_every=20, relations=(PRONOUN,))
"""With which the built-in collections are measured: rounded, so that their results are small."""

FOLDERS = {"": "all-MiniLM-L6-v2", MASKED_WORD: MASKED_WORD, MULTILINGUAL: MULTILINGUAL}
"""Source of an embedded model -> its folder of results."""


@dataclass(frozen=True)
class Collection:
    """Sentences that come with the program.

    name     : of its file; language: of its sentences
    n        : how many there are
    about    : what they are, and under which licence they may be used
    """

    name: str
    language: Language
    n: int
    about: Message

    @property
    def file(self) -> Path:
        """Its sentences with the class of each word, as CoNLL-U."""
        return HERE / f"{self.name}.conllu"

    def texts(self) -> Source:
        """The sentences as they were written, each with the classes of its words."""
        return read(self.file, as_written=True)

    def results(self, model: str) -> Path | None:
        """The folder with what an embedded model does in it, for `corpus.open`; None where that was not measured beforehand.

        model : its source, "" = the default
        """
        folder = HERE / "results" / FOLDERS.get(model, "none") / self.name
        return folder if folder.is_dir() else None


COLLECTIONS = (
    Collection(
        "english",
        "en",
        2000,
        Message(
            "2,000 English sentences of 8 to 40 words, as many of each of the 15 kinds of text of the Brown corpus (1961): news, essays, fiction and others. Redistribution is permitted. Word classes: those of the corpus."
        ),
    ),
    Collection(
        "chinese",
        "zh",
        2000,
        Message(
            "2,000 Chinese sentences: 1,000 of Wikipedia (UD Chinese GSDSimp) and 1,000 of news and Wikipedia, translated by people (UD Chinese PUD, put into simplified characters). Licence CC BY-SA 4.0. Word classes: those of these treebanks."
        ),
    ),
)
"""Those that there are."""


def collection(name: str) -> Collection:
    """The one of this name. Raises InputError where there is none."""
    for each in COLLECTIONS:
        if each.name == name:
            return each
    raise InputError(
        "There is no collection {name}. Choose one of {names}.",
        name=repr(name)[:80],
        names=", ".join(each.name for each in COLLECTIONS),
    )
