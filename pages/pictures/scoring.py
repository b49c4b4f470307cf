"""Scoring: the same query and keys under every scoring function."""

from functools import partial
from math import log

import torch
from torch import Tensor

from attention_viz.errors import Message
from attention_viz.mechanism import SCORINGS, additive_scores, attend, entropy, split_concat, tempered
from attention_viz.mechanism.scores import ScoreFunction
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say, tell
from attention_viz.view.beside import beside
from attention_viz.view.number_table import number_table

NAMES = {
    "dot": Message("dot product"),
    "scaled_dot": Message("scaled dot product"),
    "general": Message("general"),
    "concat": Message("concat"),
    "additive": Message("additive"),
    "cosine": Message("cosine"),
    "gaussian": Message("Gaussian kernel"),
}
HIDDEN = 8
"""Width of the hidden layer in concat and additive."""


def show(settings: Settings) -> Shown:
    """One row per scoring function: the scores of all keys, the weights, the output."""
    n_keys = settings.count("keys", say("Number of keys"), 2, 8, 5)
    width = settings.count("width", say("Width d of query and keys"), 2, 128, 16)
    seed = settings.count("seed", say("Draw number"), 1, 99, 1)
    temperature = settings.number("temperature", say("Temperature"), 0.1, 5.0, 1.0)
    chosen = settings.choose("scoring", say("Look at"), {name: tell(NAMES[name]) for name in SCORINGS}, "scaled_dot")
    chance = torch.Generator().manual_seed(seed)
    query, keys, values = (torch.randn(n, d, generator=chance) for n, d in ((1, width), (n_keys, width), (n_keys, 2)))
    functions = _functions(width, chance)
    read = {name: attend(query, keys, values, scores=tempered(each, temperature)) for name, each in functions.items()}
    scores = torch.cat([each(query, keys) for each in functions.values()])  # (scoring, key)
    outputs, weights = (torch.cat(each) for each in zip(*read.values(), strict=True))
    rows, columns = [tell(NAMES[name]) for name in functions], [say("key {n}", n=n + 1) for n in range(n_keys)]
    row = list(functions).index(chosen)
    hide = settings.switch("hidden", say("Hide the weights"))
    hidden_cells = torch.ones_like(weights, dtype=torch.bool).numpy() if hide else None
    spread = dict(zip(functions, entropy(weights).tolist(), strict=True))
    best = dict(zip(functions, (weights.argmax(-1) + 1).tolist(), strict=True))
    return Shown(
        beside(
            number_table(scores.numpy(), name=say("Scores"), rows=rows, columns=columns, numbers=True, row=row),
            number_table(
                weights.numpy(),
                name=say("Weights, each row sums to 1"),
                rows=rows,
                columns=columns,
                colours="weights",
                numbers=True,
                row=row,
                hidden=hidden_cells,
            ),
            number_table(outputs.numpy(), name=say("Output"), rows=rows, numbers=True, row=row) if not hide else "",
        ),
        {
            "agree": 1 if len(set(best.values())) == 1 else 2,
            "different": len(set(best.values())),
            "entropy": spread[chosen],
            "entropy_dot": spread["dot"],
            "entropy_scaled": spread["scaled_dot"],
            "uniform": log(n_keys),
            "best": best[chosen],
            "largest": float(weights[row].max()),
            "width": width,
            "gap": float(
                (scores[list(functions).index("concat")] - scores[list(functions).index("additive")]).abs().max()
            ),
        },
    )


def _functions(width: int, chance: torch.Generator) -> dict[str, ScoreFunction]:
    """Every score with its learned numbers; additive has those of concat, its matrix cut in two."""
    functions: dict[str, ScoreFunction] = {}
    for name, scoring in SCORINGS.items():
        learned: dict[str, Tensor] = scoring.parameters(width, width, HIDDEN, chance)
        if name == "concat":
            of_query, of_key = split_concat(learned["matrix"], width)
            additive = partial(additive_scores, query_matrix=of_query, key_matrix=of_key, vector=learned["vector"])
        functions[name] = additive if name == "additive" else partial(scoring.function, **learned)
    return functions
