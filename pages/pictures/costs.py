"""Costs: work, sequential steps and longest path of each kind of layer, by the number of tokens (Vaswani et al. 2017)."""

from attention_viz.errors import Message
from attention_viz.mechanism import costs, crossover
from attention_viz.mechanism.cost import LayerKind
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.widgets.tables import table
from attention_viz.ui.wording import say, tell
from attention_viz.view.chart import Curve, chart

LAYERS: dict[LayerKind, Message] = {
    "convolution": Message("convolution"),
    "dilated_convolution": Message("dilated convolution"),
    "recurrent": Message("recurrent"),
    "self_attention": Message("self-attention"),
}
DRAWN: tuple[LayerKind, ...] = ("convolution", "recurrent", "self_attention")


def show(settings: Settings) -> Shown:
    """Work, steps in a row and longest path of each kind of layer; and the work against the number of tokens."""
    model = settings.text_and_model().model
    own = settings.switch("own_width", say("d of the model in use"), True)
    d = model.d_model if own else settings.count("width", say("Width d"), 8, 2048, 512)
    n = settings.count("tokens", say("Tokens n"), 2, 8192, 64)
    kernel = 2 * settings.count("half", say("Neighbours on each side"), 1, 3, 1) + 1
    rows = costs(n, d, kernel)
    lengths = sorted({2**power for power in range(1, 14)} | {d})
    by_length = {length: {each.layer: each for each in costs(length, d, kernel)} for length in lengths}
    hide = settings.switch("hidden", say("Hide the curves"))
    least = min((each for each in rows if each.layer in DRAWN), key=lambda each: each.work)
    printed = [
        (
            tell(LAYERS[each.layer]),
            f"{each.work:,}",
            f"{each.multiply_adds:,}",
            f"{each.sequential:,}",
            f"{each.path:,}",
        )
        for each in rows
    ]
    headings = (
        say("layer"),
        say("work"),
        say("with the projections"),
        say("steps in a row"),
        say("longest path"),
    )
    curves = [
        Curve(tell(LAYERS[name]), [(length, by_length[length][name].work) for length in lengths]) for name in DRAWN
    ]
    picture = chart(
        curves,
        name=say("Work of one layer, d = {d}, kernel {kernel}", d=d, kernel=kernel),
        across=say("tokens n"),
        up=say("multiplications"),
        low=float(min(y for each in curves for _, y in each.points)),
        logarithmic=True,
    )
    by_name = {each.layer: each for each in rows}
    return Shown(
        table(say("n = {n} tokens of width d = {d}", n=f"{n:,}", d=d), headings, printed) + ("" if hide else picture),
        {
            "n": n,
            "d": d,
            "kernel": kernel,
            "crossover": crossover("recurrent", d, kernel),
            "crossover_convolution": crossover("convolution", d, kernel),
            "attention": by_name["self_attention"].work,
            "recurrent": by_name["recurrent"].work,
            "attention_all": by_name["self_attention"].multiply_adds,
            "recurrent_all": by_name["recurrent"].multiply_adds,
            "least": tell(LAYERS[least.layer]),
            "least_option": DRAWN.index(least.layer) + 1,
            "steps": by_name["recurrent"].sequential,
            "path": by_name["convolution"].path,
        },
    )
