"""The HTML page stands alone and is well built, as far as can be told without a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from medengage.report import REPORTS, compose
from medengage.report.blocks import Actions, Callout, Heading, Report
from medengage.report.formats import render
from tests.findings_samples import ALL
from tests.report_samples import CHARTS, everything, hostile

Attributes = dict[str, str | None]


class _Tags(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Attributes]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(page: str) -> list[tuple[str, Attributes]]:
    parser = _Tags()
    parser.feed(page)
    return parser.found


def all_of(page: str, name: str) -> list[Attributes]:
    return [attributes for tag, attributes in tags(page) if tag == name]


def levels(page: str) -> list[int]:
    return [int(tag[1]) for tag, _ in tags(page) if re.fullmatch(r"h[1-6]", tag)]


def page_of(report: Report) -> str:
    return render(report, "html").decode()


@pytest.fixture(scope="module")
def page() -> str:
    return page_of(everything())


def test_it_needs_nothing_else(page):
    assert not all_of(page, "script")
    assert not all_of(page, "link")
    places = [a.get("href") or a.get("src") or "" for _, a in tags(page)]
    assert not [place for place in places if place and not place.startswith("#")]
    assert "url(" not in page


def test_hostile_text_makes_no_tags_of_its_own():
    page = page_of(hostile())
    assert not all_of(page, "script")
    assert not all_of(page, "b")


def test_it_says_its_language_and_how_wide_it_is(page):
    assert all_of(page, "html")[0]["lang"] == "en-GB"
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in all_of(
        page, "meta"
    )


def test_it_has_landmarks_and_a_link_to_skip_to_the_content(page):
    assert [len(all_of(page, name)) for name in ("header", "main", "footer")] == [1, 1, 1]
    first = all_of(page, "a")[0]
    assert first["href"] == "#" + str(all_of(page, "main")[0]["id"])


@pytest.mark.slow  # a full report has some fifty figures to draw
@pytest.mark.parametrize("kind", sorted(REPORTS))
@pytest.mark.parametrize("name", sorted(ALL))
def test_headings_go_down_one_level_at_a_time(name, kind):
    found = levels(page_of(compose(kind, ALL[name]())))
    assert found[0] == 1
    assert found.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(found))


def test_headings_never_skip_a_level_whatever_the_report_asks_for():
    blocks = (Callout("First", ""), Heading("Deep", 4), Actions("Steps", (("Board", "Act."),)))
    found = levels(page_of(Report("Title", "", blocks)))
    assert all(after - before <= 1 for before, after in pairwise(found))


def test_ids_are_unique(page):
    found = [a["id"] for _, a in tags(page) if "id" in a]
    assert len(found) == len(set(found))


def test_every_picture_has_a_name_and_a_description(page):
    pictures = all_of(page, "svg")
    known = {a["id"] for _, a in tags(page) if "id" in a}
    assert len(pictures) >= len(CHARTS)
    for picture in pictures:
        assert picture["role"] == "img"
        assert set(str(picture["aria-labelledby"]).split()) <= known
    for chart in CHARTS.values():
        assert f">{chart.description}</desc>" in page


def test_every_figure_has_a_caption_and_its_data_as_a_table(page):
    for name in ("figure", "figcaption", "details", "summary"):
        assert len(all_of(page, name)) == len(CHARTS)
    assert len(all_of(page, "table")) == len(CHARTS) + len(("Scores", "Rules"))


def test_wide_tables_scroll_in_a_named_region_that_the_keyboard_reaches(page):
    regions = [a for a in all_of(page, "div") if a.get("role") == "region"]
    assert len(regions) == len(all_of(page, "table"))
    assert all(region["tabindex"] == "0" for region in regions)
    names = [region["aria-label"] for region in regions]
    assert len(set(names)) == len(names)


def test_table_heads_say_what_they_head(page):
    assert {a["scope"] for a in all_of(page, "th")} == {"col", "row"}


def test_drawings_of_one_report_share_no_ids(page):
    assert 'id="clip' not in page
