"""Published results as pages: a figure, a sentence, a table, and what it does not say."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.test import Client

from medengage.report.formats import FORMATS
from tests.unit.compare.norms_made import CUTS, norm_of
from tests.web.cast import app
from tests.web.regions import Region, of_level, region


@pytest.fixture(scope="module")
def here(data: Any) -> Region:
    return region(6, waves=2)


@pytest.fixture(scope="module")
def reader(here: Region) -> Client:
    return here.with_role("board-reader")


@pytest.fixture(scope="module")
def campaign(here: Region) -> Any:
    """The newest one of the last hospital."""
    return list(here.campaigns.values())[-1]


def names(campaign: Any) -> list[str]:
    menu = app("insight.queries").menu(campaign)
    return [one.name for part in menu for one in part.topics]


def test_the_menu_has_a_page_for_everything_that_was_found(campaign: Any) -> None:
    found = names(campaign)
    assert {"overview", "change", "units", "places", "drivers", "gap"} <= set(found)
    assert any(name.startswith("scale-") for name in found)
    assert any(name.startswith("unit-") for name in found)
    assert len(found) == len(set(found))


@pytest.mark.slow  # every figure of twenty pages is drawn
def test_every_page_is_small_and_leads_to_the_others(reader: Client, campaign: Any) -> None:
    every = names(campaign)
    for name in every:
        address = f"/m/results/{campaign.pk}/about/{name}/"
        answer = reader.get(address, HTTP_ACCEPT_ENCODING="gzip")
        assert answer.status_code == 200, name
        assert len(answer.content) <= 60_000, name
        page = gzip.decompress(answer.content).decode()
        assert page.count("<h1") == 1
        assert page.count(f"/m/results/{campaign.pk}/about/") == len(every) - 1
        assert 'aria-current="page"' in page


@pytest.mark.parametrize("name", ["overview", "change", "units", "drivers", "gap"])
def test_a_page_with_a_figure_has_its_table_and_says_what_it_does_not_say(
    reader: Client, campaign: Any, name: str
) -> None:
    page = reader.get(f"/m/results/{campaign.pk}/about/{name}/").content.decode()
    assert "<svg" in page
    assert "<table" in page
    assert "not say" in page


@pytest.mark.parametrize("name", ["none", "scale-none", "unit-none", "norm"])
def test_a_page_with_nothing_to_say_is_not_there(reader: Client, campaign: Any, name: str) -> None:
    assert reader.get(f"/m/results/{campaign.pk}/about/{name}/").status_code == 404


def test_a_norm_of_the_region_adds_its_page(data: Any) -> None:
    here = region(1)
    reader = here.with_role("board-reader")
    campaign = next(iter(here.campaigns.values()))
    made = norm_of(of_level("X", 50.0), mu=48.0, tau2=16, var_mu=0.25, cuts=CUTS)
    app("norms.models").Norm.objects.create(
        unit=here.unit,
        identifier=made.id,
        instrument=made.instrument,
        checksum=made.instrument_checksum,
        text=made.model_dump_json(),
    )
    assert "norm" in names(campaign)
    page = reader.get(f"/m/results/{campaign.pk}/about/norm/").content.decode()
    assert "Compared with other hospitals" in page
    assert "The 50 hospitals of the norm gave their figures freely" in page


def test_the_region_page_has_no_league_table(reader: Client) -> None:
    page = reader.get("/m/results/region/").content.decode()
    assert "Hospitals beside each other" in page
    assert "in 6 hospitals" in page
    assert "Which hospital is best" in page


def test_few_hospitals_are_not_compared(data: Any) -> None:
    page = region(4).with_role("board-reader").get("/m/results/region/").content.decode()
    assert "Five hospitals with published results" in page


@pytest.mark.slow  # every format is written
@pytest.mark.parametrize("form", sorted(FORMATS))
def test_reports_can_be_kept_in_every_format(reader: Client, campaign: Any, form: str) -> None:
    answer = reader.get(f"/m/results/{campaign.pk}/board.{form}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == FORMATS[form].media_type
    page = reader.get(f"/m/results/{campaign.pk}/").content.decode()
    for offered in ("pdf", "pptx", "xlsx", "markdown", "json"):
        assert f"/m/results/{campaign.pk}/board.{offered}" in page


def test_others_do_not_find_these_pages(campaign: Any) -> None:
    stranger = region(0).with_role("board-reader")
    for address in ("", "about/overview/", "board.html"):
        assert stranger.get(f"/m/results/{campaign.pk}/{address}").status_code == 404


def test_what_draws_is_loaded_while_somebody_reads_the_list(reader: Client) -> None:
    queries = app("insight.queries")
    queries.prepare.cache_clear()
    assert reader.get("/m/results/").status_code == 200
    assert queries.prepare.cache_info().currsize == 1
    first = queries.prepare()
    first.join(timeout=60)
    assert not first.is_alive()
    reader.get("/m/results/")
    assert queries.prepare() is first
