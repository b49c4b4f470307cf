"""Samples: texts to evaluate a model on; a small built-in set, or the user's own file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from attention_viz.errors import InputError, Message

MOST_SAMPLES = 2000
"""Samples of a file at most: pruning reads each of them at every step."""

COLUMNS = ("first", "second", "label", "source")


@dataclass(frozen=True)
class Sample:
    """One text, or two, and what is known of it.

    second : the second text, or what says the same as the first in other words
    label  : the right class, or a number from low to high for how alike the two are; "" = not known
    source : where the text comes from
    """

    first: str
    second: str | None = None
    label: str = ""
    source: str = ""


def built_in() -> tuple[Sample, ...]:
    """The built-in set: 116 pairs of short English sentences, written for this project.

    label : 5 = the same in other words; 3 = the same words in other roles, another order or negated; 1 = another matter of
            the same topic; 0 = nothing in common, or one word in two senses
    """
    file = resources.files("attention_viz.experiments").joinpath("sentences.csv")
    return read_samples(file.read_text(encoding="utf-8"))


def read_samples(text: str) -> tuple[Sample, ...]:
    """Samples from the content of a CSV or TSV file.

    Its first line names the columns: "first", and if wanted "second", "label" and "source".
    Raises InputError for a file without that column, without a text, or with more than MOST_SAMPLES.
    """
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=_delimiter(text), strict=True)
    try:
        names = [name.strip() for name in rows.fieldnames or ()]
        if "first" not in names or set(names) - set(COLUMNS):
            raise InputError(
                "The columns are {names}; name them in the first line: first, and if wanted second, label, source.",
                names=", ".join(names)[:200] or Message("missing"),
            )
        rows.fieldnames = names
        samples = tuple(_sample(row) for row in rows if (row.get("first") or "").strip())
    except csv.Error as reason:
        raise InputError(
            "The file is no table at line {line}: {reason}. Save it as CSV in UTF-8.",
            line=rows.line_num,
            reason=str(reason),
        ) from reason
    if not samples:
        raise InputError('The file has no text in its column "first". Write one text a line.')
    if len(samples) > MOST_SAMPLES:
        raise InputError("The file has {n} texts; at most {most} are read. Cut it.", n=len(samples), most=MOST_SAMPLES)
    return samples


def _delimiter(text: str) -> str:
    return "\t" if "\t" in text.partition("\n")[0] else ","


def _sample(row: Mapping[str, str | None]) -> Sample:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    return Sample(values["first"], values["second"] or None, values["label"], values["source"])
