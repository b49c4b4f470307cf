"""Snapshot: all that one session chose, as a short text and its texts, which an open page keeps and gives back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from attention_viz.characters import readable, readable_values
from attention_viz.errors import InputError
from attention_viz.export.plain_json import read_json
from attention_viz.options import LIMITS
from attention_viz.selection import Selection
from attention_viz.ui.session.setting import Setting

TEXTS = ("text", "second", "compare_text")
"""What is kept apart from the rest, because it is long and seldom changes: the texts, by the names of their boxes."""
MOST_CHARACTERS = 400_000
"""How long a snapshot can be without its texts."""
MOST_ANSWERS = 1_000
LONGEST_NAME = 2_000
"""Of a lesson, or of a part of an address."""
MOST_PARTS = 100
"""Parts of an address, at most."""
SERIALS = ("live", "live choices", "masks", "switchboard")
"""What counts the messages between views and pages; "live choices": under which number a choice in the browser counts."""

Place = tuple[str, int]
Name = Annotated[str, Field(max_length=LONGEST_NAME)]
Count = Annotated[int, Field(ge=0, lt=10_000_000)]


@dataclass(frozen=True)
class Snapshot:
    """What one session holds.

    session  : names the session that wrote it
    second   : what stands in the second box, also while there is no pair
    address  : the query part of the address that the session knew last, None = none yet
    settings : of single pages, by the keys of their widgets; serials: see SERIALS
    answers  : (lesson, step from 0) -> option, from 1; place: the lesson that is open, and its step from 0
    """

    session: str
    selection: Selection
    second: str = ""
    address: Mapping[str, str] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    serials: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[Place, int] = field(default_factory=dict)
    place: Place | None = None

    @property
    def texts(self) -> dict[str, str]:
        """The texts, see TEXTS."""
        kept = {"text": self.selection.text, "second": self.second}
        return kept | {name: text for name, text in self.settings.items() if name in TEXTS}

    def write(self) -> str:
        """All but the texts as JSON, without what is as usual."""
        plain = {
            "session": self.session,
            "selection": {name: value for name, value in self.selection.unusual().items() if name not in TEXTS},
            "pair": self.selection.second is not None,
            "address": None if self.address is None else dict(self.address),
            "settings": {name: value for name, value in self.settings.items() if name not in TEXTS},
            "serials": dict(self.serials),
            "answers": [[*at, option] for at, option in self.answers.items()],
            "place": self.place,
        }
        return json.dumps({name: value for name, value in plain.items() if value not in (None, {}, [], False)})

    def typed(self, boxes: Mapping[str, str]) -> Snapshot:
        """With the texts as they stand in their boxes, of which the second is there for a pair alone.

        Raises InputError where one is no text, or too long.
        """
        return self._with(_texts(boxes), pair="second" in boxes or self.selection.second is not None)

    def _with(self, texts: Mapping[str, str], pair: bool) -> Snapshot:
        second = texts.get("second", self.second)
        selection = self.selection.at(text=texts.get("text", self.selection.text), second=second if pair else None)
        compared = {"compare_text": texts["compare_text"]} if "compare_text" in texts else {}
        return replace(self, selection=selection, second=second, settings={**self.settings, **compared})


class _Written(BaseModel, strict=True):
    """What `write` writes."""

    session: Name
    selection: dict[str, Any] = {}
    pair: bool = False
    address: Annotated[dict[str, Name] | None, Field(max_length=MOST_PARTS)] = None
    settings: dict[str, Any] = {}
    serials: dict[str, Count] = {}
    answers: Annotated[
        list[Annotated[tuple[Name, Count, Count], Field(strict=False)]], Field(max_length=MOST_ANSWERS)
    ] = []
    place: Annotated[tuple[Name, Count] | None, Field(strict=False)] = None


def read(written: str, texts: Mapping[str, str], settings: Mapping[str, Setting]) -> Snapshot:
    """The inverse of `write` and `texts`. They come from a browser: raises InputError or SelectionError for what cannot be.

    settings : what the pages keep, by the keys of their widgets; what another version keeps is left out
    """
    if not isinstance(written, str) or len(written) > MOST_CHARACTERS:
        raise _no_snapshot("n")
    try:
        plain = read_json(written, MOST_CHARACTERS)
        found = _Written.model_validate(readable_values(plain) if isinstance(plain, dict) else plain)
    except ValidationError as error:
        raise _no_snapshot(str((*error.errors()[0]["loc"], "JSON")[0])) from error
    except ValueError as error:  # no JSON, or none that we write
        raise _no_snapshot("JSON") from error
    kept = {name: found.settings[name] for name, each in settings.items() if each.fits(found.settings.get(name))}
    snapshot = Snapshot(
        session=found.session,
        selection=Selection.from_dict(found.selection),
        address=found.address,
        settings=kept,
        serials={name: count for name, count in found.serials.items() if name in SERIALS},
        answers={(name, step): option for name, step, option in found.answers},
        place=found.place,
    )
    return snapshot._with(_texts(texts), found.pair)


def _texts(given: Mapping[str, Any]) -> dict[str, str]:
    """The texts among what is given, checked."""
    texts = {name: given[name] for name in TEXTS if name in given}
    for name, text in texts.items():
        if not isinstance(text, str) or len(text) > LIMITS["text"]:
            raise _no_snapshot(name)
    return {name: readable(text) for name, text in texts.items()}


def _no_snapshot(name: str) -> InputError:
    return InputError("What this page kept ({name}) cannot be read. Reload the page to begin anew.", name=name)
