"""Python and the browser speak of the same look."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from attention_viz import Selection
from attention_viz.view.look import FIELDS, look_of

LOOK_JS = Path(__file__).parents[2] / "attention_viz" / "view" / "js" / "look.js"


def test_both_have_the_same_fields_with_the_same_defaults(node: str) -> None:
    script = f'import {{ FIRST_LOOK }} from "{LOOK_JS.as_uri()}"; console.log(JSON.stringify(FIRST_LOOK))'
    run = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, check=True)
    assert json.loads(run.stdout) == json.loads(json.dumps(look_of(Selection())))


def test_a_look_leaves_out_what_is_read_and_in_which_language() -> None:
    assert {"model", "text", "second", "units", "language"}.isdisjoint(FIELDS)
