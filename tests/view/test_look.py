"""Python and the browser speak of the same look."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from options import PATH, written

from attention_viz import Attention, Selection
from attention_viz.view.look import FIELDS, look_of, within

LOOK_JS = Path(__file__).parents[2] / "attention_viz" / "view" / "js" / "core" / "look.js"


def test_both_have_the_same_fields_with_the_same_defaults(node: str) -> None:
    script = f'import {{ FIRST_LOOK }} from "{LOOK_JS.as_uri()}"; console.log(JSON.stringify(FIRST_LOOK))'
    run = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, check=True)
    assert json.loads(run.stdout) == json.loads(json.dumps(look_of(Selection())))


def test_the_browser_has_the_table_of_options_as_it_is() -> None:
    assert PATH.read_text(encoding="utf-8") == written(), "run .venv/bin/python tests/options.py"


def test_a_look_leaves_out_what_is_read_and_in_which_language() -> None:
    assert {"model", "text", "second", "units", "language"}.isdisjoint(FIELDS)


@pytest.mark.parametrize(("layer", "shown"), [(0, 1), (1, 1), (2, 4), (9, 4)])
def test_python_and_the_browser_show_the_same_layer_where_the_chosen_one_has_no_weights(
    layer: int, shown: int, hybrid: Attention, node: str
) -> None:
    assert within(Selection(layer=layer, head=7), hybrid).layer == shown
    script = (
        f'import {{ nearest }} from "{LOOK_JS.as_uri()}"; console.log(nearest({list(hybrid.source.heads)}, {layer}))'
    )
    run = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, check=True)
    assert int(run.stdout) == shown
