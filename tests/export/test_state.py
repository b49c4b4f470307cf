"""Any file of this program opens the view that it was made of; any other file is refused and does no harm."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import time
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from outcomes import Outcomes
from PIL import Image, PngImagePlugin

from attention_viz import Attention, Selection
from attention_viz.errors import InputError, SelectionError
from attention_viz.export import facts, picture, read_state, state_file, weights_csv, weights_npz
from attention_viz.export.state import MOST_BYTES
from attention_viz.view.show import show

LOOK = Selection(
    model="school/bert-小",
    text='(\\) "猫" <b> & ,;=1\n)) 😀 \\n {}',
    second="]]> -->",
    layer=1,
    head=2,
    view="lines",
    queries=(3, 0),
    kept=((0, 1),),
    cuts=((None, None, 3, 0), (1, None, 2, 1), (1, 2, 0, 0)),
    cut_way="zero",
    exclude=("special",),
    threshold=0.25,
    language="zh",
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.text("()\\<>&\"',;=\r\n]", max_size=30)


def file_of(kind: str, attention: Attention, look: Selection = LOOK) -> bytes:
    match kind:
        case "json":
            return state_file(look)
        case "csv":
            return weights_csv(attention, look, 0, 0)
        case "npz":
            return weights_npz(attention, look)
        case "html":
            return show(attention, selection=look).html.encode()
    return picture(Figure(), kind, facts(attention, look))


KINDS = ("json", "png", "svg", "pdf", "csv", "npz", "html")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_opens_the_look_it_was_made_of(attention: Attention, kind: str) -> None:
    assert read_state(file_of(kind, attention)) == LOOK


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, deadline=None)
@given(text=TEXT, second=st.none() | TEXT)
@example(text="x", second="\\")
def test_any_text_comes_back_from_any_file(kind: str, text: str, second: str | None) -> None:
    attention = Attention.from_weights(np.eye(1), ["a"])
    look = Selection(text=text, second=second)
    assert read_state(file_of(kind, attention, look)) == look


@pytest.mark.parametrize("kind", KINDS)
def test_the_longest_text_comes_back_too(kind: str, rng: np.random.Generator) -> None:
    attention = Attention.from_weights(rng.dirichlet(np.ones(30), size=30), ["t"] * 30)
    look = Selection(text="a long one, 长 " * 14_000)
    assert read_state(file_of(kind, attention, look)) == look


def test_a_state_file_is_small_and_can_be_read_by_eye() -> None:
    content = state_file(LOOK)
    assert len(content) < 1_500
    assert json.loads(content)["selection"]["layer"] == 2


def test_a_picture_saved_again_by_another_program_still_opens(attention: Attention) -> None:
    with Image.open(io.BytesIO(file_of("png", attention))) as image:
        about = PngImagePlugin.PngInfo()
        about.add_itxt("Description", image.info["Description"])
        again = io.BytesIO()
        image.save(again, "png", pnginfo=about)
    assert read_state(again.getvalue()) == LOOK


def test_half_a_surrogate_pair_becomes_the_sign_for_what_cannot_be_read() -> None:
    assert read_state(b'{"selection": {"text": "a\\ud800b"}}').text == "a\ufffdb"


@pytest.mark.parametrize("version", [2, "x" * 1000, None])
def test_a_state_of_another_version_is_refused_with_both_versions(version: object) -> None:
    content = json.dumps({"format": "attention_viz state", "version": version, "selection": {}}).encode()
    with pytest.raises(InputError, match="version 1 is read"):
        read_state(content)


@pytest.mark.parametrize(
    "selection",
    [{"colour": "red"}, {"layer": 0}, {"text": 3}, {"queries": "all"}, {"view": "x"}, {"text": "a" * 300_000}],
    ids=lambda selection: next(iter(selection)),
)
def test_a_selection_that_cannot_be_is_told(selection: dict[str, object]) -> None:
    with pytest.raises(SelectionError):
        read_state(json.dumps({"selection": selection}).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"hello",
        b"[]",
        b"3",
        b'{"selection": 3}',
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"9" * 10_000,
        b"\xff\xfe{}",
        b"\x80\x04\x95\x10cos\nsystem\n(S'true'\ntR.",
        b"%PDF-1.4 /Keywords (",
        b"%PDF-1.4 /Keywords (((((((" * 1000,
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXtDescription\0{}",
        b"<svg><dc:description>{</dc:description>",
        b'<meta name="attention-viz" content="">',
        b"GIF89a",
    ],
    ids=lambda content: repr(content[:30]),
)
def test_what_says_nothing_of_a_look_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="says nothing"):
        read_state(content)


def test_a_file_too_large_is_not_searched() -> None:
    with pytest.raises(InputError, match="at most 64 MB"):
        read_state(bytes(MOST_BYTES + 1))


LARGE = MOST_BYTES - 2**20
LONG_OR_LARGE = {
    "objects": "b'[' + b'{},' * (LARGE // 3) + b'{}]'",
    "as many objects as are read": "b'{\"selection\":[' + b'{},' * (12 * 2**20 // 3 - 10) + b'{}]}'",
    "numbers": "b'{\"selection\":[' + b'1e1,' * (LARGE // 4) + b'1]}'",
    "parts of a png": "b'\\x89PNG\\r\\n\\x1a\\n' + bytes(LARGE)",
    "empty rows": "START + b'\\n' * LARGE",
    "escapes": "b'<meta name=\"attention-viz\" content=\"' + b'&amp;' * (LARGE // 5) + b'\">'",
    "beginnings": 'b\'<meta name="attention-viz" content="\' * (LARGE // 36)',
    "descriptions": "b'<dc:description>' * (LARGE // 16)",
    "brackets": "b'%PDF /Keywords (' + b'(' * LARGE",
    "pairs of brackets": "b'%PDF /Keywords (' + b'()' * (LARGE // 2)",
}
"""Files of 63 MB that would take for ever, or far more memory than they have bytes."""


@pytest.mark.timeout(120)
def test_a_file_made_to_take_for_ever_or_much_memory_is_refused() -> None:
    program = f"""
import json, resource
from attention_viz.errors import AttentionVizError
from attention_viz.export import read_state
from attention_viz.export.table import START
LARGE, read = {LARGE}, []
read_state(b'{{"selection": {{}}}}')
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name, made in {LONG_OR_LARGE!r}.items():
    content = eval(made)
    try:
        read_state(content)
        read.append(name)
    except AttentionVizError:
        pass
print(json.dumps([read, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024]))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    read, grown = json.loads(run.stdout)
    assert read == []
    assert grown < 900, "two copies of the file, and the objects of twelve megabytes"


def packed(name: str, content: bytes, method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        file.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_zip_that_unpacks_to_far_more_is_refused_before_it_is_unpacked(method: int) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<U33554432", "fortran_order": False, "shape": ()})
    bomb = packed("metadata.npy", header.getvalue() + bytes(2**27), method)
    assert len(bomb) < 2**18
    with pytest.raises(InputError, match="no file of weights"):
        read_state(bomb)


def test_a_pickle_in_an_archive_is_not_run() -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (pytest.fail, ("the pickle was run",))

    array = io.BytesIO()
    np.save(array, np.array([Trap()], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="no file of weights"):
        read_state(packed("metadata.npy", array.getvalue(), zipfile.ZIP_STORED))


def test_compressed_text_in_a_picture_is_not_unpacked() -> None:
    body = b"Description\0\0" + zlib.compress(bytes(2**24))
    chunk = struct.pack(">I4s", len(body), b"zTXt") + body + bytes(4)
    with pytest.raises(InputError, match="says nothing"):
        read_state(b"\x89PNG\r\n\x1a\n" + chunk)


def test_a_damaged_file_is_read_or_refused_and_never_breaks() -> None:
    attention = Attention.from_weights(np.full((2, 3, 2, 2), 0.5), ["a", "b"])
    files = {kind: file_of(kind, attention) for kind in KINDS}
    outcomes = Outcomes()

    @settings(max_examples=120, deadline=None)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        content = bytearray(files[data.draw(st.sampled_from(KINDS))])
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, min(4_000, len(content)) - 1))] = data.draw(st.integers(0, 255))
        with outcomes.count():
            left = content[: data.draw(st.just(len(content)) | st.integers(1, len(content)))]
            assert isinstance(read_state(bytes(left)), Selection)

    check()
    assert min(outcomes.taken, outcomes.refused) > 0


@pytest.mark.parametrize(
    "content",
    [
        b'<meta name="attention-viz" content="&#' + b"9" * 5_000 + b';">',
        b"<dc:description>&#x" + b"f" * 5_000 + b";</dc:description>",
        b"[" * 200_000,
        b'{"selection": {"layer": ' + b"9" * 5_000 + b"}}",
        json.dumps({"selection": {"off": [[1, 1]] * 600_000}}).encode(),
    ],
    ids=lambda content: content[:30].decode(),
)
def test_what_cannot_be_parsed_at_a_bounded_cost_is_no_look(content: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(InputError):
        read_state(content)
    assert time.process_time() - begun < 1.0
