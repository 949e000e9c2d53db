"""Printed from a browser, a board report or certificate is one page too."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from medengage.report import compose
from medengage.report.formats import render
from tests.browser import MARKS, chromium
from tests.findings_samples import ALL

pytestmark = MARKS


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("kind", ["board", "certificate"])
def test_it_prints_on_one_page(browser, kind, name):
    page = browser.new_page()
    page.set_content(render(compose(kind, ALL[name]()), "html").decode())
    made = page.pdf(prefer_css_page_size=True)
    page.close()
    assert len(PdfReader(BytesIO(made)).pages) == 1
