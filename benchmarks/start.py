"""How soon a newcomer sees something: `python benchmarks/start.py`.

Starts the app cold, opens it in Chromium when the server first says that it is healthy, and prints the seconds until the
frame of the page stands and until its picture is drawn, against the bars. Needs Chromium.
"""

from __future__ import annotations

import shutil
import time

from browser import FLAGS
from page import BarePass
from playwright.sync_api import sync_playwright
from visitor import serving

from attention_viz.ui.session.examples import DEFAULT

PORT = 8632
FRAME = 2.0
"""Seconds from the server's first healthy answer to the frame of the page: its text area."""
PICTURE = 1.0
"""Seconds beyond one forward pass from the frame to the drawn picture."""


def seen() -> tuple[float, float, float]:
    """Seconds from the start to the healthy answer, from there to the frame, and from there to the picture.

    The browser is open before, as a newcomer's is; its cache is empty.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        tab = browser.new_page(viewport={"width": 1366, "height": 768})
        begun = time.perf_counter()
        with serving(PORT):
            healthy = time.perf_counter()
            tab.goto(f"http://127.0.0.1:{PORT}", wait_until="commit")
            tab.locator("textarea").first.wait_for()
            frame = time.perf_counter()
            tab.locator(".attention:not(.waiting) canvas").first.wait_for()
            picture = time.perf_counter()
            browser.close()
    return healthy - begun, frame - healthy, picture - frame


def main() -> None:
    bare = BarePass()
    bare.seconds([DEFAULT.first])
    forward = bare.seconds([DEFAULT.first])
    start, frame, picture = seen()
    print(f"start to healthy    {start:6.2f} s")
    print(f"healthy to frame    {frame:6.2f} s (bar: {FRAME:.2f})")
    print(
        f"frame to picture    {picture:6.2f} s (bar: {PICTURE + forward:.2f}, of which one forward pass {forward:.2f})"
    )


if __name__ == "__main__":
    main()
