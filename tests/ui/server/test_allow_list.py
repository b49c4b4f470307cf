"""The models that a server offers: by name, by folder, and no way round."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Callable
from pathlib import Path

import pytest

from attention_viz.errors import ModelError
from attention_viz.models.catalogue import KNOWN_MODELS, MASKED_WORD, MULTILINGUAL
from attention_viz.ui.server import allow_list
from attention_viz.ui.server.allow_list import check_allowed, offered
from attention_viz.ui.work.caches import ask_for_model, loaded_model

Limit = Callable[[str], None]


def allow(limited: Limit, *patterns: str | Path) -> None:
    limited(f"[models]\nallowed = {list(map(str, patterns))!r}\n")


def is_allowed(source: str) -> bool:
    try:
        check_allowed(source)
    except ModelError:
        return False
    return True


def test_on_ones_own_computer_anything_is_allowed(tmp_path: Path) -> None:
    assert is_allowed("anybody/anything")
    assert is_allowed(str(tmp_path))
    assert list(offered()) == [each.source for each in KNOWN_MODELS]


def test_a_model_that_would_be_fetched_is_marked_until_it_is_on_this_computer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ATTENTION_VIZ_MODELS", str(tmp_path / "models"))
    assert offered()[""] == KNOWN_MODELS[0].name
    assert offered()["google-bert/bert-base-uncased"] == "bert-base-uncased (fetched once, 440 MB)"
    folder = tmp_path / "models" / "google-bert" / "bert-base-uncased"
    folder.mkdir(parents=True)
    for name in ("config.json", "vocab.txt", "model.safetensors"):
        (folder / name).write_text("{}")
    assert offered()["google-bert/bert-base-uncased"] == "bert-base-uncased"


def test_with_an_empty_list_the_embedded_models_are_all_there_is(limited: Limit, tmp_path: Path) -> None:
    allow(limited)
    assert is_allowed("")
    assert is_allowed(MULTILINGUAL)
    assert is_allowed(MASKED_WORD)
    assert is_allowed(f" '{MULTILINGUAL}'")
    assert not is_allowed(f"./{MULTILINGUAL}")
    assert not is_allowed("google-bert/bert-base-uncased")
    assert not is_allowed(str(tmp_path))
    assert list(offered()) == ["", MASKED_WORD, MULTILINGUAL]


def test_a_name_is_allowed_by_itself_by_its_old_name_and_by_a_pattern_of_its_parts(limited: Limit) -> None:
    allow(limited, "bert-base-uncased", "school/*", "lab/bert-*")
    names = ("google-bert/bert-base-uncased", "bert-base-uncased", " school/any ", "lab/bert-large")
    assert all(map(is_allowed, names))
    others = ("bert-base-cased", "lab/gpt", "school", "school/a/b", "myschool/any", "lab/bert-x/y", "School/any")
    assert not any(map(is_allowed, others))


def test_quotes_and_addresses_are_read_before_it_is_asked_whether_they_are_allowed(limited: Limit, shelf: Path) -> None:
    allow(limited, "lab/bert", shelf)
    page = "https://huggingface.co/lab/bert"
    assert all(
        map(is_allowed, ("'lab/bert'", page, f"{page}/tree/main", f"{page}/blob/main/config.json", "hf.co/lab/bert"))
    )
    assert all(
        map(is_allowed, (f'"{shelf}"', f" '{shelf}/first' ", f"file://{shelf}/first", f"{shelf}/first/config.json"))
    )
    others = ("https://huggingface.co/lab/other", "https://evil.test/lab/bert", "https://huggingface.co/evil/lab/bert")
    private = shelf.parent / "private" / "third"
    others += (f"'{private}'", f"file://{private}", f"{private}/config.json", f'"{shelf}/../private/third"')
    assert not any(map(is_allowed, others))


@pytest.mark.parametrize("revision", ["refs%2Fpr%2F1", "refs/pr/1", "dev", "0123abc"])
def test_a_revision_that_anybody_may_propose_is_not_offered_with_the_model(revision: str, limited: Limit) -> None:
    assert is_allowed(f"https://huggingface.co/lab/bert/tree/{revision}")
    allow(limited, "lab/bert")
    assert not is_allowed(f"https://huggingface.co/lab/bert/tree/{revision}")


def test_the_base_of_an_adapter_must_be_allowed_too(limited: Limit, shelf: Path) -> None:
    (shelf / "first" / "config.json").unlink()
    (shelf / "first" / "adapter_model.safetensors").touch()
    settings = {"peft_type": "LORA", "r": 4, "base_model_name_or_path": str(shelf.parent / "private" / "third")}
    (shelf / "first" / "adapter_config.json").write_text(json.dumps(settings))
    allow(limited, shelf)
    ticket = ask_for_model(str(shelf / "first"))
    while not ticket.done:
        ticket.job.stop.wait(0.01)
    assert "not among the models of this server" in str(ticket.error)


def test_no_star_reaches_over_a_slash(limited: Limit) -> None:
    allow(limited, "bert-*", "*-base")
    assert not is_allowed("bert-evil/model")
    assert not is_allowed("evil/bert-base")


def test_a_refusal_names_what_is_allowed(limited: Limit) -> None:
    allow(limited, "school/*", "lab/bert")
    with pytest.raises(ModelError, match=r"'other/one' is not among .* school/\*, lab/bert"):
        check_allowed("other/one")


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder of models, one by owner and name, beside a private one."""
    for name in ("shelf/first", "shelf/owner/second", "private/third", "shelf-too/fourth"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")
    return tmp_path / "shelf"


def test_a_folder_is_allowed_with_all_that_lies_in_it(limited: Limit, shelf: Path) -> None:
    allow(limited, shelf)
    assert all(map(is_allowed, map(str, (shelf, shelf / "first", shelf / "owner" / "second", shelf / "missing"))))
    assert not any(map(is_allowed, ("school/any", "bert-base-uncased")))


def test_no_path_leads_out_of_an_allowed_folder(limited: Limit, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(limited, shelf)
    (shelf / "way-out").symlink_to(shelf.parent / "private", target_is_directory=True)
    ways = (
        *(f"{shelf}/../private/third", f"{shelf}/first/../../private/third", f"{shelf}/way-out/third"),
        *(str(shelf.parent / "private" / "third"), str(shelf.parent / "shelf-too" / "fourth"), "/", "~", "."),
        *("/etc/passwd", "\\\\server\\share", f"{shelf}\0", "/proc/self/cwd"),
    )
    assert not any(map(is_allowed, ways))
    monkeypatch.chdir(shelf / "first")
    assert not is_allowed(os.path.relpath(shelf.parent / "private" / "third"))
    assert is_allowed("../first")


def test_a_folder_with_the_name_of_an_allowed_model_is_no_way_in(
    limited: Limit, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(limited, "private/*")
    monkeypatch.chdir(shelf.parent)
    assert not is_allowed("private/third")
    monkeypatch.chdir("/")
    assert is_allowed("private/third")


def test_a_folder_that_is_missing_and_one_that_is_not_offered_are_told_alike(limited: Limit, shelf: Path) -> None:
    allow(limited, shelf)
    said = []
    for name in ("private", "nothing"):
        with pytest.raises(ModelError) as refused:
            check_allowed(str(shelf.parent / name))
        said.append(str(refused.value).replace(name, "…"))
    assert said[0] == said[1]


def test_the_picker_offers_what_is_allowed_and_nothing_else(limited: Limit, shelf: Path) -> None:
    allow(limited, shelf, "bert-base-chinese", "school/one", "lab/*")
    assert list(offered()) == [
        "",
        MASKED_WORD,
        MULTILINGUAL,
        "google-bert/bert-base-chinese",
        "school/one",
        str(shelf / "first"),
        str(shelf / "owner" / "second"),
    ]


def test_what_is_not_allowed_is_never_looked_for(limited: Limit, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from attention_viz import models

    allow(limited, shelf)
    monkeypatch.setattr(models, "load_model", lambda *_, **__: pytest.fail("it was looked for"))
    for source in ("someone/model", str(shelf.parent / "private" / "third")):
        ticket = ask_for_model(source)
        while not ticket.done:
            ticket.job.stop.wait(0.01)
        assert isinstance(ticket.error, ModelError)
        assert "not among the models of this server" in str(ticket.error)
        assert loaded_model(source) is None


OUTSIDE = (
    "~root",
    "~nosuchuser",
    "~root/x",
    "/",
    "/root",
    "/nosuch",
    "/root/x/y",
    f"/{'x' * 300}",
    "/dev/zero",
    "a\0b",
    "..",
)


def test_what_is_not_allowed_has_one_refusal_whether_it_is_there_or_not(
    limited: Limit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(limited, tmp_path / "allowed", "lab/*")
    refusals = set()
    assert is_allowed("lab/bert")  # the limits are read

    def look(*_: object, **__: object) -> None:
        raise AssertionError("it was looked up")

    with monkeypatch.context() as patch:
        for module, name in ((Path, "is_dir"), (Path, "is_file"), (Path, "expanduser"), (pwd, "getpwnam")):
            patch.setattr(module, name, look)
        patch.setattr(allow_list, "_folder", lambda pattern: Path(pattern))
        for source in OUTSIDE:
            with pytest.raises(ModelError) as refused:
                check_allowed(source)
            refusals.add(str(refused.value).replace(repr(source)[:200], "X"))
    assert len(refusals) == 1
