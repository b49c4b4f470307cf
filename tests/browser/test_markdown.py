"""Text from users, models and libraries is read on the screen as it was written, whatever Streamlit makes of its marks."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from attention_viz.ui.wording import JOINER

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
TEXTS = [
    *(
        "**bold** _it_ ~~no~~ `code` # head",
        "1. one",
        "- x",
        "+ x",
        "> said",
        "---",
        "a\n===",
        "a\n---",
        "| a | b |\n|-|-|",
    ),
    *("[x](y) ![z](w) [[a]] [^1]", "https://example.com/a?b=c&d=e www.example.com a@example.com", "<b>x</b> <!-- -->"),
    *("(HTTP://example.com/x.png) ![x](https://example.com)", "WWW.example.com, a.b+c@example-1.com", "@a www @a.b"),
    *(r"\ \\ \n \*", r"$x^2$ $$\frac{a}{b}$$", "&amp; &#58; &copy;", ":smile: :red[x] :material/home: :streamlit:"),
    *("a -> b <- c <-> d", "a -- b", "1 <= 2 >= 1 ~= 1", "--", "->", "pip install --force-reinstall x>=1.0"),
    *("[MASK] ##ing @user {a} “它” 中文：（一）", "a_b_c*d*e", "C:\\new\\table", ":small[x] :violet-badge[y]"),
]
APP = """
import json, sys
import streamlit as st
sys.path.insert(0, {root!r})
from attention_viz.ui.wording import plain
for number, text in enumerate(json.loads({texts!r})):
    with st.container(key=f"note-{{number}}"):
        st.info(plain(text))
    with st.container(key=f"caption-{{number}}"):
        st.caption(plain(text))
st.text("that is all")
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of one page, which shows every text through `plain`."""
    folder = tmp_path_factory.mktemp("markdown")
    (folder / "page.py").write_text(APP.format(root=str(ROOT), texts=json.dumps(TEXTS)), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--server.headless=true", f"--server.port={port}", "--browser.gatherUsageStats=false"]
    command = [sys.executable, "-m", "streamlit", "run", "page.py", "--server.address=127.0.0.1", *options]
    surroundings = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=folder, env=surroundings, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            assert any("URL" in line for line in server.stdout), "the server did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


def test_every_character_is_on_the_screen_and_none_is_a_link(browser: Browser, address: str) -> None:
    with browser.new_page() as page:
        page.goto(address)
        page.get_by_text("that is all").wait_for(timeout=90_000)
        for kind in ("note", "caption"):
            seen = [page.locator(f".st-key-{kind}-{number}").text_content() or "" for number in range(len(TEXTS))]
            assert [each.replace(JOINER, "") for each in seen] == TEXTS
        assert page.locator("[class*=st-key-] a").all_inner_texts() == []
