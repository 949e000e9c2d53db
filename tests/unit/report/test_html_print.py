"""Printed from a browser, a board report is one page too."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from pypdf import PdfReader

from medengage.report import board_report
from medengage.report.formats import render
from tests.findings_samples import ALL

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,  # a browser takes a second to start
    pytest.mark.enable_socket,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_board_report_prints_on_one_page(browser, name):
    page = browser.new_page()
    page.set_content(render(board_report(ALL[name]()), "html").decode())
    made = page.pdf(prefer_css_page_size=True)
    page.close()
    assert len(PdfReader(BytesIO(made)).pages) == 1
