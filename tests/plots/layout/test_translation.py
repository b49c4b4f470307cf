"""The words of a figure in another language."""

from __future__ import annotations

from attention_viz.errors import Message
from attention_viz.plots.layout.translation import translated


def test_values_are_put_in_after_translating_and_messages_in_messages_are_translated_too() -> None:
    catalogue = {"{n} of {what}": "{what}里的 {n} 个", "tokens": "词元"}
    message = Message("{n} of {what}", {"n": 3, "what": Message("tokens")})
    assert translated(message, lambda template: catalogue[template]) == "词元里的 3 个"
    assert translated(message, str) == "3 of tokens"
