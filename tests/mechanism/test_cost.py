from __future__ import annotations

import networkx as nx
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - its usual name
from torch.utils.flop_counter import FlopCounterMode

from attention_viz.errors import AttentionVizError
from attention_viz.mechanism import answered_at, chain_links, complete_links, costs, crossover, dilated_layers, reach
from attention_viz.mechanism import window_links as window

SIZES = [(12, 5, 3), (7, 16, 5), (30, 30, 3)]


def _multiplications(network, *inputs: torch.Tensor) -> int:
    """As torch counts them while it runs; it counts a multiplication and an addition as two."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(*inputs)
    assert counter.get_total_flops() % 2 == 0
    return counter.get_total_flops() // 2


@pytest.mark.parametrize(("n", "d", "kernel"), SIZES)
def test_multiplications_are_those_torch_counts_while_it_runs(n: int, d: int, kernel: int) -> None:
    rows = {cost.layer: cost for cost in costs(n, d, kernel)}
    tokens = torch.ones(1, n, d)
    convolution = nn.Conv1d(d, d, kernel, padding=kernel // 2)
    assert rows["convolution"].multiply_adds == _multiplications(convolution, tokens.mT)
    dilated = nn.Conv1d(d, d, kernel, padding=kernel // 2 * kernel, dilation=kernel)
    assert rows["dilated_convolution"].multiply_adds == _multiplications(dilated, tokens.mT)

    cell = nn.RNNCell(d, d)

    def recurrent(tokens: torch.Tensor) -> None:
        state = torch.zeros(1, d)
        for token in tokens[0]:
            state = cell(token[None], state)

    assert rows["recurrent"].multiply_adds == _multiplications(recurrent, tokens)
    attention = nn.MultiheadAttention(d, 1, batch_first=True).train()
    assert rows["self_attention"].multiply_adds == _multiplications(attention, *[tokens] * 3)


@pytest.mark.parametrize(("n", "d", "kernel"), SIZES)
def test_the_leading_work_is_what_mixes_the_tokens(n: int, d: int, kernel: int) -> None:
    rows = {cost.layer: cost for cost in costs(n, d, kernel)}
    x = torch.ones(1, n, d)
    # every key against every query, then every weight times every value
    assert 2 * rows["self_attention"].work == _multiplications(F.scaled_dot_product_attention, x, x, x)
    state = torch.ones(1, d)
    assert rows["recurrent"].work == n * _multiplications(F.linear, state, torch.ones(d, d))
    assert rows["convolution"].work == rows["convolution"].multiply_adds


@pytest.mark.parametrize(("n", "d", "kernel"), SIZES)
def test_paths_are_networkxs_and_those_of_the_dilated_stack(n: int, d: int, kernel: int) -> None:
    rows = {cost.layer: cost for cost in costs(n, d, kernel)}
    links = {"convolution": window(n, kernel), "recurrent": chain_links(n), "self_attention": complete_links(n)}
    for layer, each in links.items():
        graph = nx.from_numpy_array(each.numpy().astype(int), create_using=nx.DiGraph)
        assert rows[layer].path == nx.shortest_path_length(graph, n - 1, 0)
    stack = dilated_layers(n, kernel)
    assert rows["dilated_convolution"].path == len(stack)
    assert reach(stack)[n - 1, 0]
    assert not reach(stack[:-1])[n - 1, 0]


def test_the_work_crosses_where_the_table_says() -> None:
    d, kernel = 64, 5
    for against, n in (("recurrent", d), ("convolution", kernel * d), ("dilated_convolution", kernel * d)):
        assert crossover(against, d, kernel) == n
        work = [{c.layer: c.work for c in costs(each, d, kernel)} for each in (n - 1, n, n + 1)]
        signs = [(row["self_attention"] > row[against]) - (row["self_attention"] < row[against]) for row in work]
        assert signs == [-1, 0, 1]


def test_sequential_steps_are_the_longest_wait_of_one_answer_for_another() -> None:
    n = 12
    for cost in costs(n, 5):
        waits = nx.DiGraph()
        waits.add_nodes_from(range(n))
        if cost.layer == "recurrent":  # a state needs the state before it
            nx.add_path(waits, range(n))
        generations = list(nx.topological_generations(waits))
        assert cost.sequential == len(generations)
        expected = {token: step for step, tokens in enumerate(generations, 1) for token in tokens}
        assert answered_at(cost.layer, n).tolist() == [expected[token] for token in range(n)]


@pytest.mark.parametrize(
    ("use", "sentence"),
    [
        (lambda: costs(1, 5), "n is 1. Give at least 2"),
        (lambda: costs(5, 0), "d is 0"),
        (lambda: costs(5, 5, 1), "kernel is 1"),
        (lambda: costs(5, 5, 4), "A kernel of 4 has no middle"),
        (lambda: crossover("self_attention", 5), "cannot be compared with itself"),
    ],
)
def test_sizes_that_make_no_table_get_a_sentence(use, sentence: str) -> None:
    with pytest.raises(AttentionVizError, match=sentence):
        use()
