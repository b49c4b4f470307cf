"""The pictures of the README: `python tests/screenshots.py` starts the app, opens its pages and writes `docs/explore.png` and
`docs/pages.png`, five pages in a row."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
WIDE, HIGH = 1366, 1000
STRIP = (420, 320)
"""The size of each picture of the strip, in pixels."""
GAP = 12
STARTS_WITHIN = 120
"""Seconds."""

Act = Callable[[Page], object]
PAGES: tuple[tuple[str, Act], ...] = (
    ("/", lambda page: None),
    ("/", lambda page: page.get_by_text("wide", exact=True).click()),
    ("/anatomy", lambda page: page.get_by_role("button", name="softmax").first.click()),
    ("/flow", lambda page: None),
    ("/without", lambda page: None),
)
"""The address of each page, and what is done there first."""


def main() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}"]
    server = subprocess.Popen([*command, "--server.address=127.0.0.1"], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        shots = taken(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
    shots[0].save(DOCS / "explore.png", optimize=True)
    strip(shots).save(DOCS / "pages.png", optimize=True)


def wait_for(port: int) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise SystemExit("The app did not start.")


def taken(address: str) -> list[Image.Image]:
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox"])
        for path, act in PAGES:
            context = browser.new_context(viewport={"width": WIDE, "height": HIGH}, locale="en-US")
            page = context.new_page()
            page.goto(address + path)
            rest(page)
            act(page)
            rest(page)
            found.append(Image.open(BytesIO(page.screenshot())).convert("RGB"))
            context.close()
        browser.close()
    return found


def rest(page: Page) -> None:
    """Until no run is under way, and arcs have moved and told what they were."""
    page.wait_for_timeout(1_000)
    page.locator('[data-test-script-state="notRunning"]').first.wait_for(timeout=60_000)
    page.wait_for_timeout(2_500)


def strip(shots: list[Image.Image]) -> Image.Image:
    small = [shot.resize(STRIP, Image.Resampling.LANCZOS) for shot in shots]
    whole = Image.new("RGB", (len(small) * (STRIP[0] + GAP) - GAP, STRIP[1]), "white")
    for place, each in enumerate(small):
        whole.paste(each, (place * (STRIP[0] + GAP), 0))
    return whole.quantize(128, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
