"""What waits for the framework is as little as says the same, and never more than so much."""

from __future__ import annotations

from streamlit.proto.BackMsg_pb2 import BackMsg

from attention_viz.ui.server.backlog import MOST, MOST_BYTES, Backlog


def run(text: str = "", pressed: tuple[str, ...] = (), fragment: str = "", page: str = "") -> BackMsg:
    message = BackMsg()
    message.rerun_script.fragment_id, message.rerun_script.page_script_hash = fragment, page
    message.rerun_script.widget_states.widgets.add(id="box", string_value=text)
    for button in pressed:
        message.rerun_script.widget_states.widgets.add(id=button, trigger_value=True)
    return message


def beat() -> BackMsg:
    return BackMsg(app_heartbeat=True)


def taken(*messages: BackMsg) -> list[BackMsg]:
    backlog = Backlog()
    for message in messages:
        backlog.add(message)
    return [BackMsg.FromString(backlog.take()) for _ in range(len(backlog))]


def values(message: BackMsg) -> dict[str, str | bool]:
    return {each.id: each.string_value or each.trigger_value for each in message.rerun_script.widget_states.widgets}


def test_of_runs_that_were_not_begun_the_newest_is_left() -> None:
    assert taken(*(run(f"text {number}") for number in range(1_000))) == [run("text 999")]


def test_what_was_pressed_meanwhile_counts_in_the_run_that_is_left() -> None:
    (left,) = taken(run("a", pressed=("first",)), run("b", pressed=("second",)), run("c"))
    assert values(left) == {"box": "c", "first": True, "second": True}


def test_a_button_that_is_pressed_twice_is_pressed_in_two_runs() -> None:
    assert [values(each) for each in taken(run(pressed=("more",)), run("b", pressed=("more",)), run("c"))] == [
        {"box": False, "more": True},
        {"box": "c", "more": True},
    ]


def test_another_fragment_another_page_and_other_messages_keep_their_place() -> None:
    messages = [run("a"), run("b", fragment="f"), run("c"), beat(), run("d"), run("e", page="p"), beat()]
    assert taken(*messages) == messages


def test_a_step_back_in_the_history_is_not_left_out() -> None:
    back = run("a")
    back.rerun_script.is_history_navigation = True
    assert taken(back, run("b")) == [back, run("b")]


def test_it_is_bounded_whatever_comes() -> None:
    backlog = Backlog()
    for number in range(10 * MOST):
        backlog.add(run("x", pressed=("more",), fragment=str(number)))
    assert len(backlog) == MOST
    assert not backlog.full  # one more run takes no place
    large = Backlog()
    large.add(run("x" * (MOST_BYTES + 1)))
    assert large.full
    other = Backlog()
    while not other.full:
        other.add(beat())
    assert len(other) == MOST
    other.take()
    assert not other.full
