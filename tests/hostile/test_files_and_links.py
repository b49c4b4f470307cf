"""Files and links are input like any other: a look whose every field is within its limits, or a sentence."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from chosen import widget
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from outcomes import Outcomes, refused_only_where
from streamlit.testing.v1 import AppTest
from test_messages import ANY, within
from texts import LIST, TEXT, same_each_time
from value_claims import SHORT

from attention_viz import Attention, Selection
from attention_viz.errors import InputError, SelectionError
from attention_viz.export import facts, picture, read_csv, read_npz, read_state, state_file, weights_csv, weights_npz
from attention_viz.ui.lessons.lesson_texts import lesson_files
from attention_viz.ui.session.address import CARRIED, from_address, link_to, texts_from_address
from attention_viz.ui.session.examples import DEFAULT
from attention_viz.view.show import show

APP = Path(__file__).parents[2] / "app.py"
ATTENTION = Attention.from_weights(np.full((2, 3, 2, 2), 0.5), ["a", "b"])
LOOK = Selection(text="a (b) \\ <c>", second='"', queries=(1,), kept=((0, 1),), exclude=("special",))
KINDS: dict[str, Callable[[], bytes]] = {
    "json": lambda: state_file(LOOK),
    "csv": lambda: weights_csv(ATTENTION, LOOK),
    "npz": lambda: weights_npz(ATTENTION, LOOK),
    "html": lambda: show(ATTENTION, selection=LOOK).html.encode(),
    **{kind: lambda kind=kind: picture(Figure(), kind, facts(ATTENTION, LOOK)) for kind in ("png", "svg", "pdf")},
}
FIELDS = st.sampled_from([*LOOK.to_dict(), "", "__class__", "colour"])
OTHERS: dict[str, Any] = {
    **{"text": "Rain.", "layer": 7, "head": 0, "model": "a/b", "view": "lines", "palette": "grey", "threshold": 0.3},
    **{"queries": [0, 4], "keys": [2], "kept": [[1, 1]], "exclude": [], "k": 3, "units": "words", "language": "zh"},
}
"""Of some fields, another value that they may have."""
ODD = st.sampled_from(
    ["NaN", "Infinity", "-1e400", "1e999", "[[[", '"\\ud800"', "9" * 5_000, "{}", "null", '"\\u0000"']
)


def short_and_long(few: int, many: int) -> pytest.MarkDecorator:
    """So many cases each time, and with -m slow so many."""
    return pytest.mark.parametrize(
        "cases", [few, pytest.param(many, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
    )


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {kind: make() for kind, make in KINDS.items()}


def opens_within_limits(content: bytes, outcomes: Outcomes) -> None:
    with outcomes.count():
        assert within(read_state(content))


@short_and_long(60, 1000)
def test_a_selection_of_anything_is_within_its_limits_or_refused(cases: int) -> None:
    outcomes = Outcomes()

    @same_each_time(cases)
    @given(st.dictionaries(FIELDS, ANY, max_size=4), st.sets(st.sampled_from(sorted(OTHERS)), max_size=4), ODD)
    def check(fields: dict[str, Any], others: set[str], odd: str) -> None:
        usual = LOOK.to_dict() | {name: OTHERS[name] for name in others}
        opens_within_limits(json.dumps({"selection": usual}).encode(), outcomes)
        opens_within_limits(json.dumps({"selection": fields}).encode(), outcomes)
        opens_within_limits(json.dumps({"selection": usual | fields}).encode(), outcomes)
        for name in fields:
            written = json.dumps({"selection": usual | {name: "PLACE"}}).replace('"PLACE"', odd)
            opens_within_limits(written.encode("utf-8", "surrogatepass"), outcomes)

    check()
    assert 0.05 < outcomes.share < 0.95, outcomes
    assert read_state(json.dumps({"selection": LOOK.to_dict()}).encode()) == LOOK


@short_and_long(60, 1500)
def test_a_file_that_is_cut_swapped_or_repeated_is_read_or_refused(cases: int, files: dict[str, bytes]) -> None:
    looks, tables = Outcomes(), Outcomes()

    @same_each_time(cases)
    @given(st.sampled_from(list(KINDS)), st.data())
    def check(kind: str, data: st.DataObject) -> None:
        content = bytearray(files[kind])
        near = max(0, content.find(b"selection") - 50)
        for _ in range(data.draw(st.integers(1, 3))):
            start = data.draw(st.integers(0, len(content)) | st.integers(near, near + 400)) % (len(content) + 1)
            stop = start + data.draw(st.sampled_from([0, 1, 4, 64, 5_000]))
            put = data.draw(
                st.binary(max_size=6) | st.sampled_from([content[start:stop] * 2, b"\0" * 8, b"\xff" * 4, b'"', b"<"])
            )
            content[start:stop] = put
        for read in (read_csv, read_npz):
            with tables.count():
                assert read(bytes(content)) is not None
        opens_within_limits(bytes(content), looks)

    check()
    assert 0.1 < looks.share < 0.9, looks
    assert tables.refused > cases, "no byte of a table or an archive can change unnoticed"
    assert {kind: read_state(content) for kind, content in files.items()} == dict.fromkeys(KINDS, LOOK)
    assert read_csv(files["csv"]).query_tokens == read_npz(files["npz"])[0].tokens == ("a", "b")


@short_and_long(30, 500)
def test_metadata_of_anything_is_refused_or_read(cases: int, files: dict[str, bytes]) -> None:
    looks, weights = Outcomes(), Outcomes()

    @same_each_time(cases)
    @given(
        st.dictionaries(
            st.sampled_from(
                ["format", "heads", "query_tokens", "key_tokens", "limit", "notes", "selection", "left_out"]
            ),
            ANY,
        )
    )
    def check(changes: dict[str, Any]) -> None:
        content = with_metadata(files["npz"], changes)
        opens_within_limits(content, looks)
        with weights.count():
            attention, look = read_npz(content)
            assert within(look)
            assert attention.weights(0).shape[1:] == attention.shape

    check()
    assert min(looks.refused, weights.refused) > 0
    for harmless in ({}, {"limit": None}, {"left_out": 3}, {"notes": []}, {"unheard of": [[1]]}):
        content = with_metadata(files["npz"], harmless)
        assert read_state(content) == read_npz(content)[1] == LOOK


def with_metadata(content: bytes, changes: dict[str, Any]) -> bytes:
    """The archive with some of its metadata changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as members:
        arrays = {name: members.read(name) for name in members.namelist()}
    plain = json.loads(str(np.load(io.BytesIO(arrays["metadata.npy"]), allow_pickle=False)))
    written, packed = io.BytesIO(), io.BytesIO()
    np.save(written, np.array(json.dumps(plain | changes)))
    with zipfile.ZipFile(packed, "w") as archive:
        for name, array in (arrays | {"metadata.npy": written.getvalue()}).items():
            archive.writestr(name, array)
    return packed.getvalue()


@pytest.mark.parametrize("payload", ["metadata.npy", "layer_index_0.npy"])
def test_a_pickle_sets_no_flag(files: dict[str, bytes], payload: str, tmp_path: Path) -> None:
    class Payload:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "caught",)

    pickled, packed = io.BytesIO(), io.BytesIO()
    np.save(pickled, np.array([Payload()], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(io.BytesIO(files["npz"])) as members, zipfile.ZipFile(packed, "w") as archive:
        for name in members.namelist():
            archive.writestr(name, pickled.getvalue() if name == payload else members.read(name))
    for content in (packed.getvalue(), pickled.getvalue()):
        with pytest.raises(InputError):
            read_npz(content)
        if payload == "layer_index_0.npy" and content.startswith(b"PK"):  # the look stands in the metadata
            assert read_state(content) == LOOK
        else:
            with pytest.raises(InputError):
                read_state(content)
    assert not (tmp_path / "caught").exists()
    np.load(io.BytesIO(pickled.getvalue()), allow_pickle=True)
    assert (tmp_path / "caught").exists(), "the payload would work"


VALUES = st.one_of(
    TEXT,
    st.sampled_from(
        [
            "1e400",
            "-1",
            "0",
            "9" * 5_000,
            "%",
            "%zz",
            "nan",
            "1-",
            "1-1-1",
            ",",
            "1,,2",
            "yes",
            "²",
            "0x1",
            "+1",
            " 1",
            "1_0",
        ]
    ),
    st.lists(st.integers(-3, 10**12).map(str), max_size=70).map(",".join),
    st.lists(st.tuples(st.integers(-1, 20_000), st.integers(-1, 20_000)).map("{0[0]}-{0[1]}".format), max_size=70).map(
        ",".join
    ),
)


@short_and_long(100, 2000)
def test_an_address_of_anything_sets_what_fits(cases: int) -> None:
    @same_each_time(cases)
    @given(st.dictionaries(st.sampled_from([*CARRIED, "text", "second"]), VALUES, max_size=6))
    @example({"layer": "9" * 5_000})
    @example({"threshold": "1e400"})
    def check(parameters: dict[str, str]) -> None:
        look = Selection().at(**from_address(parameters))
        assert within(look.at(model="", text=""))
        typed = "".join(parameters.get(name, "") for name in ("text", "second"))
        with refused_only_where(len(typed) > 2 * SHORT, SelectionError):
            texts = texts_from_address(parameters)
            assert texts.get("text") == parameters.get("text")
            assert dict(parse_qsl(link_to(look.at(**texts)), strict_parsing=True))["layer"] == str(look.layer + 1)

    check()


ADDRESSES: tuple[dict[str, str | list[str]], ...] = (
    {"layer": "99999999999999999999", "head": "-1", "queries": "1,x", "off": "1-1-1", "threshold": "1e400", "k": "0"},
    {"layer": ["2", "3"], "head": ["x", "y"], "view": "<script>", "language": "xx", "%": "%zz", "": ""},
    {
        "layer": "9999",
        "head": "9999",
        "queries": "9999999",
        "kept": "9999-9999",
        "off": "9999-9999",
        "masked": "9999999",
    },
    {"lesson": "../../x", "step": "9" * 5_000, "exclude": ",,,", "model": "", "part": "cross", "units": "segmented"},
)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: " ".join(filter(None, address)))
def test_a_page_that_is_opened_with_any_address_shows_the_usual_text(address: dict[str, str | list[str]]) -> None:
    page = AppTest.from_file(str(APP), default_timeout=150)
    for name, value in address.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception, page.exception
    assert not page.error
    assert widget(page.text_area, "text").value == DEFAULT.first
    assert page.get("bidi_component")


@pytest.mark.parametrize("step", ["9" * 5_000, "٣", "²", "-1", "0", "", "1e3", "x"])
def test_a_lesson_opens_whatever_step_its_address_names(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit

    from attention_viz.ui.session import lesson_place

    monkeypatch.setattr(streamlit, "session_state", {})
    monkeypatch.setattr(streamlit, "query_params", {"lesson": "scores", "step": step})
    assert lesson_place.follow(lesson_files("en")) == ("scores", 0)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("text", LIST[::7], ids=ascii)
def test_a_page_that_is_opened_with_any_text_in_its_link_shows_it(text: str) -> None:
    page = AppTest.from_file(str(APP), default_timeout=150)
    page.query_params["text"] = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    page.run()
    assert not page.exception, page.exception
