"""Finding a widget by the name of what it chooses: its key says more, see `attention_viz.ui.widgets.choices`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any


def widget(widgets: Iterable[Any], name: str) -> Any:
    """The one of these widgets that chooses the value of this name. Raises KeyError where there is none."""
    found = [each for each in widgets if re.fullmatch(rf"{re.escape(name)} shown( \w+)*", each.key or "")]
    if len(found) != 1:
        raise KeyError(f"{len(found)} widgets choose {name}")
    return found[0]
