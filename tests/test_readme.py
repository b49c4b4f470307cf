"""README.md and docs/ tell the truth: commands are the ones that run, lines of code work, nothing is left out."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import attention_viz
from attention_viz.version import VERSION

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(ROOT.glob("docs/*.md"))
WRITTEN = "\n".join([README, *(page.read_text(encoding="utf-8") for page in PAGES)])
MOST_LINES = 150
COMMANDS = re.findall(r"^```bash\n(.*?)\n```", README, re.M | re.S)
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.M | re.S)
REQUIREMENTS = ("requirements.txt", "tests/requirements.txt")


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def settings(section: dict[str, object], prefix: str = "") -> Iterator[str]:
    """Dotted names of what .streamlit/config.toml sets; the theme counts as one."""
    for name, value in section.items():
        if isinstance(value, dict) and name != "theme":
            yield from settings(value, f"{name}.")
        else:
            yield f"{prefix}{name}"


def code(pattern: str) -> set[str]:
    """What the pattern finds in the Python files of the app."""
    files = [ROOT / "app.py", *ROOT.glob("pages/*.py"), *ROOT.glob("attention_viz/**/*.py")]
    return {found for file in files for found in re.findall(pattern, file.read_text(encoding="utf-8"))}


def test_the_first_command_installs_what_the_app_needs_and_opens_it() -> None:
    steps = COMMANDS[0].split(" && ")
    assert steps == [
        "python3 -m venv .venv",
        ".venv/bin/pip install -r requirements.txt",
        ".venv/bin/streamlit run app.py",
    ]
    assert (ROOT / "app.py").is_file()


def test_the_second_command_is_what_ci_runs() -> None:
    assert COMMANDS[1] == "bash tests/run.sh"
    assert COMMANDS[1] in text(".ci/run").splitlines()


def test_hooks_before_a_commit_run_what_the_test_command_runs() -> None:
    script = text("tests/run.sh")
    entries = re.findall(r"entry: (.*)", text(".pre-commit-config.yaml"))
    assert len(entries) == 5
    for entry in entries:
        command = entry.removeprefix(".venv/bin/").removeprefix("bash -c ").strip("'")
        assert f'" {command}' in script, entry


def test_the_packages_that_the_test_command_installs_are_named() -> None:
    packages = re.findall(r"\|\| echo ([a-z0-9-]+)$|^ +echo ([a-z0-9-]+)$", text("tests/run.sh"), re.M)
    assert len(packages) == 7
    for package in ("".join(each) for each in packages):
        assert f"`{package}`" in WRITTEN, package


def test_the_lines_of_code_run_without_streamlit_and_give_tokens_and_figures() -> None:
    assert len(BLOCKS) == 1
    figures = ", ".join(line.split("  #")[0] for line in BLOCKS[0].splitlines() if line.startswith("av.plot"))
    script = f"""import sys, matplotlib.figure
sys.modules["streamlit"] = None  # from here on, importing it raises
{BLOCKS[0]}
for figure in ({figures}):
    print(isinstance(figure, matplotlib.figure.Figure), len(figure.axes))
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "'[CLS]', 'the', 'cat', 'sat'" in done.stdout
    head, layer = (line.split() for line in done.stdout.splitlines()[-2:])
    assert head[0] == layer[0] == "True"
    assert int(layer[1]) >= 12  # one picture for each of the 12 heads


def test_every_page_stands_in_the_table_and_every_row_is_a_page() -> None:
    rows = re.findall(r"^\| (.+?) \| `(pages/\w+\.py)` \| (.+?) \|$", README, re.M)
    pages = {path.relative_to(ROOT).as_posix(): path for path in ROOT.glob("pages/*.py")}
    assert {path for _, path, _ in rows} == set(pages)
    for title, path, question in rows:
        docstring = pages[path].read_text(encoding="utf-8").splitlines()[0]
        assert docstring == f'"""{title}: {question[0].lower()}{question[1:]}"""'


def test_every_setting_is_explained_with_its_value() -> None:
    config = tomllib.loads(text(".streamlit/config.toml"))
    for name in settings(config):
        assert f"| `{name}` |" in WRITTEN, name
        if name != "theme":
            section, key = name.split(".")
            value = config[section][key]
            assert f"| `{name}` | `{str(value).lower() if isinstance(value, bool) else value}` |" in WRITTEN


def test_every_limit_of_a_server_is_explained_with_its_value() -> None:
    limits = tomllib.loads(text(".streamlit/limits.toml"))
    said = {f"{section}.{name}": value for section, values in limits.items() for name, value in values.items()}
    rows = re.findall(r"^\| `(\w+\.\w+)` \| ([\d,]+|any) \| .+ \|$", WRITTEN, re.M)
    shown = {name: "any" if value == ["*"] else f"{value:,}" for name, value in said.items()}
    assert {name: value for name, value in rows if name in shown} == shown


def test_every_environment_variable_is_explained() -> None:
    read = code(r'"((?:HF|TRANSFORMERS|ATTENTION_VIZ|STREAMLIT)_[A-Z_]+)"')
    assert "HF_ENDPOINT" in read
    for name in read:
        assert f"`{name}" in WRITTEN, name


@pytest.mark.parametrize("path", REQUIREMENTS)
def test_every_requirement_has_its_exact_version_and_its_reason(path: str) -> None:
    lines = [line for line in text(path).splitlines() if line and not line.startswith(("#", "-r"))]
    assert lines
    for line in lines:
        assert re.fullmatch(r"[\w-]+==[\w.]+(?:; [\w .!='\"]+)? +# .{5,}", line), line


def test_torch_is_the_version_that_the_readme_names() -> None:
    versions = set(re.findall(r"torch(?:==| )(\d[\d.]+\d)", README))
    assert versions == set(re.findall(r"^torch==([\d.]+)", text("requirements.txt"), re.M))


def test_files_that_are_named_are_there() -> None:
    named = re.findall(r"`((?:[\w.-]+/)*[\w.-]+(?:/|\.(?:py|sh|txt|toml|md)))`", WRITTEN)
    folders = (ROOT, ROOT / "attention_viz", ROOT / ".streamlit", *(ROOT / "attention_viz" / "ui").iterdir())
    for name in named:
        assert any((folder / name).exists() for folder in folders), name
    for path in (ROOT / "README.md", *PAGES):
        for name in re.findall(r"\]\(([^):]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / name).is_file(), f"{path.name}: {name}"


def test_the_readme_is_read_in_one_go_and_leads_to_every_page_of_the_docs() -> None:
    assert len(README.splitlines()) <= MOST_LINES
    for page in PAGES:
        assert f"](docs/{page.name})" in README, page.name


def test_the_changelog_names_the_version() -> None:
    assert VERSION in re.findall(r"^## .*?(\d+\.\d+\.\d+)", text("CHANGELOG.md"), re.M)


def test_every_public_name_of_the_library_is_named() -> None:
    for name in set(attention_viz.__all__) - {"Source", "DenseSource", "Selection", "Tokens", "Model", "TopToken"}:
        assert re.search(rf"\b{name}\b", WRITTEN), name
