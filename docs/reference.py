"""The reference of the library, from its docstrings: `.venv/bin/python docs/reference.py FOLDER` writes it as HTML.

Open FOLDER/index.html. It has every public name of `attention_viz` and of its rooms, with a search.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pdoc

ROOT = Path(__file__).parents[1]
PACKAGE = "attention_viz"
FILES = ("flow", "patterns")
"""Rooms of one file that docs/library.md speaks of."""
NOT_OF_THE_LIBRARY = "ui"


def modules() -> list[ModuleType]:
    """The package, its folders that say what is public in them, and the rooms of one file."""
    package = importlib.import_module(PACKAGE)
    folders = [
        each.name for each in pkgutil.iter_modules(package.__path__) if each.ispkg and each.name != NOT_OF_THE_LIBRARY
    ]
    rooms = [importlib.import_module(f"{PACKAGE}.{name}") for name in sorted([*folders, *FILES])]
    return [package, *(room for room in rooms if hasattr(room, "__all__") or room.__name__.endswith(FILES))]


def load_names(module: ModuleType) -> None:
    """Put names into the module that are loaded when first used: pdoc looks there alone."""
    for name in getattr(module, "__all__", ()):
        setattr(module, name, getattr(module, name))


def list_rooms(package: ModuleType, rooms: list[ModuleType]) -> None:
    """Put the rooms under what the package says of itself, where pdoc makes links of them."""
    package.__doc__ = "\n".join(
        [str(package.__doc__), "", *(f"- `{room.__name__}`: {summary(room)}" for room in rooms)]
    )


def summary(module: ModuleType) -> str:
    return str(module.__doc__).splitlines()[0]


def write(folder: Path) -> None:
    """Write one page a module, and the search."""
    # The types of a dataclass whose base stands in another module are looked for in the wrong one, and left as they are written.
    warnings.filterwarnings("ignore", "Error parsing type annotation", UserWarning)
    documented = modules()
    for module in documented:
        load_names(module)
    list_rooms(documented[0], documented[1:])
    pdoc.render.configure(docformat="markdown", show_source=False)
    # What an argument is stands on a line of its own, and shall stay there.
    pdoc.render_helpers.markdown_extensions["breaks"] = {"on_newline": True}
    pdoc.pdoc(*(module.__name__ for module in documented), output_directory=folder)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name a folder: .venv/bin/python docs/reference.py FOLDER")
    sys.path.insert(0, str(ROOT))  # the checkout is not installed
    write(Path(sys.argv[1]))
