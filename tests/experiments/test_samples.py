from __future__ import annotations

import pytest

from attention_viz.errors import InputError
from attention_viz.experiments import Sample, built_in, read_samples, samples


def test_the_set_that_comes_along_is_labelled_and_says_its_source() -> None:
    found = built_in()
    assert len(found) >= 100
    assert {each.label for each in found} == {"0", "1", "3", "5"}
    assert all(each.first and each.second and each.source for each in found)
    assert len({(each.first, each.second) for each in found}) == len(found)


@pytest.mark.parametrize("mark", [",", "\t"])
def test_a_table_with_commas_or_tabs_is_read(mark: str) -> None:
    text = mark.join(("first", "label")) + "\n" + mark.join(("one text", "yes")) + "\n\n"
    assert read_samples("\ufeff" + text) == (Sample("one text", None, "yes", ""),)


def test_quoted_cells_may_hold_the_separator() -> None:
    assert read_samples('first,second\n"a, b","c ""d"""\n') == (Sample("a, b", 'c "d"'),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The columns are missing"),
        ("text,label\nhello,1\n", "The columns are text, label"),
        ("first,label\n,1\n", "no text in its column"),
        ('first\n"never closed\n', "no table at line"),
        ("first\n" + "a\n" * (samples.MOST_SAMPLES + 1), "has 2001 texts; at most 2000"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_why(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_samples(text)
