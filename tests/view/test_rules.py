"""Rules that JavaScript follows too: the cases of rules.json, which rules.test.js runs as well."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path as File
from typing import Any

import numpy as np
import pytest
from matplotlib.path import Path

from attention_viz import Attention, Selection, Tokens
from attention_viz.characters import isolated
from attention_viz.cut_links import cut_cells, cut_in, toggled
from attention_viz.drawing import LINES
from attention_viz.errors import Message
from attention_viz.filters import removed_share, seen, top_attended
from attention_viz.means import mean_heads
from attention_viz.options import MOST_CUT
from attention_viz.palettes import head_colour, ink_on, palette
from attention_viz.plots import cut_marks
from attention_viz.plots.layout import captions
from attention_viz.plots.layout.scale import digits
from attention_viz.plots.layout.style import Style
from attention_viz.plots.layout.translation import translated
from attention_viz.plots.line_choice import chosen_lines, is_crowd
from attention_viz.plots.typesetting.paragraphs import spaced
from attention_viz.pooling import block_edges
from attention_viz.view import plan
from attention_viz.view.labels import LABELS
from attention_viz.view.look import within
from attention_viz.view.ranking import ranking
from attention_viz.view.shades import between

RULES: dict[str, Any] = json.loads((File(__file__).parent / "rules.json").read_text(encoding="utf-8"))


def attention_of(weights: Any, texts: list[str] | None = None, segments: list[int] | None = None) -> Attention:
    """One layer of these heads."""
    heads = np.asarray(weights, dtype=np.float32)
    queries, keys = (Tokens.plain(texts or [f"t{place}" for place in range(n)]) for n in heads.shape[-2:])
    parts = tuple(segments or (0,) * len(queries))
    return Attention.from_weights(
        heads,
        replace(queries, segments=parts),
        replace(keys, segments=parts[:1] * len(keys)) if texts is None else None,
    )


@pytest.mark.parametrize(
    "case", RULES["filters"], ids=lambda case: f"{case['text']} {case['filters']} {case.get('queries', '')}"
)
def test_what_filters_leave_what_share_is_gone_and_which_keys_receive_the_most(case: dict[str, Any]) -> None:
    text, filters = RULES["texts"][case["text"]], case["filters"]
    attention = replace(
        attention_of(text["weights"], text["tokens"], text["segments"]), causal=text.get("causal", False)
    )
    left = seen(attention, **filters).weights(0, 0)
    np.testing.assert_allclose(left, case["left"], atol=1e-6)
    assert removed_share(attention, 0, 0, filters.get("exclude", ())) == pytest.approx(case["share"], abs=1e-6)
    top = top_attended(attention, 0, 0, case.get("k", 10), queries=case.get("queries", ()), **filters)
    assert [each.position for each in top] == [position for position, _ in case["top"]]
    assert [each.weight for each in top] == pytest.approx([weight for _, weight in case["top"]], abs=1e-6)


@pytest.mark.parametrize("case", RULES["means"])
def test_a_mean_is_that_of_weights_and_is_taken_before_filters(case: dict[str, Any]) -> None:
    mean = mean_heads(attention_of(case["heads"], case["tokens"]), 0)
    np.testing.assert_allclose(mean.weights(0, 0), case["mean"], atol=1e-6)
    np.testing.assert_allclose(seen(mean, **case["then"]).weights(0, 0), case["left"], atol=1e-6)


def drawn(attention: Attention, threshold: float = 0.0, queries: tuple[int, ...] = ()) -> tuple[list[Any], bool]:
    """The ends of the lines of each head, and whether they are a crowd."""
    heads = [(0, head) for head in range(attention.n_heads)]
    rows = np.isin(np.arange(attention.shape[0]), queries or range(attention.shape[0]))
    found = chosen_lines(seen(attention, threshold=threshold), heads, rows)
    ends = [sorted(map(list, zip(each.queries.tolist(), each.keys.tolist(), strict=True))) for each in found]
    return ends, is_crowd(found, max(LINES.crowd, *attention.shape))


@pytest.mark.parametrize("case", RULES["lines"])
def test_which_weights_become_lines(case: dict[str, Any]) -> None:
    ends, crowded = drawn(attention_of(case["heads"]), case.get("threshold", 0.0), tuple(case.get("queries", ())))
    assert (ends, crowded) == (case["drawn"], case["crowded"][1])


@pytest.mark.parametrize("case", RULES["many lines"], ids=lambda case: case["why"])
def test_which_of_too_many_weights_become_lines(case: dict[str, Any]) -> None:
    row = np.array(case["row"]) / sum(case["row"])
    (ends,), crowded = drawn(attention_of(np.tile(row, (1, case["queries"], 1))))
    assert ends == [[query, key] for query in range(case["queries"]) for key in range(case["drawn keys"])]
    assert crowded == case["crowded"][1]


@pytest.mark.parametrize("case", RULES["subjects"])
def test_what_a_look_is_about(case: dict[str, Any]) -> None:
    assert list(plan.shown(Selection(**case["look"]))) == case["subject"]


@pytest.mark.parametrize("case", RULES["looks"])
def test_what_a_text_lacks_is_let_go(case: dict[str, Any]) -> None:
    n = len(case["segments"])
    text = attention_of(np.full((1, n, n), 1 / n), ["t"] * n, case["segments"])

    class Source:
        name, heads, nbytes = "of many heads", tuple(case["heads"]), 0

        def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
            raise AssertionError("no weights are needed")

    look = {name: tuple(map(tuple, value)) if name == "kept" else value for name, value in case["look"].items()}
    found = within(
        Selection(**look | {name: tuple(look[name]) for name in ("queries", "keys")}), replace(text, source=Source())
    )
    kept = {
        "queries": list(found.queries),
        "keys": list(found.keys),
        "kept": list(map(list, found.kept)),
        "pairs": found.pairs,
    }
    assert kept == case["within"]


@pytest.mark.parametrize("case", RULES["links"], ids=str)
def test_which_heads_read_a_link(case: dict[str, Any]) -> None:
    text = RULES["linked texts"][case["text"]]
    attention = replace(attention_of(text["heads"], text["tokens"]), causal=text.get("causal", False))
    ranked = json.loads(ranking(attention, Selection(**{name: _tupled(case[name]) for name in LINK}), "one"))["heads"]
    assert [[head, weight, far and pytest.approx(far, abs=1e-6)] for _, head, weight, far in ranked] == [
        [head, pytest.approx(weight, abs=1e-6), far] for head, weight, far in case["ranked"]
    ]


LINK = ("queries", "keys", "direction")


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("case", RULES["cut"], ids=str)
def test_which_links_are_cut_in_what_is_shown(case: dict[str, Any]) -> None:
    cuts, place = _links(case["cuts"]), tuple(case["place"])
    assert cut_in(cuts, place) == _links(case["here"])


@pytest.mark.parametrize("case", RULES["cut cells"], ids=str)
def test_which_cells_hold_cut_links_and_whether_all_of_theirs_are_cut(case: dict[str, Any]) -> None:
    heads = [(layer, head) for layer, head in case["heads"]]
    found = cut_cells(_links(case["cuts"]), heads, case["queries"], case["keys"])
    assert [[*cell, whole] for cell, whole in found.items()] == case["cells"]


@pytest.mark.parametrize("case", RULES["cutting"], ids=str)
def test_which_links_are_cut_after_one_is_cut_or_restored(case: dict[str, Any]) -> None:
    assert toggled(_links(case["cuts"]), _links(case["pairs"]), tuple(case["place"])) == _links(case["then"])


@pytest.mark.parametrize("case", RULES["cut places"], ids=str)
def test_which_link_is_cut_next_and_where(case: dict[str, Any]) -> None:
    look = Selection(**{name: _tupled(value) for name, value in case["look"].items()})
    assert (look.cut_place, look.pinned_pairs) == (tuple(case["place"]), _links(case["pairs"]))


def test_the_line_of_a_cut_link_has_a_gap_and_as_many_links_can_be_cut() -> None:
    curve, parts = RULES["broken"]["curve"], RULES["broken"]["parts"]
    found = cut_marks.broken(Path(curve, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]))
    assert np.asarray(found.vertices) == pytest.approx(np.concatenate(parts))
    assert RULES["cut most"] == MOST_CUT


def _links(listed: list[list[Any]]) -> Any:
    return tuple(map(tuple, listed))


@pytest.mark.parametrize("case", RULES["groups"])
def test_tokens_are_shared_among_groups(case: dict[str, Any]) -> None:
    assert block_edges(case["tokens"], case["size"]).tolist() == case["edges"]


def test_colours_inks_and_the_styles_of_heads() -> None:
    for case in RULES["colours"]:
        assert between(case["steps"], case["share"]) == pytest.approx(case["colour"])
    for case in RULES["inks"]:
        assert ink_on(*(part / 255 for part in case["ground"])) == {"black": "#000", "white": "#fff"}[case["ink"]]
    hues = palette("light").heads
    for head, hue, dashed in RULES["head styles"]:
        assert head_colour("light", head) == (hues[hue], dashed)


def test_how_numbers_and_spaces_are_written() -> None:
    for weight, written in RULES["numbers"]:
        assert digits(weight) == written
    for case in RULES["spaces"]:
        tokens = replace(Tokens.plain(case["tokens"]), spans=tuple(map(tuple, case["spans"])))
        assert [spaced(tokens, position) for position in range(len(tokens))] == case["before"]


def test_what_would_turn_a_sentence_round_stands_apart_in_it() -> None:
    for value, apart in RULES["apart"]:
        assert isolated(value) == (f"\u2068{value}\u2069" if apart else value)


@pytest.mark.parametrize("case", RULES["notes"], ids=str)
def test_what_is_said_of_a_look(case: dict[str, Any]) -> None:
    look = Selection(**case["look"])
    on_cells = 0.0 if look.view == "text" else look.threshold
    notes: list[Message] = captions.filters_note(Style(pairs=look.pairs, threshold=on_cells))
    notes += captions.uncoloured_note(look.threshold) if look.view == "text" else []
    assert [translated(note, str) for note in notes] == case["notes"]


def test_the_screen_says_it_in_the_sentences_of_the_cases() -> None:
    for name, sentence in RULES["labels"].items():
        assert LABELS[name] == sentence
