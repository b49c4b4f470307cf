"""The modules joined into one are a module that runs, and are written so that they can be joined."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest

from attention_viz.view import bundle
from attention_viz.view.labels import LABELS

ENTRIES = [
    "anatomy/stage-strip",
    "board/masked-tokens",
    "board/ranking",
    "board/switchboard",
    "compare/panels",
    "flow/flow",
    "heads/head-summary",
    "live/component",
    "live/feeder",
    "live/share-link",
    "live/page",
    "many/text-cards",
    "session/framework-words",
    "session/page-frame",
    "session/texts",
    "text/sentence-strip",
]
JS = bundle.HERE / "js"
MODULES = sorted(path.relative_to(JS).with_suffix("").as_posix() for path in JS.rglob("*.js"))


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_joined_module_loads_and_exports_one_function(node: str, entry: str) -> None:
    check = "import { readFileSync } from 'node:fs'; const own = await import('data:text/javascript,' + encodeURIComponent(readFileSync(0, 'utf8'))); console.log(Object.keys(own), typeof own.default)"
    command = [node, "--input-type=module", "-e", check]
    run = subprocess.run(command, input=bundle.script(entry), capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[ 'default' ] function"


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_module_stands_after_those_it_imports(entry: str) -> None:
    order = bundle.modules(entry)
    assert order[-1] == entry
    for place, name in enumerate(order):
        assert set(bundle.imports(name)) <= set(order[:place])


def test_every_module_is_used() -> None:
    assert {name for entry in ENTRIES for name in bundle.modules(entry)} == set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_imports_and_exports_are_written_as_the_joiner_reads_them(name: str) -> None:
    source = bundle.source(name)
    lines = re.findall(r"^(?:import|export)\b.*$", source, re.MULTILINE)
    readable = bundle.IMPORT.findall(source) + bundle.EXPORT.findall(source) + bundle.NUMBERS.findall(source)
    assert len(lines) == len(readable)
    for names, _ in bundle.IMPORT.findall(source):
        assert " as " not in names


def test_what_is_sent_carries_no_comments() -> None:
    assert "/**" in bundle.source("live/component")
    assert "@param" not in bundle.script("live/component")


NAMESPACE = "http://www.w3.org/2000/svg"
"""What the elements of a drawing are called: a name that nobody fetches."""


@pytest.mark.parametrize("name", MODULES)
def test_what_comes_from_outside_reaches_the_page_as_text_only(name: str) -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|\beval\b|new Function|https?://"
    assert not re.search(forbidden, bundle.source(name).replace(NAMESPACE, ""))


def test_every_label_is_used() -> None:
    sources = "\n".join([bundle.source(name) for name in MODULES] + [(bundle.HERE / "show.py").read_text()])
    named = set(re.findall(r'"(\w+)"', sources))
    families = [re.sub(r"\$\{[^}]*\}", r"\\w+", each) for each in re.findall(r"`(\w+_\$\{[\w.${}]+\})`", sources)]
    assert {label for label in LABELS if label not in named and not any(map(label_in(label), families))} == set()


def label_in(label: str) -> Callable[[str], bool]:
    return lambda family: re.fullmatch(family, label) is not None


def test_every_label_that_is_asked_for_exists() -> None:
    sources = "\n".join(bundle.source(name) for name in MODULES)
    assert set(re.findall(r'say\([\w.]+, "(\w+)"', sources)) <= set(LABELS)
