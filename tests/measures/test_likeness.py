from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import jensenshannon, pdist, squareform

from attention_viz import measures
from attention_viz.errors import InputError
from attention_viz.measures.likeness import between


@pytest.fixture
def flat(heads: np.ndarray) -> np.ndarray:
    return heads.reshape(6, 12, 12)


def test_jensen_shannon_is_scipys_mean_over_queries(flat: np.ndarray) -> None:
    expected = [[(jensenshannon(one, other, axis=-1) ** 2).mean() for other in flat] for one in flat]
    assert measures.jensen_shannon(flat) == pytest.approx(np.array(expected), abs=1e-9)
    assert measures.jensen_shannon(flat.astype(np.float32)) == pytest.approx(np.array(expected), abs=1e-5)


def test_clarks_distance_by_a_plain_loop_is_ours_times_n(flat: np.ndarray) -> None:
    expected = 0.0
    for one, other in zip(flat[1], flat[4], strict=True):
        p, q = (0.001 / 12 + 0.999 * row for row in (one, other))
        expected += sum(
            a * math.log(2 * a / (a + b)) / 2 + b * math.log(2 * b / (a + b)) / 2 for a, b in zip(p, q, strict=True)
        )
    assert measures.jensen_shannon(flat, smoothing=1e-3)[1, 4] * 12 == pytest.approx(expected, abs=1e-9)


def test_the_same_head_is_at_0_and_one_with_nothing_in_common_at_ln_2() -> None:
    heads = np.stack([np.eye(4), np.eye(4), np.roll(np.eye(4), 1, axis=1)])
    distances = measures.jensen_shannon(heads)
    assert distances[0, 1] == 0
    assert distances[0, 2] == pytest.approx(math.log(2))
    assert (distances == distances.T).all()


def test_padding_rows_do_not_bring_heads_nearer() -> None:
    heads = np.zeros((2, 4, 4))
    heads[:, :2, :2] = [np.eye(2), np.eye(2)[::-1]]
    assert measures.jensen_shannon(heads)[0, 1] == pytest.approx(math.log(2))


def test_heads_of_a_layer_stack_must_be_flattened_first(heads: np.ndarray) -> None:
    with pytest.raises(InputError, match="4 axes"):
        measures.jensen_shannon(heads)


def test_progress_counts_the_heads(flat: np.ndarray) -> None:
    calls: list[tuple[int, int]] = []
    measures.jensen_shannon(flat, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (6, 6)
    assert len(calls) == 6


def test_nearest_pairs_come_nearest_first(flat: np.ndarray) -> None:
    distances = measures.jensen_shannon(flat)
    expected = sorted((distances[one, other], one, other) for one, other in itertools.combinations(range(6), 2))
    found = measures.nearest_pairs(distances, k=4)
    assert found == [(one, other, distance) for distance, one, other in expected[:4]]


@pytest.mark.parametrize("method", ["classical", "metric"])
def test_points_of_a_plane_are_placed_at_their_own_distances(rng: np.random.Generator, method: str) -> None:
    distances = squareform(pdist(rng.normal(size=(9, 2))))
    assert between(measures.place(distances, method)) == pytest.approx(distances, abs=1e-6)


def test_metric_placement_ends_where_the_stress_is_flat(flat: np.ndarray) -> None:
    distances = measures.jensen_shannon(flat)

    def stress(points: np.ndarray) -> float:
        return float(((pdist(points.reshape(-1, 2)) - squareform(distances, checks=False)) ** 2).sum())

    classical, metric = (measures.place(distances, method) for method in ("classical", "metric"))
    assert stress(metric) < stress(classical)
    steps = np.eye(metric.size) * 1e-5
    slope = [(stress(metric.ravel() + step) - stress(metric.ravel() - step)) / 2e-5 for step in steps]
    assert np.abs(slope).max() < 1e-3


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_heads_have_a_place(n: int) -> None:
    distances = 1.0 - np.eye(n)
    for method in ("classical", "metric"):
        assert between(measures.place(distances, method)) == pytest.approx(distances, abs=1e-6)


def test_clusters_are_scipys_average_linkage(rng: np.random.Generator) -> None:
    distances = squareform(pdist(rng.normal(size=(20, 3))))
    for n_clusters in (1, 2, 5, 20):
        ours = measures.clusters(distances, n_clusters)
        theirs = fcluster(linkage(squareform(distances), "average"), n_clusters, "maxclust")
        assert ((ours[:, None] == ours) == (theirs[:, None] == theirs)).all(), n_clusters
        assert list(dict.fromkeys(ours.tolist())) == list(range(n_clusters))


def test_more_clusters_than_heads_are_refused() -> None:
    with pytest.raises(InputError, match="3 heads make 1 to 3 clusters, not 4"):
        measures.clusters(np.zeros((3, 3)), 4)


def test_distances_that_are_no_square_are_refused() -> None:
    with pytest.raises(InputError, match="3 x 2"):
        measures.place(np.zeros((3, 2)))
