"""Matrices: self-attention written as matrix products, one cell as the sum of its products."""

from collections.abc import Collection

import torch

from attention_viz.mechanism import MatrixForm, Product, matrix_form
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say
from attention_viz.view.beside import beside
from attention_viz.view.number_table import digits_of, number, number_table

X = [[1.0, 0.0, 1.0], [0.0, 2.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
WQ = [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]
WK = [[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]
WV = [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
BIAS = [[0.5, -0.5]]
CAPTIONS = {"Q = X Wq": "Q", "K = X Wk": "K", "V = X Wv": "V", "A = Q Kᵀ": "A", "O = S V": "O"}
FACTORS = {"Q": ("X", "Wq"), "K": ("X", "Wk"), "V": ("X", "Wv"), "A": ("Q", "Kᵀ"), "O": ("S", "V")}
STAGES = {"projections": 3, "scores": 4, "weights": 5, "output": 6}


def show(settings: Settings) -> Shown:
    """X, Q, K, V, A, S, O from the tokens and three small matrices; one cell of one product in full."""
    words = settings.words("words", ["it", "was", "too", "tired"])
    tokens = torch.tensor(settings.table("X", X))  # (token, d_model)
    wq, wk, wv = (torch.tensor(settings.table(name, usual)) for name, usual in (("Wq", WQ), ("Wk", WK), ("Wv", WV)))
    scaled = settings.switch("scaled", say("Divide the scores by √d"), True)
    biased = settings.switch("biased", say("Add biases"))
    biases = torch.tensor(settings.table("biases", BIAS))[0] if biased else None
    form = matrix_form(tokens, wq, wk, wv, biases, biases, biases, scaled=scaled)
    stages = {
        "projections": say("Q, K, V"),
        "scores": say("scores"),
        "weights": say("weights"),
        "output": say("output"),
    }
    stage = settings.choose("stage", say("Show up to"), stages, "output")
    hide = settings.switch("hidden", say("Hide the result"))
    products = {each.name: each for each in (form.queries, form.keys, form.values, form.scores, form.output)}
    settings.pointable(CAPTIONS, "product", "row", "column")
    chosen = products[settings.choose("product", say("Take apart a cell of"), {name: name for name in products}, "A")]
    row = settings.count("row", say("Row"), 1, chosen.result.shape[0], 1) - 1
    column = settings.count("column", say("Column"), 1, chosen.result.shape[1], 1) - 1
    cell = chosen.cell(row, column)
    given = {"X": tokens, "Wq": wq, "Wk": wk, "Wv": wv} | ({} if biases is None else {"biases": biases[None]})
    typed = {name: matrix for name, matrix in given.items() if settings.editable(name)}
    return Shown(
        beside(*_typed(typed, words, chosen.name, row, column))
        + beside(*([] if hide and stage == "projections" else _drawn(form, words, hide)[: STAGES[stage]]))
        + _factors(chosen, row, column, hide, typed),
        {
            "cell": cell.total,
            "sum": _sum(chosen, row, column),
            "shape_x": _shape(tokens),
            "shape_q": _shape(form.queries.result),
            "shape_a": _shape(form.scores.result),
            "shape_o": _shape(form.output.result),
            "n_scores": form.scores.result.numel(),
            "divisor": form.divisor,
            "largest": float(form.weights.max()),
            "row_sum": float(form.weights[0].sum()),
            "output": float(form.output.result[0, 0]),
            "word": words[row] if row < len(words) else str(row + 1),
            "most_read": words[int(form.weights[min(row, len(words) - 1)].argmax())],
        },
    )


def _typed(matrices: dict[str, torch.Tensor], words: list[str], product: str, row: int, column: int) -> list[str]:
    """The matrices that can be typed into, framed where they are factors of the cell."""
    first, second = FACTORS[product]
    return [
        number_table(
            matrix.numpy(),
            name=say("Biases of Q, K and V") if name == "biases" else name,
            rows=words if name == "X" else (),
            shape=_shape(matrix),
            numbers=True,
            legend=False,
            row=row if name == first else None,
            column=column if name == second else None,
            edit=name,
        )
        for name, matrix in matrices.items()
    ]


def _drawn(form: MatrixForm, words: list[str], hide: bool) -> list[str]:
    pictures = [
        number_table(each.result.numpy(), name=label, rows=words, shape=_shape(each.result), numbers=True, legend=False)
        for each, label in (
            (form.queries, "Q = X Wq"),
            (form.keys, "K = X Wk"),
            (form.values, "V = X Wv"),
        )
    ]
    hidden_cells = torch.ones_like(form.weights, dtype=torch.bool).numpy() if hide else None
    between = say("{softmax} of each row", softmax="softmax(A / √d)" if form.divisor != 1 else "softmax(A)")
    return [
        *pictures,
        number_table(
            form.scores.result.numpy(),
            name="A = Q Kᵀ",
            rows=words,
            columns=words,
            shape=_shape(form.scores.result),
            numbers=True,
            legend=False,
            hidden=hidden_cells,
        ),
        number_table(
            form.weights.numpy(),
            name=f"S = {between}",
            rows=words,
            columns=words,
            shape=_shape(form.weights),
            colours="weights",
            numbers=True,
            legend=False,
            hidden=hidden_cells,
        ),
        number_table(
            form.output.result.numpy(),
            name="O = S V",
            rows=words,
            shape=_shape(form.output.result),
            numbers=True,
            legend=False,
        ),
    ]


def _factors(product: Product, row: int, column: int, hide: bool, typed: Collection[str]) -> str:
    """The row and the column whose products sum to one cell, in those factors that are not drawn to be typed into."""
    framed = ((product.first, row, None), (product.second, None, column))
    figures = [
        number_table(
            factor.numpy(), name=name, shape=_shape(factor), numbers=True, legend=False, row=at_row, column=at_column
        )
        for name, (factor, at_row, at_column) in zip(FACTORS[product.name], framed, strict=True)
        if name not in typed
    ]
    line = "?" if hide else _sum(product, row, column)
    title = say(
        "Row {row} times column {column} gives this cell of {name}:", row=row + 1, column=column + 1, name=product.name
    )
    return beside(*figures) + f'<p class="av-sum">{title}<br><strong>{line}</strong></p>'


def _sum(product: Product, row: int, column: int) -> str:
    cell = product.cell(row, column)
    terms = " + ".join(
        f"{_number(a)} × {_number(b)}" for a, b in zip(cell.row.tolist(), cell.column.tolist(), strict=True)
    )
    bias = f" + {_number(cell.bias)}" if cell.bias else ""
    return f"{terms}{bias} = {_number(cell.total)}"


def _number(value: float) -> str:
    return number(value, digits_of(value))


def _shape(tensor: torch.Tensor) -> str:
    return " × ".join(map(str, tensor.shape))
