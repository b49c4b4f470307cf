"""The catalogues of wording: `python tests/catalogues.py` brings them up to date after a sentence was added or changed.

Babel collects the sentences of the code (babel.toml beside this file says which those are), updates
`attention_viz/ui/locale/<language>/LC_MESSAGES/attention_viz.po` (new sentences come in empty, to be translated there by hand) and
compiles the files that the app reads. The tests check that nothing is missing.
"""

from __future__ import annotations

import ast
import contextlib
import io
import sys
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "attention_viz" / "ui" / "locale"
DOMAIN = "attention_viz"
SOURCES = ("app.py", "pages", "attention_viz")
"""Files and folders that may speak to the user."""

Found = tuple[int, str | None, list[str | None], list[str]]
"""Line, name of the call, its arguments, comments: what Babel asks of a method of extraction."""


def pybabel(command: str, *options: str | Path) -> None:
    """Run one of Babel's commands. Raises its BaseError."""
    with contextlib.chdir(ROOT):
        CommandLineInterface().run(["pybabel", "--quiet", command, *map(str, options)])


def sentences_of_calls(file: IO[bytes], keywords: Collection[str], *_: Any, **__: Any) -> Iterator[Found]:
    """A method of extraction: the literals that calls by these names are given, also inside f-strings, where Babel's own
    method does not look before Python 3.12.
    """
    calls = [node for node in ast.walk(ast.parse(file.read())) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if isinstance(call.func, ast.Name) and call.func.id in keywords:
            yield call.lineno, call.func.id, [_literal(argument) for argument in call.args] or [None], []


def sentences_of_tables(file: IO[bytes], keywords: Collection[str], *_: Any, **__: Any) -> Iterator[Found]:
    """A method of extraction: what the others find, every string that is a value of a dictionary, and every `label=`."""
    content = file.read()
    yield from sentences_of_calls(io.BytesIO(content), keywords)
    for node in ast.walk(ast.parse(content)):
        for value in node.values if isinstance(node, ast.Dict) else ():
            yield value.lineno, None, [_literal(value)], []
        if isinstance(node, ast.keyword) and node.arg == "label":
            yield node.value.lineno, None, [_literal(node.value)], []


def _literal(node: ast.expr) -> str | None:
    return (node.value or None) if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def collect(template: Path) -> None:
    """Write every sentence of the code, with the files it stands in."""
    order = ("--add-location=file", "--sort-by-file")
    pybabel("extract", "-F", "tests/babel.toml", *order, "-o", template, *SOURCES)


def update(language: str, template: Path) -> None:
    """Bring a catalogue up to date with the sentences of the code, and compile it."""
    place = ("-D", DOMAIN, "-d", LOCALE, "-l", language)
    merge = ("--init-missing", "--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date", "--width=120")
    pybabel("update", *place, "-i", template, *merge)
    pybabel("compile", *place)


def catalogue_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(language: str) -> bytes:
    """What the app reads, compiled anew."""
    buffer = io.BytesIO()
    write_mo(buffer, read_catalogue(language))
    return buffer.getvalue()


def untranslated(language: str) -> list[str]:
    """The sentences that lack a translation, or have one that is only guessed."""
    return [str(each.id) for each in read_catalogue(language) if each.id and (not each.string or each.fuzzy)]


def main() -> int:
    languages = sorted(path.parent.name for path in LOCALE.glob("*/LC_MESSAGES"))
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "attention_viz.pot"
        collect(template)
        for language in languages:
            update(language, template)
    missing = {language: untranslated(language) for language in languages}
    for language, sentences in missing.items():
        print(f"{language}: {len(sentences)} sentences lack a translation", *sentences, sep="\n  ")
    return int(any(missing.values()))


if __name__ == "__main__":
    sys.exit(main())
