from __future__ import annotations

import networkx as nx
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.autograd.functional import jacobian
from torch.nn import functional as F  # noqa: N812 - its usual name

from attention_viz.errors import AttentionVizError
from attention_viz.mechanism import (
    attend,
    attend_along,
    chain_links,
    complete_links,
    dilated_layers,
    dilated_links,
    distances,
    dot_scores,
    picture_links,
    reach,
    window_links,
)

from .draws import assert_same, both_types, chance, examples, normal, redrawn, seeds

N = 9


def _depends(network, n: int, width: int = 1) -> torch.Tensor:
    """(output, input) boolean: where torch's own derivative is not zero. network: (n, width) -> (n, width)."""
    derivative = jacobian(network, normal(chance(), n, width, dtype=torch.float64))  # (n, width, n, width)
    return derivative.abs().sum((1, 3)) > 0


def _convolution(layers: list[int], kernel: int):
    """A stack of torch's convolutions with positive weights, so that nothing cancels; one dilation per layer."""
    ones = torch.ones(1, 1, kernel, dtype=torch.float64)

    def network(x):
        for dilation in layers:
            x = F.conv1d(x.T[None], ones, padding=dilation * (kernel // 2), dilation=dilation)[0].T
        return x

    return network


@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize("n_layers", [1, 2, 3])
def test_a_window_is_what_torchs_convolution_depends_on(kernel: int, n_layers: int) -> None:
    links = window_links(N, kernel)
    assert torch.equal(reach([links] * n_layers), _depends(_convolution([1] * n_layers, kernel), N))


def test_a_chain_is_what_torchs_recurrent_network_depends_on() -> None:
    recurrent = redrawn(nn.RNN(2, 2, batch_first=True, dtype=torch.float64), chance())
    expected = _depends(lambda x: recurrent(x[None])[0][0], N, 2)
    assert torch.equal(distances(chain_links(N)) >= 0, expected)
    assert torch.equal(expected, torch.ones(N, N, dtype=torch.bool).tril())


def test_the_complete_graph_is_what_torchs_attention_depends_on() -> None:
    attention = redrawn(nn.MultiheadAttention(2, 1, batch_first=True, dtype=torch.float64), chance())
    network = lambda x: attention(x[None], x[None], x[None])[0][0]  # noqa: E731 - one line says it
    assert torch.equal(complete_links(N), _depends(network, N, 2))


def test_the_square_of_a_pixel_is_what_torchs_convolution_of_a_picture_depends_on() -> None:
    ones = torch.ones(1, 1, 3, 3, dtype=torch.float64)
    expected = _depends(lambda x: F.conv2d(x.reshape(1, 1, 8, 8), ones, padding=1).reshape(64, 1), 64)
    links = picture_links(8, 8)
    assert torch.equal(links, expected)
    assert links[9 * 3].sum() == 9  # a pixel inside: itself and its 8 neighbours
    assert links[0].sum() == 4  # a corner
    assert not torch.equal(picture_links(4, 6), picture_links(6, 4))
    assert distances(links).max() == 7  # a king's moves from corner to corner


@pytest.mark.parametrize(("n", "kernel"), [(9, 3), (10, 3), (16, 2), (17, 2), (7, 5), (1, 3)])
def test_dilated_layers_see_the_whole_past_with_as_few_as_log_n(n: int, kernel: int) -> None:
    layers = dilated_layers(n, kernel)
    assert torch.equal(reach(layers), torch.ones(n, n, dtype=torch.bool).tril())
    assert len(layers) == max(1, next(count for count in range(9) if kernel**count >= n))
    if len(layers) > 1:
        assert not torch.equal(reach(layers[:-1]), reach(layers))


def test_a_dilated_window_is_what_torchs_causal_dilated_convolution_depends_on() -> None:
    ones = torch.ones(1, 1, 3, dtype=torch.float64)
    network = lambda x: F.conv1d(F.pad(x.T[None], (4, 0)), ones, dilation=2)[0].T  # noqa: E731 - one line says it
    assert torch.equal(dilated_links(N, 3, 2), _depends(network, N))


@pytest.mark.parametrize("links", [window_links(N, 3), chain_links(N), complete_links(N), picture_links(3, 3)])
def test_distances_are_networkxs_shortest_paths(links: torch.Tensor) -> None:
    graph = nx.from_numpy_array(links.numpy().astype(int), create_using=nx.DiGraph)
    expected = torch.full((N, N), -1)
    for reader, lengths in nx.all_pairs_shortest_path_length(graph):
        for read, length in lengths.items():
            expected[reader, read] = length
    assert torch.equal(distances(links), expected)


@both_types
@examples
@given(seed=seeds, n=st.integers(1, 7), d=st.integers(1, 5))
def test_message_passing_along_links_is_attention_under_their_mask(dtype, seed, n, d) -> None:
    generator = chance(seed)
    queries, keys = normal(generator, n, d, dtype=dtype), normal(generator, n, d, dtype=dtype)
    values = normal(generator, n, 3, dtype=dtype)
    links = (torch.rand(n, n, generator=generator) < 0.4) | torch.eye(n, dtype=torch.bool)
    output, along = attend_along(queries, keys, values, links)
    assert_same(output, F.scaled_dot_product_attention(queries, keys, values, attn_mask=links))
    weights = attend(queries, keys, values, mask=links)[1]
    assert_same(along, weights[links])
    assert len(along) == links.sum()


def test_only_linked_pairs_are_scored() -> None:
    scored = []

    def counted(queries, keys):
        scored.append(queries.shape[0])
        return dot_scores(queries, keys)

    tokens = normal(chance(), N, 4)
    attend_along(tokens, tokens, tokens, window_links(N, 3), counted)
    assert sum(scored) == 3 * N - 2


@pytest.mark.parametrize(
    ("use", "sentence"),
    [
        (lambda: window_links(5, 4), "A kernel of 4 has no middle"),
        (lambda: window_links(0), "n is 0"),
        (lambda: dilated_links(5, 3, 0), "dilation is 0"),
        (lambda: dilated_layers(5, 1), "kernel is 1"),
        (lambda: reach([]), "No layer is given"),
        (lambda: attend_along(*[torch.ones(4, 2)] * 3, torch.zeros(4, 4) > 0), "4 nodes have no link"),
        (
            lambda: attend_along(*[torch.ones(4, 2)] * 3, torch.ones(3, 4) > 0),
            r"do not fit links of the shape \(3, 4\)",
        ),
    ],
)
def test_what_does_not_fit_gets_a_sentence(use, sentence: str) -> None:
    with pytest.raises(AttentionVizError, match=sentence):
        use()
