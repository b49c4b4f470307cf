"""Every number of the page of heads is defined."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from attention_viz.ui.roster import MEASURES


def test_every_measure_is_defined_in_the_order_it_is_shown() -> None:
    def script():  # type: ignore[no-untyped-def]
        from attention_viz.ui.definitions import show_definitions

        show_definitions()

    page = AppTest.from_function(script, default_timeout=60).run()
    assert not page.exception
    told = [each.value.replace("\\", "") for each in page.markdown]
    assert [each.split("**")[1] for each in told] == [str(message) for message in MEASURES.values()]
    assert all(len(each.split("**")[2]) > 30 for each in told)
    assert "(n - 1) / n" in page.caption[0].value.replace("\\", "")
