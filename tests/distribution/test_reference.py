"""The reference that docs/reference.py writes has every public name of the library."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import attention_viz

from .conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reference")
    command = [sys.executable, "-W", "error", "docs/reference.py", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return folder


def public() -> list[str]:
    """The package and those of its folders that say what is public in them, but not the app's."""
    folders = [each.name for each in pkgutil.iter_modules(attention_viz.__path__, "attention_viz.") if each.ispkg]
    named = [name for name in folders if hasattr(importlib.import_module(name), "__all__")]
    return ["attention_viz", *(name for name in named if name != "attention_viz.ui")]


@pytest.mark.parametrize("module", public())
def test_every_public_name_is_in_it(module: str, reference: Path) -> None:
    page = reference.joinpath(*module.split(".")).with_suffix(".html").read_text(encoding="utf-8")
    for name in importlib.import_module(module).__all__:
        assert f'id="{name}"' in page or f'href="{module.rsplit(".")[-1]}/{name}.html"' in page, name


def test_the_first_page_leads_to_every_room(reference: Path) -> None:
    first = (reference / "attention_viz.html").read_text(encoding="utf-8")
    for module in (*public()[1:], "attention_viz.flow", "attention_viz.patterns"):
        assert f'href="{module.replace(".", "/")}.html"' in first, module


def test_what_an_argument_is_stands_on_a_line_of_its_own(reference: Path) -> None:
    page = (reference / "attention_viz" / "measures.html").read_text(encoding="utf-8")
    entropy = page[page.index('id="entropy"') :]
    assert "each row sums to 1<br" in entropy.split("</section>")[0]
