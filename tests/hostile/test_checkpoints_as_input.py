"""A checkpoint is input like a text: its numbers, names and files may be anything, and nothing in it runs."""

from __future__ import annotations

import contextlib
import json
import pickle
import shutil
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from checkpoints import SPECIALS, make_checkpoint
from hypothesis import given
from hypothesis import strategies as st
from outcomes import Outcomes
from test_messages import ANY
from texts import LIST, same_each_time
from transformers import BertTokenizer
from value_claims import Elements

from attention_viz import load_model
from attention_viz.errors import AttentionVizError, ModelError
from attention_viz.models.checkpoint.weights import find_weights
from attention_viz.ui.widgets.tables import table
from attention_viz.view.show import show

SIZE = st.sampled_from([0, 1, -1, 2, 7, 100, 2**31, 2**63 - 1, 2**64, 10**400, 1.5, True, "4", None])


@pytest.fixture
def folder(tiny_bert_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_bert_folder, tmp_path / "tiny"))


def with_header(content: bytes, header: bytes, claimed: int | None = None) -> bytes:
    """The file of weights with another header."""
    data = content[8 + struct.unpack_from("<Q", content)[0] :]
    return struct.pack("<Q", len(header) if claimed is None else claimed) + header + data


@pytest.mark.parametrize("claimed", [0, 1, 2**20, 2**31, 2**63, 2**64 - 1])
def test_a_header_of_weights_that_lies_about_its_length_is_refused(claimed: int, folder: Path) -> None:
    path = folder / "model.safetensors"
    content = path.read_bytes()
    header = content[8 : 8 + struct.unpack_from("<Q", content)[0]]
    path.write_bytes(with_header(content, header, claimed))
    with pytest.raises(ModelError, match="is damaged or incomplete"):
        load_model(folder)


@pytest.mark.parametrize("cases", [30, pytest.param(1_000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_a_header_of_weights_that_lies_about_an_array_is_refused_or_its_weights_are_missing(
    cases: int, folder: Path
) -> None:
    path = folder / "model.safetensors"
    content = path.read_bytes()
    header = json.loads(content[8 : 8 + struct.unpack_from("<Q", content)[0]])
    names = [name for name in header if name != "__metadata__"]
    outcomes = Outcomes()

    @same_each_time(cases)
    @given(
        st.sampled_from(names),
        st.sampled_from(["shape", "data_offsets", "dtype", "all"]),
        ANY | st.lists(SIZE, max_size=3) | st.sampled_from(["F64", "I8", "F128", "BOOL"]),
    )
    def check(name: str, field: str, value: Any) -> None:
        changed = {**header, name: value if field == "all" else {**header[name], field: value}}
        with contextlib.suppress(UnicodeEncodeError):
            path.write_bytes(with_header(content, json.dumps(changed).encode()))
        with outcomes.count(ModelError):
            find_weights(folder, {})
            assert np.isfinite(load_model(folder).attend("the cat").weights(0)).all()

    check()
    assert outcomes.refused >= cases // 2
    moved = {f"not {name}" if "pooler" in name else name: value for name, value in header.items()}  # nobody needs it
    for harmless in (header, dict(reversed(header.items())), header | {"__metadata__": {"x": "y"}}, moved):
        path.write_bytes(with_header(content, json.dumps(harmless).encode()))
        assert np.isfinite(load_model(folder).attend("the cat").weights(0)).all()


class Payload:
    """Says that it was run."""

    def __init__(self, flag: Path) -> None:
        self.flag = flag

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.flag,)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "training_args.bin", "optimizer.pt"])
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "beside safetensors"])
def test_a_pickle_in_a_checkpoint_is_never_opened(name: str, alone: bool, folder: Path, tmp_path: Path) -> None:
    flag = tmp_path / "caught"
    torch.save(Payload(flag), folder / name)
    (folder / "raw.pkl").write_bytes(pickle.dumps(Payload(flag)))
    if alone:
        (folder / "model.safetensors").unlink()
        with pytest.raises(ModelError, match="can run code"):
            load_model(folder)
    else:
        load_model(folder).attend("the cat")
    assert not flag.exists()


CODE = "import pathlib; pathlib.Path({flag!r}).touch()\nclass Own: pass\n"
BRINGS_CODE: tuple[tuple[str, dict[str, Any], bool], ...] = (
    ("config.json", {"auto_map": {"AutoModel": "own.Own", "AutoConfig": "own.Own"}}, True),
    ("config.json", {"auto_map": {"AutoModel": "own.Own"}, "architectures": ["Own"]}, False),
    ("config.json", {"auto_map": {"AutoModel": "own.Own"}, "model_type": "own"}, False),
    ("config.json", {"trust_remote_code": True, "auto_map": {"AutoModel": "somebody/else--own.Own"}}, True),
    ("tokenizer_config.json", {"auto_map": {"AutoTokenizer": ["own.Own", "own.Own"]}, "tokenizer_class": "Own"}, True),
    ("tokenizer_config.json", {"trust_remote_code": True, "auto_map": {"AutoTokenizer": ["own.Own", None]}}, True),
    ("generation_config.json", {"custom_generate": "own", "trust_remote_code": True}, True),
    (
        "adapter_config.json",
        {"base_model_name_or_path": "somebody/else", "auto_mapping": {"parent_library": "own"}},
        False,
    ),
    ("modules.json", {"0": {"type": "own.Own", "path": "."}}, True),
)
"""A file, what it names, and whether the model can be read without it."""


@pytest.mark.parametrize(
    ("file", "settings", "readable"), BRINGS_CODE, ids=lambda value: value if isinstance(value, str) else ""
)
def test_code_in_a_checkpoint_is_never_run_and_the_model_is_read_where_it_needs_none(
    file: str, settings: dict[str, Any], readable: bool, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag = tmp_path / "caught"
    for name in ("own.py", "__init__.py", "custom_generate/generate.py", "conftest.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(CODE.format(flag=str(flag)))
    monkeypatch.chdir(folder)
    path = folder / file
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(known | settings))
    with contextlib.nullcontext() if readable else pytest.raises(ModelError):
        load_model(folder).attend("the cat")
    assert not flag.exists()


HOSTILE_TOKENS = [text for text in LIST if text and len(text) < 60]


def test_tokens_of_a_vocabulary_may_be_anything(tmp_path: Path) -> None:
    """Words that the model says, and tokens that it reads, are shown and escaped whatever they are."""
    whole = [each for each in HOSTILE_TOKENS if each.encode("utf-8", "ignore").decode() == each]
    vocabulary = [*SPECIALS, "the", "cat", *dict.fromkeys(each for each in whole if each not in SPECIALS)]
    tokenizer = BertTokenizer(vocab={piece: number for number, piece in enumerate(vocabulary)})
    model = load_model(make_checkpoint(tmp_path / "odd", "BertForMaskedLM", tokenizer=tokenizer, seed=1))
    numbers = range(len(SPECIALS), len(vocabulary))
    words = [model.reader.word(number) for number in numbers]
    assert all(words)
    found = Elements(table("x", ("word", "p"), [(word, 0.5) for word in words], tokens=(0,)))
    assert set(found.names) == {"style", "table", "caption", "thead", "tr", "th", "tbody", "td", "bdi"}
    reading = model.read("the [MASK] cat")
    assert len(reading.predictions.masks[0].guesses) == 5
    text, tokens = model.reader.spell_ids(list(numbers))
    assert tokens.texts == tuple(vocabulary[number] for number in numbers)
    assert isinstance(text, str)
    assert Elements(show(reading.attention).html).names.count("script") == 2


@pytest.mark.parametrize("cases", [12, pytest.param(500, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_settings_of_a_tokenizer_may_be_anything(cases: int, folder: Path) -> None:
    path = folder / "tokenizer_config.json"
    usual = json.loads(path.read_text())
    names = [*usual, "model_max_length", "model_input_names", "padding_side", "added_tokens_decoder", "chat_template",
             "tokenizer_class", "extra_special_tokens", "vocab", "init_inputs", "clean_up_tokenization_spaces"]  # fmt: skip

    @same_each_time(cases)
    @given(st.dictionaries(st.sampled_from(names), ANY, min_size=1, max_size=2))
    def check(changes: dict[str, Any]) -> None:
        path.write_text(json.dumps(usual | changes))
        survives(folder)

    check()
    harmless = {"unheard of": [[1]], "model_max_length": 10**400, "padding_side": "left", "chat_template": "{{ 1/0 }}"}
    for changes in ({name: value} for name, value in harmless.items()):
        path.write_text(json.dumps(usual | changes))
        reads(folder)


@pytest.mark.parametrize("cases", [12, pytest.param(500, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_a_tokenizer_whose_parts_are_anything_reads_or_is_refused(cases: int, folder: Path) -> None:
    path = folder / "tokenizer.json"
    usual = json.loads(path.read_text())

    @same_each_time(cases)
    @given(st.sampled_from([name for name in usual if name != "model"]), st.sampled_from(list(usual["model"])), ANY)
    def check(name: str, part: str, value: Any) -> None:
        for changed in ({**usual, name: value}, {**usual, "model": {**usual["model"], part: value}}):
            path.write_text(json.dumps(changed))
            survives(folder)

    check()
    for name, value in {"normalizer": None, "added_tokens": [], "padding": None, "decoder": None}.items():
        path.write_text(json.dumps(usual | {name: value}))
        reads(folder)
    for part, value in {"continuing_subword_prefix": "@@", "max_input_chars_per_word": 1}.items():
        path.write_text(json.dumps(usual | {"model": usual["model"] | {part: value}}))
        reads(folder)


def survives(folder: Path) -> None:
    """It is read, or refused with a sentence; some are read for certain: see `reads`."""
    with contextlib.suppress(AttentionVizError):
        reads(folder)


def reads(folder: Path) -> None:
    attention = load_model(folder).attend("the cat [MASK] x", overlong="first")
    np.testing.assert_allclose(attention.weights(0).sum(-1), 1, atol=1e-4)
