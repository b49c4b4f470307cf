"""The sentences of the view are templates that its own JavaScript can fill."""

from __future__ import annotations

import string

import pytest

from attention_viz.view.labels import LABELS


@pytest.mark.parametrize("name", LABELS)
def test_placeholders_are_plain_names(name: str) -> None:
    for _, placeholder, specification, conversion in string.Formatter().parse(LABELS[name]):
        assert placeholder is None or placeholder.isidentifier()
        assert not specification
        assert not conversion
