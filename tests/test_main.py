"""The command line, as a teacher uses it the evening before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hub_stand_in import Fault, HubStandIn

from attention_viz import __main__ as command_line
from attention_viz.__main__ import main
from attention_viz.models.hub import local_copy
from attention_viz.ui import launch
from attention_viz.version import VERSION

ROOT = Path(__file__).parents[1]
MODEL = {"config.json": b"{}", "vocab.txt": b"[PAD]", "model.safetensors": bytes(300_000)}
NAME = "google-bert/bert-base-uncased"


def test_help_says_what_there_is_without_loading_torch() -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, "-X", "importtime", "-m", "attention_viz", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
        assert loaded.isdisjoint({"torch", "transformers", "streamlit", "huggingface_hub"})
        return done.stdout

    assert "fetch" in run("--help")
    assert "--server.port" in run("app", "--help")
    assert "HF_ENDPOINT" in run("fetch", "--help")
    assert "--ray" in run("corpus", "--help")


def test_a_folder_is_filled_step_by_step_and_found_by_the_library(
    hub: HubStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.add(NAME, MODEL)
    assert main(["fetch", "bert-base-uncased", "--into", str(tmp_path / "school")]) == 0
    printed = capsys.readouterr()
    assert f"ATTENTION_VIZ_MODELS={tmp_path / 'school'}" in printed.out
    assert "bert-base-uncased: 100% of 0.3 MB" in printed.err
    monkeypatch.setenv("ATTENTION_VIZ_MODELS", str(tmp_path / "school"))
    assert local_copy("bert-base-uncased") == tmp_path / "school" / NAME

    hub.asked.clear()
    assert main(["fetch", "bert-base-uncased"]) == 0, "the variable names the folder, if nothing else does"
    assert not any("resolve" in line for line in hub.asked)


def test_a_model_that_fails_is_one_sentence_and_exit_code_2_and_the_others_are_fetched(
    hub: HubStandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.add(NAME, MODEL)
    assert main(["fetch", "no/such-model", "../etc", NAME, "--into", str(tmp_path)]) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if "%" not in line]
    assert [line.split(":")[0] for line in errors] == ["no/such-model", "../etc"]
    assert "Check the spelling" in errors[0]
    assert (tmp_path / NAME / "model.safetensors").read_bytes() == MODEL["model.safetensors"]


def test_as_a_program_it_ends_with_the_sentence_and_without_a_traceback(hub: HubStandIn, tmp_path: Path) -> None:
    hub.faults.append(Fault("status", status=500))
    command = [sys.executable, "-m", "attention_viz", "fetch", "a/b", "--into", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"a/b: The hub at {hub.endpoint} has a fault of its own")
    assert len(done.stderr.splitlines()) == 1


def test_ctrl_c_ends_it_with_a_word_on_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "fetch", interrupted)
    assert main(["fetch", "a/b", "--into", str(tmp_path)]) == 130
    assert "goes on with what is missing" in capsys.readouterr().err


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"attention-viz {VERSION}\n"


def test_a_misspelt_option_of_fetch_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["fetch", "a/b", "--inot", "folder"])
    assert "--inot folder" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["app"]])
def test_without_streamlit_one_sentence_says_what_to_install(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command_line, "find_spec", lambda name: None)
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert said.err.endswith('pip install "attention-viz[app]"\n')


@pytest.mark.parametrize("arguments", [[], ["app"], ["app", "--server.port", "8600", "--server.headless=true"]])
def test_what_follows_app_goes_to_streamlit(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[list[str]] = []
    monkeypatch.setattr(launch.cli.main_run, "main", lambda words, prog_name: passed.append(words))
    usual = signal.getsignal(signal.SIGINT)
    try:
        main(arguments)
    finally:
        signal.signal(signal.SIGINT, usual)
    assert passed == [[str(ROOT / "app.py"), *arguments[1:]]]


def test_many_texts_are_measured_and_told(
    tiny_bert_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "texts.csv").write_text("sentence\nthe cat sat\nit was tired\n", encoding="utf-8")
    command = ["corpus", str(tmp_path / "texts.csv"), "--into", str(tmp_path / "all"), "--model", str(tiny_bert_folder)]
    assert main(command) == 2
    assert "no column 'text'" in capsys.readouterr().err
    assert main([*command, "--column", "sentence"]) == 0
    printed = capsys.readouterr()
    assert "100%, 2 texts" in printed.err
    assert printed.out.startswith("1-1 ")
    assert "2 texts are in" in printed.out


def test_a_collection_without_texts_is_told_and_so_is_why_a_text_was_not_read(
    tiny_bert_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "none.txt").write_text("\n\n", encoding="utf-8")
    (tmp_path / "broken.txt").write_bytes(b"the cat sat\n\xff\n")
    into = ["--into", str(tmp_path / "none"), "--model", str(tiny_bert_folder)]
    assert main(["corpus", str(tmp_path / "none.txt"), *into]) == 2
    assert "There is no text in" in capsys.readouterr().err
    into = ["--into", str(tmp_path / "all"), "--model", str(tiny_bert_folder)]
    assert main(["corpus", str(tmp_path / "broken.txt"), *into]) == 0
    assert "The first of these is text 2: Line 2 is not UTF-8" in capsys.readouterr().out


def test_ctrl_c_leaves_the_texts_that_are_done(
    tiny_bert_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from attention_viz import corpus
    from attention_viz.corpus import reader

    (tmp_path / "texts.txt").write_text("the cat sat\n" * 600, encoding="utf-8")
    command = ["corpus", str(tmp_path / "texts.txt"), "--into", str(tmp_path / "all"), "--model", str(tiny_bert_folder)]
    write = reader.shard_file.write

    def interrupted(path: Path, *others: object) -> None:
        if path.name.startswith("00000001"):
            raise KeyboardInterrupt
        write(path, *others)

    monkeypatch.setattr(reader.shard_file, "write", interrupted)
    assert main(command) == 130
    assert "What is done stays" in capsys.readouterr().err
    assert corpus.open(tmp_path / "all").figures.texts == 256
    monkeypatch.undo()
    assert main(command) == 0
    assert corpus.open(tmp_path / "all").figures.texts == 600
