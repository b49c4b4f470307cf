"""The small pictures of the lessons: `python tests/lesson_pictures.py` draws them anew, each by its lesson's own picture code.

It writes `attention_viz/ui/lessons/thumbnails/<lesson>.svg`, in light and dark colours, and with `--train` first what the trainings
of lesson 8 come to, `attention_viz/ui/lessons/recorded.json`.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from attention_viz.mechanism import Recipe, Task, train  # noqa: E402
from attention_viz.palettes import DARK, LIGHT  # noqa: E402
from attention_viz.selection import Selection  # noqa: E402
from attention_viz.ui.lessons.lesson_settings import Settings, picture_of  # noqa: E402
from attention_viz.ui.lessons.lesson_texts import lesson_files, read_lesson  # noqa: E402
from attention_viz.ui.lessons.recorded import FILE, recipe_key, record_of  # noqa: E402
from attention_viz.ui.lessons.thumbnail import FOLDER  # noqa: E402
from attention_viz.ui.session.examples import DEFAULT  # noqa: E402
from attention_viz.ui.session.subject import Subject  # noqa: E402
from attention_viz.ui.work.caches import embedded_model, read  # noqa: E402
from attention_viz.view.shades import LEVELS, RAMPS, between  # noqa: E402

WIDTH, HEIGHT, GAP = 320, 150, 14
"""Of a picture, and between two matrices in it."""
LARGEST_CELL = 26
FIGURE = re.compile(r'<figure class="av-number-table.*?</figure>', re.S)
CELL = re.compile(r'<td class="?([a-z]+\d*)')


@dataclass(frozen=True)
class Look:
    """What is drawn small of a lesson: its step, from 1, as it is once answered, settings that differ, and which matrices."""

    step: int
    settings: dict[str, Any]
    figures: slice = field(default_factory=lambda: slice(None))


LOOKS = {
    "look-up": Look(3, {}),
    "scores": Look(1, {}, slice(0, 2)),
    "matrices": Look(3, {}, slice(0, 6)),
    "masks": Look(2, {}, slice(0, 2)),
    "heads": Look(4, {}, slice(1, 7)),
    "positions": Look(2, {"view": "table"}),
    "layers": Look(5, {"kind": "attention"}),
    "training": Look(1, {}),
    "patterns": Look(1, {}, slice(0, 1)),
    "cut": Look(1, {}),
}
MORE = {"patterns": Look(2, {}, slice(0, 1))}
"""A second picture beside the first."""

Grid = list[list[str]]


def subject() -> Subject:
    """The text with which the app begins."""
    model, look = embedded_model(), Selection(text=DEFAULT.first)
    return Subject(model, read(model, look), look)


def grids(name: str, look: Look, of: Subject) -> list[Grid]:
    """The colours of the matrices that the picture of a lesson consists of, by row."""
    step = read_lesson(lesson_files("en")[name]).steps[look.step - 1]
    html = picture_of(step.picture)(Settings({**step.settings(True), **look.settings}, of, recorded=True)).html
    bodies = [figure[figure.index("<tbody>") :] for figure in FIGURE.findall(html)]
    return [[CELL.findall(row) for row in body.split("<tr")[1:]] for body in bodies][look.figures]


def placed(matrices: list[Grid]) -> tuple[float, list[tuple[float, float, Grid]]]:
    """The largest cells with which all matrices fit side by side, and then below one another; each with its corner."""
    for cell in range(LARGEST_CELL * 2, 1, -1):
        places = _rows(matrices, cell / 2)
        if places is not None:
            return cell / 2, places
    raise ValueError("These matrices are too large for a small picture.")


def _rows(matrices: list[Grid], cell: float) -> list[tuple[float, float, Grid]] | None:
    rows: list[list[Grid]] = [[]]
    for grid in matrices:
        if rows[-1] and _width([*rows[-1], grid], cell) > WIDTH:
            rows.append([])
        rows[-1].append(grid)
    tall = sum(cell * max(map(len, row)) for row in rows) + GAP * (len(rows) - 1)
    if tall > HEIGHT or any(_width(row, cell) > WIDTH for row in rows):
        return None
    places, y = [], (HEIGHT - tall) / 2
    for row in rows:
        x = (WIDTH - _width(row, cell)) / 2
        for grid in row:
            places.append((x, y, grid))
            x += cell * len(grid[0]) + GAP
        y += cell * max(map(len, row)) + GAP
    return places


def _width(row: list[Grid], cell: float) -> float:
    return cell * sum(len(grid[0]) for grid in row) + GAP * (len(row) - 1)


def svg(matrices: list[Grid]) -> str:
    """The matrices as one drawing: a path for each colour."""
    cell, places = placed(matrices)
    paths: dict[str, list[str]] = defaultdict(list)
    for left, top, grid in places:
        for row, names in enumerate(grid):
            for column, name in enumerate(names):
                at = f"{left + column * cell:g} {top + row * cell:g}"
                paths[name].append(f"M{at}h{cell:g}v{cell:g}h-{cell:g}z")
    drawn = "".join(f'<path class="{name}" d="{"".join(cells)}"/>' for name, cells in sorted(paths.items()))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><style>{style(paths)}</style>{drawn}</svg>\n'


def style(names: Any) -> str:
    """The colours of these classes; what is masked or hidden is grey."""
    light, dark = ({name: _colour(name, which) for name in sorted(names)} for which in (0, 1))
    rules, dim = ("".join(f".{name}{{fill:{colour}}}" for name, colour in each.items()) for each in (light, dark))
    ground = (LIGHT.secondary, DARK.secondary)
    return (
        f"path{{stroke:{ground[0]};stroke-opacity:.25;stroke-width:.5}}{rules}"
        f"@media(prefers-color-scheme:dark){{path{{stroke:{ground[1]}}}{dim}}}"
    )


def _colour(name: str, which: int) -> str:
    kind = {"w": "weights", "s": "signed"}.get(name[0]) if name[1:].isdigit() else None
    if kind is None:
        return "#8884"
    parts = between(RAMPS[kind][which], int(name[1:]) / (LEVELS[kind] - 1))  # type: ignore[index]
    return "#" + "".join(f"{round(part):02X}" for part in parts.tolist())


def draw() -> dict[str, str]:
    """The small picture of each lesson."""
    of = subject()
    return {
        name: svg([grid for each in (look, MORE.get(name)) if each is not None for grid in grids(name, each, of)])
        for name, look in LOOKS.items()
    }


def recipes() -> list[Recipe]:
    """The trainings of lesson 8, as its file has them."""
    reverse, sort = Task("reverse", 8, 6), Task("sort", 8, 6)
    return [
        Recipe(task=reverse, n_heads=4, n_steps=1000, seed=0),
        *(Recipe(task=sort, n_heads=heads, n_steps=1000, seed=0) for heads in (1, 2, 4, 8)),
        Recipe(task=reverse, n_heads=4, positional=False, n_steps=300, seed=0),
    ]


def record() -> None:
    """Train them, and keep what they came to."""
    records = {
        recipe_key(each): record_of([step.snapshot for step in train(each) if step.snapshot is not None])
        for each in recipes()
    }
    FILE.write_text(json.dumps(records, separators=(",", ":")).replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    if "--train" in sys.argv[1:]:
        record()
    FOLDER.mkdir(exist_ok=True)
    for name, drawing in draw().items():
        (FOLDER / f"{name}.svg").write_text(drawing, encoding="utf-8")
