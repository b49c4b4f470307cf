"""Heads: every reshape of multi-head attention, with its shape written on it, and the check that it loses nothing."""

import torch
from torch import Tensor

from attention_viz.mechanism import (
    MultiHeadAttention,
    attend,
    fitting_heads,
    fold_heads,
    head_width,
    merge_heads,
    parameter_count,
    split_heads,
    unfold_heads,
)
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say
from attention_viz.view.beside import beside
from attention_viz.view.number_table import number_table

BATCH = 2
STAGES = ("input", "split", "folded", "weights", "merged", "output")


def show(settings: Settings) -> Shown:
    """Input, split, fold, attend, unfold and concatenate, project: one picture each, up to `stage`."""
    d_model = settings.count("d_model", say("d_model"), 1, 64, 12)
    n_heads = settings.count("n_heads", say("Heads"), 1, 16, 3)
    n_tokens = settings.count("tokens", say("Tokens"), 2, 8, 4)
    d_head = head_width(d_model, n_heads)  # raises where the heads do not fit, with those that do
    chance = torch.Generator().manual_seed(settings.count("seed", say("Draw number"), 1, 99, 1))
    block = MultiHeadAttention(d_model, n_heads, generator=chance)
    tokens = torch.randn(BATCH, n_tokens, d_model, generator=chance)
    with torch.no_grad():
        output, weights = block(tokens)
        q, k, v = (fold_heads(each) for each in block.project(tokens))  # (batch * head, token, d_head)
        contexts, _ = attend(q, k, v)
        merged = merge_heads(unfold_heads(contexts, n_heads))
        one_by_one = torch.cat([each for each, _ in block.head_by_head(tokens)], dim=-1)
        one, _ = block.with_heads(1)(tokens)
        split = split_heads(block.query(tokens), n_heads)  # (batch, head, token, d_head)
    names = {
        "input": say("tokens"),
        "split": say("split"),
        "folded": say("fold"),
        "weights": say("attend"),
        "merged": say("concatenate"),
        "output": say("project"),
    }
    last = STAGES.index(settings.choose("stage", say("Show up to"), names, "output"))
    drawn = [
        _one(say("1. tokens of the first sequence"), tokens[0], _words(("batch", "token", "d_model"), tokens)),
        _each(say("2. its queries, split into heads"), split[0], _words(("batch", "head", "token", "d_head"), split)),
        _each(
            say("3. batch and heads folded: one sequence per head"),
            q[:n_heads],
            _words(("batch · head", "token", "d_head"), q),
        ),
        _each(
            say("4. weights of every head"), weights[0], _words(("batch", "head", "query", "key"), weights), shares=True
        ),
        _one(say("5. outputs of the heads, side by side"), merged[0], _words(("batch", "token", "d_model"), merged)),
        beside(
            _one(say("6. projected by Wo"), output[0], _words(("batch", "token", "d_model"), output)),
            _one(say("the same numbers as one single head"), one[0], _words(("batch", "token", "d_model"), one)),
        ),
    ]
    return Shown(
        "".join(drawn[: last + 1]),
        {
            "d_model": d_model,
            "n_heads": n_heads,
            "d_head": d_head,
            "fitting": ", ".join(map(str, fitting_heads(d_model))),
            "loop_gap": float((merged - one_by_one).abs().max()),
            "one_gap": float((output - one).abs().max()),
            "parameters": parameter_count(d_model),
            "counted": sum(each.numel() for each in block.parameters()),
            "folded": BATCH * n_heads,
            "shape_split": _words(("batch", "head", "token", "d_head"), split),
            "shape_folded": _words(("batch · head", "token", "d_head"), q),
        },
    )


def _one(name: str, values: Tensor, shape: str) -> str:
    return number_table(values.numpy(), name=name, shape=shape, legend=False)


def _each(name: str, values: Tensor, shape: str, shares: bool = False) -> str:
    """One small matrix per head, below the name and the shape of all."""
    most = 1.0 if shares else float(values.abs().max())
    figures = [
        number_table(
            each.numpy(),
            name=say("head {n}", n=head + 1),
            colours="weights" if shares else "signed",
            largest=most,
            legend=False,
        )
        for head, each in enumerate(values)
    ]
    return f'<p class="av-title"><strong>{name}</strong> {shape}</p>{beside(*figures)}'


def _words(axes: tuple[str, ...], tensor: Tensor) -> str:
    return "(" + ", ".join(f"{axis} {size}" for axis, size in zip(axes, tensor.shape, strict=True)) + ")"
