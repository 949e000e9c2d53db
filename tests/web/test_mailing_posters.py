"""Cut-outs in a real browser: readable, accessible, and never torn across two pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import Page

from tests.browser import MARKS, chromium
from tests.web.mailing_samples import app, made

pytestmark = MARKS


BORDERS = """all => all.map(one => {
    const box = one.querySelector("path").getBBox(), whole = one.viewBox.baseVal;
    const stroke = 0.5, right = whole.width - box.x - box.width;
    return [box.x, right, box.y - stroke, whole.height - box.y - box.height - stroke];
})"""
"""White modules on every side of the drawn ones; none where a drawing is cut off."""


@pytest.fixture(scope="module")
def html(data: Path) -> str:
    """A page with links of one group."""
    campaign = made(0)
    invitee = app("invitations.models").Invitee
    invitee.objects.bulk_create(invitee(campaign=campaign, name="N") for _ in range(9))
    with override_settings(MEDENGAGE_ADDRESS="https://survey.hospital.example"):
        return str(app("mailing.posters").posters(campaign, 9, {"division": "Medicine"}))


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


@pytest.mark.parametrize("width", [360, 1280])
def test_cut_outs_are_accessible_and_fit_the_window(html, browser_page, width, tmp_path):
    browser_page.set_viewport_size({"width": width, "height": 900})
    browser_page.emulate_media(media="screen")
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.set_content(html)
    found = Axe().run(browser_page)
    assert found.violations_count == 0, found.generate_report()
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= width
    assert not asked


def test_cut_outs_are_whole_on_paper(html, browser_page):
    """On a sheet of A4 each code is large enough to scan, with its white border on every side."""
    browser_page.set_viewport_size({"width": 718, "height": 1047})
    browser_page.emulate_media(media="print")
    browser_page.set_content(html)
    sizes = browser_page.eval_on_selector_all(
        "svg.code", "all => all.map(one => one.getBoundingClientRect().width)"
    )
    assert len(sizes) == 9
    assert min(sizes) > 130
    borders = browser_page.eval_on_selector_all("svg.code", BORDERS)
    assert borders == [[4, 4, 4, 4]] * 9
    assert not browser_page.locator(".note").is_visible()
    assert browser_page.eval_on_selector("li", "e => getComputedStyle(e).breakInside") == "avoid"
