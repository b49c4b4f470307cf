"""Makes the built-in Chinese collection: 2,000 sentences of two treebanks of Universal Dependencies, in simplified characters.

    python tests/built_in/chinese_texts.py GSDSIMP PUD      (where opencc 1.4.2 is installed)

GSDSIMP : the folder of UD_Chinese-GSDSimp (commit eb3aed31): its parts dev and test, 1,000 sentences of Wikipedia
PUD     : the folder of UD_Chinese-PUD (commit 2849afd9): 1,000 sentences of news and Wikipedia, translated by people, whose
          traditional characters are converted here
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from conllu_rows import Sentence, write
from opencc import OpenCC

GOAL = Path(__file__).parents[2] / "attention_viz" / "corpus" / "built_in" / "chinese.conllu"
N_SENTENCES = 2000


def sentences(file: Path, name: str, convert: Callable[[str], str] = str) -> Iterator[Sentence]:
    """Those of one file of a treebank; names of rows begin with that of the treebank."""
    for block in file.read_text(encoding="utf-8").split("\n\n"):
        lines = block.splitlines()
        rows = [line.split("\t") for line in lines if line[:1].isdigit() and line.split("\t")[0].isdecimal()]
        if rows:
            own = next(line.split(" = ")[1] for line in lines if line.startswith("# sent_id"))
            words = [(convert(row[1]), row[3], "SpaceAfter=No" not in row[9]) for row in rows]
            yield Sentence(f"{name}-{own}", words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gsdsimp", type=Path)
    parser.add_argument("pud", type=Path)
    asked = parser.parse_args()
    found = [
        *(
            each
            for part in ("dev", "test")
            for each in sentences(asked.gsdsimp / f"zh_gsdsimp-ud-{part}.conllu", "gsd")
        ),
        *sentences(asked.pud / "zh_pud-ud-test.conllu", "pud", OpenCC("t2s").convert),
    ]
    assert len(found) == N_SENTENCES, len(found)
    random.Random(0).shuffle(found)
    write(GOAL, found)


if __name__ == "__main__":
    main()
