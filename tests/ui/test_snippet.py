"""The code that is shown makes the picture that is shown."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

import attention_viz as av
from attention_viz.selection import UNITS, VIEWS, Selection
from attention_viz.ui.snippet import snippet


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("units", UNITS)
def test_the_script_runs_and_lists_what_the_page_lists(
    view: str, units: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Selection(
        text='He said: "unbelievable" \\ {x}', second="It's so.", layer=1, head=4, view=view, units=units, k=3,
        exclude=("special",), renormalise=True,
    )  # fmt: skip
    script = tmp_path / "script.py"
    script.write_text(snippet(look), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = runpy.run_path(os.fspath(script))
    assert (tmp_path / "attention.png").read_bytes().startswith(b"\x89PNG")
    attention = av.load_model().attend(look.text, look.second)
    if units == "words":
        attention = av.merge_words(attention)
    if units == "pieces":
        assert made["attention"].tokens == attention.tokens
        expected = av.top_attended(attention, 1, 4, k=3, exclude=("special",), renormalise=True)
        printed = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert [(int(line[0]), float(line[-1])) for line in printed] == [
            (top.position + 1, round(top.weight, 4)) for top in expected
        ]
