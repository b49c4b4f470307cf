"""Memory: the errors of Python, numpy and torch when it runs out, raised as one error with its remedy."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from attention_viz.errors import OutOfMemoryError

ALLOCATORS = ("can't allocate memory", "not enough memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED")
"""Texts of torch's allocators on Linux and macOS, on Windows, and on GPUs; they raise a bare RuntimeError."""


def is_short_of_memory(error: BaseException | None) -> bool:
    """Whether an error means that memory ran out."""
    if isinstance(error, RuntimeError):
        return any(text in str(error) for text in ALLOCATORS)
    return isinstance(error, MemoryError)


def out_of_memory(error: BaseException) -> OutOfMemoryError:
    """The error to raise. Clears the frames of the traceback, which would keep the variables of every function alive."""
    traceback.clear_frames(error.__traceback__)
    return OutOfMemoryError(
        "The server ran out of memory for this. Try a shorter text or a smaller model."
    ).with_traceback(None)


@contextmanager
def memory_told() -> Iterator[None]:
    """Around work that may run out of memory: raises OutOfMemoryError instead of what torch and numpy raise."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_short_of_memory(error):
            raise
        raise out_of_memory(error) from None
