"""Masks: which keys a query may read, and what that makes of the weights."""

from functools import partial

import torch

from attention_viz.mechanism import allowed_keys, attend, causal_mask, masked_scores, scaled_dot_scores
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say
from attention_viz.view.beside import beside
from attention_viz.view.number_table import number_table

WIDTH = 8


def show(settings: Settings) -> Shown:
    """The mask, the scores with minus infinity where it hides a key, the weights and the sum of each row."""
    words = settings.words("words", ["the", "cat", "sat", "down", "[PAD]", "[PAD]"])
    kinds = {"none": say("none"), "lengths": say("valid length"), "causal": say("causal"), "both": say("both")}
    kind = settings.choose("kind", say("Mask"), kinds, "lengths")
    valid = settings.count("valid", say("Real tokens"), 0, len(words), len(words))
    per_query = settings.switch("per_query", say("One more for each query"))
    chance = torch.Generator().manual_seed(settings.count("seed", say("Draw number"), 1, 99, 1))
    queries, keys, values = (torch.randn(len(words), WIDTH, generator=chance) for _ in range(3))
    mask = causal_mask(len(words)) if kind in ("causal", "both") else None
    growing = torch.arange(1, len(words) + 1).clamp(max=valid)
    lengths = (growing if per_query else torch.tensor(valid)) if kind in ("lengths", "both") else None
    _, weights = attend(queries, keys, values, mask=mask, valid=lengths, empty="zeros")
    scores = scaled_dot_scores(queries, keys)
    allowed = allowed_keys(scores.shape, mask, lengths)
    seen = torch.ones_like(scores, dtype=torch.bool) if allowed is None else allowed.expand(scores.shape)
    hide = settings.switch("hidden", say("Hide the weights"))
    hidden_cells = torch.ones_like(seen).numpy() if hide else None
    before = attend(queries, keys, values)[1]
    row = settings.count("row", say("Query"), 1, len(words), 3) - 1
    squares = partial(number_table, rows=words, columns=words, numbers=True, row=row)
    return Shown(
        beside(
            squares(masked_scores(scores, allowed).numpy(), name=say("Scores, −∞ where masked")),
            squares(weights.numpy(), name=say("Weights"), colours="weights", hidden=hidden_cells),
            number_table(
                weights.sum(-1, keepdim=True).numpy(),
                name=say("Sum of each row"),
                rows=words,
                numbers=True,
                colours="weights",
                legend=False,
            )
            if not hide
            else "",
        ),
        {
            "n_masked": int((~seen).sum()),
            "n_scores": seen.numel(),
            "masked_weight": float(weights[~seen].sum()),
            "row_sum": float(weights[row].sum()),
            "n_read": int(seen[row].sum()),
            "query": words[row],
            "n_words": len(words),
            "valid": valid,
            "before": float(before[row, 0]),
            "after": float(weights[row, 0]),
            "not_a_number": int(weights.isnan().sum()),
        },
    )
