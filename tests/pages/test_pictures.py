"""The numbers of every live picture are those of the reference that its mechanism names."""

from __future__ import annotations

import math
from typing import Any

import networkx
import numpy as np
import pytest
import scipy.stats
import torch
from figures import numbers, rows_of
from torch import nn

import attention_viz as av
from attention_viz.errors import InputError, StoppedError
from attention_viz.mechanism import Recipe, Task
from attention_viz.models import Model
from attention_viz.models.catalogue import MASKED_WORD, MULTILINGUAL
from attention_viz.selection import Selection
from attention_viz.ui.lessons.lesson_settings import Settings, Shown, picture_of
from attention_viz.ui.session.examples import DEFAULT
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.work.caches import read
from attention_viz.ui.work.jobs import Job

DIGITS = 6e-5
"""Four digits behind the point are written."""


@pytest.fixture(scope="module")
def model() -> Model:
    return av.load_model()


@pytest.fixture(scope="module")
def subject(model: Model) -> Subject:
    look = Selection(text=DEFAULT.first)
    return Subject(model, read(model, look), look)


@pytest.fixture(scope="module")
def own(model: Model) -> np.ndarray:
    """What transformers itself gives out for the text: (layer, head, query, key)."""
    return eager(model, DEFAULT.first)


def eager(model: Model, *texts: str) -> np.ndarray:
    inputs = model.reader.tokenizer(*texts, return_tensors="pt")
    network = model.network
    before = network.config._attn_implementation
    network.set_attn_implementation("eager")
    try:
        with torch.no_grad():
            layers = network(**inputs, output_attentions=True).attentions
    finally:
        network.set_attn_implementation(before)
    return torch.cat(layers).numpy()


def show(name: str, subject: Subject | None = None, **saved: Any) -> Shown:
    return picture_of(name)(Settings(saved, subject))


def test_m1_the_output_of_the_look_up_is_torchs_at_every_temperature() -> None:
    queries, keys, values = [[1.0, 2.0], [0.0, 1.0]], [[3.0, 0.0], [1.0, 3.0], [1.0, 1.0]], [[8.0], [1.0], [4.0]]
    given = {"queries": queries, "keys": keys, "values": values, "asks": ["a", "b"], "items": ["x", "y", "z"]}
    for temperature in (0.5, 3.0):
        shown = show("look_up", **given, temperature=temperature)
        q, k, v = (torch.tensor(each)[None] for each in (queries, keys, values))
        expected = nn.functional.scaled_dot_product_attention(q, k, v, scale=1 / temperature)[0]
        np.testing.assert_allclose(numbers(shown.html, "3. output, weights × V"), expected, atol=DIGITS)
        assert shown.facts["output"] == pytest.approx(expected[0, 0].item(), abs=1e-6)
    np.testing.assert_allclose(numbers(shown.html, "2. weights, each row sums to 1").sum(1), 1, atol=3 * DIGITS)


def test_m1_a_dictionary_hands_over_the_value_of_the_best_item_alone() -> None:
    shown = show("look_up", answer="dictionary", queries=[[0.0, 2.0]])
    assert numbers(shown.html, "3. output, weights × V").tolist() == [[1.0]]
    assert (shown.facts["best_item"], shown.facts["looked_up"]) == ("carrot", 1.0)


def test_m2_every_row_is_its_formula_on_the_same_numbers() -> None:
    width, n_keys = 6, 4
    shown = show("scoring", width=width, keys=n_keys, seed=3)
    chance = torch.Generator().manual_seed(3)
    query, keys, _ = (
        torch.randn(n, d, generator=chance).double().numpy() for n, d in ((1, width), (n_keys, width), (n_keys, 2))
    )
    q = query[0]
    general = (torch.randn(width, width, generator=chance) / width**0.5).double().numpy()
    w = (torch.randn(8, 2 * width, generator=chance) / (2 * width) ** 0.5).double().numpy()
    v = (torch.randn(8, generator=chance) / 8**0.5).double().numpy()
    pairs = [np.concatenate([q, key]) for key in keys]
    concat = np.array([v @ np.tanh(w @ pair) for pair in pairs])
    expected = np.array(
        [
            keys @ q,
            keys @ q / math.sqrt(width),
            keys @ general.T @ q,
            concat,
            np.array([v @ np.tanh(w[:, :width] @ q + w[:, width:] @ key) for key in keys]),
            keys @ q / (np.linalg.norm(q) * np.linalg.norm(keys, axis=1)),
            -((q - keys) ** 2).sum(1) / 2,
        ]
    )
    np.testing.assert_allclose(numbers(shown.html, "Scores"), expected, atol=DIGITS)
    weights = scipy.special.softmax(expected, axis=1)
    np.testing.assert_allclose(numbers(shown.html, "Weights, each row sums to 1"), weights, atol=DIGITS)
    assert shown.facts["entropy"] == pytest.approx(scipy.stats.entropy(weights[1]), abs=1e-5)
    assert shown.facts["gap"] < 1e-6


def test_m2_scores_deviate_by_the_root_of_the_width_unless_they_are_divided() -> None:
    facts = show("widths").facts
    assert facts["plain_deviation"] == pytest.approx(math.sqrt(facts["last"]), rel=0.05)
    assert facts["scaled_deviation"] == pytest.approx(1, rel=0.05)
    assert facts["plain_last"] < 0.3 < 2 < facts["scaled_last"] < facts["uniform"]


def test_m3_every_matrix_is_numpys() -> None:
    x, wq, wk, wv, b = (
        [[1.0, 2.0], [0.5, -1.0], [0.0, 3.0]],
        [[1.0, 0.0], [2.0, 1.0]],
        [[0.5, 1.0], [1.0, 0.0]],
        [[1.0, -1.0], [0.0, 2.0]],
        [[0.25, -0.5]],
    )
    given = {"X": x, "Wq": wq, "Wk": wk, "Wv": wv, "biases": b, "biased": True, "words": ["a", "b", "c"]}
    shown = show("matrices", **given, product="O", row=2, column=1)
    q, k, v = (np.array(x) @ np.array(each) + np.array(b) for each in (wq, wk, wv))
    scores = q @ k.T
    weights = scipy.special.softmax(scores / math.sqrt(2), axis=1)
    for name, expected in (
        ("Q = X Wq", q),
        ("K = X Wk", k),
        ("V = X Wv", v),
        ("A = Q Kᵀ", scores),
        ("S = softmax(A / √d) of each row", weights),
        ("O = S V", weights @ v),
    ):
        np.testing.assert_allclose(numbers(shown.html, name), expected, atol=DIGITS, err_msg=name)
    assert shown.facts["cell"] == pytest.approx((weights @ v)[1, 0], abs=1e-6)
    assert shown.facts["sum"].endswith(f"= {(weights @ v)[1, 0]:.4f}")


@pytest.mark.parametrize("kind", ["lengths", "causal", "both"])
def test_m4_masked_weights_are_torchs_and_exactly_zero(kind: str) -> None:
    shown = show("masks", kind=kind, valid=4, row=3, seed=5)
    chance = torch.Generator().manual_seed(5)
    q, k = (torch.randn(6, 8, generator=chance) for _ in range(2))
    causal, real = torch.ones(6, 6, dtype=torch.bool).tril(), (torch.arange(6) < 4).expand(6, 6)
    mask = {"lengths": real, "causal": causal, "both": causal & real}[kind]
    expected = nn.functional.scaled_dot_product_attention(q[None], k[None], torch.eye(6)[None], attn_mask=mask)[0]
    np.testing.assert_allclose(numbers(shown.html, "Weights"), expected, atol=DIGITS)
    assert (np.isneginf(numbers(shown.html, "Scores, −∞ where masked")) == ~mask.numpy()).all()
    assert (shown.facts["masked_weight"], shown.facts["n_masked"]) == (0.0, int((~mask).sum()))
    assert shown.facts["row_sum"] == pytest.approx(1)


def test_m4_a_query_that_may_read_nothing_gets_zeros_and_not_nan() -> None:
    shown = show("masks", kind="lengths", valid=0)
    assert (numbers(shown.html, "Weights") == 0).all()
    assert shown.facts["not_a_number"] == 0


def test_m4_lengths_repeated_in_the_wrong_order_let_heads_read_padding() -> None:
    right, wrong = (show("folded", order=order, heads=3, first=2, second=5) for order in ("right", "wrong"))
    given = numbers(wrong.html, "Length: its own, given")
    assert given[:, 0].tolist() == np.repeat([2, 5], 3).tolist()
    assert given[:, 1].tolist() == np.tile([2, 5], 3).tolist()
    assert (right.facts["n_wrong"], right.facts["on_padding"]) == (0, 0.0)
    assert wrong.facts["n_wrong"] == int((np.repeat([2, 5], 3) != np.tile([2, 5], 3)).sum())
    assert wrong.facts["on_padding"] > 0.3


def test_m5_the_shapes_are_written_and_the_loop_agrees_with_the_fold() -> None:
    facts = show("heads", d_model=12, n_heads=3, tokens=4).facts
    assert facts["shape_split"] == "(batch 2, head 3, token 4, d_head 4)"
    assert facts["shape_folded"] == "(batch · head 6, token 4, d_head 4)"
    assert facts["loop_gap"] < 1e-6 < 0.01 < facts["one_gap"]
    assert facts["counted"] == facts["parameters"]


def test_m5_heads_that_do_not_divide_the_width_are_told_with_those_that_do() -> None:
    with pytest.raises(InputError, match=r"does not divide into 5 heads.*1, 2, 3, 4, 6, 12"):
        show("heads", d_model=12, n_heads=5)


@pytest.mark.parametrize("bias", [True, False])
def test_m5_the_count_is_that_of_torchs_module_and_of_the_loaded_layer(subject: Subject, bias: bool) -> None:
    shown = show("parameters", subject, d_model=512, n_heads=8, bias=bias, layer=2)
    torchs = nn.MultiheadAttention(512, 8, bias=bias)
    assert shown.facts["parameters"] == sum(each.numel() for each in torchs.parameters())
    layer = subject.model.network.encoder.layer[1].attention
    expected = sum(each.numel() for name, each in layer.named_parameters() if "LayerNorm" not in name)
    rows = rows_of(shown.html, "Counted in layer 2 of all-MiniLM-L6-v2")
    assert int(rows[-1][-1]) == expected == shown.facts["counted"] == shown.facts["by_formula"]


def test_m6_the_mean_of_the_heads_is_flatter_than_they_are(subject: Subject, own: np.ndarray) -> None:
    facts = show("flatness", subject, layer=3).facts
    assert facts["head_entropy"] == pytest.approx(scipy.stats.entropy(own[2], axis=-1).mean(), abs=1e-4)
    assert facts["mean_entropy"] == pytest.approx(scipy.stats.entropy(own[2].mean(0), axis=-1).mean(), abs=1e-4)
    assert facts["flatter"] == pytest.approx(facts["mean_entropy"] - facts["head_entropy"], abs=1e-5)


def test_m7_without_positions_the_outputs_are_shuffled_along_and_with_them_they_are_not() -> None:
    without, with_them = (show("shuffle", positional=each, seed=2) for each in (False, True))
    assert without.facts["gap"] < 1e-5 < 0.05 < with_them.facts["gap"]
    assert sorted(without.facts["shuffled"].split()) == sorted(without.facts["words"].split())
    assert without.facts["shuffled"] != without.facts["words"]


@pytest.mark.parametrize("width", [6, 7])
def test_m7_the_waves_are_the_formula_and_a_step_is_a_rotation(width: int) -> None:
    facts = show("waves", positions=9, width=width, step=4).facts
    assert facts["last_wave"] == pytest.approx(2 * math.pi * 10000 ** (2 * ((width - 1) // 2) / width))
    table = np.array(
        [
            [(np.sin if i % 2 == 0 else np.cos)(place / 10000 ** (2 * (i // 2) / width)) for i in range(width)]
            for place in range(9)
        ]
    )
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    assert facts["alike_next"] == pytest.approx(unit[0] @ unit[1])
    assert facts["alike_far"] == pytest.approx(unit[0] @ unit[-1])
    assert facts["gap"] < 1e-12


def test_m7_learned_positions_are_the_models_own(subject: Subject) -> None:
    facts = show("places", subject, first=3, positions=10).facts
    table = subject.model.network.embeddings.position_embeddings.weight.detach()
    expected = nn.functional.cosine_similarity(table[2:11], table[3:12]).mean().item()
    assert facts["own_next"] == pytest.approx(expected, abs=1e-6)
    assert (facts["n_positions"], facts["width"]) == tuple(table.shape)


def test_m8_an_untrained_network_is_right_by_chance_alone() -> None:
    facts = show("training", heads="4", seed=4).facts
    assert facts["first"] == pytest.approx(1 / 8, abs=0.04)
    assert (facts["trained"], facts["steps"], facts["learnt_option"]) == (False, 0, 0)


def test_m8_training_here_ends_with_every_symbol_right_and_the_same_seed_gives_the_same_numbers() -> None:
    from pages.pictures import training

    recipes = (Recipe(task=Task("reverse", 8, 6), n_heads=1), Recipe(task=Task("reverse", 8, 6), n_heads=4))
    job = Job("training")
    once, again = training.train_all(recipes, job), training.train_all(recipes, Job("again"))
    assert job.fraction is not None
    assert job.so_far == once
    for heads in (1, 4):
        last = once[heads][-1]
        assert last.accuracy == 1.0
        assert last.answered.tolist() == last.given.tolist()[::-1]
        assert last.weights[0].shape == (heads, 6, 6)
        assert torch.equal(last.weights[0], again[heads][-1].weights[0])


def test_m8_training_is_stopped_between_two_steps() -> None:
    from pages.pictures import training

    job = Job("training")
    job.stop.set()
    with pytest.raises(StoppedError):
        training.train_all((Recipe(),), job)
    assert list(job.so_far) == [4]


def links(kind: str, n: int) -> networkx.Graph | networkx.DiGraph:
    if kind == "convolution":
        return networkx.path_graph(n)
    if kind == "recurrent":
        return networkx.path_graph(n, create_using=networkx.DiGraph)
    if kind == "attention":
        return networkx.complete_graph(n)
    graph = networkx.path_graph(n)
    graph.add_edges_from((0, other) for other in range(1, n))
    return graph


@pytest.mark.parametrize("kind", ["convolution", "recurrent", "attention", "graph"])
def test_m9_how_far_a_token_sees_is_a_shortest_path(subject: Subject, kind: str) -> None:
    facts = show("receptive", subject, kind=kind, depth=3, reader=5).facts
    n = facts["n"]
    graph = links(kind, n)
    lengths = [networkx.shortest_path_length(graph, start, 4) for start in graph if networkx.has_path(graph, start, 4)]
    assert facts["reached"] == sum(length <= 3 for length in lengths)
    longest = max(max(each.values()) for _, each in networkx.shortest_path_length(graph))
    assert facts["path"] == longest
    assert facts["message_gap"] < 1e-12


def test_m9_self_attention_is_drawn_with_the_models_own_weights(subject: Subject, own: np.ndarray) -> None:
    facts = show("receptive", subject, kind="attention", reader=11, layer=4, head=2).facts
    tokens = subject.attention.tokens
    assert facts["largest"] == pytest.approx(own[3, 1, 10].max(), abs=1e-5)
    assert facts["most_read"] == tokens[own[3, 1, 10].argmax()]


def test_m9_the_costs_are_those_of_the_table_and_cross_where_n_is_d(subject: Subject) -> None:
    d = subject.model.d_model
    for n, least in ((d - 1, "self-attention"), (d + 1, "recurrent")):
        shown = show("costs", subject, tokens=n)
        rows = {row[0]: row[1:] for row in rows_of(shown.html, f"n = {n} tokens of width d = {d}")}
        assert rows["self-attention"] == [f"{n * n * d:,}", f"{2 * n * n * d + 4 * n * d * d:,}", "1", "1"]
        assert rows["recurrent"] == [f"{n * d * d:,}", f"{2 * n * d * d:,}", str(n), str(n - 1)]
        assert rows["convolution"] == [f"{3 * n * d * d:,}", f"{3 * n * d * d:,}", "1", str(n - 1)]
        assert rows["dilated convolution"][-1] == str(math.ceil(math.log(n, 3)))
        assert shown.facts["least"] == least
    assert shown.facts["crossover"] == d


def test_m9_pixels_hear_of_each_other_as_kings_and_rooks_walk() -> None:
    kings = networkx.strong_product(networkx.path_graph(8), networkx.path_graph(8))
    facts = show("pixels", kind="window", row=2, column=3, depth=2).facts
    reached = networkx.single_source_shortest_path_length(kings, (1, 2), cutoff=2)
    assert (facts["neighbours"], facts["reached"]) == (kings.degree((1, 2)), len(reached))
    assert facts["window_path"] == networkx.diameter(kings)
    assert facts["chain_path"] == networkx.diameter(networkx.path_graph(64))


def test_m10_a_decoder_asks_one_query_a_step_and_self_attention_all_at_once() -> None:
    half, whole = show("writing", source=["stone"], step=2), show("writing", source=["stone"], kind="at_once", step=1)
    assert (half.facts["written"], whole.facts["written"]) == ("en", "enots")
    assert (half.facts["steps_decoder"], half.facts["steps_at_once"]) == (5, 1)


def test_m10_a_rectangle_of_queries_and_keys_sums_to_one_in_each_row() -> None:
    shown = show("writing", source=["stone"], length=3, kind="at_once", step=3)
    rectangle = numbers(shown.html, "What each written letter reads")
    assert rectangle.shape == (3, 5)
    np.testing.assert_allclose(rectangle.sum(1), 1, atol=5 * DIGITS)
    assert rectangle.argmax(1).tolist() == [4, 3, 2]


def test_m10_what_one_sentence_reads_in_another_is_the_models_own(subject: Subject) -> None:
    pair = ("A man is playing a guitar.", "Somebody plays an instrument.")
    facts = show("pair", subject, sentences=list(pair), layer=1, head=2).facts
    tokens = subject.model.attend(*pair).tokens
    end = tokens.index("[SEP]")
    across = eager(subject.model, *pair)[0, 1][end + 1 : -1, 1:end]
    row, column = np.unravel_index(across.argmax(), across.shape)
    assert facts["largest"] == pytest.approx(across.max(), abs=1e-5)
    assert (facts["query"], facts["key"]) == (tokens[end + 1 + row], tokens[1 + column])


@pytest.mark.parametrize(("measure", "offset"), [("next", 1), ("previous", -1), ("self", 0)])
def test_m11_the_head_with_the_most_of_a_measure_is_found_and_its_number_is_the_models(
    subject: Subject, own: np.ndarray, measure: str, offset: int
) -> None:
    facts = show("patterns", subject, measure=measure).facts
    shares = np.trace(own, offset, -2, -1) / own.shape[-1]  # (layer, head), as Clark et al. define them
    assert (facts["layer"] - 1, facts["head"] - 1) == np.unravel_index(shares.argmax(), shares.shape)
    assert facts[measure] == pytest.approx(shares.max(), abs=1e-5)


def test_m11_a_name_comes_with_the_number_that_gave_it(subject: Subject) -> None:
    facts = show("patterns", subject, measure="next").facts
    assert facts["pattern"] == "next token"
    assert f"{facts['next']:.2f}" in facts["rule"]


def test_m11_a_link_between_two_words_is_the_models_own_and_is_measured_on_both_sentences(
    subject: Subject, own: np.ndarray
) -> None:
    shown = show("link", subject)
    tokens = subject.attention.tokens
    it, animal = tokens.index("it"), tokens.index("animal")
    strengths = own[:, :, it, animal]
    other = eager(subject.model, DEFAULT.first.replace("tired", "wide"))[:, :, it, animal]
    layer, head = np.unravel_index(strengths.argmax(), strengths.shape)
    first = rows_of(shown.html, "Heads in which “it” reads “animal” most")[0]
    assert first == [
        f"layer {layer + 1}, head {head + 1}",
        f"{strengths.max():.4f}",
        f"{other[layer, head]:.4f}",
    ]


@torch.no_grad()
def masked_word_answers(model: Model, text: str, key: int | None) -> dict[str, float]:
    """The probabilities at the mask, with one key hidden from the mask in every head by transformers' own attention mask."""
    inputs = model.reader.tokenizer(text, return_tensors="pt")
    query = inputs["input_ids"][0].tolist().index(model.reader.tokenizer.mask_token_id)
    n = inputs["input_ids"].shape[1]
    inputs["attention_mask"] = torch.zeros(1, 1, n, n)  # is added to the scores of every head
    if key is not None:
        inputs["attention_mask"][..., query, key] = torch.finfo(torch.float32).min
    logits = model.network(**inputs).logits[0, query]
    names = model.reader.tokenizer.convert_ids_to_tokens(range(len(logits)))
    return dict(zip(names, logits.softmax(-1).tolist(), strict=True))


def test_m12_the_answer_without_a_link_is_that_of_transformers_own_mask() -> None:
    text, masked_word = "The men at the window [MASK] old.", av.load_model(MASKED_WORD)
    facts = show("cut", sentences=[text], model=MASKED_WORD).facts
    whole, men, the = (masked_word_answers(masked_word, text, key) for key in (None, 2, 1))
    assert (facts["answer"], facts["rival"]) == ("were", "was")
    for name, answers in (("before", whole), ("first_every", men), ("second_every", the)):
        assert facts[name] == pytest.approx(answers["were"], abs=1e-5)
    assert facts["first_says"] == max(men, key=lambda word: men[word])
    assert facts["matters_option"] == 1
    assert facts["first_weight"] == pytest.approx(masked_word.attend(text).weights(3, 1)[6, 2], abs=1e-6)


def test_m12_in_chinese_one_link_of_two_moves_the_cosine_and_both_have_weight() -> None:
    given = {"sentences": ["我用苹果打电话。", "水果"], "model": MULTILINGUAL, "link": ["苹果", "打电话", "用"]}
    facts = show("cut", **given).facts
    assert min(facts["first_weight"], facts["second_weight"]) > 0.5
    assert facts["first_every"] - facts["before"] > 0.01
    assert abs(facts["second_every"] - facts["before"]) < 0.001
    assert "?" in show("cut", **given, hidden=True).html


@pytest.mark.parametrize(
    ("name", "saved", "said"),
    [
        ("look_up", {"stage": "nowhere"}, "sets stage to 'nowhere'. Choose one of scores"),
        ("look_up", {"temperature": 9}, "sets temperature to 9. Give a number from 0.1 to 5"),
        ("look_up", {"temperature": "hot"}, "of another kind"),
        ("matrices", {"X": [["a"]]}, "of another kind"),
        ("look_up", {"queries": [[1, 2], [1]]}, "no matrix"),
        ("link", {"link": ["it", "nobody"]}, "have no 'nobody'. Choose one of"),
        ("flatness", {}, "no text yet"),
    ],
)
def test_what_a_lesson_sets_wrong_is_said(name: str, saved: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        show(name, **saved)
