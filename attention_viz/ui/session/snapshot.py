"""Keepsake: all that one session chose, as a short text that an open page keeps and gives back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from attention_viz.characters import readable, readable_values
from attention_viz.errors import InputError
from attention_viz.options import LIMITS
from attention_viz.selection import Selection
from attention_viz.ui.session.setting import Setting

MOST_CHARACTERS = 12 * 4 * LIMITS["text"]
"""How long a keepsake can be: three texts, and some room, where each character takes two escapes of six letters."""
MOST_ANSWERS = 1_000
LONGEST_NAME = 2_000
"""Of a lesson, or of a part of an address."""
MOST_PARTS = 100
"""Parts of an address, at most."""


SERIALS = ("live", "live choices", "masks", "switchboard")
"""What counts the messages between views and pages; "live choices": under which number a choice in the browser counts."""

Place = tuple[str, int]


@dataclass(frozen=True)
class Keepsake:
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

    def write(self) -> str:
        """As JSON, without what is as usual."""
        plain = {
            "session": self.session,
            "selection": self.selection.unusual(),
            "second": None if self.second == (self.selection.second or "") else self.second,
            "address": None if self.address is None else dict(self.address),
            "settings": dict(self.settings),
            "serials": dict(self.serials),
            "answers": [[*at, option] for at, option in self.answers.items()],
            "place": self.place,
        }
        return json.dumps({name: value for name, value in plain.items() if value not in (None, {}, [])})

    def typed(self, boxes: Mapping[str, str]) -> Keepsake:
        """With the texts as they stand in their boxes. Raises SelectionError, InputError where one is too long."""
        selection, second, settings = self.selection, self.second, dict(self.settings)
        if "text" in boxes:
            selection = selection.at(text=_text("text", boxes["text"]))
        if "second" in boxes:
            second = _text("second", boxes["second"])
            selection = selection.at(second=second)
        if "compare_text" in boxes:
            settings["compare_text"] = _text("compare_text", boxes["compare_text"])
        return replace(self, selection=selection, second=second, settings=settings)


def read(written: str, settings: Mapping[str, Setting]) -> Keepsake:
    """The inverse of `write`. It comes from a browser: raises InputError or SelectionError for all that cannot be one.

    settings : what the pages keep, by the keys of their widgets
    """
    if len(written) > MOST_CHARACTERS:
        raise _no_keepsake("n")
    try:
        plain = json.loads(written)
    except (ValueError, RecursionError) as error:  # no JSON, or nested without end
        raise _no_keepsake("JSON") from error
    plain = _of_kind("keepsake", plain, dict)
    looked_at = _of_kind("selection", plain.get("selection", {}), dict)
    selection = Selection.from_dict(readable_values(looked_at))
    address = plain.get("address")
    return Keepsake(
        session=_text("session", plain.get("session"), LONGEST_NAME),
        selection=selection,
        second=_text("second", plain.get("second", selection.second or "")),
        address=None if address is None else _address(address),
        settings=_settings(plain.get("settings", {}), settings),
        serials={
            name: _count(name, count)
            for name, count in _of_kind("serials", plain.get("serials", {}), dict).items()
            if name in SERIALS
        },
        answers=_answers(plain.get("answers", [])),
        place=None if plain.get("place") is None else _place(plain["place"]),
    )


def _answers(plain: Any) -> dict[Place, int]:
    given = _of_kind("answers", plain, list)
    if len(given) > MOST_ANSWERS or any(not isinstance(each, list) or len(each) != 3 for each in given):
        raise _no_keepsake("answers")
    return {_place(each[:2]): _count("answers", each[2]) for each in given}


def _place(plain: Any) -> Place:
    if not isinstance(plain, list) or len(plain) != 2:
        raise _no_keepsake("place")
    return _text("place", plain[0], LONGEST_NAME), _count("place", plain[1])


def _address(plain: Any) -> dict[str, str]:
    parts = _of_kind("address", plain, dict)
    if len(parts) > MOST_PARTS:
        raise _no_keepsake("address")
    return {name: _text("address", value, LONGEST_NAME) for name, value in parts.items()}


def _settings(plain: Any, settings: Mapping[str, Setting]) -> dict[str, Any]:
    """Settings of this version; what another one calls otherwise is left out."""
    found = readable_values(_of_kind("settings", plain, dict))
    return {name: found[name] for name, setting in settings.items() if setting.fits(found.get(name))}


def _count(name: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value < 10_000_000:
        raise _no_keepsake(name)
    return value


def _text(name: str, value: Any, longest: int = LIMITS["text"]) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise _no_keepsake(name)
    return readable(value)


def _of_kind(name: str, value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise _no_keepsake(name)
    return value


def _no_keepsake(name: str) -> InputError:
    return InputError("What this page kept ({name}) cannot be read. Reload the page to begin anew.", name=name)
