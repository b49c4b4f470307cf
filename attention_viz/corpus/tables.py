"""Tables: what was measured as tables: a database over the files, a data frame of heads, texts with their links."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from attention_viz.corpus import needs
from attention_viz.corpus.figures import SHARES, Figures
from attention_viz.errors import SelectionError
from attention_viz.measures import COLUMNS

if TYPE_CHECKING:
    import pandas as pd

HEAD = ("text", "layer", "head", *COLUMNS)
VIEWS = {
    "texts": ("text", ("text", "first", "second", "n_tokens", "left_out", "tokens", "error")),
    "heads": ("model", (*HEAD, "link_queries", "link_keys", "link_weights")),
    "shuffled": ("shuffled", HEAD),
    "uniform": ("uniform", ("text", "layer", *COLUMNS)),
    "offsets": ("offset", ("text", 'head AS "offset"', *COLUMNS)),
    "relations": ("relation", ("text", "relation", "direction", "n", "hits", "offset_hits", "chance")),
}
"""Name of a table -> the kind of its rows in the files, and their columns."""

SPREAD = {"p05": 0.05, "p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95}


def database(folder: Path, files: Sequence[Path]) -> Any:
    """A database in memory whose tables are these files; it reads nothing else and cannot be told to."""
    connection = needs.duckdb().connect(":memory:", config={"allow_community_extensions": False})
    connection.execute("SET parquet_metadata_cache = true")
    names = ", ".join(_quoted(str(file)) for file in files)
    for view, (kind, columns) in VIEWS.items():
        wanted = ", ".join(each if " AS " in each else f'"{each}"' for each in columns)
        connection.execute(
            f"CREATE VIEW {view} AS SELECT {wanted} FROM read_parquet([{names}], hive_partitioning = false) WHERE kind = '{kind}'"
        )
    connection.execute(f"SET allowed_directories = [{_quoted(str(folder))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def heads(figures: Figures, kind: str) -> pd.DataFrame:
    """Every measure of every row of a kind, and of a model's heads the baselines beside it."""
    import pandas as pd  # slow to import

    if kind not in ("model", "shuffled", "uniform", "offset"):
        raise SelectionError(
            'There are no rows {kind}; choose "model", "shuffled", "uniform" or "offset".', kind=repr(kind)[:80]
        )
    found = figures.heads.get(kind)
    if found is None:
        return pd.DataFrame(columns=["layer", "head", "measure", "n", "mean", "low", "high", "sd", *SPREAD])
    n_rows, width = len(found.rows), len(COLUMNS)
    spread = {name: found.quantiles[int(np.argmin(abs(SHARES - share)))] for name, share in SPREAD.items()}
    columns: dict[str, Any] = {
        "layer": np.repeat([layer for layer, _ in found.rows], width),
        "head": np.repeat([head for _, head in found.rows], width),
        "measure": np.tile(COLUMNS, n_rows),
        **{name: getattr(found, name).ravel() for name in ("n", "mean", "low", "high", "sd")},
        **{name: values.ravel() for name, values in spread.items()},
    }
    if kind == "model":
        columns |= _beside(figures, found.rows)
    return pd.DataFrame(columns)


def _beside(figures: Figures, rows: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """The baselines of each head and measure, as far as they were measured."""
    columns: dict[str, Any] = {}
    shuffled, uniform, offset = (figures.heads.get(kind) for kind in ("shuffled", "uniform", "offset"))
    if shuffled is not None:
        columns |= {f"shuffled_{name}": getattr(shuffled, name).ravel() for name in ("n", "mean", "low", "high")}
    if uniform is not None:
        of_layer = {layer: each for each, (layer, _) in enumerate(uniform.rows)}
        columns["uniform_mean"] = uniform.mean[[of_layer[layer] for layer, _ in rows]].ravel()
    if offset is not None:
        best = np.nanargmax(np.where(np.isnan(offset.mean), -np.inf, offset.mean), axis=0)  # (measure,)
        columns["offset_best"] = np.tile([offset.rows[each][1] for each in best], len(rows))
        columns["offset_mean"] = np.tile(offset.mean[best, np.arange(len(COLUMNS))], len(rows))
    return columns
