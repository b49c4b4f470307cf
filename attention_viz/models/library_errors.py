"""LibraryErrors: errors that transformers, torch, tokenizers and safetensors raise about a model, raised as ModelError."""

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


INPUT_ERRORS = (ValueError, ImportError, StrictDataclassError)
"""Errors that transformers raises when it checks its input, whose text describes the input (tokenizers: a bare Exception).
Texts of other errors are about internals ("'NoneType' object has no attribute 'shape'") and are not shown."""


@dataclass(frozen=True)
class LibraryErrors:
    """`with LibraryErrors(explain):` raises the ModelError that `explain` makes of the reason a library gives.

    The reason is the library's own sentence where it describes the input, else "". Where memory ran out, OutOfMemoryError
    is raised instead.
    """

    explain: Callable[[str], ModelError]

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and is_short_of_memory(error):
            raise out_of_memory(error) from None
        # The tokenizers library raises Exception itself, and nothing more special: exactly that is meant here.
        if error is not None and (isinstance(error, LOAD_ERRORS) or kind is Exception):
            raise self.explain(reason_of(error)) from error


def reason_of(error: BaseException) -> str:
    """A library's reason for its error, as one sentence with its full stop; "" where its text is about internals."""
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        return f"{error.args[0][:80]!r} is not known."
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines or not (isinstance(error, INPUT_ERRORS) or type(error) is Exception):
        return ""
    said = " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]
    return said[:300].rstrip(" .:") + "."
