"""The catalogues of wording: `python tests/catalogues.py` brings them up to date after a sentence was added or changed.

It collects the sentences of the code, updates `attention_viz/ui/locale/<language>/LC_MESSAGES/attention_viz.po` (new sentences
come in empty, to be translated there by hand) and compiles the files that the app reads. The tests check that nothing is missing.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from attention_viz import errors  # noqa: E402  the checkout is not installed
from attention_viz.patterns import MIXED, RULES  # noqa: E402
from attention_viz.view.labels import LABELS  # noqa: E402

LOCALE = ROOT / "attention_viz" / "ui" / "locale"
SPEAKERS = {
    errors.__name__: frozenset(
        name for name, value in vars(errors).items() if getattr(value, "__module__", "") == errors.__name__
    ),
    "attention_viz.ui.wording": frozenset({"say"}),
}
"""Whose first argument is a sentence for the user, by the module that it is imported from."""

HEADER = """\
# The sentences of attention_viz in another language. The English ones are collected from the code by
# `python tests/catalogues.py`; only the lines after `msgstr` are written here."""


def sources() -> list[Path]:
    """Every file that may speak to the user."""
    return [
        ROOT / "app.py",
        *sorted(ROOT.glob("pages/**/*.py")),
        *sorted((ROOT / "attention_viz").glob("**/*.py")),
    ]


def spoken(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Every call of one file that takes a sentence for the user, and what it is given as the sentence."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in SPEAKERS.get(node.module or "", ())
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if isinstance(call.func, ast.Name) and call.func.id in names:
            yield call, call.args[0]


def sentences() -> Catalog:
    """Every sentence of the code, with the files it stands in."""
    catalogue = Catalog(project="attention_viz", fuzzy=False)
    for path, sentence in _found():
        catalogue.add(sentence, locations=[(path, 0)])
    return catalogue


def _found() -> Iterator[tuple[str, str]]:
    for path in sources():
        for _, sentence in spoken(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(sentence, ast.Constant) and isinstance(sentence.value, str) and sentence.value:
                yield path.relative_to(ROOT).as_posix(), sentence.value
    for label in LABELS.values():
        yield "attention_viz/view/labels.py", label
    for rule in (*RULES, MIXED):
        yield "attention_viz/patterns.py", rule.sentence


def catalogue_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "attention_viz.po"


def read_catalogue(language: str) -> Catalog:
    path = catalogue_path(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def write_catalogue(language: str, catalogue: Catalog) -> None:
    """The catalogue as it is edited, and beside it as the app reads it."""
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, sort_by_file=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(catalogue))


def bring_up_to_date(language: str) -> list[str]:
    """Update and compile one catalogue; returns the sentences that still lack a translation."""
    catalogue = read_catalogue(language) if catalogue_path(language).exists() else Catalog(locale=language, fuzzy=False)
    catalogue.update(sentences(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    catalogue.header_comment = HEADER
    catalogue.project, catalogue.version = "attention_viz", ""
    catalogue.last_translator, catalogue.language_team, catalogue.msgid_bugs_address = "", "", ""
    write_catalogue(language, catalogue)
    return [str(message.id) for message in catalogue if message.id and not message.string]


if __name__ == "__main__":
    missing = {
        path.name: bring_up_to_date(path.name) for path in sorted(LOCALE.iterdir()) if (path / "LC_MESSAGES").is_dir()
    }
    for language, messages in missing.items():
        print(f"{language}: {len(messages)} sentences lack a translation", *messages, sep="\n  ")
    sys.exit(any(missing.values()))
