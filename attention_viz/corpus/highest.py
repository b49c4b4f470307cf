"""Highest: the highest value of every measure of every head in each shard, so that few files are opened to find the texts that
have the most of one. It lies beside the shards, in a file of numpy from which one head is read without the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from attention_viz.corpus.folder import HIGHEST, Folder


def of_shard(values: np.ndarray) -> np.ndarray:
    """values : (row, text, measure); returns : (row, measure) float32, -inf where no text has the measure"""
    return np.asarray(np.where(np.isfinite(values), values, -np.inf).max(axis=1), dtype=np.float32)


def write(folder: Folder, shards: Mapping[int, np.ndarray], n_shards: int) -> None:
    """shards : number -> (row, measure); one that is missing has no measures. Nothing is written of a folder with gaps."""
    if not shards or max(shards) >= n_shards:
        return
    whole = np.full((*next(iter(shards.values())).shape, n_shards), -np.inf, dtype=np.float32)
    for number, values in shards.items():
        whole[..., number] = values
    with folder.unfinished(HIGHEST, folder.path / HIGHEST) as path, path.open("wb") as file:
        np.save(file, whole)


def read(folder: Folder, row: int, measure: int, n_shards: int) -> np.ndarray | None:
    """(shard,) of one row and measure; None where it was not written, or for another number of shards."""
    try:
        found = np.load(folder.path / HIGHEST, mmap_mode="r", allow_pickle=False)
        return np.array(found[row, measure]) if found.shape[2:] == (n_shards,) else None
    except (OSError, EOFError, ValueError, IndexError):
        return None


def strongest(
    highest: np.ndarray, values: Callable[[int], tuple[np.ndarray, np.ndarray]], n: int, size: int
) -> Sequence[tuple[int, float]]:
    """(number, value) of the n texts that have the most, of equal ones the first; no shard is read that cannot have one of them.

    highest : (shard,); values: shard -> numbers of its texts, and the value of each; size: texts of a shard
    """
    numbers, found = np.zeros(0, dtype=int), np.zeros(0, dtype=np.float32)
    for shard in np.argsort(-highest, kind="stable").tolist():
        if len(found) == n and (n == 0 or (-highest[shard], shard * size) > (-found[-1], numbers[-1])):
            break
        its_numbers, its_values = values(shard)
        numbers, found = np.concatenate([numbers, its_numbers]), np.concatenate([found, its_values])
        first = np.lexsort((numbers, -found))[:n]
        numbers, found = numbers[first], found[first]
    return list(zip(numbers.tolist(), found.tolist(), strict=True))
