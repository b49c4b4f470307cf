"""Explained: what the libraries raise about a model, told as a ModelError."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError

from attention_viz.errors import ModelError
from attention_viz.models.memory import is_short_of_memory, out_of_memory

# What transformers, torch and safetensors raise on files that are damaged, contradictory or of a kind they cannot load.
LOAD_ERRORS = (
    OSError,
    ValueError,
    RuntimeError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    ImportError,
    AssertionError,
    SafetensorError,
    StrictDataclassError,
)


ON_PURPOSE = (ValueError, ImportError, StrictDataclassError)
"""What transformers raises after a look at what it was given, in words about it (tokenizers: a bare Exception). The words of other errors are about the
midst of some arithmetic ("'NoneType' object has no attribute 'shape'") and tell a reader nothing."""


@dataclass(frozen=True)
class Explained:
    """`with Explained(sentence):` turns a library's error into the ModelError that `sentence` makes of its reason.

    The reason is the library's own sentence where it names the fault, else "". Where there was only too little memory,
    that is told instead.
    """

    sentence: Callable[[str], ModelError]

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and is_short_of_memory(error):
            raise out_of_memory(error) from None
        # The tokenizers library raises Exception itself, and nothing more special: exactly that is meant here.
        if error is not None and (isinstance(error, LOAD_ERRORS) or kind is Exception):
            raise self.sentence(reason_of(error)) from error


def reason_of(error: BaseException) -> str:
    """What a library says of the fault, as one sentence with its full stop; "" where its words would tell nothing."""
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        return f"{error.args[0][:80]!r} is not known."
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines or not (isinstance(error, ON_PURPOSE) or type(error) is Exception):
        return ""
    said = " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]
    return said[:300].rstrip(" .:") + "."
