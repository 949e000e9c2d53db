"""Comparing in a real browser: every page at two widths, with axe, and what a coordinator does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import MARKS, chromium
from tests.unit.norms.hospitals import key, signed_by
from tests.web.regions import Region, region
from tests.web.survey_site import DESK, PHONE, faults, press, serving, wide

pytestmark = MARKS
WIDTHS = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@dataclass(frozen=True)
class Stage:
    """A server, a region with results and one without, and a coordinator's session in each.

    All of it is made before a browser starts, whose loop no database call may meet.
    """

    address: str
    here: Region
    empty: Region
    sessions: dict[str, str]


@pytest.fixture(scope="module")
def stage(data: Path) -> Iterator[Stage]:
    with serving(1) as site:
        here, empty = region(12), region(0)
        sessions = {"here": session_of(here), "empty": session_of(empty)}
        yield Stage(site.address, here, empty, sessions)


def session_of(place: Region) -> str:
    """The cookie of a coordinator who is signed in."""
    browser = place.with_role("benchmark-coordinator")
    name = import_module("django.conf").settings.SESSION_COOKIE_NAME
    return f"{name}={browser.cookies[name].value}"


@pytest.fixture(scope="module")
def browser(stage: Stage) -> Iterator[Browser]:
    with chromium() as started:
        yield started


def opened(browser: Browser, stage: Stage, where: str, size: Any = DESK) -> Page:
    """A page in which a coordinator is signed in."""
    name, _, value = stage.sessions[where].partition("=")
    context = browser.new_context(viewport=size)
    context.add_cookies([{"name": name, "value": value, "url": stage.address}])
    return context.new_page()


def is_well(page: Page, name: str) -> None:
    assert faults(page) == [], name
    assert not wide(page), name
    assert page.locator("h1").count() == 1, name


@WIDTHS
def test_every_page_of_comparing_reads_well(browser: Browser, stage: Stage, size: Any) -> None:
    here = stage.here
    page = opened(browser, stage, "here", size)
    campaign = next(iter(here.campaigns.values()))
    norms, performance = f"norms/{here.unit.pk}", "results/performance"
    for address in (
        "results/",
        "results/region/",
        f"results/{campaign.pk}/",
        f"results/{campaign.pk}/about/overview/",
        f"results/{campaign.pk}/about/units/",
        f"results/{campaign.pk}/about/drivers/",
        f"results/{campaign.pk}/about/gap/",
        f"{performance}/",
        f"{performance}/example/cqc-overall/",
        f"{performance}/example/shmi/",
        f"{performance}/{here.unit.pk}/shmi/",
        f"{performance}/{here.unit.pk}/bring/",
        f"{norms}/",
        f"{norms}/bring/",
        f"{norms}/join/",
        f"{norms}/publish/",
        f"{norms}/withdraw/",
    ):
        answer = page.goto(f"{stage.address}/m/{address}")
        assert answer is not None
        assert answer.status == 200, address
        is_well(page, address)
        for table in page.locator("details").all():
            table.locator("summary").click()
        is_well(page, f"{address} with all tables open")
    page.context.close()


def test_a_coordinator_fills_the_sheet_in_and_reads_the_comparison(
    browser: Browser, stage: Stage, tmp_path: Path
) -> None:
    page = opened(browser, stage, "here", PHONE)
    page.goto(f"{stage.address}/m/results/")
    page.get_by_role("link", name="engagement and performance").click()
    page.get_by_role("link", name="Bring values of a measure").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save a sheet to fill in").click()
    lines = saved.value.path().read_text().splitlines()
    words = ("Requires improvement", "Good", "Good", "Outstanding")
    rows = [
        line.replace(",,,", f",{words[k * 4 // 12]},2026-02-01,acute hospital")
        for k, line in enumerate(lines[1:])
    ]
    file = tmp_path / "values.csv"
    file.write_text("\n".join([lines[0], *rows[:-1], rows[-1].replace("Outstanding", "Great")]))
    page.get_by_label("Measure").select_option("cqc-overall")
    page.get_by_label("Values").set_input_files(file)
    press(page, "Keep them")
    assert page.get_by_text("this is no level of the rating").is_visible()
    is_well(page, "with a mistake")
    file.write_text("\n".join([lines[0], *rows]))
    page.get_by_label("Values").set_input_files(file)
    press(page, "Keep them")
    assert page.get_by_text("Among 12 organisations").is_visible()
    assert page.get_by_text("more engagement goes with a better CQC overall rating").is_visible()
    is_well(page, "compared")
    page.context.close()


def test_a_coordinator_lets_in_brings_merges_and_publishes(
    browser: Browser, stage: Stage, tmp_path: Path
) -> None:
    page = opened(browser, stage, "empty")
    page.goto(f"{stage.address}/m/norms/")
    files = []
    for number in range(1, 6):
        page.get_by_role("link", name="Let an organisation contribute").click()
        page.get_by_label("Code of the organisation").fill(f"hospital-{number}")
        made = import_module("medengage.norms.contribution").public_key(key(number))
        page.get_by_label("Public key").fill(made)
        press(page, "Let it contribute")
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(signed_by(number).model_dump_json())
    page.get_by_role("link", name="Bring contributions").click()
    page.get_by_label("Contributions").set_input_files(files)
    press(page, "Keep them")
    is_well(page, "waiting")
    press(page, "Merge what waits")
    assert page.get_by_text("Merged: 5. Not taken: 0.").is_visible()
    page.get_by_role("link", name="Work a norm out").click()
    page.get_by_role("radio").check()
    press(page, "Work it out and publish")
    assert page.get_by_text("Published: norm").is_visible()
    is_well(page, "published")
    page.context.close()
