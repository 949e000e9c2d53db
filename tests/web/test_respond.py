"""The respondents' pages: forward and back, once, and never by a program that fills in forms."""

from __future__ import annotations

import re
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

INSTRUMENT = "open-medical-engagement@1.0.0"
ATTRIBUTES = {"division": "Medicine", "grade": "Consultant"}


def app(name: str) -> Any:
    """A module of the application; models exist only once Django is set up."""
    return import_module(f"medengage.web.{name}")


@pytest.fixture
def campaign(data: Path) -> Any:
    """An open campaign."""
    made = app("campaigns.models").Campaign.objects.create(
        organisation="St Elsewhere Hospital",
        wave="2027",
        instrument=INSTRUMENT,
        words={"organisation": "hospital"},
    )
    app("campaigns.actions").open_for_answers(made, date(2027, 3, 1))
    made.refresh_from_db()
    return made


@pytest.fixture
def link(campaign: Any) -> str:
    token: str = app("invitations.actions").links_for(campaign, [ATTRIBUTES])[0]
    return token


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True, HTTP_HOST="localhost")


def answer(browser, link, page, value="4"):
    """Fill in one page of statements."""
    found = browser.get(f"/a/{link}/{page}/")
    names = dict.fromkeys(re.findall(r'name="([a-z0-9-]+)"', found.content.decode()))
    return browser.post(f"/a/{link}/{page}/", dict.fromkeys(names, value))


def walk(browser, link, *, until=6):
    """Begin, and answer the first pages."""
    browser.post(f"/a/{link}/", {"step": "yes"})
    for page in range(1, until + 1):
        answer(browser, link, page)


def sent_by(campaign, form="doctors"):
    """All answers to a form of a campaign, after they were shuffled as at closing."""
    keys = app("keys").KeyFolder(import_module("django.conf").settings.MEDENGAGE_KEYS)
    name, key = str(campaign.pk), keys.of(str(campaign.pk))
    app("responses.actions").flush(name, key, form, closing=True)
    return app("responses.queries").rows(name, form, key.wave)


def test_a_doctor_answers_from_the_link_to_the_thanks(browser, campaign, link):
    first = browser.get(f"/a/{link}/")
    assert first.status_code == 200
    for word in ("St Elsewhere Hospital", "Medicine", "Consultant", "6 short pages"):
        assert word in first.content.decode()
    walk(browser, link)
    commented = browser.post(
        f"/a/{link}/comment/", {"comment": "More beds.", "may_be_quoted": "on"}
    )
    assert commented.headers["Location"] == f"/a/{link}/send/"
    assert "all 30 statements" in browser.get(f"/a/{link}/send/").content.decode()
    done = browser.post(f"/a/{link}/send/", {"step": "yes"}, follow=True)
    assert "Thank you" in done.content.decode()
    (response,) = sent_by(campaign)
    assert set(response.answers.values()) == {4}
    assert len(response.answers) == 30
    assert (response.attributes, response.phase) == (ATTRIBUTES, 1)
    (comment,) = app("responses.models").Comment.objects.filter(campaign=str(campaign.pk))
    assert (comment.text, comment.may_be_quoted) == ("More beds.", True)


def test_a_link_that_was_used_leads_to_the_thanks_whatever_is_asked(browser, campaign, link):
    walk(browser, link)
    for _ in range(2):
        browser.post(f"/a/{link}/send/", {"step": "yes"})
    for page in ("", "look/", "later/", "1/", "comment/", "send/"):
        assert browser.get(f"/a/{link}/{page}").headers["Location"] == f"/a/{link}/thanks/"
    assert browser.post(f"/a/{link}/1/", {"step": "yes"}).status_code == 302
    assert len(sent_by(campaign)) == 1


def test_what_was_chosen_comes_back_on_another_device(browser, link):
    walk(browser, link, until=2)
    other = Client(HTTP_HOST="localhost")
    assert "You have begun already" in other.get(f"/a/{link}/").content.decode()
    kept = other.get(f"/a/{link}/2/").content.decode()
    assert kept.count("checked") == 5
    assert other.get(f"/a/{link}/3/").content.decode().count("checked") == 0


def test_an_empty_page_says_what_is_missing_and_keeps_nothing(browser, link):
    walk(browser, link, until=1)
    page = browser.post(f"/a/{link}/2/", {})
    assert page.status_code == 200
    assert page.content.decode().count("Choose an answer.") >= 5
    assert "checked" not in browser.get(f"/a/{link}/2/").content.decode()


def test_what_was_answered_is_kept_although_something_is_missing(browser, link):
    walk(browser, link, until=1)
    found = browser.get(f"/a/{link}/2/").content.decode()
    first, *_ = re.findall(r'type="radio" name="([a-z0-9-]+)"', found)
    page = browser.post(f"/a/{link}/2/", {first: "4"}).content.decode()
    assert page.count("checked") == 1
    assert page.count("Choose an answer.") == 4
    assert (
        Client(HTTP_HOST="localhost").get(f"/a/{link}/2/").content.decode().count("checked") == 1
    )


def test_all_statements_can_stand_on_one_page(browser, campaign, link):
    app("campaigns.models").Campaign.objects.filter(pk=campaign.pk).update(statements_a_page=0)
    app("campaigns.queries").RECENT.clear()
    assert "All statements stand on 1 page" in browser.get(f"/a/{link}/").content.decode()
    walk(browser, link, until=1)
    assert "all 30 statements" in browser.get(f"/a/{link}/send/").content.decode()


def test_a_doctor_may_prefer_not_to_say(browser, campaign, link):
    walk(browser, link, until=5)
    answer(browser, link, 6, "0")
    assert "left out 5 of 30" in browser.get(f"/a/{link}/send/").content.decode()
    browser.post(f"/a/{link}/send/", {"step": "yes"})
    (response,) = sent_by(campaign)
    assert len(response.answers) == 25


def test_who_answered_nothing_sends_nothing(browser, campaign, link):
    browser.post(f"/a/{link}/", {"step": "yes"})
    for page in range(1, 7):
        answer(browser, link, page, "0")
    assert browser.post(f"/a/{link}/send/", {"step": "yes"}).headers["Location"].endswith("/1/")
    assert sent_by(campaign) == []


def scanner(client, link, fill):
    """A mail scanner: follows every link it can reach, and sends every form it finds."""
    waiting: list[str] = [f"/a/{link}/"]
    seen: set[str] = set()
    while waiting and len(seen) < 60:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        client.head(address)
        page = client.get(address)
        text = page.content.decode()
        waiting += re.findall(r'href="(/a/[^"]+)"', text)
        if "<form" in text:
            page = client.post(address, fill(text))
        if page.status_code == 302:
            waiting.append(page.headers["Location"])


def nothing(_):
    return {}


RADIO = re.compile(r'<input[^>]*type="radio"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


def first_choices(text):
    """Every first option, as a careless program would choose."""
    chosen: dict[str, str] = {}
    for name, value in RADIO.findall(text):
        chosen.setdefault(name, value)
    return chosen


def last_choices(text):
    """Every last option, as a table of names and values comes out."""
    return dict(RADIO.findall(text))


@pytest.mark.parametrize("fill", [nothing, first_choices, last_choices])
def test_fifty_scanners_that_send_forms_blindly_leave_the_link_as_it_was(
    browser, campaign, link, fill
):
    for _ in range(50):
        scanner(Client(HTTP_HOST="localhost"), link, fill)
    assert not app("responses.models").Draft.objects.filter(campaign=str(campaign.pk)).exists()
    walk(browser, link)
    browser.post(f"/a/{link}/send/", {"step": "yes"})
    assert len(sent_by(campaign)) == 1


def test_whoever_comes_back_another_time_finds_everything_kept(browser, campaign, link):
    put_off = browser.post(f"/a/{link}/", {"step": "later"})
    assert put_off.headers["Location"] == f"/a/{link}/later/"
    assert "nothing is kept" in browser.get(f"/a/{link}/later/").content.decode()
    walk(browser, link)
    put_off = browser.post(f"/a/{link}/send/", {"step": "later"})
    assert put_off.headers["Location"] == f"/a/{link}/later/"
    assert "answered so far is kept" in browser.get(f"/a/{link}/later/").content.decode()
    assert sent_by(campaign) == []
    browser.post(f"/a/{link}/send/", {"step": "yes"})
    assert len(sent_by(campaign)) == 1


def test_reading_changes_nothing(browser, campaign, link):
    for page in ("", "look/", "later/", "1/", "comment/", "send/", "thanks/"):
        browser.get(f"/a/{link}/{page}")
        browser.head(f"/a/{link}/{page}")
    models = app("responses.models")
    for model in (models.Draft, models.Receipt, models.Sealed, models.Response):
        assert not model.objects.filter(campaign=str(campaign.pk)).exists()


def test_no_cookie_is_set_and_nothing_may_be_kept_by_a_cache(browser, link):
    pages = [browser.get(f"/a/{link}/"), browser.post(f"/a/{link}/", {"step": "yes"})]
    for page in [*pages, browser.get(f"/a/{link}/1/")]:
        assert not page.cookies
        assert "no-store" in page.headers["Cache-Control"]
        assert page.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("token", ["a" * 26, "x", "%00", "..", "a" * 500])
def test_an_unknown_link_gets_a_friendly_page(browser, data, token):
    page = browser.get(f"/a/{token}/")
    assert page.status_code == 404
    assert "This link is not known" in page.content.decode()
    assert f"{token}/" not in page.content.decode()


def test_a_link_may_be_typed_in_capitals(browser, link):
    assert browser.get(f"/a/{link.upper()}/").status_code == 200


def test_a_link_may_be_typed_without_its_last_stroke(browser, link):
    assert browser.get(f"/a/{link}")["Location"] == f"/a/{link}/"


def test_a_campaign_that_is_not_open_takes_nothing(browser, campaign, link):
    walk(browser, link)
    app("campaigns.actions").close(campaign, date(2027, 3, 29))
    for page in ("", "1/", "send/"):
        assert browser.post(f"/a/{link}/{page}", {"step": "yes"}).status_code == 410
    assert sent_by(campaign) == []


@pytest.mark.parametrize("value", ["9", "-1", "x", "4; drop table"])
def test_an_option_that_is_none_is_refused(browser, link, value):
    browser.post(f"/a/{link}/", {"step": "yes"})
    assert answer(browser, link, 1, value).status_code == 200
    assert "checked" not in browser.get(f"/a/{link}/1/").content.decode()
