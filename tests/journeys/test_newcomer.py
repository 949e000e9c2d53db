"""A newcomer follows the tutorial, from signing in to the board report, and never sees a shell."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from tests.browser import MARKS, chromium
from tests.journeys.demonstration import Walk, served
from tests.web.survey_site import DESK, PHONE, choose_all, faults, press, wide

pytestmark = MARKS

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "ask-the-doctors.md"
TODAY = datetime.now(tz=ZoneInfo("Europe/London")).date()
TEXTS = {
    "Name of this survey": "Spring",
    "First day": TODAY.isoformat(),
    "Last day": (TODAY + timedelta(days=28)).isoformat(),
    "Medical director": "Dr Amara Lindqvist",
    "A doctor whom other doctors respect": "Dr Idris Penhallow",
    "Who answers questions": "Survey office, extension 4410",
}


def test_a_newcomer_comes_to_a_board_report_by_the_tutorial(tmp_path):
    with served(tmp_path / "demo") as address, chromium() as browser:
        walk = Walk(browser.new_page(viewport=DESK), address)
        walk.sign_in("survey-manager@example.org")
        survey = drafted(walk)
        brought(walk, tmp_path)
        opened(walk)
        told = [answered(browser, link) for link in links(walk)]
        others(walk, survey)
        published(walk)
        read(walk)
        every_other_page(walk)
        assert len(walk.seen) > 25
        assert walk.found == []
        assert told_by_tutorial() - told_by_pages([*walk.seen.values(), *told]) == set()
        assert faults_on_a_phone(walk) == []


def drafted(walk: Walk) -> str:
    """Make a survey; gives its address."""
    walk.follow("Start a survey at St Elsewhere Hospital")
    for label, text in TEXTS.items():
        walk.page.get_by_label(label).fill(text)
    walk.press("Keep the draft")
    return walk.page.url.removeprefix(walk.address)


def brought(walk: Walk, folder: Path) -> None:
    """Bring the sample roster."""
    walk.follow("Roster of doctors")
    with walk.page.expect_download() as download:
        walk.page.get_by_role("link", name="download a sample roster").click()
    file = folder / "sample-roster.csv"
    download.value.save_as(file)
    walk.page.get_by_label("File").set_input_files(file)
    walk.press("Look at this file")
    walk.press("Accept these 120 doctors")


def opened(walk: Walk) -> None:
    """Open the survey, and let the letters go."""
    walk.press("Everything is done: make it ready")
    walk.follow("Open the survey")
    walk.page.get_by_label("Open the survey now").check()
    walk.press("Open")
    walk.follow("letters that were sent")
    walk.press("Send the letters that are due now")


def links(walk: Walk) -> list[str]:
    """Three links of the letters."""
    shown = walk.page.locator('main a[href*="/a/"]').all()
    assert len(shown) == 30
    return [str(link.get_attribute("href")) for link in shown[:3]]


def answered(browser: Browser, link: str) -> str:
    """One doctor answers on a telephone; gives all that was read."""
    page = browser.new_page(viewport=PHONE)
    page.goto(link)
    words = page.inner_text("body")
    assert "Division" in words
    page.get_by_label("Answer the questions").check()
    press(page, "Continue")
    for _ in range(6):
        choose_all(page, "4")
        press(page, "Save and continue")
    press(page, "Continue")
    words += page.inner_text("body")
    page.get_by_label("Yes, send my answers now").check()
    press(page, "Continue")
    assert page.get_by_role("heading", name="Thank you").is_visible()
    page.goto(link)
    assert page.get_by_role("heading", name="Thank you").is_visible()
    page.close()
    return words


def others(walk: Walk, survey: str) -> None:
    """The other doctors answer; the band is all that is seen of it."""
    walk.go(survey)
    walk.follow("let the other doctors answer")
    walk.press("Let them answer")
    walk.follow("See roughly how many have answered")
    assert re.search(r"\d0 to \d0 % of 120", walk.page.inner_text("main"))
    walk.go(survey)


def published(walk: Walk) -> None:
    """Close, work out and publish; the page shows by itself when it is done."""
    walk.follow("Close the survey")
    walk.page.get_by_label("Close the survey for good").check()
    walk.press("Close")
    walk.follow("Work out and publish results")
    walk.press("Work out and publish")
    walk.page.get_by_role("link", name="Read the results").wait_for(timeout=120_000)
    walk.look()


def read(walk: Walk) -> None:
    """Read the board report as a page."""
    walk.follow("Read the results")
    with walk.page.expect_navigation():
        walk.page.get_by_role("link", name="Board report, one page", exact=True).click()
    words = walk.page.inner_text("body")
    assert "St Elsewhere Hospital" in words
    assert "of 120" in words
    assert faults(walk.page) == []


def every_other_page(walk: Walk) -> None:
    """Every page for managers that some link leads to, one of each kind."""
    walk.go("/m/")
    known = {kind_of(path) for path in walk.seen}
    waiting = ["/m/", *walk.seen]
    for path in waiting:
        walk.page.goto(f"{walk.address}{path}")
        links = walk.page.locator('a[href^="/m/"]').all()
        for found in sorted({str(link.get_attribute("href")) for link in links}):
            if kind_of(found) not in known and not re.search(r"\.\w+$|/reports?/", found):
                known.add(kind_of(found))
                walk.go(found)
                waiting.append(found)


def kind_of(path: str) -> str:
    """An address without the ids in it."""
    return re.sub(r"[0-9a-f-]{36}|/\d+/", "*", path.partition("?")[0])


def told_by_tutorial() -> set[str]:
    """What the tutorial says that is on the pages: everything in bold."""
    return set(re.findall(r"\*\*(.+?)\*\*", " ".join(TUTORIAL.read_text("utf-8").split())))


def told_by_pages(texts: list[str]) -> set[str]:
    everything = " ".join(" ".join(texts).split())
    return {words for words in told_by_tutorial() if words in everything}


def faults_on_a_phone(walk: Walk) -> list[str]:
    """Every page that can still be looked at, once more on a narrow screen."""
    walk.page.set_viewport_size(PHONE)
    found = []
    for path in walk.seen:
        walk.page.goto(f"{walk.address}{path}")
        found += [f"{path}: {fault}" for fault in faults(walk.page)]
        if wide(walk.page):
            found.append(f"{path}: wider than the screen")
    return found


@pytest.mark.parametrize("bold", ["Sign in", "Open the survey"])
def test_the_tutorial_names_what_it_tells_to_press(bold):
    assert bold in told_by_tutorial()
