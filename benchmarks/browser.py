"""A page in a Chromium of its own, and what it costs there: CPU time of its renderer process, memory, elements."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, Route, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))  # the checkout is not installed

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass
class Tab:
    """One open page with the counters of its renderer."""

    page: Page
    counters: CDPSession

    def drawn(self) -> None:
        """Wait until what was asked for is on the screen."""
        self.page.evaluate(TWO_FRAMES)

    def seconds(self, what: str = "ProcessTime") -> float:
        """CPU-seconds so far: of the whole renderer, or of its main thread ("ThreadTime")."""
        return self._counted(what)

    def megabytes(self) -> float:
        """JavaScript heap after a garbage collection, in MB."""
        self.counters.send("HeapProfiler.collectGarbage")
        return self._counted("JSHeapUsedSize") / 1e6

    def resident(self) -> float:
        """Memory that the renderer's process holds, in MB (Linux)."""
        browser = self.page.context.browser
        assert browser is not None
        processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        renderers = [each["id"] for each in processes if each["type"] == "renderer"]
        pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in renderers]
        return max(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def elements(self) -> int:
        """Elements in the document."""
        return int(self.page.evaluate("document.querySelectorAll('*').length"))

    def _counted(self, name: str) -> float:
        metrics: list[dict[str, Any]] = self.counters.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in metrics if each["name"] == name))


@contextmanager
def opened(
    html: str, ready: str, *, patience: float = 60, elsewhere: Mapping[str, Path] | None = None
) -> Iterator[Tab]:
    """The page, once what the selector `ready` names is there and drawn.

    patience  : seconds that this and each later step may take, else playwright's TimeoutError
    elsewhere : files served in place of what the page asks the network for, by the end of the address
    """
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(1000 * patience)
        for ending, file in (elsewhere or {}).items():
            page.route(f"https://**/{ending}", _answered_by(file))
        counters = page.context.new_cdp_session(page)
        counters.send("Performance.enable")
        path = Path(folder) / "page.html"
        path.write_text(html, encoding="utf-8")
        page.goto(path.as_uri())
        page.locator(ready).first.wait_for(state="attached")
        tab = Tab(page, counters)
        tab.drawn()
        yield tab
        browser.close()


def _answered_by(file: Path) -> Callable[[Route], None]:
    return lambda route: route.fulfill(path=file, content_type="text/javascript")
