"""Reading a drawn view back: what is on the screen, and what the pointer finds there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from playwright.sync_api import Locator, Page

Open = Callable[..., Page]

PIXEL = """([x, y]) => {
    const canvas = document.querySelector(".heatmap canvas"), box = canvas.getBoundingClientRect();
    return [...canvas.getContext("2d").getImageData(x - box.left, y - box.top, 1, 1).data];
}"""


def region(page: Page) -> Locator:
    """The picture of the head that is looked at."""
    return page.locator(".picture > :visible")


def listed(page: Page) -> list[tuple[int, str, float]]:
    """The table, read back: position (from 1), token, weight."""
    read = "table => [...table.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.textContent))"
    page.get_by_role("table").locator("tbody tr").first.wait_for()
    cells = page.get_by_role("table").evaluate(read)
    return [(int(position), token, float(weight.removeprefix("< "))) for position, token, weight in cells]


def told(page: Page) -> tuple[str, str]:
    """The tooltip: headline and detail."""
    return page.locator(".tooltip .headline").inner_text(), page.locator(".tooltip .detail").inner_text()


def points(picture: Locator, step: int) -> Iterator[tuple[float, float]]:
    picture.wait_for()
    box = picture.bounding_box()
    assert box
    for y in range(step // 2, int(box["height"]), step):
        for x in range(step // 2, int(box["width"]), step):
            yield box["x"] + x, box["y"] + y


def settled(page: Page) -> None:
    """Wait until what was asked for is drawn; at most a second, where the browser paints nothing for a while."""
    page.evaluate(
        "() => new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(done)); setTimeout(done, 1000); })"
    )


def cells(page: Page, step: int) -> Iterator[tuple[int, int, list[int]]]:
    """Of cells all over the heatmap: query and key, from 0, and the colour (red, green, blue, opacity) without the pointer."""
    for x, y in points(region(page), step):
        page.mouse.move(x, y)
        if not page.locator(".tooltip").is_visible():
            continue
        query, key = map(int, re.findall(r"query (\d+), key (\d+)", told(page)[1])[0])
        page.mouse.move(0, 0)
        settled(page)
        seen, beside = page.evaluate(PIXEL, [x, y]), page.evaluate(PIXEL, [x + 7, y - 9])
        if seen == beside:  # not on a number or an edge
            yield query - 1, key - 1, seen
