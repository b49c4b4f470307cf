"""The guide for teachers names what is there: every control, key, command, file, variable and lesson of it exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit import config

from attention_viz.__main__ import _parser
from attention_viz.models.catalogue import KNOWN_MODELS
from attention_viz.selection import Selection
from attention_viz.ui.lessons import lesson_texts
from attention_viz.ui.lessons.lesson_texts import lesson_files, read_lesson
from attention_viz.ui.pages import PAGES
from attention_viz.ui.server.access import LEAST
from attention_viz.ui.server.limits import limits
from attention_viz.ui.session.address import from_address
from attention_viz.ui.session.examples import MASKED_VERB, STARTS
from attention_viz.ui.teaching.guide import addresses, guide, pieces, sections
from attention_viz.ui.wording import LANGUAGES, LOCALE, catalogue

ROOT = Path(__file__).parents[3]
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *ROOT.glob("docs/*.md")])
BOLD = re.compile(r"\*\*(.+?)\*\*")
COMMAND = re.compile(r"```\n(.*?)\n```", re.S)
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
PLACE = re.compile(r"\{\{(\w+)")


def text(language: str) -> str:
    return (LOCALE / language / "teaching.md").read_text(encoding="utf-8")


def keys() -> set[str]:
    """The keys that the live view obeys, and those that stand in its list."""
    code = (ROOT / "attention_viz" / "view" / "js" / "live" / "keys.js").read_text(encoding="utf-8")
    listed = re.findall(r'^  \w+: "(.+)",$', code, re.M)
    return {key for line in listed for key in line.split()}


def said(language: str) -> set[str]:
    """Every sentence and name that the screen has in one language."""
    known = catalogue("zh")._catalog  # type: ignore[attr-defined]
    return set(known.values() if language == "zh" else known)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_in_bold_stands_on_the_screen(language: str) -> None:
    names = BOLD.findall(text(language))
    assert len(names) > 10
    assert set(names) <= said(language)


def test_the_languages_name_the_same_controls_in_the_same_order() -> None:
    translate = catalogue("zh").gettext
    assert [translate(name) for name in BOLD.findall(text("en"))] == BOLD.findall(text("zh"))


@pytest.mark.parametrize("pattern", [COMMAND, CODE, PLACE])
def test_the_languages_have_the_same_commands_keys_and_lessons(pattern: re.Pattern[str]) -> None:
    assert sorted(pattern.findall(text("en"))) == sorted(pattern.findall(text("zh")))
    for form in (r"^## ", r"^- ", r"^\| "):
        assert len(re.findall(form, text("en"), re.M)) == len(re.findall(form, text("zh"), re.M))


def test_every_command_is_one_that_the_programs_take() -> None:
    commands = COMMAND.findall(text("en"))
    assert len(commands) == 3
    for command in commands:
        words = shlex.split(command.replace("\\", "/"), posix=True)
        start = next(number for number, word in enumerate(words) if word.startswith(".venv"))
        program, *rest = words[start:]
        if Path(program).name == "python":
            options = _parser().parse_args(rest[2:])
            assert rest[:2] == ["-m", "attention_viz"]
            assert set(options.names) <= {model.name for model in KNOWN_MODELS}
        else:
            assert rest[:2] == ["run", "app.py"]
            assert rest[2].removeprefix("--") in config.get_config_options()
            assert "`ATTENTION_VIZ_CODE`" in DOCS
            assert "ATTENTION_VIZ_CODE" in command
            assert len("a-code-of-yours") >= LEAST


def test_every_file_variable_model_and_key_is_known() -> None:
    known = keys() | {"README.md", "Ctrl+C", "1"} | {model.name for model in KNOWN_MODELS}
    for name in CODE.findall(text("en")):
        assert name in known or f"`{name}`" in DOCS, name
        if name.endswith((".md", ".toml")):
            assert (ROOT / name).is_file()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_names_lessons_by_their_titles_and_the_limits_that_hold(language: str) -> None:
    filled = guide(language)
    titles = [read_lesson(path).title for path in lesson_files(language).values()]
    assert sum(title in filled for title in titles) == len(
        {name for name in PLACE.findall(text(language)) if "lesson" in name}
    )
    assert f"{limits().text.characters:,}" in filled
    assert "{{" not in filled


def test_the_plan_fills_45_minutes_without_a_gap() -> None:
    minutes = [tuple(map(int, each)) for each in re.findall(r"^\| (\d+)–(\d+) \|", text("en"), re.M)]
    assert minutes == [tuple(map(int, each)) for each in re.findall(r"^\| (\d+)–(\d+) \|", text("zh"), re.M)]
    begins, ends = zip(*minutes, strict=True)
    assert begins == (0, *ends[:-1])
    assert ends[-1] == 45


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_the_plan_opens_a_page_in_a_state_that_is(language: str) -> None:
    for address in addresses(language).values():
        page, _, query = address.removeprefix("./").partition("?")
        given = dict(parse_qsl(query))
        assert f"{page}.py" in [each.file for each in PAGES] or not page
        assert given["language"] == language
        if "text" in given:
            shown = MASKED_VERB if page == "without" else STARTS[language]  # type: ignore[index]
            assert (given["text"], from_address(given)["layer"]) == (shown.first, shown.layer)
            assert from_address(given).get("model", Selection().model) == shown.model
        if "lesson" in given:
            assert given["lesson"] in lesson_files(language)


def test_sections_lose_nothing_and_those_with_commands_are_folded() -> None:
    parts = sections(guide("en"))
    assert " ".join(f"## {each.title} {each.body}" for each in parts).split() == guide("en").split()
    assert [each.title for each in parts if each.is_folded] == ["Before the lesson", "In the room"]


def test_commands_are_cut_out_and_nothing_is_lost() -> None:
    cut = pieces(guide("en"))
    assert [piece for piece, is_command in cut if is_command] == COMMAND.findall(text("en"))
    assert "\n".join(piece for piece, _ in cut).split() == guide("en").replace("```", "").split()


def test_a_lesson_more_is_a_title_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is named by number follows the files."""
    first = next(iter(lesson_files("en").values()))
    folder = tmp_path / "en" / "lessons"
    folder.mkdir(parents=True)
    (folder / first.name).write_text(
        re.sub(r"^title = .*", 'title = "Another title"', first.read_text(encoding="utf-8"), count=1, flags=re.M),
        encoding="utf-8",
    )
    monkeypatch.setattr(lesson_texts, "LOCALE", tmp_path)
    from attention_viz.ui.teaching.guide import facts

    assert facts("en")["lesson_1"] == "Lesson 1: Another title"
