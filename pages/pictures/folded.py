"""Folded: the valid lengths of a batch, repeated for its heads in the right order and in the wrong one."""

import torch

from attention_viz.mechanism import attend, fold_heads, repeat_for_heads, split_heads, unfold_heads
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say
from attention_viz.view.beside import beside
from attention_viz.view.number_table import number_table

N_TOKENS, D_HEAD = 5, 4


def show(settings: Settings) -> Shown:
    """One row per folded sequence: the length it is given, and how much of its attention falls on padding."""
    n_heads = settings.count("heads", say("Heads"), 1, 4, 3)
    lengths = torch.tensor(
        [
            settings.count("first", say("Real tokens of sequence 1"), 1, N_TOKENS, 2),
            settings.count("second", say("Real tokens of sequence 2"), 1, N_TOKENS, 5),
        ]
    )
    orders = {"right": say("one by one: a, a, b, b"), "wrong": say("in turn: a, b, a, b")}
    order = settings.choose("order", say("Lengths repeated as"), orders, "right")
    right = repeat_for_heads(lengths, n_heads)  # (batch * head,)
    given = right if order == "right" else lengths.repeat(n_heads)
    chance = torch.Generator().manual_seed(1)
    q, k, v = (
        fold_heads(split_heads(torch.randn(2, N_TOKENS, n_heads * D_HEAD, generator=chance), n_heads)) for _ in range(3)
    )
    _, weights = attend(q, k, v, valid=given)  # (batch * head, query, key)
    padding = torch.arange(N_TOKENS) >= right[:, None]  # (batch * head, key)
    lost = (weights * padding[:, None]).sum(-1).mean(-1)  # (batch * head,)
    rows = [
        say("sequence {n}, head {head}", n=index // n_heads + 1, head=index % n_heads + 1)
        for index in range(2 * n_heads)
    ]
    columns = [say("key {n}", n=n + 1) for n in range(N_TOKENS)]
    per_head = unfold_heads(weights, n_heads)
    hide = settings.switch("hidden", say("Hide the weights"))
    mean = weights.mean(1)
    return Shown(
        beside(
            number_table(
                torch.stack([right, given], 1).numpy(),
                name=say("Length: its own, given"),
                rows=rows,
                columns=[say("own"), say("given")],
                numbers=True,
                legend=False,
            ),
            number_table(
                mean.numpy(),
                name=say("What is read of each key, mean over the queries"),
                rows=rows,
                columns=columns,
                colours="weights",
                numbers=True,
                hidden=torch.ones_like(mean, dtype=torch.bool).numpy() if hide else None,
            ),
        ),
        {
            "n_wrong": int((given != right).sum()),
            "n_wrong_option": 1 + int((given != right).sum()) // 2,
            "n_folded": len(given),
            "on_padding": float(lost.max()),
            "n_lost": int((lost > 0).sum()),
            "shape": " × ".join(map(str, per_head.shape)),
            "n_heads": n_heads,
        },
    )
