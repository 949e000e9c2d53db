"""The coordinator's pages: contributions come in, are merged, published and taken back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from medengage.definitions import catalogue
from medengage.norms.contribution import public_key
from medengage.norms.ledger import NormLedger
from medengage.norms.release import read_norm
from medengage.simulate import study
from tests.unit.norms.hospitals import INSTRUMENT, key, signed_by
from tests.web.cast import app, place
from tests.web.regions import Region, region


@pytest.fixture
def here(data: Any) -> Region:
    return region(0)


@pytest.fixture
def coordinator(here: Region) -> Client:
    return here.with_role("benchmark-coordinator")


def at(here: Region, *parts: str) -> str:
    return "/".join(["/m/norms", str(here.unit.pk), *parts, ""])


def joins(browser: Client, here: Region, number: int) -> Any:
    facts = {"organisation": f"hospital-{number}", "public_key": public_key(key(number))}
    return browser.post(at(here, "join"), facts)


def brings(browser: Client, here: Region, *texts: str) -> str:
    files = [SimpleUploadedFile(f"{k}.json", text.encode()) for k, text in enumerate(texts)]
    answer = browser.post(at(here, "bring"), {"contributions": files}, follow=True)
    return str(answer.content.decode())


def merges(browser: Client, here: Region) -> str:
    return str(browser.post(at(here, "merge"), follow=True).content.decode())


def given(number: int, **other: Any) -> str:
    return str(signed_by(number, **other).model_dump_json())


def ledger(browser: Client, here: Region) -> NormLedger:
    """The ledger as somebody saves it and checks it."""
    saved = browser.get(f"{at(here, 'files')}ledger/").content.decode()
    found = NormLedger.read(saved, "ledger")
    found.verify(None)
    return found


def merged(browser: Client, here: Region, count: int) -> None:
    for number in range(1, count + 1):
        assert joins(browser, here, number).status_code == 302
    words = brings(browser, here, *(given(number) for number in range(1, count + 1)))
    assert f"Kept until you merge them: {count}." in words
    assert f"Merged: {count}. Not taken: 0." in merges(browser, here)


def test_from_files_to_a_published_norm(here: Region, coordinator: Client) -> None:
    merged(coordinator, here, 14)
    assert len(ledger(coordinator, here).standing()) == 14
    answer = coordinator.post(at(here, "publish"), {"of": f"{INSTRUMENT} en"}, follow=True)
    page = answer.content.decode()
    assert "Published: norm" in page
    assert "valid" in page
    [norm] = app("norms.queries").norms(here.unit)
    saved = coordinator.get(f"{at(here, 'files')}{norm.identifier}/").content.decode()
    found = read_norm(saved, "norm.json")
    assert (found.organisations, found.doctors, found.status) == (14, 1680, "valid")
    again = coordinator.post(at(here, "publish"), {"of": f"{INSTRUMENT} en"}, follow=True)
    assert again.status_code == 200
    assert len(app("norms.queries").norms(here.unit)) == 1
    told = [
        event.event
        for event in app("accounts.models").AuditEvent.objects.filter(unit=here.unit)
        if "norm" in event.event or "contribution" in event.event
    ]
    assert told.count("norm published") == 1
    assert told.count("contribution to the norm came in") == 14


def test_what_is_taken_back_is_out_of_the_next_norm_and_in_the_ledger(
    here: Region, coordinator: Client
) -> None:
    merged(coordinator, here, 6)
    before = ledger(coordinator, here)
    page = coordinator.post(at(here, "withdraw"), {"which": "2"}).content.decode()
    assert "Tick the box to go on" in page
    answer = coordinator.post(at(here, "withdraw"), {"which": "2", "sure": "on"}, follow=True)
    assert "Withdrawn: hospital-3, 2027." in answer.content.decode()
    after = ledger(coordinator, here)
    assert len(after.standing()) == 5
    assert after.lines().startswith(before.lines())
    after.verify(before.head)
    brings(coordinator, here, given(3, seq=2))
    merges(coordinator, here)
    assert len(ledger(coordinator, here).standing()) == 6


def test_four_hospitals_make_no_norm(here: Region, coordinator: Client) -> None:
    merged(coordinator, here, 4)
    page = coordinator.post(at(here, "publish"), {"of": f"{INSTRUMENT} en"}).content.decode()
    assert "There is a problem" in page
    assert app("norms.queries").norms(here.unit) == []


def changed(text: str) -> str:
    """A contribution with one doctor more than was signed."""
    table = json.loads(text)
    table["contribution"]["eligible"] += 1
    return json.dumps(table)


@pytest.mark.parametrize(
    "wrong",
    ["forged", "changed", "stranger", "twice"],
)
def test_what_is_not_genuine_is_refused_and_changes_nothing(
    here: Region, coordinator: Client, wrong: str
) -> None:
    merged(coordinator, here, 2)
    before = ledger(coordinator, here).lines()
    text = {
        "forged": json.dumps(json.loads(given(1, wave="2028")) | {"signature": f"{'A' * 86}=="}),
        "changed": changed(given(1, wave="2028")),
        "stranger": given(7),
        "twice": given(1, wave="2028", seq=1, organisation="hospital-2"),
    }[wrong]
    brings(coordinator, here, text)
    page = merges(coordinator, here)
    assert "Merged: 0. Not taken: 1." in page
    assert "Not taken: " in page
    assert ledger(coordinator, here).lines() == before


def test_a_replayed_contribution_is_taken_once(here: Region, coordinator: Client) -> None:
    merged(coordinator, here, 2)
    before = ledger(coordinator, here).lines()
    brings(coordinator, here, given(1))
    assert "Merged: 0. Not taken: 1." in merges(coordinator, here)
    assert ledger(coordinator, here).lines() == before


@pytest.mark.parametrize("text", ["", "{}", "not json", given(1)[:-40], "\x00", '{"a": NaN}'])
def test_a_file_that_is_no_contribution_is_not_kept(
    here: Region, coordinator: Client, text: str
) -> None:
    words = brings(coordinator, here, text or " ", given(2))
    assert "Not kept. 0.json" in words
    assert "Kept until you merge them: 1." in words


def test_a_key_that_is_none_is_refused(here: Region, coordinator: Client) -> None:
    for wrong in ("", "abc", "z" * 64, "0" * 63):
        answer = coordinator.post(
            at(here, "join"), {"organisation": "hospital-1", "public_key": wrong}
        )
        assert answer.status_code == 200
        assert "There is a problem" in answer.content.decode()
    assert ledger(coordinator, here).entries == ()


def test_nobody_merges_by_looking(here: Region, coordinator: Client) -> None:
    joins(coordinator, here, 1)
    brings(coordinator, here, given(1))
    assert coordinator.get(at(here, "merge")).status_code == 302
    assert ledger(coordinator, here).standing() == []


def test_others_than_the_coordinator_do_not_get_in(here: Region, coordinator: Client) -> None:
    merged(coordinator, here, 1)
    manager = here.with_role("survey-manager")
    for part in ((), ("join",), ("bring",), ("publish",), ("withdraw",), ("files", "ledger")):
        assert manager.get(at(here, *part)).status_code == 403
    elsewhere = region(0).with_role("benchmark-coordinator")
    assert elsewhere.get(at(here)).status_code == 404


def test_the_way_in_leads_to_the_only_place_or_lets_one_choose(
    here: Region, coordinator: Client
) -> None:
    assert coordinator.get("/m/norms/")["Location"] == at(here)
    nobody_here = place().with_role("survey-manager")
    assert "You are not one" in nobody_here.get("/m/norms/").content.decode()


@pytest.mark.slow  # a release is certified
def test_a_hospital_gives_the_sums_of_its_published_results() -> None:
    hospital = place()
    pulse = catalogue.instrument("open-medical-engagement-pulse")
    kept = app("results.bringing").keep(study(seed=5, instrument=pulse), hospital.unit, by=None)
    manager = hospital.with_role("survey-manager")
    page = f"/m/campaigns/{kept.pk}/contribute/"
    assert manager.get(page).status_code == 404
    app("results.actions").publish(kept)
    assert "Answers never leave this hospital" in manager.get(page).content.decode()
    told = manager.post(page, follow=True).content.decode()
    assert "The coordinator has your sums." in told
    assert "has them already" in manager.post(page, follow=True).content.decode()
    [waits] = app("norms.queries").waiting(hospital.unit)
    assert waits.organisation == hospital.unit.name
    assert "responses" not in waits.text
    coordinator = hospital.with_role("benchmark-coordinator")
    assert "Merged: 1. Not taken: 0." in merges(coordinator, Region(hospital.unit, {}))
    reader = hospital.with_role("board-reader")
    assert reader.get(page).status_code == 403
