"""Look-up: which item answers a query, as a dictionary answers it and as attention does."""

import torch

from attention_viz.mechanism import attend, dot_scores, look_up, tempered
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say
from attention_viz.view.beside import beside
from attention_viz.view.number_table import number_table

KEYS = [[3.0, 0.0], [2.0, 2.0], [1.0, 3.0], [1.0, 1.0]]
VALUES = [[8.0], [3.0], [1.0], [4.0]]


def show(settings: Settings) -> Shown:
    """Queries, keys, scores, weights, values and output; `stage` says how far the calculation is shown."""
    items = settings.words("items", ["honey", "apple", "carrot", "bread"])
    traits = settings.words("traits", ["sweet", "crisp"])
    asks = settings.words("asks", ["query"])
    stages = {"scores": say("scores"), "weights": say("weights"), "output": say("output")}
    stage = settings.choose("stage", say("Show up to"), stages, "output")
    soft = settings.choose(
        "answer", say("Who answers"), {"dictionary": say("a dictionary"), "attention": say("attention")}, "attention"
    )
    queries = torch.tensor(settings.table("queries", [[2.0, 0.0]]))  # (query, d)
    keys = torch.tensor(settings.table("keys", KEYS))  # (key, d)
    values = torch.tensor(settings.table("values", VALUES))  # (key, d_value)
    temperature = settings.number("temperature", say("Temperature"), 0.1, 5.0, 1.0)
    output, weights = attend(queries, keys, values, scores=tempered(dot_scores, temperature))
    found, best = look_up(queries, keys, values, scores=dot_scores)
    if soft == "dictionary":
        output, weights = found, torch.nn.functional.one_hot(best, len(items)).to(values)
    scores = dot_scores(queries, keys)
    steps = [
        number_table(
            queries.numpy(),
            name=say("Q, what is asked for"),
            rows=asks,
            columns=traits,
            numbers=True,
            legend=False,
            edit=settings.editable("queries"),
        ),
        number_table(
            keys.numpy(),
            name=say("K, what each item is found by"),
            rows=items,
            columns=traits,
            numbers=True,
            legend=False,
            edit=settings.editable("keys"),
        ),
        number_table(scores.numpy(), name=say("1. scores, Q Kᵀ"), rows=asks, columns=items, numbers=True, legend=False),
        number_table(
            weights.numpy(),
            name=say("2. weights, each row sums to 1"),
            rows=asks,
            columns=items,
            colours="weights",
            numbers=True,
        ),
        number_table(
            values.numpy(),
            name=say("V, what each item hands over"),
            rows=items,
            numbers=True,
            legend=False,
            edit=settings.editable("values"),
        ),
        number_table(output.numpy(), name=say("3. output, weights × V"), rows=asks, numbers=True, legend=False),
    ]
    drawn = steps[: {"scores": 3, "weights": 4, "output": 6}[stage]]
    if settings.switch("hidden", say("Hide the scores")):
        hidden_cells = torch.ones_like(scores, dtype=torch.bool).numpy()
        drawn = [
            *drawn[:2],
            number_table(
                scores.numpy(), name=say("1. scores, Q Kᵀ"), rows=asks, columns=items, numbers=True, hidden=hidden_cells
            ),
        ]
    return Shown(
        beside(*drawn),
        {
            "best": int(best[0]) + 1,
            "best_item": items[int(best[0])],
            "score": float(scores[0].max()),
            "largest": float(weights[0].max()),
            "output": float(output[0, 0]),
            "looked_up": float(found[0, 0]),
            "least": float(values.min()),
            "most": float(values.max()),
            "temperature": temperature,
            "n_queries": len(queries),
            "n_keys": len(keys),
            "n_scores": scores.numel(),
        },
    )
