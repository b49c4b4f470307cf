"""What the published files say, for the tests of the embedded multilingual model:

    .venv/bin/python tests/weights/reference.py e5-small-q4.bin tokenizer.json

writes tests/models/embedded/reference.json anew: the sha256 of each tensor's bytes in the published file; for the texts
that stand there, the pieces that the whole tokenizer cuts them into; for the first few, the mean of the last states by
numpy. Where the files are from: multilingual.py.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from forward import last_states
from multilingual import FOLDER, WORDS, checked, n_inputs, names
from q4_file import Q4File
from tokenizers import Tokenizer

REFERENCE = Path(__file__).parents[1] / "models" / "embedded" / "reference.json"
N_STATES = 5
DIGITS = 7


def rows_in(q4: Q4File) -> list[int]:
    """Which rows of the vocabulary the folder keeps, by the pieces of its tokenizer."""
    number = {piece: row for row, piece in enumerate(q4.pieces)}
    tokenizer = json.loads((FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
    return [number[piece] for piece, _ in tokenizer["model"]["vocab"]]


def checksums(q4: Q4File, rows: list[int]) -> dict[str, str]:
    """Of each tensor: sha256 of its bytes in the published file; of the word embeddings, of the rows that are kept."""
    return {
        name: hashlib.sha256(_bytes(q4, short, name, rows)).hexdigest() for short, name in names(q4.n_layers).items()
    }


def _bytes(q4: Q4File, short: str, name: str, rows: list[int]) -> bytes:
    if not q4.entries[short].quantised:
        return q4.numbers(short).tobytes()
    blocks = q4.blocks(short, n_inputs(name, q4))
    return (blocks[rows] if name == WORDS else blocks).tobytes()


def _mean_state(q4: Q4File, whole: Tokenizer, text: str) -> str:
    mean = last_states(q4, whole.encode(text).ids).mean(0)
    return " ".join(f"{each:.{DIGITS}f}" for each in mean)


def main(binary: Path, tokenizer: Path) -> None:
    q4 = Q4File.open(checked(binary, "e5-small-q4.bin"))
    whole = Tokenizer.from_file(str(checked(tokenizer, "tokenizer.json")))
    texts = json.loads(REFERENCE.read_text(encoding="utf-8"))["pieces"]
    found = {
        "sha256": checksums(q4, rows_in(q4)),
        "states": {text: _mean_state(q4, whole, text) for text in list(texts)[:N_STATES]},
        "pieces": {text: " ".join(whole.encode(text).tokens) for text in texts},
    }
    REFERENCE.write_text(json.dumps(found, ensure_ascii=False, indent=0) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
