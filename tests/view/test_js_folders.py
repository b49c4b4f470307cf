"""The folders of the view's JavaScript import one way: a folder only from itself and from those before it."""

from __future__ import annotations

import posixpath
import re

import pytest
from house import picture

from attention_viz.view import bundle

FOLDERS = [row.split()[0].rstrip("/") for row in picture("attention_viz/view/js")[1]]
"""As docs/house.md draws them."""
JS = bundle.HERE / "js"
MODULES = sorted(path.relative_to(JS).as_posix() for path in JS.rglob("*.js"))
IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\(\s*|\bimport\s*)["'](\.{1,2}/[^"']+\.js)["']""")


def imported(name: str) -> set[str]:
    """The modules that one names, for their functions or, in comments, for their types."""
    found = IMPORT.findall((JS / name).read_text(encoding="utf-8"))
    return {posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) for path in found}


def folder(name: str) -> str:
    return name.split("/")[0]


def test_every_module_stands_in_a_folder_of_the_order() -> None:
    assert {folder(name) for name in MODULES} == set(FOLDERS)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_what_exists_from_its_own_folder_or_one_before(name: str) -> None:
    others = imported(name)
    assert others <= set(MODULES)
    here = FOLDERS.index(folder(name))
    assert {other for other in others if FOLDERS.index(folder(other)) > here} == set()
