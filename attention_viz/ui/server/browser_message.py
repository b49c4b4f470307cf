"""Browser message: what a page may send to the server, told from what no page sends."""

from __future__ import annotations

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from attention_viz.export.plain_json import check_json

MOST_BYTES = 16_000_000
"""Of one message: the three longest texts, each in its box, in the page's memory and in what the view shows."""
MOST_WIDGETS = 2_000
MOST_HASHES = 20_000
"""Messages that a browser says it still has."""
MOST_FILES = 10
"""Files for which one message asks an address."""
LONGEST_QUERY = 65_536
"""Characters of an address."""
KINDS = ("rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request")
"""What a page sends. The others clear the caches of all visitors, watch files, or stop the server of a developer."""
OPERATIONS = ("deferred_file", "dataframe_chunk")
"""Of those that need no run: a file that is made when it is fetched, a part of a table. Others write files here."""
WRITTEN_AS_JSON = ("json_value", "json_trigger_value")


def read_message(content: bytes) -> BackMsg | None:
    """The message, without values that cannot be parsed at a bounded cost; None for what no page sends."""
    if len(content) > MOST_BYTES:
        return None
    message = BackMsg()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return None
    if not _is_known(message):
        return None
    if message.WhichOneof("type") == "rerun_script":
        _drop_unreadable(message)
    return message


def held_files(message: BackMsg) -> set[str]:
    """The ids of uploaded files that the page's widgets hold."""
    states = (each for each in message.rerun_script.widget_states.widgets if each.HasField("file_uploader_state_value"))
    return {file.file_id for each in states for file in each.file_uploader_state_value.uploaded_file_info}


def _is_known(message: BackMsg) -> bool:
    match message.WhichOneof("type"):
        case "rerun_script":
            run = message.rerun_script
            few = len(run.widget_states.widgets) <= MOST_WIDGETS and len(run.cached_message_hashes) <= MOST_HASHES
            return few and len(run.query_string) <= LONGEST_QUERY
        case "file_urls_request":
            return len(message.file_urls_request.file_names) <= MOST_FILES
        case "backend_operation_request":
            return message.backend_operation_request.WhichOneof("payload") in OPERATIONS
        case kind:
            return kind in KINDS


def _drop_unreadable(message: BackMsg) -> None:
    """A value that cannot be read is as one that was not sent: the page is drawn without it."""
    widgets = message.rerun_script.widget_states.widgets
    kept = [each for each in widgets if _is_readable(each)]
    if len(kept) < len(widgets):
        readable = [WidgetState.FromString(each.SerializeToString()) for each in kept]
        del widgets[:]
        widgets.extend(readable)


def _is_readable(state: WidgetState) -> bool:
    kind = state.WhichOneof("value")
    if kind not in WRITTEN_AS_JSON:
        return True
    try:
        check_json(getattr(state, kind))
    except ValueError:
        return False
    return True
