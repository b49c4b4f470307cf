"""Parameters: how many numbers multi-head attention learns, by the formula and counted in the model in use."""

from attention_viz.mechanism import head_width, parameter_count
from attention_viz.models.parameter_counts import attention_matrices
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.widgets.tables import table
from attention_viz.ui.wording import say


def show(settings: Settings) -> Shown:
    """Four matrices and their biases for a width that is chosen; below, those of a layer of the model in use."""
    d_model = settings.count("d_model", say("d_model"), 8, 1024, 512)
    n_heads = settings.count("n_heads", say("Heads"), 1, 16, 8)
    bias = settings.switch("bias", say("With biases"), True)
    d_head = head_width(d_model, n_heads)  # raises where the heads do not fit, with those that do
    model = settings.text_and_model().model
    layer = settings.count("layer", say("Layer of the model"), 1, model.n_layers, 1) - 1
    real = attention_matrices(model, layer)
    counted, by_formula = (
        sum(each.count for each in real),
        parameter_count(model.d_model, any(each.bias for each in real)),
    )
    one = d_model**2 + (d_model if bias else 0)
    total = parameter_count(d_model, bias)
    made = [(name, _shape(d_model, d_model), one) for name in ("Wq", "Wk", "Wv", "Wo")]
    headings = (say("matrix"), say("shape"), say("numbers, with its bias"))
    show_counts = not settings.switch("hidden", say("Hide the counts"))
    rows = [(each.name, _shape(*each.shape), each.count) for each in real]
    return Shown(
        table(
            say(
                "By the formula, d_model = {width}, {heads} heads of width {d_head}",
                width=d_model,
                heads=n_heads,
                d_head=d_head,
            ),
            headings,
            [*made, (say("together"), "", total)] if show_counts else made[:1],
        )
        + table(
            say("Counted in layer {layer} of {model}", layer=layer + 1, model=model.name),
            headings,
            [*rows, (say("together"), "", counted)] if show_counts else [],
            tokens=(0,),
        ),
        {
            "d_model": d_model,
            "n_heads": n_heads,
            "d_head": d_head,
            "parameters": total,
            "layer": layer + 1,
            "model": model.name,
            "model_width": model.d_model,
            "model_heads": model.n_heads,
            "counted": counted,
            "by_formula": by_formula,
            "difference": counted - by_formula,
        },
    )


def _shape(rows: int, columns: int) -> str:
    return f"{rows} × {columns}"
