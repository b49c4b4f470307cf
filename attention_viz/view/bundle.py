"""Bundle: the ES modules of the view joined into one, without a bundler.

Each module becomes a function that runs once and returns what it exports, so that private names cannot collide. The modules
keep to a simple form: an import stands on one line and renames nothing, an export stands before the declaration it exports.
Of other files only JSON is imported; its values are written in place of the import. `tests/view/test_bundle.py` checks
this. Comments that begin a line are left out.
"""

from __future__ import annotations

import json
import posixpath
import re
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NUMBERS = re.compile(r'^import (\w+) from "([./\w-]+\.json)" with \{ type: "json" \};\n', re.MULTILINE)
IMPORT = re.compile(r'^import \{ ([^}]*) \} from "(\.{1,2}/[./\w-]+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?:default )?((?:async )?(?:function|class|const|let) (\w+))", re.MULTILINE)
COMMENT = re.compile(r"^[ \t]*/\*\*.*?\*/[ \t]*\n?", re.MULTILINE | re.DOTALL)
DEFAULT = re.compile(r"^export default function (\w+)", re.MULTILINE)


@cache
def script(entry: str) -> str:
    """The module `entry` and all it imports, as one ES module whose only export is the default one of `entry`."""
    return f"{_joined(entry)}\nexport default {_main(entry)};\n"


@cache
def program(entry: str) -> str:
    """The same modules as a script that exports nothing and calls the default export of `entry`."""
    return f"{_joined(entry)}\n{_main(entry)}();\n"


def modules(entry: str) -> list[str]:
    """The modules that `entry` needs, each after those it imports, `entry` last. entry : as "live/component" """
    order: list[str] = []

    def visit(name: str) -> None:
        for other in imports(name):
            if other not in order:
                visit(other)
        order.append(name)

    visit(entry)
    return order


def imports(name: str) -> list[str]:
    """The modules that one imports, named from the folder js/ as it is itself."""
    return [_beside(name, path) for _, path in IMPORT.findall(source(name))]


@cache
def style(name: str = "view") -> str:
    """A style sheet: the view's, or that of one of the smaller components."""
    return (HERE / f"{name}.css").read_text(encoding="utf-8")


@cache
def source(name: str) -> str:
    """One module as it is written. name : its path in the folder js/, without .js"""
    return (HERE / "js" / f"{name}.js").read_text(encoding="utf-8")


def _joined(entry: str) -> str:
    return "\n".join(_wrapped(name) for name in modules(entry))


def _main(entry: str) -> str:
    """The default export of a module, as the joined one knows it."""
    found = DEFAULT.search(source(entry))
    assert found, f"{entry}.js has no default export"
    return f"{_holder(entry)}.{found[1]}"


def _wrapped(name: str) -> str:
    text = source(name)
    exports = ", ".join(each for _, each in EXPORT.findall(text))
    text = NUMBERS.sub(lambda found: f"const {found[1]} = {json.dumps(_values(name, found[2]))};\n", text)
    text = IMPORT.sub(lambda found: f"const {{ {found[1]} }} = {_holder(_beside(name, found[2]))};\n", text)
    body = EXPORT.sub(r"\1", text)
    body = COMMENT.sub("", body)
    return f"const {_holder(name)} = (() => {{\n{body.strip()}\nreturn {{ {exports} }};\n}})();\n"


def _beside(name: str, path: str) -> str:
    """The file that the module `name` means by `path`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _values(name: str, path: str) -> Any:
    """What a JSON file holds. path : as the module `name` writes it"""
    return json.loads((HERE / "js" / _beside(name, path)).read_text(encoding="utf-8"))


def _holder(name: str) -> str:
    """What the exports of a module are called in the joined one."""
    return "module_" + re.sub(r"\W", "_", name)
