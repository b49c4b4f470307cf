"""Every number of the page of heads is defined."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from attention_viz.ui.all_heads.head_table import MEASURES

SAID_OF = {
    "entropy": "where all of these are read alike",
    "confidence": "highest weight of each query's row",
    "distance": "times the number of tokens between",
    "previous": "the token before each query",
    "next": "the token after each query",
    "self": "of the tokens on themselves",
    "same_token": "the query's own token stands again",
    "cls": "the token that opens the text",
    "sep": "on all [SEP]",
    "punctuation": "nothing but punctuation",
    "other_segment": "tokens of the text that the query is not in",
    "importance": "gradient",
}
"""What of each measure is in no other definition."""


def test_every_measure_is_defined_in_the_order_it_is_shown() -> None:
    def script():  # type: ignore[no-untyped-def]
        from attention_viz.ui.heads.definitions import show_definitions

        show_definitions()

    page = AppTest.from_function(script, default_timeout=60).run()
    assert not page.exception
    told = [each.value.replace("\\", "") for each in page.markdown]
    assert [each.split("**")[1] for each in told] == [str(message) for message in MEASURES.values()]
    assert set(SAID_OF) == set(MEASURES)
    for said in SAID_OF.values():
        assert [said in each for each in told].count(True) == 1, said
    assert [next(name for name in SAID_OF if SAID_OF[name] in each) for each in told] == list(MEASURES)
    assert "(n - 1) / n" in page.caption[0].value.replace("\\", "")
