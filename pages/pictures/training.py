"""Training: a tiny Transformer learns a toy task here, its attention weights shown snapshot by snapshot."""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from attention_viz.errors import Message
from attention_viz.mechanism import Recipe, Snapshot, Task, build, train
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.lessons.recorded import recorded
from attention_viz.ui.lessons.run import Run
from attention_viz.ui.wording import say, tell
from attention_viz.ui.work.caches import cached_result, jobs
from attention_viz.ui.work.job import Job
from attention_viz.ui.work.visitor import visitor
from attention_viz.view.beside import beside
from attention_viz.view.chart import Curve, chart
from attention_viz.view.number_table import number_table

RULES = {
    "reverse": Message("reverse"),
    "sort": Message("sort"),
    "copy": Message("copy"),
    "shift": Message("shift by one"),
}
HEADS = {"1": (1,), "2": (2,), "4": (4,), "8": (8,), "all": (1, 2, 4, 8)}
SNAPSHOT = 40_000
"""Bytes that a snapshot is taken to hold, at most."""

Trained = Mapping[int, tuple[Snapshot, ...]]
"""The snapshots of each number of heads, from before the first step to the last."""


def show(settings: Settings) -> Shown:
    """Accuracy against steps, and what the heads read in one sequence, at the snapshot that is chosen."""
    rules = {name: tell(label) for name, label in RULES.items()}
    rule = settings.choose("rule", say("Task"), rules, "reverse")
    heads = settings.choose("heads", say("Heads"), {name: name for name in HEADS} | {"all": "1, 2, 4, 8"}, "4")
    recipe = partial(
        Recipe,
        task=Task(rule, n_symbols=8, length=6),
        positional=settings.switch("positional", say("With positions"), True),
        causal=settings.switch("causal", say("Causal mask")),
        n_steps=settings.count("steps", say("Most steps"), 50, 1500, 1000),
        seed=settings.count("seed", say("Seed"), 0, 99, 0),
    )
    hide = settings.switch("hidden", say("Hide what it answers"))
    recipes = tuple(recipe(n_heads=each) for each in HEADS[heads])
    key = ("training", recipes)
    run = settings.work(key, lambda: jobs().ask(key, partial(_work, key, recipes), visitor()), _count)
    known = recorded(recipes) if settings.recorded else None
    latest = known or _so_far(run) or {each.n_heads: (_untrained(each),) for each in recipes}
    place = settings.count("snapshot", say("Snapshot"), 1, max(map(len, latest.values())), 10_000)
    ended = known is not None or (run is not None and run.complete)
    return Shown(
        _drawn(latest, place, hide),
        _facts(latest, ended),
        run,
        lambda: _drawn(_so_far(run) or latest, 10_000),
    )


def _count(trained: Trained) -> int:
    return sum(map(len, trained.values()))


def _so_far(run: Run | None) -> Trained | None:
    """Of what a visitor trained, the snapshots that were shown by now: one network after another, each from its beginning."""
    if run is None or not run.made:
        return None
    left, seen = run.shown, {}
    for n_heads, snapshots in run.made.items():
        if left > 0:
            seen[n_heads] = snapshots[:left]
        left -= len(snapshots)
    return seen


def _work(key: Any, recipes: tuple[Recipe, ...], job: Job) -> Trained:
    trained: Trained = cached_result(
        key, lambda: train_all(recipes, job), lambda made: SNAPSHOT * sum(len(each) for each in made.values())
    )
    return trained


def train_all(recipes: tuple[Recipe, ...], job: Job) -> Trained:
    """One network after another; `job` is told every step and holds every snapshot so far."""
    made: dict[int, tuple[Snapshot, ...]] = {}
    for number, recipe in enumerate(recipes):
        for progress in train(recipe):
            if progress.snapshot is not None:
                made = made | {recipe.n_heads: (*made.get(recipe.n_heads, ()), progress.snapshot)}
                job.so_far = made
            job.report((number + progress.step / progress.n_steps) / len(recipes), _doing(recipe, progress.step))
            job.step(number * progress.n_steps + progress.step, len(recipes) * progress.n_steps)
    return made


def _doing(recipe: Recipe, step: int) -> Message:
    return Message("Training with {heads} heads: step {step}", {"heads": recipe.n_heads, "step": step})


def _untrained(recipe: Recipe) -> Snapshot:
    first = next(train(recipe)).snapshot
    assert first is not None
    return first


def _drawn(trained: Trained, place: int, hide: bool = False) -> str:
    """The curves and the heads of the last network at one snapshot; hidden, what they read and nothing that says how good it is."""
    curves = [
        Curve(say("heads: {n}", n=n_heads), [(each.step, each.accuracy) for each in snapshots])
        for n_heads, snapshots in trained.items()
    ]
    n_heads, snapshots = list(trained.items())[-1]
    shot = snapshots[min(place, len(snapshots)) - 1]
    rows, columns = [str(int(each)) for each in shot.wanted], [str(int(each)) for each in shot.given]
    figures = [
        number_table(
            each.numpy(), name=say("head {n}", n=head + 1), rows=rows, columns=columns, colours="weights", legend=False
        )
        for head, each in enumerate(shot.weights[0])
    ]
    if hide:
        task = say("given {given}, wanted {wanted}", given=_symbols(shot.given), wanted=_symbols(shot.wanted))
        return f"<p>{task}</p>{beside(*figures)}"
    line = say(
        "After {step} steps, {heads} heads: given {given}, wanted {wanted}, answered {answered}",
        step=shot.step,
        heads=n_heads,
        given=_symbols(shot.given),
        wanted=_symbols(shot.wanted),
        answered=_symbols(shot.answered),
    )
    plot = chart(
        curves,
        name=say("Share of the symbols that are right, on sequences never learnt from"),
        across=say("steps"),
        up=say("accuracy"),
        high=1.0,
    )
    return f"{plot}<p>{line}</p>{beside(*figures)}"


def _symbols(sequence: Any) -> str:
    return " ".join(str(int(each)) for each in sequence)


def _option(steps: list[int]) -> int:
    """1 where every doubling of the heads saved steps, else 2."""
    return 1 if all(later < earlier for earlier, later in pairwise(steps)) else 2


def _facts(trained: Trained, ended: bool) -> dict[str, Any]:
    steps = {n_heads: snapshots[-1].step for n_heads, snapshots in trained.items()}
    last = list(trained.values())[-1]
    best = min(steps, key=lambda n_heads: steps[n_heads])
    compared = ended and len(steps) > 1
    return {
        "trained": ended,
        "first": last[0].accuracy,
        "last": last[-1].accuracy,
        "steps": last[-1].step,
        "fastest": best if compared else 0,
        "always_faster_option": _option(list(steps.values())) if compared else 0,
        "all_steps": ", ".join(f"{n_heads}: {count}" for n_heads, count in steps.items()) if ended else "…",
        "learnt_option": (1 if last[-1].accuracy > 0.99 else 2 if last[-1].accuracy > 0.3 else 3) if ended else 0,
        "n_parameters": sum(each.numel() for each in build(Recipe()).parameters()),
    }
