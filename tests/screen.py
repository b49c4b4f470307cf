"""Reading a drawn view back: what is on the screen, and what the pointer finds there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from playwright.sync_api import Locator, Page

Open = Callable[..., Page]


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
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
