"""Bundle: the ES modules of the view joined into one, without a bundler.

Each module becomes a function that runs once and returns what it exports, so that what modules keep to themselves
cannot collide. In return they are written plainly: an import stands on one line and renames nothing, an export stands
before the declaration it exports. `tests/view/test_bundle.py` holds them to it. Comments that begin a line stay behind.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{ ([^}]*) \} from "\./([\w-]+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?:default )?((?:async )?(?:function|class|const|let) (\w+))", re.MULTILINE)
COMMENT = re.compile(r"^[ \t]*/\*\*.*?\*/[ \t]*\n?", re.MULTILINE | re.DOTALL)
DEFAULT = re.compile(r"^export default function (\w+)", re.MULTILINE)


@cache
def script(entry: str) -> str:
    """The module `entry` and all it imports, as one ES module whose only export is the default one of `entry`."""
    exported = DEFAULT.findall(source(entry))
    parts = [_wrapped(name) for name in modules(entry)]
    return "\n".join([*parts, f"export default {_holder(entry)}.{exported[0]};\n"])


def modules(entry: str) -> list[str]:
    """The modules that `entry` needs, each after those it imports, `entry` last."""
    order: list[str] = []

    def visit(name: str) -> None:
        for _, other in IMPORT.findall(source(name)):
            if other not in order:
                visit(other)
        order.append(name)

    visit(entry)
    return order


@cache
def style() -> str:
    """The style sheet of the view."""
    return (HERE / "view.css").read_text(encoding="utf-8")


@cache
def source(name: str) -> str:
    """One module as it is written."""
    return (HERE / "js" / f"{name}.js").read_text(encoding="utf-8")


def _wrapped(name: str) -> str:
    text = source(name)
    exports = ", ".join(each for _, each in EXPORT.findall(text))
    body = EXPORT.sub(r"\1", IMPORT.sub(lambda found: f"const {{ {found[1]} }} = {_holder(found[2])};\n", text))
    body = COMMENT.sub("", body)
    return f"const {_holder(name)} = (() => {{\n{body.strip()}\nreturn {{ {exports} }};\n}})();\n"


def _holder(name: str) -> str:
    """What the exports of a module are called in the joined one."""
    return "module_" + name.replace("-", "_")
