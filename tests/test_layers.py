"""The house stands as docs/house.md draws it: a room imports from the rooms above it and from the packages beside it."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from house import picture
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
HOUSE = "attention_viz"
FRONT_DOOR = "__init__"
LARGE = ("ui", "models", "mechanism", "experiments", "corpus", "plots")
"""Rooms that have a picture of their own."""
MOST_FILES, MOST_LINES = 25, 250
"""In one folder, and in one file."""
OPTIONAL = {
    "peft": "lora",
    "duckdb": "corpus",
    "pyarrow": "corpus",
    "conllu": "corpus",
    "regex": "corpus",
    "ray": "cluster",
}
"""Packages that are imported where they are used, and the extras that bring them; without them a sentence says what to
install."""
OF_THE_APP = frozenset({"ui", "app", "pages"})
"""Rooms that only the app needs: what they import comes with the extra of this name."""


@dataclass(frozen=True)
class Room:
    """One line of the picture: a file or folder, and the packages that it imports."""

    path: Path
    packages: frozenset[str]

    @property
    def name(self) -> str:
        return self.path.stem

    def imports(self) -> Iterator[tuple[str, str]]:
        """(file and line, dotted name) of everything that the room's files import, wherever it stands in them."""
        for file in sorted(self.path.rglob("*.py")) if self.path.is_dir() else [self.path]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                for name in imported(node):
                    yield f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", name


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports name the whole path, so that this test can read them"
        return [f"{node.module}.{each.name}" for each in node.names]
    return []


def drawn() -> list[Room]:
    """The rooms of the picture of the house, with the packages beside them."""
    header, rows = picture(HOUSE)
    column = header.index("other packages")
    rooms = []
    for row in rows:
        assert row[column - 1] == " ", f"the columns of the picture do not line up: {row}"
        packages = frozenset(re.findall(r"\w+", row[column:])) - {"nothing"}
        rooms.append(Room(ROOT / (HOUSE if row.startswith(" ") else "") / row.split()[0].rstrip("/"), packages))
    return rooms


ROOMS = drawn()
NAMES = [room.name for room in ROOMS]


def room_of(dotted: str) -> str:
    """Which room of the house does a dotted name lie in? FRONT_DOOR for names of the package itself."""
    second = dotted.split(".")[1] if "." in dotted else ""
    return second if second in NAMES else FRONT_DOOR


def installed_as(name: str) -> str:
    return name.lower().replace("_", "-")


def test_every_room_stands_in_the_picture_and_nothing_else_does() -> None:
    there = {
        path
        for path in (ROOT / HOUSE).iterdir()
        if path.suffix == ".py" or any(path.glob("*.py"))
        if path.stem != "__init__"
    }
    assert {room.path for room in ROOMS} == there | {ROOT / "app.py", ROOT / "pages"}


@pytest.mark.parametrize("room", ROOMS, ids=NAMES)
def test_a_room_imports_only_from_the_rooms_above_it(room: Room) -> None:
    above = NAMES[: NAMES.index(room.name) + 1]
    for place, dotted in room.imports():
        if dotted.split(".")[0] == HOUSE:
            assert room_of(dotted) in above, f"{place} imports {dotted}, which is not above {room.name}"


@pytest.mark.parametrize("room", ROOMS, ids=NAMES)
def test_a_room_imports_the_packages_beside_it_and_no_others(room: Room) -> None:
    used = {dotted.split(".")[0] for _, dotted in room.imports()} - sys.stdlib_module_names - {HOUSE}
    assert used == room.packages


def inside(of: str) -> set[str]:
    """The files and folders of Python in a folder, as a picture names them."""
    return {
        path.name if path.suffix else f"{path.name}/"
        for path in (ROOT / of).iterdir()
        if (path.suffix == ".py" and path.stem != FRONT_DOOR) or (path.is_dir() and any(path.glob("*.py")))
    }


@pytest.mark.parametrize("of", [f"{HOUSE}/{name}" for name in LARGE])
def test_inside_a_larger_room_everything_stands_in_its_picture_and_imports_only_what_is_above_it(of: str) -> None:
    names = [row.split()[0] for row in picture(of)[1]]
    assert set(names) == inside(of)
    stems = [name.removesuffix(".py").rstrip("/") for name in names]
    for stem, name in zip(stems, names, strict=True):
        for place, dotted in Room(ROOT / of / name, frozenset()).imports():
            path = dotted.removeprefix(f"{of.replace('/', '.')}.").split(".")[0]
            if dotted.startswith(f"{of.replace('/', '.')}.") and path in stems:
                assert stems.index(path) <= stems.index(stem), f"{place} imports {dotted}, which is not above {name}"


def test_what_one_page_alone_needs_is_used_by_no_other() -> None:
    rooms = [path for path in (ROOT / HOUSE / "ui").iterdir() if (path / "page.py").is_file()]
    for room in rooms:
        others = {each.name for each in rooms} - {room.name} - {"lessons" if room.name == "teaching" else ""}
        for place, dotted in Room(room, frozenset()).imports():
            assert not any(dotted.startswith(f"{HOUSE}.ui.{each}.") for each in others), f"{place} imports {dotted}"


def test_no_folder_and_no_file_outgrows_what_one_can_keep_in_mind() -> None:
    for folder in [path for path in (ROOT / HOUSE).rglob("*") if path.is_dir() and path.name != "__pycache__"]:
        files = [*folder.glob("*.py"), *folder.glob("*.js")]
        assert len(files) <= MOST_FILES, folder
        for file in files:
            assert len(file.read_text(encoding="utf-8").splitlines()) <= MOST_LINES, file


def test_only_the_pages_and_what_they_are_made_of_know_streamlit() -> None:
    assert {room.name for room in ROOMS if "streamlit" in room.packages} == OF_THE_APP


def test_what_is_imported_is_required() -> None:
    lines = re.findall(r"^([\w-]+)==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.M)
    required = {installed_as(name) for name in lines}
    distributions = importlib.metadata.packages_distributions()
    for room in ROOMS:
        for package in room.packages - OPTIONAL.keys():
            assert {installed_as(name) for name in distributions[package]} & required, f"{room.name}: {package}"


def test_an_installed_package_brings_what_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    distributions = importlib.metadata.packages_distributions()
    for room in ROOMS:
        lines = project["dependencies"] + (extras["app"] if room.name in OF_THE_APP else [])
        for package in room.packages:
            asked = lines + (extras[OPTIONAL[package]] if package in OPTIONAL else [])
            brought = {installed_as(Requirement(line).name) for line in asked}
            assert {installed_as(name) for name in distributions[package]} & brought, f"{room.name}: {package}"


def test_importing_the_package_is_quick_since_it_imports_no_large_one() -> None:
    large = ("torch", "transformers", "matplotlib", "seaborn", "streamlit", "scipy", "rjieba", "huggingface_hub")
    script = f"import attention_viz, sys; print(*(name for name in {large} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_public_name_can_be_had_and_no_other() -> None:
    import attention_viz

    for name in attention_viz.__all__:
        assert getattr(attention_viz, name).__module__.startswith(HOUSE), name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = attention_viz.nothing
