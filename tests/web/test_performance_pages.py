"""Engagement beside outer measures, as a coordinator and a reader meet it."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.cast import app
from tests.web.regions import Region, region

ALL = "/m/results/performance/"
GOOD = ("Requires improvement", "Good", "Good", "Outstanding")


@pytest.fixture(scope="module")
def here(data: Any) -> Region:
    return region(12)


@pytest.fixture
def coordinator(here: Region) -> Client:
    return here.with_role("benchmark-coordinator")


def brings(browser: Client, here: Region, content: bytes, measure: str = "cqc-overall") -> Any:
    file = SimpleUploadedFile("values.csv", content)
    return browser.post(f"{ALL}{here.unit.pk}/bring/", {"measure": measure, "values": file})


def values(here: Region, count: int = 12) -> bytes:
    rows = [
        f"{name.upper()},{GOOD[k * 4 // 12]},2026-02-0{k % 9 + 1},acute hospital"
        for k, name in enumerate(list(here.campaigns)[:count])
    ]
    return "\n".join(["organisation,value,day,place", *rows]).encode()


def text(answer: Any) -> str:
    assert answer.status_code == 200
    content = answer.content
    if answer.headers.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    return str(content.decode())


def kept(here: Region) -> list[Any]:
    return list(app("performance.models").Value.objects.filter(unit=here.unit))


@pytest.mark.slow  # eight pictures are drawn
def test_every_page_of_the_example_says_what_it_does_not_say(coordinator: Client) -> None:
    queries = app("performance.queries")
    for one in queries.examples():
        page = text(coordinator.get(f"{ALL}example/{one.id}/"))
        assert "What this does not say" in page
        assert "Open Government Licence v3.0" in page
        assert "<svg" in page
    overall = text(coordinator.get(f"{ALL}example/cqc-overall/"))
    assert "0.43, 95 % interval 0.27 to 0.58" in overall
    assert "19 organisations left out" in overall
    shmi = text(coordinator.get(f"{ALL}example/shmi/"))
    assert "0.28, 95 % interval" in shmi
    assert "its day is not known" not in shmi


def test_a_page_is_small_and_drawn_once(coordinator: Client) -> None:
    answer = coordinator.get(f"{ALL}example/cqc-overall/", HTTP_ACCEPT_ENCODING="gzip")
    assert len(answer.content) <= 60_000
    queries = app("performance.queries")
    before = queries.example_page.cache_info().hits
    coordinator.get(f"{ALL}example/cqc-overall/")
    assert queries.example_page.cache_info().hits == before + 1


@pytest.mark.parametrize("form", ["pdf", "pptx", "xlsx", "json"])
def test_the_example_can_be_kept(coordinator: Client, form: str) -> None:
    answer = coordinator.get(f"{ALL}example/shmi.{form}")
    assert answer.status_code == 200
    assert f"engagement-and-shmi.{form}" in answer["Content-Disposition"]


@pytest.mark.parametrize(
    "path", ["example/oversight-people/", "example/no/", "example/shmi.doc", "example/no.pdf"]
)
def test_what_is_no_example_is_not_there(coordinator: Client, path: str) -> None:
    assert coordinator.get(f"{ALL}{path}").status_code == 404


def test_the_first_page_says_what_is_refused_and_why(coordinator: Client) -> None:
    page = text(coordinator.get(ALL))
    assert "Oversight Framework: people and workforce" in page
    assert "engagement score of the staff survey" in page
    assert "Bring values of a measure" in page


def test_values_are_brought_and_compared_with_published_results(
    here: Region, coordinator: Client
) -> None:
    answer = brings(coordinator, here, values(here))
    assert answer.status_code == 302
    assert len(kept(here)) == 12
    page = text(coordinator.get(answer["Location"]))
    assert "Among 12 organisations" in page
    assert "more engagement goes with a better CQC overall rating" in page
    event = app("accounts.models").AuditEvent.objects.filter(unit=here.unit).first()
    assert (event.event, event.facts) == ("values of a measure brought in", {"values": 12})
    assert "CQC overall rating</a>, 12 organisations" in text(coordinator.get(ALL))
    for form in ("pdf", "pptx", "xlsx"):
        assert coordinator.get(f"{answer['Location'].rstrip('/')}.{form}").status_code == 200
    brings(coordinator, here, values(here, 5))
    assert len(kept(here)) == 5
    page = text(coordinator.get(answer["Location"]))
    assert "too few to say" in page


def test_a_row_that_is_wrong_keeps_everything_as_it_was(here: Region, coordinator: Client) -> None:
    brings(coordinator, here, values(here))
    wrong = values(here).replace(b"Outstanding", b"Splendid", 1) + b"\nSomewhere,Good,,\n"
    page = text(brings(coordinator, here, wrong))
    assert "this is no level of the rating" in page
    assert "Splendid" not in page
    unknown = values(here) + b"\nSomewhere,Good,,\n"
    page = text(brings(coordinator, here, unknown))
    assert "no organisation here is called Somewhere" in page
    assert len(kept(here)) == 12


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x00\x01\x02", "cannot be read"),
        (b"", "empty"),
        (b"a,b\n1,2\n", "there is no such column"),
    ],
)
def test_a_file_that_is_none_says_so(
    here: Region, coordinator: Client, content: bytes, words: str
) -> None:
    assert words in text(brings(coordinator, here, content))


def test_a_measure_that_contains_engagement_cannot_be_brought(
    here: Region, coordinator: Client
) -> None:
    page = text(brings(coordinator, here, values(here), "oversight-people"))
    assert "Select a valid choice" in page
    assert coordinator.get(f"{ALL}{here.unit.pk}/oversight-people/").status_code == 404


def test_the_sheet_to_fill_in_names_every_hospital(here: Region, coordinator: Client) -> None:
    lines = coordinator.get(f"{ALL}{here.unit.pk}/values.csv").content.decode().splitlines()
    assert lines[0] == "organisation,value,day,place"
    assert [line.split(",")[0] for line in lines[1:]] == sorted(here.campaigns)


def test_readers_read_and_do_not_bring(here: Region) -> None:
    reader = here.with_role("board-reader")
    assert "Bring values" not in text(reader.get(ALL))
    assert brings(reader, here, values(here)).status_code == 403
    elsewhere = region(1).with_role("benchmark-coordinator")
    assert brings(elsewhere, here, values(here)).status_code == 404
    assert elsewhere.get(f"{ALL}{here.unit.pk}/cqc-overall/").status_code == 404


def test_before_anything_is_published_the_page_says_what_is_needed(data: Any) -> None:
    empty = region(0)
    browser = empty.with_role("benchmark-coordinator")
    page = text(browser.get(f"{ALL}{empty.unit.pk}/shmi/"))
    assert "are needed for a picture" in page
    assert browser.get(f"{ALL}{empty.unit.pk}/shmi.pdf").status_code == 404
