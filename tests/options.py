"""Writes the table of options for the browser: `.venv/bin/python tests/options.py`, after a field of Selection was changed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from attention_viz.view.look import options_table  # noqa: E402

PATH = ROOT / "attention_viz" / "view" / "js" / "core" / "options.json"


def written() -> str:
    """What the file must hold."""
    return json.dumps(options_table(), indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(written(), encoding="utf-8")
