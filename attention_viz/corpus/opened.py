"""Opened: what was measured, read back. Nothing in the folder is changed by a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from attention_viz.corpus import head_texts, highest, needs, tables
from attention_viz.corpus.best_heads import RelationFigures, relation_figures
from attention_viz.corpus.figures import SHARES, Figures
from attention_viz.corpus.folder import SUMMARY, Folder, told
from attention_viz.corpus.labels import HeadLabel, labels
from attention_viz.corpus.summary import Summary
from attention_viz.errors import InputError, SelectionError
from attention_viz.measures import COLUMNS, HeadTable

if TYPE_CHECKING:
    import pandas as pd

FEW_FILES = 64
"""Shards that are read one by one; for more a database is asked, where there is one."""


def open_folder(folder: str | Path) -> Opened:
    """What was measured into a folder, as far as it is done. Raises InputError where it is no such folder."""
    found = Opened(Folder(Path(folder).expanduser()))
    found.manifest  # noqa: B018  raises
    return found


@dataclass(frozen=True)
class Opened:
    """What was measured into a folder, as far as it was done when this was opened."""

    folder: Folder

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        return self.folder.manifest

    @property
    def complete(self) -> bool:
        """Whether all texts of the collection were measured."""
        return "texts" in self.manifest

    @cached_property
    def files(self) -> tuple[Path, ...]:
        return tuple(self.folder.shards)

    @cached_property
    def figures(self) -> Figures:
        """All numbers over all texts: as they were written at the end of the run, or from the shards that are there."""
        try:
            found = Figures.read(self.folder.path / SUMMARY)
            if found.shards == len(self.files):
                return found
        except (OSError, ValueError, KeyError, TypeError):
            pass
        seed = int(self.manifest["fingerprint"]["options"]["seed"])
        return Figures.of(Summary.of(self.files, seed))

    def keep_summary(self) -> None:
        """Writes the figures into the folder, so that the next one who opens it need not compute them."""
        with told(self.folder.path):
            self.figures.write(self.folder)

    @property
    def head_places(self) -> tuple[tuple[int, int], ...]:
        """(layer, head) of every head."""
        heads: list[int] = self.manifest["fingerprint"]["heads"]
        return tuple((layer, head) for layer, n in enumerate(heads) for head in range(n))

    def heads(self, kind: str = "model") -> pd.DataFrame:
        """Every measure of every head over all texts: its mean, the interval of the mean, the spread, and the same of the baselines.

        kind : "model"; or "shuffled", "uniform" or "offset" for the rows of a baseline by itself
        """
        return tables.heads(self.figures, kind)

    def table(self) -> HeadTable:
        """The means as the table of heads that `measures.table` gives of one text."""
        model = self.figures.heads.get("model")
        if model is None:
            raise InputError("This folder has no measures, only relations.")
        layers, heads = (np.array(side) for side in zip(*model.rows, strict=True))
        mean_tokens = round(self.figures.tokens / max(1, model.texts))
        columns = {name: model.mean[:, each] for each, name in enumerate(COLUMNS)}
        return HeadTable(layers, heads, columns, mean_tokens, mean_tokens)

    def percentile(self, layer: int, head: int, measure: str, value: float) -> float:
        """In what share of the texts does the head have less of a measure than this? 0 to 1. Texts with just as much are not less."""
        quantiles = self._quantiles(layer, head, measure)
        first = int(np.searchsorted(quantiles, value))
        if first < len(quantiles) and quantiles[first] == value:
            return float(SHARES[first])
        return float(np.interp(value, quantiles, SHARES, left=0, right=1))

    def labels(self, untrained: Opened | None = None) -> list[HeadLabel]:
        """What does every head do in general, and how sure is that? `untrained`: the same texts, read before training."""
        return labels(self.figures, None if untrained is None else untrained.figures)

    def relations(self) -> list[RelationFigures]:
        """Which heads link the words of each relation?"""
        return relation_figures(self.figures, self.head_places)

    def texts(
        self, layer: int, head: int, by: str = "previous", around: float | None = None, n: int = 10, least: bool = False
    ) -> list[head_texts.TextOfHead]:
        """In which texts does a head have the most of a measure?

        around : a tenth, 1 to 10: texts from the middle of this tenth of the head's range instead; least: those with the least
        n      : how many
        """
        self._place(layer, head)
        self._measure(by)
        middle = None
        if around is not None:
            if not 1 <= around <= 10:
                raise SelectionError("The tenth is {tenth}; choose 1 to 10.", tenth=around)
            middle = float(np.interp((around - 0.5) / 10, SHARES, self._quantiles(layer, head, by)))
        found = self._strongest(layer, head, by, n) if middle is None and not least else None
        if found is None:
            find = self._found_among_many if len(self.files) > FEW_FILES and needs.has_duckdb() else self._found
            found = find(layer, head, by, middle, n, least)
        return head_texts.texts(self.folder, self._size, found, layer, head)

    def _strongest(self, layer: int, head: int, by: str, n: int) -> Sequence[tuple[int, float]] | None:
        """(number, value) of the texts with the most; None where it is not known which shards may have them."""
        row, measure = self._place(layer, head), COLUMNS.index(by)
        known = highest.read(self.folder, row, measure, len(self.files))
        if known is None:
            return None
        return highest.strongest(
            known, lambda shard: head_texts.values(self.files[shard : shard + 1], layer, head, by), n, self._size
        )

    def _found(
        self, layer: int, head: int, by: str, middle: float | None, n: int, least: bool
    ) -> Sequence[tuple[int, float]]:
        """(number, value) of the texts nearest to a value, or with the most or the least."""
        self._check_begun()
        numbers, values = head_texts.values(self.files, layer, head, by)
        order = np.lexsort((numbers, abs(values - middle) if middle is not None else values if least else -values))[:n]
        return list(zip(numbers[order].tolist(), values[order].tolist(), strict=True))

    def _found_among_many(
        self, layer: int, head: int, by: str, middle: float | None, n: int, least: bool
    ) -> Sequence[tuple[int, float]]:
        """The same by a database, which reads many files sooner."""
        order = f'"{by}" {"ASC" if least else "DESC"}' if middle is None else f'abs("{by}" - {middle!r})'
        found: list[tuple[int, float]] = self._ask(
            f'SELECT text, "{by}" FROM heads WHERE layer = {int(layer)} AND head = {int(head)} AND isfinite("{by}")'
            f" ORDER BY {order}, text LIMIT {int(n)}"
        ).fetchall()
        return found

    def errors(self, n: int = 100) -> list[tuple[int, str]]:
        """(number, error) of texts that could not be read, the first n."""
        self._check_begun()
        return head_texts.errors(self.files, n)

    def query(self, sql: str) -> pd.DataFrame:
        """The answer to one SELECT, in DuckDB's SQL, over the tables `texts`, `heads`, `shuffled`, `uniform`, `offsets` and
        `relations`, one row as in a shard's file. Nothing else can be read, and nothing written. Raises InputError."""
        duckdb = needs.duckdb()
        try:
            statements = self._connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise InputError("Only one question can be asked: a single SELECT.")
            frame: pd.DataFrame = self._ask(sql).df()
        except duckdb.Error as reason:
            raise InputError("DuckDB cannot answer this: {reason}", reason=str(reason)[:500]) from reason
        return frame

    @property
    def _size(self) -> int:
        return int(self.manifest["fingerprint"]["options"]["shard_texts"])

    def _place(self, layer: int, head: int) -> int:
        if (layer, head) not in self.head_places:
            raise SelectionError(
                "There is no head {head} in layer {layer}, both counted from 0; the layers have {heads} heads.",
                head=head,
                layer=layer,
                heads=", ".join(map(str, self.manifest["fingerprint"]["heads"])),
            )
        return self.head_places.index((layer, head))

    def _measure(self, name: str) -> str:
        if name not in COLUMNS:
            raise SelectionError(
                "There is no measure {name}. Choose one of {names}.", name=repr(name)[:80], names=", ".join(COLUMNS)
            )
        return name

    def _quantiles(self, layer: int, head: int, measure: str) -> np.ndarray:
        row, number = self._place(layer, head), COLUMNS.index(self._measure(measure))
        model = self.figures.heads.get("model")
        if model is None:
            raise InputError("This folder has no measures, only relations.")
        return np.asarray(model.quantiles[:, row, number])

    def _check_begun(self) -> None:
        if not self.files:
            raise InputError("Nothing is measured yet in {folder}.", folder=str(self.folder.path)[:200])

    def _ask(self, sql: str) -> Any:
        return self._connection.execute(sql)

    @cached_property
    def _connection(self) -> Any:
        """A database in memory whose tables are the files of the shards, and which reads nothing else."""
        self._check_begun()
        return tables.database(self.folder.path, self.files)
