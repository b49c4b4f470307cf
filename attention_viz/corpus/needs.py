"""Needs: the packages that only work on many texts asks for; each is imported when it is first used."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from attention_viz.errors import InputError


def pyarrow() -> Any:
    """pyarrow, which writes and reads Parquet files. Raises InputError where it is not installed."""
    try:
        import pyarrow
        import pyarrow.compute
        import pyarrow.parquet
    except ImportError as error:
        raise _missing("pyarrow", "corpus") from error
    return pyarrow


def duckdb() -> Any:
    """duckdb, which asks many Parquet files at once."""
    try:
        import duckdb
    except ImportError as error:
        raise _missing("duckdb", "corpus") from error
    return duckdb


def has_duckdb() -> bool:
    """Whether there is one."""
    return find_spec("duckdb") is not None


def conllu() -> Any:
    """conllu, which reads treebanks."""
    try:
        import conllu
    except ImportError as error:
        raise _missing("conllu", "corpus") from error
    return conllu


def regex() -> Any:
    """regex, whose expressions can be given a time limit."""
    try:
        import regex
    except ImportError as error:
        raise _missing("regex", "corpus") from error
    return regex


def ray() -> Any:
    """ray, which runs work on several processes and computers."""
    try:
        import ray
    except ImportError as error:
        raise _missing("ray", "cluster") from error
    return ray


def _missing(package: str, extra: str) -> InputError:
    return InputError(
        'Measuring many texts needs the package {package}, which is not installed. Install it: pip install "attention-viz[{extra}]"',
        package=package,
        extra=extra,
    )
