"""Verdict: which of the drawn readings to trust on this text, in one sentence, and the numbers it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from attention_viz.errors import AttentionVizError
from attention_viz.models.memory import memory_told
from attention_viz.ui.flow import answer_attributions
from attention_viz.ui.flow.attribution_tables import earned
from attention_viz.ui.flow.drawn_readings import METHODS, READINGS
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.widgets.tables import signed
from attention_viz.ui.wording import say, tell

if TYPE_CHECKING:
    from attention_viz.experiments import Attribution, Faithfulness


def verdict(subject: Subject) -> dict[str, Any]:
    """The sentence, and a row for each reading: its name, its rank correlation, what it earned; no rows where it is not known."""
    try:
        with memory_told():
            found = answer_attributions.faithfulness(subject, lambda quick: quick)
    except AttentionVizError as error:
        return _told(say("Which to trust here cannot be told: {reason}", reason=tell(error.message)))
    if found is None:
        return _told(
            say(
                "Which to trust here is worked out when you choose “Which to trust” below: on a text of {n} tokens it takes a while.",
                n=subject.attention.n_tokens,
            )
        )
    return _told(sentence(found), rows(found))


def sentence(found: Faithfulness) -> str:
    """Which reading agrees best with leaving tokens out, and whether that is more than chance."""
    of = _by_reading(found)
    best = max(of, key=lambda name: np.nan_to_num(of[name].correlation, nan=-2.0))
    correlation = of[best].correlation
    numbers = {
        "reading": tell(READINGS[best]),
        "correlation": signed(correlation),
        "n": found.n,
        "chance": f"{found.chance:.2f}",
    }
    if np.isnan(correlation):
        return say("Which to trust here: none of the four can be compared with leaving tokens out.")
    if correlation > found.chance:
        return say(
            "Which to trust here: {reading}. It ranks the tokens most as leaving them out does, with a rank correlation of {correlation} over {n} tokens; chance alone reaches {chance}.",
            **numbers,
        )
    return say(
        "Which to trust here: none. {reading} comes nearest to leaving tokens out, with a rank correlation of {correlation} over {n} tokens, but chance alone reaches {chance}.",
        **numbers,
    )


def rows(found: Faithfulness) -> list[tuple[str, str, str]]:
    """The four readings in the order in which they are drawn."""
    return [(tell(READINGS[name]), *_numbers(each, found)) for name, each in _by_reading(found).items()]


def _numbers(each: Attribution, found: Faithfulness) -> tuple[str, str]:
    if each.reason is not None:
        return "–", tell(each.reason)
    return "–" if np.isnan(each.correlation) else signed(each.correlation), earned(each.correlation, found.chance)


def _by_reading(found: Faithfulness) -> dict[str, Attribution]:
    of = {each.method: each for each in found.attributions}
    return {name: of[method] for name, method in METHODS.items()}


def _told(sentence: str, rows: list[tuple[str, str, str]] | None = None) -> dict[str, Any]:
    heads = (say("reading"), say("rank correlation"), say("what it earned here"))
    return {"sentence": sentence, "heads": heads, "rows": rows or []}
