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


@dataclass(frozen=True)
class Explained:
    """`with Explained(sentence):` turns a library's error into the ModelError that `sentence` makes of its reason.

    Where there was only too little memory, that is told instead.
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
            raise self.sentence(f"{first_line(error)} ({type(error).__name__})") from error


def first_line(error: BaseException) -> str:
    """The first line of what a library says, or the kind of its error where it says nothing."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
