"""Pruning curve: the score on a set of samples against the number of heads switched off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.errors import InputError, Message
from attention_viz.measures import Progress
from attention_viz.ui.server.limits import MB
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.tables import table
from attention_viz.ui.wording import listed, paragraph, plain, say, tell
from attention_viz.ui.work.results import result
from attention_viz.view import chart

if TYPE_CHECKING:
    from attention_viz.experiments import Pruned, Sample
    from attention_viz.experiments.interventions.switches import How
    from attention_viz.models import Model

NAMES = {
    "least": Message("least important first"),
    "random": Message("in random order"),
    "most": Message("most important first"),
}
MEGABYTES = 1
"""The largest file of samples."""
GRADIENTS = 15
"""How many gradients cost as much as one reading of the whole set, roughly; for the progress alone."""
ENOUGH = 0.9
"""The share of its score that the model shall keep, in the sentence on the curve."""

PruningCurves = Mapping[str, Sequence["Pruned"]]


def pick_pruning_curve() -> bool:
    """Whether the curve is drawn."""
    st.toggle(
        say("Draw how many heads can go"),
        help=say("Reads the whole set of samples at each of 33 steps."),
        **chosen_as("ablation_curve", usual=False),
    )
    return bool(st.session_state["ablation_curve"])


def pick_samples() -> tuple[Sample, ...]:
    """The built-in samples, with their sources, or the visitor's own file. Raises InputError for a file that is none."""
    from attention_viz.experiments import built_in, read_samples

    file = st.file_uploader(
        say("Your own samples instead (CSV or TSV in UTF-8)"),
        type=["csv", "tsv", "txt"],
        max_upload_size=MEGABYTES,
        key="ablation_samples",
        help=say(
            "The first line names the columns: first, and if wanted second, label, source. One sample a line; at most 2,000."
        ),
    )
    if file is not None and file.size > MEGABYTES * MB:
        raise InputError(
            "The file has {size} bytes; at most {most} MB are read. Cut it.", size=file.size, most=MEGABYTES
        )
    samples = built_in() if file is None else read_samples(_decoded(file.getvalue()))
    sources = dict.fromkeys(each.source for each in samples if each.source)
    st.caption(
        plain(
            say("{n} samples. Sources: {sources}.", n=len(samples), sources=listed(list(sources)[:5]))
            if sources
            else say("{n} samples of your file, which names no sources.", n=len(samples))
        )
    )
    return samples


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        raise InputError(
            "The file is not written in UTF-8: byte {byte} cannot be read. Save it as CSV in UTF-8.",
            byte=reason.start + 1,
        ) from reason


def pruning_curves(model: Model, samples: tuple[Sample, ...], way: How) -> PruningCurves | None:
    """How does the score fall in each of the three orders? None while it is computed. Raises InputError for unknown labels."""
    doing = say("Taking heads away and reading all samples")
    about = (model.source, model.revision, samples, way)
    return result("curve", about, lambda progress: _prune(model, samples, way, progress), doing=doing, quick=False)


def _prune(model: Model, samples: tuple[Sample, ...], way: How, progress: Progress | None) -> PruningCurves:
    from attention_viz.experiments import ORDERS, mean_importance, prune

    steps = 10
    each = max(1, len(samples) // GRADIENTS)
    done, total = 0, len(samples) + len(ORDERS) * (steps + 1) * each

    def tell_progress(more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(done, total)

    importance = mean_importance(model, samples, progress=lambda *_: tell_progress(1))
    found: dict[str, list[Pruned]] = {}
    for order in ORDERS:
        points = found[order] = []
        for point in prune(model, samples, order, way, importances=importance, steps=steps):
            points.append(point)
            tell_progress(each)
    return found


def show_pruning_curves(found: PruningCurves) -> None:
    """The curves, their numbers, how to read them."""
    drawn = [
        chart.Curve(tell(NAMES[order]), [(float(len(each.heads)), each.score) for each in points])
        for order, points in found.items()
    ]
    first = next(iter(found.values()))[0]
    floor = next(iter(found.values()))[-1].score
    drawn.append(chart.Curve(say("without any head"), [(0.0, floor), (float(first.total), floor)]))
    scores = [score for curve in drawn for _, score in curve.points]
    picture, numbers = st.columns([3, 2], gap="large")
    with picture:
        st.html(
            chart.STYLE
            + chart.chart(
                drawn,
                name=tell(first.name),
                across=say("heads taken away, of {total}", total=first.total),
                up=say("score"),
                low=min(0.0, *scores),
                high=max(1.0, *scores),
            )
        )
        st.markdown(plain(_summary(found)))
        st.caption(plain(_about(first)))
    with numbers:
        rows = [
            (len(points[0].heads), *(point.score for point in points)) for points in zip(*found.values(), strict=True)
        ]
        heads = (say("heads away"), *(tell(NAMES[order]) for order in found))
        st.html(table(say("The same in numbers"), heads, rows))


def _summary(found: PruningCurves) -> str:
    """How many heads can be pruned before the score falls, and the score without any."""
    points = found["least"]
    return paragraph(
        say(
            "The score stays above {share} of what it was with {least} of {total} heads away, the least important first; the most important first, with {most}.",
            least=_n_prunable(points),
            most=_n_prunable(found["most"]),
            total=points[0].total,
            share=f"{ENOUGH:.0%}",
        ),
        say(
            "Without any head it is {score}: that much comes from the words alone, which then know nothing of each other.",
            score=f"{points[-1].score:.4f}",
        ),
    )


def _n_prunable(points: Sequence[Pruned]) -> int:
    """The most heads pruned before the first step at which the score falls below ENOUGH of its start."""
    away = 0
    for point in points:
        if point.score < ENOUGH * points[0].score:
            break
        away = len(point.heads)
    return away


def _about(first: Pruned) -> str:
    return paragraph(
        say(
            "Every point is a real reading of all samples with these heads taken away, 10 % more at each step (Michel et al. 2019, section 4); the heads are ranked once, by the mean of their importance over the samples, each layer divided by its length."
        ),
        ""
        if first.loss is None
        else say(
            "Importance is the size of the slope of this number, sample by sample: {loss}.", loss=tell(first.loss)
        ),
        say("The samples that rank the heads also judge them, and there are few: another task may need other heads."),
    )
