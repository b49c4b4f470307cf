"""What no page sends is told from what pages send, before anything is made of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackMsg

from attention_viz.ui.server import browser_message
from attention_viz.ui.server.browser_message import MOST_FILES, MOST_WIDGETS, held_files, read_message


def run(**values: str) -> BackMsg:
    message = BackMsg()
    message.rerun_script.query_string = "layer=3"
    for name, value in values.items():
        message.rerun_script.widget_states.widgets.add(id=name, json_value=value)
    return message


def sent(message: BackMsg) -> BackMsg | None:
    return read_message(message.SerializeToString())


def test_what_pages_send_passes_as_it_is() -> None:
    message = run(view='{"look": {"layer": 1, "queries": [1, 2], "off": [[0, 1]]}}', other="no JSON")
    message.rerun_script.widget_states.widgets.add(id="box", string_value="[" * 10_000)  # a text is no JSON
    assert sent(message) == message
    for other in (BackMsg(app_heartbeat=True), BackMsg(stop_script=True)):
        assert sent(other) == other
    files = BackMsg()
    files.file_urls_request.file_names.append("state.json")
    assert sent(files) == files
    download = BackMsg()
    download.backend_operation_request.deferred_file.SetInParent()
    assert sent(download) == download


@pytest.mark.parametrize(
    "name", ["clear_cache", "set_run_on_save", "load_git_info", "debug_shutdown_runtime", "debug_disconnect_websocket"]
)
def test_what_is_for_developers_or_all_visitors_does_not(name: str) -> None:
    assert sent(BackMsg(**{name: True})) is None


def test_nothing_is_installed_for_a_browser() -> None:
    message = BackMsg()
    message.backend_operation_request.install_skills.SetInParent()
    assert sent(message) is None


@pytest.mark.parametrize(
    "value", ["[" * 200_000, "[" * 33 + "]" * 33, "9" * 5_000, "[1" + ",1" * 60_000 + "]", "[]," * 40_000]
)
def test_a_value_that_cannot_be_read_is_as_if_it_was_not_sent(value: str) -> None:
    read = sent(run(bad=value, good='{"a": 1}'))
    assert read == run(good='{"a": 1}')


def test_more_widgets_files_or_bytes_than_a_page_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sent(run(**{f"w{number}": "1" for number in range(MOST_WIDGETS + 1)})) is None
    files = BackMsg()
    files.file_urls_request.file_names.extend(["x"] * (MOST_FILES + 1))
    assert sent(files) is None
    monkeypatch.setattr(browser_message, "MOST_BYTES", 100)
    assert sent(run(x="1" * 101)) is None


@given(st.binary(max_size=200))
def test_bytes_that_mean_nothing_are_refused_and_nothing_is_raised(content: bytes) -> None:
    read = read_message(content)
    assert read is None or read.WhichOneof("type") in browser_message.KINDS


def test_the_files_that_widgets_hold_are_known() -> None:
    message = run()
    state = message.rerun_script.widget_states.widgets.add(id="uploader")
    state.file_uploader_state_value.uploaded_file_info.add(file_id="one")
    assert held_files(message) == {"one"}
    assert held_files(BackMsg(app_heartbeat=True)) == set()
