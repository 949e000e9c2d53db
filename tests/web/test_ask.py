"""A survey from its draft to published results, as the survey manager goes through it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib import import_module
from uuid import uuid4

import numpy as np
import pytest
from django.utils import timezone

from tests.web.cast import app, place, signed_in

DRAFT = {
    "instrument": "open-medical-engagement@1.0.0",
    "statements_a_page": "5",
    "managers_instrument": "",
    "word": "hospital",
    "languages": ["en"],
    "opens": "2027-03-01",
    "closes": "2027-03-29",
    "reminders": "7, 14, 21",
    "medical_director": "Dr Amara Lindqvist",
    "peer": "Dr Idris Penhallow",
    "contact": "Survey office, extension 4711",
    "groups": "division, grade",
    "minimum_group": "10",
}
DIVISIONS, GRADES = ("Medicine", "Surgery", "Women and children"), ("Consultant", "Trainee")


@pytest.fixture
def here(data):
    return place()


@pytest.fixture
def alice(here):
    return here.with_role("survey-manager")


def fresh(campaign):
    return app("campaigns.queries").campaign(campaign.pk)


def drafted(alice, here, **other):
    """A draft made with the form."""
    form = {"wave": f"Spring {uuid4().hex[:6]}", **DRAFT, **other}
    made = alice.post(f"/m/at/{here.unit.pk}/campaigns/new/", form)
    assert made.status_code == 302, re.findall(
        r"error-message[^>]*>([^<]+)", made.content.decode()
    )
    (number,) = re.findall(r"/campaigns/([0-9a-f-]{36})/", made["Location"])
    return app("campaigns.queries").campaign(number)


def doctors(count):
    rng = np.random.default_rng(4)
    return [
        {
            "name": f"Dr {at}",
            "address": f"d{at}-{uuid4().hex[:8]}@example.org",
            "attributes": {
                "division": DIVISIONS[at % 3],
                "grade": GRADES[int(rng.integers(2))],
            },
        }
        for at in range(count)
    ]


def enrolled(campaign, count=90):
    app("invitations.actions").enrol(campaign, "doctors", doctors(count))


def url(campaign, page=""):
    return f"/m/campaigns/{campaign.pk}/{page}"


def test_a_draft_keeps_what_was_typed_and_shows_it_again(here, alice):
    campaign = drafted(alice, here)
    assert (campaign.state, campaign.organisation) == ("draft", here.unit.name)
    assert campaign.policy["breakdown"] == "division"
    assert campaign.words == {"organisation": "hospital"}
    page = alice.get(url(campaign, "change/")).content.decode()
    for text in ("2027-03-29", "Dr Idris Penhallow", "division, grade", "7, 14, 21"):
        assert text in page
    alice.post(url(campaign, "change/"), {"wave": "Later", **DRAFT, "minimum_group": "12"})
    assert fresh(campaign).policy["minimum_group"] == 12


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("closes", "2027-02-01", "The last day comes after the first"),
        ("reminders", "7, 40", "Every reminder goes out before the last day"),
        ("reminders", "7, 7", "Write each day once"),
        ("reminders", "soon", "Write at most three numbers"),
        ("groups", "division, division", "Name each column once"),
        ("groups", "ethnicity, grade", "Units are not compared by ethnicity"),
        ("groups", "a, b, c, d, e, f, g", "Name between one and 6 columns"),
        ("groups", "<script>", "Use letters, digits, spaces and hyphens"),
        ("minimum_group", "5", "greater than or equal to 10"),
        ("instrument", "none@1.0.0", "Select a valid choice"),
        ("wave", "", "This field is required"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(here, alice, field, typed, told):
    form = {"wave": "Spring", **DRAFT, field: typed}
    page = alice.post(f"/m/at/{here.unit.pk}/campaigns/new/", form)
    assert page.status_code == 200
    assert told in page.content.decode()
    assert "Error: " in page.content.decode()


def test_sensitive_groups_are_never_crossed_and_specialties_merge_inside_divisions(here, alice):
    rules = drafted(alice, here, groups="division, specialty, ethnicity").policy
    assert rules["sensitive"] == ["ethnicity"]
    assert rules["within"] == {"specialty": "division"}


def test_the_check_list_says_what_is_to_do_and_holds_back_until_it_is_done(here, alice):
    campaign = drafted(alice, here, peer="", groups="division, grade, site")
    page = alice.get(url(campaign)).content.decode()
    assert "Name both who sign the letters." in page
    told = alice.post(url(campaign, "ready/"), follow=True).content.decode()
    assert "something is still to do" in told
    assert "0 doctors are on the roster" in told
    enrolled(campaign)
    alice.post(url(campaign, "change/"), {"wave": "Spring", **DRAFT, "groups": "division, site"})
    told = alice.post(url(campaign, "ready/"), follow=True).content.decode()
    assert "The roster has no column for site" in told
    alice.post(url(campaign, "change/"), {"wave": "Spring", **DRAFT})
    alice.post(url(campaign, "ready/"))
    assert fresh(campaign).state == "ready"


def test_a_change_after_the_check_makes_it_a_draft_again(here, alice):
    campaign = drafted(alice, here)
    enrolled(campaign)
    alice.post(url(campaign, "ready/"))
    alice.post(url(campaign, "change/"), {"wave": "Another", **DRAFT})
    assert fresh(campaign).state == "draft"
    alice.post(url(campaign, "ready/"))
    enrolled(campaign, 60)
    assert fresh(campaign).state == "draft"


def test_opening_freezes_everything_and_gives_everybody_a_link(here, alice):
    campaign = drafted(alice, here)
    enrolled(campaign)
    page = alice.get(url(campaign, "open/")).content.decode()
    assert "90 doctors" in page
    assert alice.post(url(campaign, "open/"), {"sure": "on"}).status_code == 302
    assert fresh(campaign).state == "draft"
    alice.post(url(campaign, "ready/"))
    assert b"Tick the box to go on" in alice.post(url(campaign, "open/"), {"sure": ""}).content
    alice.post(url(campaign, "open/"), {"sure": "on"})
    assert fresh(campaign).state == "open"
    asked = app("invitations.queries").addressees(fresh(campaign))
    assert len({one.link for one in asked}) == 90
    assert alice.get(f"/a/{asked[0].link}/").status_code == 200
    told = alice.post(url(campaign, "change/"), {"wave": "X", **DRAFT}).content.decode()
    assert "only a draft can be changed" in told
    alice.post(url(campaign, "delete/"), {"sure": "on"})
    assert fresh(campaign) is not None
    with pytest.raises(import_module("medengage.errors").StudyError):
        enrolled(campaign, 60)


def opened(alice, here, count=90, **other):
    campaign = drafted(alice, here, **other)
    enrolled(campaign, count)
    alice.post(url(campaign, "ready/"))
    alice.post(url(campaign, "open/"), {"sure": "on"})
    return fresh(campaign)


def answer(campaign, count):
    """Some doctors answer, each through the protocol."""
    respond, rng = app("respond.actions"), np.random.default_rng(1)
    items = app("campaigns.queries").instrument(campaign).item_ids
    for one in app("invitations.queries").addressees(campaign)[:count]:
        answers = {name: int(rng.integers(2, 6)) for name in items}
        found = app("invitations.queries").invitation(one.link)
        assert respond.send(found, one.link, answers)


@pytest.mark.slow  # fifty answers are written durably
def test_participation_is_a_band_that_moves_once_a_day(here, alice):
    campaign = opened(alice, here)
    answer(campaign, 35)
    band, today = app("results.participation").band, timezone.localdate()
    first = band(campaign, "doctors", today)
    assert (first.low, first.words) == (30, "30 to 40 %")
    answer(campaign, 60)
    assert band(campaign, "doctors", today) == first
    assert band(campaign, "doctors", today + timedelta(days=1)).low == 60
    page = alice.get(url(campaign, "participation/")).content.decode()
    assert "60 to 70 %" in page
    assert not re.search(r"\b35\b", re.sub(r"<[^>]+>", "", page))


def test_participation_of_fewer_than_thirty_is_not_shown(here, alice):
    campaign = opened(alice, here)
    app("invitations.models").Ticket.objects.filter(campaign=campaign).delete()
    app("invitations.actions").links_for(campaign, [{}] * 29)
    assert app("results.participation").band(campaign, "doctors", date(2027, 3, 2)) is None
    assert b"fewer than 30 were asked" in alice.get(url(campaign, "participation/")).content


@pytest.mark.slow  # eighty answers are written durably, and a release is certified
def test_closing_publishing_and_reading(here, alice, monkeypatch):
    campaign = opened(alice, here)
    answer(campaign, 80)
    started: list[object] = []
    monkeypatch.setattr(app("ask.actions"), "start", started.append)
    assert "when the survey has closed" in alice.get(url(campaign, "publish/")).content.decode()
    alice.post(url(campaign, "publish/"))
    assert started == []
    alice.post(url(campaign, "close/"), {"sure": "on"})
    assert fresh(campaign).state == "closed"
    for _ in range(2):
        alice.post(url(campaign, "publish/"))
    assert started == [str(campaign.pk)]
    assert b"data-watch" in alice.get(url(campaign, "publish/")).content
    app("results.actions").work(fresh(campaign))
    assert b"Read the results" in alice.get(url(campaign, "publish/")).content
    reader = here.with_role("board-reader", "Bob")
    assert campaign.wave.encode() in reader.get("/m/results/").content
    page = reader.get(f"/m/results/{campaign.pk}/").content.decode()
    assert "Certificate of the release" in page
    report = reader.get(f"/m/results/{campaign.pk}/board.html")
    assert here.unit.name in report.content.decode()
    pdf = reader.get(f"/m/results/{campaign.pk}/board.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert reader.get(f"/m/results/{campaign.pk}/board.exe").status_code == 404
    assert reader.get(url(campaign)).status_code == 403


@pytest.mark.slow  # a release is certified, and refused
def test_a_refusal_is_told_in_words_and_nothing_is_published(here, alice, monkeypatch):
    campaign = opened(alice, here)
    answer(campaign, 3)
    monkeypatch.setattr(app("ask.actions"), "start", lambda campaign: None)
    alice.post(url(campaign, "close/"), {"sure": "on"})
    alice.post(url(campaign, "publish/"))
    app("results.actions").work(fresh(campaign))
    page = alice.get(url(campaign, "publish/")).content.decode()
    assert "Nothing was published" in page
    assert fresh(campaign).state == "closed"
    assert alice.get(f"/m/results/{campaign.pk}/").status_code == 404


@pytest.mark.slow  # a process starts
def test_results_are_worked_out_in_a_process_of_their_own(here, alice, data):
    campaign = opened(alice, here)
    answer(campaign, 60)
    alice.post(url(campaign, "close/"), {"sure": "on"})
    alice.post(url(campaign, "publish/"))
    end = timezone.now() + timedelta(seconds=90)
    while timezone.now() < end:
        page = alice.get(url(campaign, "publish/")).content.decode()
        if "data-watch" not in page:
            break
    assert "Results were worked out" in page
    assert fresh(campaign).state == "published"


def test_what_was_done_is_in_the_record(here, alice):
    campaign = opened(alice, here)
    alice.post(url(campaign, "close/"), {"sure": "on"})
    done = [one.event for one in app("accounts.queries").events(here.unit)]
    assert done[:4] == ["campaign closed", "campaign opened", "campaign ready", "campaign made"]


def test_the_preview_goes_through_every_page_and_keeps_nothing(here, alice):
    campaign = drafted(alice, here, managers_instrument="open-medical-engagement-managers@1.0.0")
    for form, words in (("doctors", "How engaged are you"), ("managers", "Please estimate")):
        page = url(campaign, f"preview/{form}/")
        assert words in alice.get(page).content.decode()
        seen = [page]
        while not seen[-1].endswith("/thanks/"):
            there = alice.post(seen[-1])
            seen.append(there["Location"])
            assert alice.get(seen[-1]).status_code == 200
        assert len(seen) == 10
        assert "/a/preview" not in alice.get(seen[1]).content.decode()
    assert app("responses.models").Response.objects.filter(campaign=campaign.pk).count() == 0
    reader = signed_in(here.person("board-reader", "Bob"))
    assert reader.get(url(campaign, "preview/doctors/")).status_code == 403
