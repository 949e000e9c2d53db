"""The page in a real browser: no fault that axe can find, and nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from medengage.report import compose
from medengage.report.blocks import Report
from medengage.report.formats import render
from tests.browser import MARKS, chromium
from tests.findings_samples import ALL
from tests.report_samples import everything, hostile

TELEPHONE, DESK = 360, 1280
REPORTS = {
    "everything": everything,
    "hostile": hostile,
    "board": lambda: compose("board", ALL["fullest"]()),
    "certificate": lambda: compose("certificate", ALL["fullest"]()),
    "leaking": lambda: compose("certificate", ALL["leaking"]()),
    "full": lambda: compose("full", ALL["fullest"]()),
}

pytestmark = MARKS


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def opened(browser: Browser, report: Report, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_content(render(report, "html").decode())
    return page


def told(violations: list[dict[str, Any]]) -> list[str]:
    return [f"{v['id']}: {v['help']} at {v['nodes'][0]['html'][:200]}" for v in violations]


@pytest.mark.parametrize("width", [TELEPHONE, DESK])
@pytest.mark.parametrize("name", sorted(REPORTS))
def test_axe_finds_no_fault(browser, name, width):
    page = opened(browser, REPORTS[name](), width)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    found = Axe().run(page).response["violations"]
    page.close()
    assert told(found) == []


@pytest.mark.parametrize("width", [TELEPHONE, DESK])
@pytest.mark.parametrize("name", sorted(REPORTS))
def test_nothing_is_wider_than_the_screen(browser, name, width):
    page = opened(browser, REPORTS[name](), width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_each_figure_is_shown_once_and_large_enough_to_read(browser):
    for width in (TELEPHONE, DESK):
        page = opened(browser, everything(), width)
        seen = page.locator("figure svg:visible")
        assert seen.count() == page.locator("figure").count()
        smallest = page.evaluate(
            """() => Math.min(...[...document.querySelectorAll('figure svg text')]
                .filter(text => text.checkVisibility())
                .map(text => parseFloat(getComputedStyle(text).fontSize)
                    * text.ownerSVGElement.getBoundingClientRect().width
                    / text.ownerSVGElement.viewBox.baseVal.width))"""
        )
        page.close()
        assert smallest >= 11


def test_text_is_never_under_16_pixels(browser):
    for width in (TELEPHONE, DESK):
        page = opened(browser, everything(), width)
        smallest = page.evaluate(
            """() => Math.min(...[...document.querySelectorAll('main *')]
                .filter(one => !one.closest('svg') && one.textContent.trim())
                .map(one => parseFloat(getComputedStyle(one).fontSize)))"""
        )
        page.close()
        assert smallest >= 16
