"""Doctors in a real browser: on a phone, at a desk, by the keyboard, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import MARKS, chromium
from tests.web.survey_site import DESK, PHONE, Site, choose_all, faults, press, serving, wide

pytestmark = MARKS

PAGES = 6


@pytest.fixture(scope="module")
def site(data: Path) -> Iterator[Site]:
    with serving(links=6) as running:
        yield running


def walk(page: Page, address: str) -> Iterator[str]:
    """Every page from the link to the thanks, as one doctor comes by them."""
    page.goto(address)
    yield "start"
    page.get_by_label("Come back another time").check()
    press(page, "Continue")
    yield "later"
    page.get_by_role("link", name="Back to the beginning").click()
    page.get_by_label("Answer the questions").check()
    press(page, "Continue")
    for number in range(1, PAGES + 1):
        if number == 1:
            press(page, "Save and continue")
            yield "mistakes"
        choose_all(page, "4")
        yield f"page {number}"
        press(page, "Save and continue")
    page.get_by_label("Is there anything you want to add?").fill("More time to talk.")
    yield "comment"
    press(page, "Continue")
    yield "send"
    page.get_by_label("Yes, send my answers now").check()
    press(page, "Continue")
    yield "thanks"


@pytest.mark.parametrize(("number", "screen"), [(0, PHONE), (1, DESK)], ids=["phone", "desk"])
def test_every_page_is_without_faults(site, number, screen):
    with chromium() as browser:
        page = browser.new_page(viewport=screen)
        for name in walk(page, site.of(number)):
            assert (name, faults(page), wide(page)) == (name, [], False)
        assert page.get_by_role("heading", name="Thank you").is_visible()
        for closed in (f"{site.address}/a/unknown/", f"{site.of(5)}look/"):
            page.goto(closed)
            assert faults(page) == []


def test_a_doctor_can_answer_without_javascript_and_nothing_comes_from_elsewhere(site):
    asked = []
    with chromium() as browser:
        context = browser.new_context(viewport=PHONE, java_script_enabled=False)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        for _ in walk(page, site.of(2)):
            assert context.cookies() == []
        assert page.get_by_role("heading", name="Thank you").is_visible()
    assert all(url.startswith(site.address) for url in asked)


def test_a_doctor_can_answer_by_the_keyboard_alone(site):
    with chromium() as browser:
        page = browser.new_page(viewport=DESK)
        page.goto(site.of(3))
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
        _until(page, 'input[value="look"]')
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/1/")
        for _ in range(5):
            _until(page, 'input[type="radio"]:not(:checked)')
            page.keyboard.press("Space")
        _until(page, "button")
        page.keyboard.press("Enter")
        page.wait_for_url("**/2/")
        assert page.title() == "Page 2 of 6"


def _until(page: Page, selector: str) -> None:
    """Press Tab until something of this kind has the focus that had not before."""
    page.evaluate("document.activeElement.dataset.seen = 1")
    for _ in range(20):
        page.keyboard.press("Tab")
        there = "(s) => document.activeElement.matches(s) && !document.activeElement.dataset.seen"
        if page.evaluate(there, selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_the_first_page_is_light(site):
    """At most 35 kB on the wire and four requests, compressed or not."""
    sizes = []
    with chromium() as browser:
        page = browser.new_page(viewport=PHONE)
        page.on("response", lambda response: sizes.append(len(response.body())))
        page.goto(site.of(4))
    assert len(sizes) <= 4
    assert sum(sizes) <= 35_000
