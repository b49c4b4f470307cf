"""The file of limits: what it sets, what it refuses, and that it is documented."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from attention_viz.errors import LimitsError
from attention_viz.ui.server import limits as module
from attention_viz.ui.server.limits import FILE, Limits, read_limits


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "limits.toml"


def test_the_file_of_the_project_sets_every_limit_to_its_usual_value() -> None:
    assert read_limits(FILE) == Limits()
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    assert {name: set(section) for name, section in said.items()} == {
        name: set(section) for name, section in Limits().model_dump().items()
    }


def test_every_line_of_the_file_says_in_which_range_it_may_be() -> None:
    text = FILE.read_text(encoding="utf-8")
    for section, values in Limits():
        for limit, schema in values.model_json_schema()["properties"].items():
            line = re.search(rf"^\[{section}\]$.*?^({limit} = .*?)$", text, re.M | re.S)[1]
            if schema["type"] == "integer":
                assert line.endswith("({minimum:,} to {maximum:,})".format(**schema)), line


def test_what_a_file_leaves_out_has_its_usual_value(file: Path) -> None:
    file.write_text('[work]\nat_once = 5\n[models]\nallowed = ["school/*", " /srv/models "]\n')
    read = read_limits(file)
    assert (read.work.at_once, read.work.waiting) == (5, Limits().work.waiting)
    assert read.models.allowed == ("school/*", "/srv/models")
    assert read.text == Limits().text


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("[work]\nat_one = 2\n", "work.at_one is no limit"),
        ("[job]\nat_once = 2\n", "job is no limit"),
        ("[work]\nat_once = 0\n", "work.at_once is 0; it takes a whole number from 1 to 64"),
        ("[work]\nat_once = 65\n", "work.at_once is 65"),
        ("[work]\nat_once = true\n", "work.at_once is True"),
        ("[work]\nat_once = 2.0\n", "work.at_once is 2.0"),
        ("[text]\ncharacters = 200_001\n", "from 1 to 200,000"),
        ('[text]\ntokens = "many"\n', "text.tokens is 'many'"),
        ("[models]\nallowed = 'any'\n", "models.allowed is 'any'"),
        ("[models]\nallowed = ['']\n", "models.allowed is"),
        ("[models]\nallowed = ['a/b', 3]\n", "models.allowed is ['a/b', 3]"),
        ("[[work]]\nat_once = 2\n", "work is [{'at_once': 2}]; it takes the form [work]"),
        ("work = 3\n", "work is 3; it takes the form [work]"),
        ("[work\n", "cannot be read"),
    ],
)
def test_what_does_not_fit_is_refused_with_file_key_value_and_remedy(file: Path, said: str, part: str) -> None:
    file.write_text(said)
    with pytest.raises(LimitsError) as refused:
        read_limits(file)
    assert part in str(refused.value)
    assert str(file) in str(refused.value)
    assert re.search(r"Correct it|Remove it", str(refused.value))


def test_another_file_is_named_by_the_environment_and_must_be_there(file: Path, monkeypatch) -> None:
    monkeypatch.setenv(module.VARIABLE, str(file))
    module.limits.cache_clear()
    try:
        with pytest.raises(LimitsError, match=r"cannot be read.*ATTENTION_VIZ_LIMITS"):
            module.limits()
        file.write_text("[work]\nwaiting = 7\n")
        assert module.limits().work.waiting == 7
    finally:
        module.limits.cache_clear()
