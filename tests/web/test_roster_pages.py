"""From a spreadsheet to the doctors who are asked: nothing is written before it was seen."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.cast import app, place
from tests.web.test_ask import DRAFT

HEADING = "Full name,Mail,Directorate,Grade,Staff number"
ROWS = [
    f"Dr {number},d{number}@example.org,{('Medicine', 'Surgery')[number % 2]},"
    f"{('Consultant', 'Trainee')[number % 3 > 0]},{1000 + number}"
    for number in range(40)
]
ROSTER = "\n".join([HEADING, *ROWS])


@pytest.fixture
def here(data):
    return place()


@pytest.fixture
def alice(here):
    return here.with_role("survey-manager")


def drafted(alice: Client, here: Any) -> Any:
    form = {"wave": f"Spring {uuid4().hex[:6]}", **DRAFT}
    made = alice.post(f"/m/at/{here.unit.pk}/campaigns/new/", form)
    (number,) = re.findall(r"/campaigns/([0-9a-f-]{36})/", made["Location"])
    return app("campaigns.queries").campaign(number)


def url(campaign: Any, page: str = "roster/") -> str:
    return f"/m/campaigns/{campaign.pk}/{page}"


def brought(alice: Client, campaign: Any, text: str = ROSTER, name: str = "staff.csv") -> str:
    """Bring a file, and give the page that comes of it."""
    file = SimpleUploadedFile(name, text.encode())
    answer = alice.post(url(campaign), {"file": file}, follow=True)
    return str(answer.content.decode())


def on_roster(campaign: Any) -> list[Any]:
    return list(app("invitations.models").Invitee.objects.filter(campaign=campaign))


def test_from_the_file_to_the_first_page_of_a_doctor(alice, here):
    campaign = drafted(alice, here)
    page = brought(alice, campaign)
    assert "40 doctors" in page
    assert "ot read and not kept: Staff number" in page
    assert on_roster(campaign) == []
    alice.post(url(campaign, "roster/doctors/take/"))
    people = on_roster(campaign)
    assert len(people) == 40
    assert people[0].attributes.keys() == {"division", "grade"}
    assert not any("1000" in str(vars(one)) for one in people)
    alice.post(url(campaign, "ready/"))
    alice.post(url(campaign, "open/"), {"sure": "on"})
    links = app("invitations.queries").addressees(app("campaigns.queries").campaign(campaign.pk))
    first = Client(HTTP_HOST="localhost").get(f"/a/{links[0].link}/").content.decode()
    assert re.search("Medicine|Surgery", first)
    assert re.search("Consultant|Trainee", first)
    assert "Dr " not in first.partition("<main")[2]


def test_columns_that_were_misread_can_be_set_right(alice, here):
    campaign = drafted(alice, here)
    odd = ROSTER.replace(HEADING, "Who,Where to,Part,Level,Number")
    page = brought(alice, campaign, odd)
    assert "0 doctors" in page
    chosen = {
        "first": "Who",
        "last": "",
        "address": "Where to",
        "group-0": "Part",
        "group-1": "Level",
    }
    page = alice.post(url(campaign), chosen, follow=True).content.decode()
    assert "40 doctors" in page
    alice.post(url(campaign, "roster/doctors/take/"))
    assert len(on_roster(campaign)) == 40
    later = drafted(alice, here)
    assert "40 doctors" in brought(alice, later, odd)


def test_a_file_can_be_forgotten(alice, here):
    campaign = drafted(alice, here)
    brought(alice, campaign)
    alice.post(url(campaign, "roster/doctors/drop/"))
    assert "Look at this file" in alice.get(url(campaign)).content.decode()
    alice.post(url(campaign, "roster/doctors/take/"))
    assert on_roster(campaign) == []


def test_another_file_takes_the_place_of_the_roster(alice, here):
    campaign = drafted(alice, here)
    for text in (ROSTER, "\n".join([HEADING, *ROWS[:35]])):
        brought(alice, campaign, text)
        alice.post(url(campaign, "roster/doctors/take/"))
    assert len(on_roster(campaign)) == 35


def test_rows_that_cannot_be_taken_are_told_by_number_and_not_by_name(alice, here):
    campaign = drafted(alice, here)
    page = brought(alice, campaign, f"{ROSTER}\nDr Marked,marked at x,Medicine,Trainee,1")
    assert re.search("1 of 41 rows (is|are) left out", page)
    assert "ow 42, column Mail" in page
    assert "Marked" not in page


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [("", "a.csv", "empty"), ("x", "a.pdf", "cannot be read"), ("Name\n", "a.csv", "no rows")],
)
def test_a_file_that_is_no_roster_gets_a_clear_page(alice, here, text, name, words):
    campaign = drafted(alice, here)
    assert words in brought(alice, campaign, text, name)
    alice.post(url(campaign, "roster/doctors/take/"))
    assert on_roster(campaign) == []


def test_a_file_that_is_too_large_gets_a_clear_page(alice, here):
    campaign = drafted(alice, here)
    page = brought(alice, campaign, "a,b\n" + "x" * (20 * 1024 * 1024), "a.csv")
    assert "20 MB" in page


def test_the_roster_is_frozen_once_doctors_answer(alice, here):
    campaign = drafted(alice, here)
    brought(alice, campaign)
    alice.post(url(campaign, "roster/doctors/take/"))
    alice.post(url(campaign, "ready/"))
    alice.post(url(campaign, "open/"), {"sure": "on"})
    assert "frozen" in brought(alice, campaign)
    assert len(on_roster(campaign)) == 40


def test_every_step_is_written_into_the_record_without_names(alice, here):
    campaign = drafted(alice, here)
    brought(alice, campaign)
    alice.post(url(campaign, "roster/doctors/take/"))
    found = app("accounts.models").AuditEvent.objects.filter(subject=str(campaign))
    events = {event.event: event.facts for event in found}
    assert events["roster accepted"] == {"form": "doctors", "people": 40}
    assert "example.org" not in str(events)


def test_the_sample_is_a_roster(alice, here):
    campaign = drafted(alice, here)
    sample = alice.get("/m/roster/sample.csv").content.decode()
    assert "120 doctors" in brought(alice, campaign, sample)
