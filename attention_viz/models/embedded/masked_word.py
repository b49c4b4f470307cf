"""Masked word: all-MiniLM-L6-v2, trained on by this project to guess the words behind [MASK].

On which text it was trained and how often it is right stands in CARD.md beside its files; `tests/weights/masked_word.py`
makes them again.
"""

from __future__ import annotations

from pathlib import Path

from attention_viz.errors import Message, ModelError
from attention_viz.models.assembly import Named
from attention_viz.models.catalogue import MASKED_WORD
from attention_viz.models.checkpoint.folder import Checkpoint, inspect

FOLDER = Path(__file__).parent / "masked-word-MiniLM"
SHA256 = "0a07ab0b4e0a768f4d29d320494bc16990d2818e0e757eeebb858629a5aaefd0"
NAMED = Named("masked-word MiniLM, made by attention_viz", MASKED_WORD, SHA256[:12])

FIRST, FIVE = 0.317, 0.497
"""Share of the hidden pieces of held-out sentences that are its likeliest guess, or among its five likeliest."""

NOTE = Message(
    "This model was made by attention_viz: all-MiniLM-L6-v2, trained on to guess masked words in the Brown corpus (American English of 1961). Of the words hidden in sentences that it had not seen, its first guess is right for {first:.0%}, one of its five for {five:.0%}.",
    {"first": FIRST, "five": FIVE},
)


def checkpoint() -> Checkpoint:
    """Its folder. Raises ModelError where its weights are not those that came with the program."""
    found = inspect(FOLDER)
    if found.weights.sha256() != SHA256:
        raise ModelError(
            "The embedded model's weights in {folder} are not those that were published: their sha256 differs. Install the program again: pip install --force-reinstall attention-viz",
            folder=FOLDER,
        )
    return found
