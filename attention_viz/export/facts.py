"""Facts: what a file says about where its numbers come from."""

from __future__ import annotations

from typing import Any

from attention_viz.attention import Attention
from attention_viz.selection import Selection
from attention_viz.version import VERSION

PROGRAM = f"attention_viz {VERSION}"


def facts(attention: Attention, selection: Selection) -> dict[str, Any]:
    """What is shown here, and of which model and tokens? Plain values, ready for JSON.

    `layer` and `head` count from 1 as on the screen, `layer_index` and `head_index` from 0 as in Python; those of the head
    are left out where a whole layer is looked at, and of a mean what it is taken over. `selection` is all that opens the
    same view again.
    """
    where: dict[str, int] = {}
    for name, index in zip(("layer", "head"), selection.place, strict=True):
        if index is not None:
            where |= {name: index + 1, f"{name}_index": index}
    said = {
        "program": PROGRAM,
        "model": attention.model,
        "revision": attention.revision,
        "part": attention.part,
        **where,
        "view": selection.view,
        "scale": selection.scale,
        "units": selection.units,
        "tokens": list(attention.query_tokens),
        "left_out": attention.left_out,
        "selection": selection.to_dict(),
    }
    return said if attention.key_tokens == attention.query_tokens else said | {"key_tokens": list(attention.key_tokens)}
