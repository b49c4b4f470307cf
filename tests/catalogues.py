"""The catalogues of wording: `python tests/catalogues.py` brings them up to date after a sentence was added or changed.

It collects the sentences of the code, updates `attention_viz/ui/locale/<language>/LC_MESSAGES/attention_viz.po` (new sentences
come in empty, to be translated there by hand) and compiles the files that the app reads. The tests check that nothing is missing.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from attention_viz.view.labels import LABELS  # noqa: E402  the checkout is not installed

LOCALE = ROOT / "attention_viz" / "ui" / "locale"
KEYWORDS = dict.fromkeys(
    (
        *("say", "Message", "AttentionVizError", "TextError", "ModelError", "HubError", "SelectionError", "InputError"),
        "StoppedError",
    )
)
"""Calls whose first, literal argument is a sentence for the user."""


def sentences() -> Catalog:
    """Every sentence of the code, with the files it stands in."""
    catalogue = Catalog(project="attention_viz", fuzzy=False)
    for path, _, message, comments, _ in _found():
        catalogue.add(message, locations=[(path, 0)], auto_comments=comments)
    for label in LABELS.values():
        catalogue.add(label, locations=[("attention_viz/view/labels.py", 0)])
    return catalogue


def _found() -> Iterator[tuple]:
    for folder in ("attention_viz", "pages"):
        for path, *rest in extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=KEYWORDS):
            yield (f"{folder}/{path}", *rest)
    for path, *rest in extract_from_dir(
        ROOT, [("app.py", "python")], keywords=KEYWORDS, directory_filter=lambda _: False
    ):
        yield (path, *rest)


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


def bring_up_to_date(language: str) -> list[str]:
    """Update and compile one catalogue; returns the sentences that still lack a translation."""
    path = catalogue_path(language)
    catalogue = (
        read_catalogue(language) if path.exists() else Catalog(locale=language, project="attention_viz", fuzzy=False)
    )
    catalogue.update(sentences(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, omit_header=False, sort_by_file=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(catalogue))
    return [message.id for message in catalogue if message.id and not message.string]


if __name__ == "__main__":
    missing = {path.name: bring_up_to_date(path.name) for path in sorted(LOCALE.iterdir())}
    for language, messages in missing.items():
        print(f"{language}: {len(messages)} sentences lack a translation", *messages, sep="\n  ")
    sys.exit(any(missing.values()))
