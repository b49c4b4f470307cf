"""Patterns: what one head of the model in use does on the text, with the numbers that gave it its name."""

import numpy as np

from attention_viz.errors import InputError
from attention_viz.ui.all_heads.head_measures import measure_heads
from attention_viz.ui.all_heads.head_table import MEASURES, PATTERNS
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.widgets.tables import table
from attention_viz.ui.wording import say, tell
from attention_viz.view.beside import beside
from attention_viz.view.number_table import number_table

MOST = 24
"""Tokens that are drawn of a longer text."""
NAMES = ("next", "previous", "sep", "broad")
"""What the question offers, in its order."""
ENDS = (0.1, 0.375, 0.75)
"""Where the answers end: less than a tenth, about a quarter, about a half, nearly all."""
SHARES = ("previous", "next", "self", "same_token", "cls", "sep", "punctuation", "entropy")


def show(settings: Settings) -> Shown:
    """The head with the highest value of a measure, or one that is chosen, and how often each pattern is found."""
    subject = settings.text_and_model()
    found = measure_heads(subject)
    if found is None:
        raise InputError("Every head of this long text is being measured. The picture comes when that is done.")
    of_measure = {"own": say("one that I choose")} | {name: tell(MEASURES[name]) for name in SHARES}
    measure = settings.choose("measure", say("The head with the most of"), of_measure, "next")
    attention = subject.attention
    layer = settings.count("layer", say("Layer"), 1, attention.n_layers, 1) - 1
    head = settings.count("head", say("Head"), 1, attention.heads_of(layer), 1) - 1
    if measure != "own":
        row = int(np.nanargmax(found.table.columns[measure]))
        layer, head = int(found.table.layers[row]), int(found.table.heads[row])
    row = int(np.flatnonzero((found.table.layers == layer) & (found.table.heads == head))[0])
    label, numbers = found.labels[row], found.table.numbers(layer, head)
    weights, tokens = attention.weights(layer, head)[:MOST, :MOST], list(attention.query_tokens.labels[:MOST])
    hide = settings.switch("hidden", say("Hide the numbers"))
    names = [each.name for each in found.labels]
    census = sorted(((names.count(name), name) for name in set(names)), reverse=True)
    both = zip(attention.query_tokens.labels, attention.query_tokens.special, strict=True)
    specials = [token for token, special in both if special] or [say("special tokens")]
    special = found.table.columns["cls"] + found.table.columns["sep"]
    picture = number_table(
        weights,
        name=say("Layer {layer}, head {head}", layer=layer + 1, head=head + 1),
        rows=tokens,
        columns=tokens,
        colours="weights",
    )
    counted = table(
        say("Patterns of all {n} heads on this text", n=len(names)),
        (say("pattern"), say("heads")),
        [(tell(PATTERNS[name]), count) for count, name in census],
    )
    measures = table(
        say("Measures of this head"),
        (say("measure"), say("value")),
        [(tell(MEASURES[name]), numbers[name]) for name in SHARES],
    )
    return Shown(
        beside(picture, "" if hide else f"<div>{measures}</div>", "" if hide else f"<div>{counted}</div>"),
        {
            "layer": layer + 1,
            "head": head + 1,
            "pattern": tell(PATTERNS[label.name]),
            "rule": tell(label.message),
            "option": NAMES.index(label.name) + 1 if label.name in NAMES else 0,
            "n_heads": len(names),
            "commonest": tell(PATTERNS[census[0][1]]),
            "n_commonest": census[0][0],
            "n_mixed": names.count("mixed"),
            "special": float(np.nanmean(special)),
            "special_option": int(np.digitize(np.nanmean(special), ENDS)) + 1,
            "first_special": specials[0],
            "last_special": specials[-1],
            **{name: numbers[name] for name in SHARES},
        },
    )
