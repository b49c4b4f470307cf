"""Translation: the words of a figure in the reader's language.

Every plot takes `translate`, which turns an English template into one of another language and keeps its placeholders;
gettext's `gettext` is such a function.
"""

from __future__ import annotations

from collections.abc import Callable

from attention_viz.errors import Message

Translate = Callable[[str], str]


def translated(message: Message, translate: Translate) -> str:
    """A message in the reader's language; values that are messages are translated too."""
    values = {
        name: translated(value, translate) if isinstance(value, Message) else value
        for name, value in message.values.items()
    }
    return translate(message.template).format(**values)
