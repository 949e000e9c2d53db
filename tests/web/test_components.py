"""Every component of managers' pages in every state, in a real browser and in rare conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from playwright.sync_api import Browser, Page, Route

from tests.browser import MARKS, chromium
from tests.web.survey_site import DESK, faults, wide

pytestmark = MARKS

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src" / "medengage" / "web" / "ui" / "static"
HERE = "http://components.test"
NARROW = 320
STATES = ("draft", "ready", "open", "closed", "published")

SOURCE = Path(__file__).parent / "every_component.html"


class EveryField(forms.Form):
    """One field of each kind."""

    words = forms.CharField(label="Words", help_text="For example: Spring")
    address = forms.EmailField(label="Address")
    secret = forms.CharField(label="Secret", widget=forms.PasswordInput)
    number = forms.IntegerField(label="Number")
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    file = forms.FileField(label="File")
    long = forms.CharField(label="Long words", help_text="A hint", widget=forms.Textarea)
    one = forms.ChoiceField(label="One of", choices=[("a", "A"), ("b", "B")])
    radio = forms.ChoiceField(
        label="Which", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    some = forms.MultipleChoiceField(
        label="Some of", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )
    sure = forms.BooleanField(label="I am sure", error_messages={"required": "Tick the box"})


@dataclass(frozen=True)
class Told:
    """A message to somebody who did something."""

    level_tag: str

    def __str__(self) -> str:
        return f"This is {self.level_tag}"


def walk(here: int) -> list[SimpleNamespace]:
    """The steps of a survey that is at one of them."""
    return [
        SimpleNamespace(name=name.capitalize(), current=at == here, done=at < here)
        for at, name in enumerate(STATES)
    ]


def everything() -> str:
    """A page with every component."""
    engine = import_module("django.template").engines["django"]
    band = import_module("medengage.web.results.participation").Band
    day = import_module("datetime").date(2027, 3, 9)
    ends = [band(day, 119, low, low + 10) for low in (0, 50, 90)]
    context = {
        "csrf_token": "of-this-page",
        "visitor": SimpleNamespace(name="Alice"),
        "navigation": [SimpleNamespace(name="Ask", url="/m/", current=True)],
        "messages": [Told("success"), Told("error"), Told("info")],
        "unit": SimpleNamespace(pk=1),
        "campaigns": [
            SimpleNamespace(state=name, get_state_display=name.capitalize()) for name in STATES
        ],
        "walks": [walk(at) for at in range(len(STATES))],
        "tasks": ["done", "todo", "advice", "later"],
        "bands": [shown(one) for one in ends],
        "many": range(1, 9),
        "long": "x" * 400,
        "empty": EveryField(prefix="empty"),
        "wrong": EveryField({}, prefix="wrong"),
    }
    return str(engine.from_string(SOURCE.read_text(encoding="utf-8")).render(context))


def shown(band: Any) -> SimpleNamespace:
    """A band with a name of its own."""
    names = ("day", "asked", "low", "width", "high", "words")
    facts = {name: getattr(band, name) for name in names}
    return SimpleNamespace(label=f"Doctors from {band.low}", **facts)


@pytest.fixture(scope="module")
def html(data: Path) -> str:
    return everything()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def opened(html: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens the page; ``how`` is the browser's condition."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HERE).partition("?")[0]
        if path == "/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:  # raises where something other than the sheets is asked for
            text = (STATIC / path.removeprefix("/static/")).read_text(encoding="utf-8")
            route.fulfill(body=text, content_type="text/css")

    def open_page(width: int = DESK["width"], **how: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **how)
        page: Page = context.new_page()
        page.route("**/*", answer)
        page.goto(f"{HERE}/")
        return page

    yield open_page
    for context in browser.contexts:
        context.close()


@pytest.mark.parametrize("width", [NARROW, 390, 1280])
def test_every_component_is_without_faults_and_fits(opened, width):
    page = opened(width)
    assert (faults(page), wide(page)) == ([], False)


def test_what_does_not_fit_scrolls_in_a_region_that_the_keyboard_reaches(opened):
    region = opened(NARROW).get_by_role("region", name="A wide table")
    assert region.evaluate("one => one.scrollWidth > one.clientWidth && one.tabIndex === 0")
    region.focus()
    region.press("ArrowRight")
    region.page.wait_for_function("one => one.scrollLeft > 0", arg=region.element_handle())


def test_a_stacked_table_keeps_its_rows_and_names_its_cells(opened):
    page = opened(NARROW)
    table = page.get_by_role("table", name="A stacked table")
    assert table.get_by_role("row").count() == 2
    assert table.get_by_role("rowheader", name="Invitation").is_visible()
    cell = table.get_by_role("cell", name="119")
    label = cell.evaluate("one => getComputedStyle(one, '::before').content")
    assert "Sent" in label


TEXTS = """() => [...document.querySelectorAll(
    "main :is(h1, h2, p, th, td, dt, dd, pre, text, caption, .nhsuk-tag, .steps li, summary)"
)].filter(one => !one.closest("form, .buttons, .nhsuk-notification-banner"))
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().width > 1)
  .map(one => one.textContent.trim())"""


def test_forced_colours_hide_nothing(opened):
    usual = opened().evaluate(TEXTS)
    forced = opened(forced_colors="active")
    assert forced.evaluate(TEXTS) == usual
    assert faults(forced) == []
    for bordered in (".nhsuk-button", ".nhsuk-tag", ".warning", ".next", ".nhsuk-inset-text"):
        style = forced.locator(bordered).first.evaluate("one => getComputedStyle(one).borderStyle")
        assert style.startswith("solid"), bordered
    bar, ground = (
        forced.locator(".band rect").nth(at).evaluate("one => getComputedStyle(one).fill")
        for at in (1, 0)
    )
    assert bar != ground


def test_paper_has_all_that_is_read_and_nothing_to_press(opened):
    page = opened()
    usual = page.evaluate(TEXTS)
    page.emulate_media(media="print")
    assert page.evaluate(TEXTS) == usual
    for pressed in ("header", "form", ".buttons", ".nhsuk-breadcrumb"):
        assert not page.locator(pressed).first.is_visible()


RING = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 3;
    return [one.outerHTML.slice(0, 120), ring, one === document.body];
}"""


@pytest.mark.parametrize("how", [{}, {"forced_colors": "active"}], ids=["usual", "forced"])
def test_whatever_has_the_focus_shows_it(opened, how):
    page = opened(**how)
    seen: list[tuple[str, bool]] = []
    while True:
        page.keyboard.press("Tab")
        what, ring, around = page.evaluate(RING)
        if around or len(seen) > 100:
            break
        seen.append((what, ring))
    assert 30 < len(seen) < 100
    assert [what for what, ring in seen if not ring] == []


SIZES = """selector => [...document.querySelectorAll(selector)]
    .map(one => [one.outerHTML.slice(0, 120), one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0)
    .map(([what, box]) => [what, Math.min(box.width, box.height)])"""


@pytest.mark.parametrize(
    ("selector", "least"),
    [
        (".nhsuk-button, input:not([type=radio], [type=checkbox], [type=hidden]), select", 44),
        ("input, summary, header a, header button, .nhsuk-breadcrumb a", 24),
        (".nhsuk-task-list a, .pages a, tbody a", 24),
    ],
)
def test_what_is_touched_is_large_enough(opened, selector, least):
    sizes = [
        (what, size)
        for what, size in opened(390).evaluate(SIZES, selector)
        if 'type="hidden"' not in what
    ]
    assert sizes
    assert [(what, size) for what, size in sizes if size < least] == []


def test_every_mistake_leads_to_its_field(opened):
    page = opened()
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    links = summary.get_by_role("link").all()
    assert len(links) == len(EveryField.base_fields)
    for link, field in zip(links, EveryField.base_fields.values(), strict=True):
        assert str(link.inner_text()).startswith(f"{field.label}: ")
        target = page.locator(str(link.get_attribute("href")))
        assert re.match("input|select|textarea", target.evaluate("one => one.localName"))
