"""Tabs of one browser that tests use one after the other: what a page runs is then compiled once, and not for each test."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

Settings = frozenset[tuple[str, Any]]


class Tabs:
    """Each is as a new one when it is taken: in its size, light or dark, with nothing stored and no permission."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._contexts: dict[Settings, BrowserContext] = {}
        self._free: defaultdict[BrowserContext, list[Page]] = defaultdict(list)

    def take(self, width: int, height: int, dark: bool, *, alone: bool = False, **settings: Any) -> Page:
        """A tab that nobody uses.

        alone    : in a context of its own, for a test that watches or changes more than one page
        settings : of its context, such as the locale, which no tab can change later
        """
        context = self.browser.new_context(**settings) if alone else self._context(frozenset(settings.items()))
        page = self._free[context].pop() if self._free[context] else context.new_page()
        page.bring_to_front()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.mouse.move(0, 0)
        return page

    def _context(self, settings: Settings) -> BrowserContext:
        if settings not in self._contexts:
            self._contexts[settings] = self.browser.new_context(**dict(settings))
        return self._contexts[settings]

    def give_back(self, page: Page, rest: str) -> None:
        """rest: an address of the same site, where the tab waits; at another the browser would forget what it compiled"""
        context = page.context
        if context not in self._contexts.values():
            context.close()
            return
        page.goto(rest)
        page.evaluate("if (location.protocol !== 'file:') { localStorage.clear(); sessionStorage.clear(); }")
        context.clear_cookies()
        context.clear_permissions()
        self._free[context].append(page)

    def close(self) -> None:
        for context in self._contexts.values():
            context.close()
