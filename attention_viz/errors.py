"""What a user can cause, said in one sentence with the remedy.

A message is a template and its values, so that the same sentence can be shown in another language:
the template is the key of the catalogue, and the values are put in afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Message:
    """A sentence for the user: English template plus values; ``str`` gives the English sentence."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


class AttentionVizError(Exception):
    """Base of everything a user can cause. The text says what is wrong, the value, and the remedy.

    >>> raise TextError("This text has {n} tokens; the model reads {limit}.", n=530, limit=512)
    """

    def __init__(self, template: str, **values: Any) -> None:
        self.message = Message(template, values)
        super().__init__(str(self.message))


class TextError(AttentionVizError):
    """The text cannot be read as it is: empty, too long, or made of nothing the model knows."""


class ModelError(AttentionVizError):
    """The model cannot be found, fetched, trusted or understood."""


class HubError(ModelError):
    """Hub or network is the trouble, not the model: a copy that was fetched earlier can stand in."""


class SelectionError(AttentionVizError):
    """What was asked for does not exist: a layer, a head, a token, an option."""


class InputError(AttentionVizError):
    """Arrays or files given by the user do not fit together."""


class StoppedError(AttentionVizError):
    """Somebody ended a long computation before its end."""


class OutOfMemoryError(AttentionVizError):
    """What was asked for takes more memory than the computer has left."""


class RoomError(AttentionVizError):
    """Something takes more memory than there is for its kind."""


class BusyError(AttentionVizError):
    """More is asked for than is done at once."""


class LimitsError(AttentionVizError):
    """The file of limits cannot be read, or says something that does not fit."""
