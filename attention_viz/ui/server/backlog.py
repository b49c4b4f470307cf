"""Backlog: messages of one connection that the framework was not given yet, as few as say the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

MOST = 64
"""Messages that wait; a run that comes then is joined with the one before it."""
MOST_BYTES = 32_000_000
TRIGGERS = ("trigger_value", "string_trigger_value", "chat_input_value", "json_trigger_value")
"""Values that a page sends once, such as the press of a button; all others it sends with every run."""


class Backlog:
    """Messages in the order in which they came. A run that was not begun is replaced by the next one of its kind.

    A page sends the state of all its widgets with each run, so that the newest one is all there is to know. What was
    pressed is kept: two runs in which the same button was pressed stay two.
    """

    def __init__(self) -> None:
        self._waiting: deque[BackMsg] = deque()
        self._nbytes = 0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether nothing more should be read from the socket now."""
        return (len(self._waiting) >= MOST and not self._ends_with_run) or self._nbytes > MOST_BYTES

    @property
    def begins_with_run(self) -> bool:
        """Whether the next message asks for a run of the page."""
        return bool(self._waiting) and _is_run(self._waiting[0])

    @property
    def _ends_with_run(self) -> bool:
        return bool(self._waiting) and _is_run(self._waiting[-1])

    def add(self, message: BackMsg) -> None:
        """Wait behind the others, or in the place of the last one."""
        if self._ends_with_run and _is_run(message):
            before = self._waiting[-1]
            if _say_the_same(before, message) or len(self._waiting) >= MOST:
                _keep_triggers(before, message)
                self._nbytes -= self._waiting.pop().ByteSize()
        self._waiting.append(message)
        self._nbytes += message.ByteSize()

    def take(self) -> bytes:
        """The next message, as it is sent."""
        content: bytes = self._waiting.popleft().SerializeToString()
        self._nbytes = sum(each.ByteSize() for each in self._waiting) if self._waiting else 0
        return content


def _is_run(message: BackMsg) -> bool:
    return message.WhichOneof("type") == "rerun_script"


def _say_the_same(before: BackMsg, after: BackMsg) -> bool:
    """Whether a run shows all that the one before it would have shown."""
    first, second = before.rerun_script, after.rerun_script
    same = all(
        getattr(first, name) == getattr(second, name) for name in ("fragment_id", "page_script_hash", "page_name")
    )
    pressed = {each.id for each in _triggers(first.widget_states.widgets)}
    again = any(each.id in pressed for each in _triggers(second.widget_states.widgets))
    return same and not again and not first.is_history_navigation


def _keep_triggers(before: BackMsg, after: BackMsg) -> None:
    """What was pressed in the run that is left out counts in the one that is not."""
    widgets = after.rerun_script.widget_states.widgets
    pressed = {each.id for each in _triggers(widgets)}
    kept = [each for each in _triggers(before.rerun_script.widget_states.widgets) if each.id not in pressed]
    if kept:
        again = {each.id for each in kept}
        others = [WidgetState.FromString(each.SerializeToString()) for each in widgets if each.id not in again]
        del widgets[:]
        widgets.extend([*others, *kept])


def _triggers(widgets: Iterable[WidgetState]) -> list[WidgetState]:
    return [each for each in widgets if each.WhichOneof("value") in TRIGGERS and _is_pressed(each)]


def _is_pressed(state: WidgetState) -> bool:
    value = getattr(state, str(state.WhichOneof("value")))
    return bool(value.ListFields()) if hasattr(value, "ListFields") else bool(value)
