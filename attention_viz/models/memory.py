"""Memory: what Python, numpy and torch raise where there is no more of it, told as one error with its remedy."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from attention_viz.errors import OutOfMemoryError

ALLOCATORS = ("can't allocate memory", "not enough memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED")
"""What the allocators of torch say, on Linux and macOS, on Windows, and on GPUs; their error is no more special than RuntimeError."""


def is_short_of_memory(error: BaseException | None) -> bool:
    """Was there no memory left?"""
    if isinstance(error, RuntimeError):
        return any(said in str(error) for said in ALLOCATORS)
    return isinstance(error, MemoryError)


def out_of_memory(error: BaseException) -> OutOfMemoryError:
    """The sentence for it. What the work had in hand is let go: a traceback holds the variables of all its functions."""
    traceback.clear_frames(error.__traceback__)
    return OutOfMemoryError(
        "The server ran out of memory for this. Try a shorter text or a smaller model."
    ).with_traceback(None)


@contextmanager
def memory_told() -> Iterator[None]:
    """Round work that may take more memory than there is: raises OutOfMemoryError instead of what torch and numpy raise."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_short_of_memory(error):
            raise
        raise out_of_memory(error) from None
