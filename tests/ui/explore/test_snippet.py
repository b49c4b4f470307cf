"""The code that is shown makes the picture that is shown."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

import attention_viz as av
from attention_viz import experiments
from attention_viz.models.catalogue import MASKED_WORD
from attention_viz.selection import Selection
from attention_viz.ui.explore.snippet import snippet
from attention_viz.vocabulary import UNITS, VIEWS


@pytest.mark.usefixtures("loaded_once")
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("units", UNITS)
def test_the_script_runs_and_lists_what_the_page_lists(
    view: str, units: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Selection(
        text='He said: "unbelievable" \\ {x}', second="It's so.", layer=1, head=4, view=view, units=units, k=3,
        exclude=("special",), renormalise=True,
    )  # fmt: skip
    attention = av.load_model().attend(look.text, look.second)
    if units == "words":
        attention = av.merge_words(attention)
    script = tmp_path / "script.py"
    script.write_text(snippet(attention, look), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = runpy.run_path(os.fspath(script))
    assert (tmp_path / "attention.png").read_bytes().startswith(b"\x89PNG")
    if units == "pieces":
        assert made["attention"].tokens == attention.tokens
        expected = av.top_attended(attention, 1, 4, k=3, exclude=("special",), renormalise=True)
        assert printed(capsys) == [(top.position + 1, round(top.weight, 4)) for top in expected]


@pytest.mark.usefixtures("loaded_once")
@pytest.mark.parametrize("view", ["head", "lines", "text"])
def test_the_list_is_that_of_the_pinned_tokens_and_the_direction_of_a_pair(
    view: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Selection(
        text="The cat sat down.", second="It was tired.", layer=1, head=4, view=view, k=2, queries=(2, 3), pairs="AB"
    )
    attention = av.load_model().attend(look.text, look.second)
    script = tmp_path / "script.py"
    script.write_text(snippet(attention, look), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    runpy.run_path(os.fspath(script))
    second = [key for key, segment in enumerate(attention.key_tokens.segments) if segment == 1]
    summed = attention.weights(1, 4)[[2, 3]].sum(axis=0)
    wanted = sorted(second, key=lambda key: -summed[key])[:2]
    assert printed(capsys) == [(key + 1, pytest.approx(summed[key], abs=6e-5)) for key in wanted]


@pytest.mark.usefixtures("loaded_once")
def test_with_a_link_pinned_the_script_ranks_the_heads_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "The animal didn't cross the street because it was too tired."
    attention = av.load_model().attend(text)
    (query,), (key,) = attention.find("it"), attention.find("animal")
    script = tmp_path / "script.py"
    look = Selection(text=text, queries=(query,), keys=(key,), k=1)
    script.write_text(snippet(attention, look), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    runpy.run_path(os.fspath(script))
    heads = [tuple(map(float, line.split())) for line in capsys.readouterr().out.splitlines()[1:]]
    assert [(layer, head, round(weight, 2)) for layer, head, weight, _ in heads[:2]] == [(4, 2, 0.68), (6, 12, 0.67)]
    assert "rank_heads" not in snippet(attention, look.at(average="heads"))


def test_with_a_link_cut_the_script_prints_what_the_model_says_and_draws_it_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "The men at the window [MASK] old."
    look = Selection(text=text, model=MASKED_WORD, view="lines", layer=3, head=1, cuts=((None, None, 6, 2),), k=1)
    model = av.load_model(MASKED_WORD)
    attention = model.attend(text)
    script = tmp_path / "script.py"
    script.write_text(snippet(attention, look, look.cuts), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = runpy.run_path(os.fspath(script))
    wanted = experiments.cut(model, text, look.cuts)
    said = [line.split() for line in capsys.readouterr().out.splitlines()[2:]]
    assert said == [
        [each.text, str(round(each.before, 4)), str(round(each.after, 4))] for each in wanted.choices[0].choices
    ]
    assert (said[0][0], said[1][0]) == ("were", "was")
    assert sum(len(path.vertices) == 8 for path in made["figure"].axes[0].collections[0].get_paths()) == 1
    assert "cuts" not in snippet(attention, look.at(cuts=()))


def printed(capsys: pytest.CaptureFixture[str]) -> list[tuple[int, float]]:
    """(position from 1, weight) of each line."""
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    return [(int(line[0]), float(line[-1])) for line in lines]
