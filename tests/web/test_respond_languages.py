"""Two languages: chosen without a cookie, remembered in the draft, the same numbers in both."""

from __future__ import annotations

import re
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.web.survey_site import DOCTOR, opened
from tests.web.test_respond import app, sent_by

BOTH = ["en", "fr"]
PREFERRED = {"accept-language": "fr-CA,fr;q=0.9,en;q=0.5"}
FRENCH = {"HTTP_ACCEPT_LANGUAGE": PREFERRED["accept-language"]}
LABELS = {
    "en": ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree"],
    "fr": ["Pas du tout d'accord", "Pas d'accord", "Ni d'accord ni pas d'accord", "D'accord"],
}
LABELS["en"] += ["Strongly agree", "Prefer not to say"]
LABELS["fr"] += ["Tout à fait d'accord", "Je préfère ne pas répondre"]
OPTION = re.compile(r'name="([a-z0-9-]+)" value="(\d)"[^>]*><label[^>]*>([^<]+)</label>')


@pytest.fixture
def campaign(data: Path) -> Any:
    return opened({"languages": BOTH, "closes": date(2027, 4, 1)})


@pytest.fixture
def link(campaign):
    return new_link(campaign)


def new_link(campaign: Any, form: str = "doctors") -> str:
    token: str = app("invitations.actions").links_for(campaign, [DOCTOR], form=form)[0]
    return token


@pytest.fixture
def browser():
    return Client(HTTP_HOST="localhost")


def text_of(answer):
    return answer.content.decode().replace("&#x27;", "'")


def spoken(answer):
    """The language that a page says it is in."""
    found = re.search(r'<html lang="([^"]+)"', text_of(answer))
    assert found
    return found[1]


def draft_of(campaign, link):
    ours = app("invitations.queries").invitation(link)
    return app("respond.actions").draft(ours, link)


def follow(browser, address, **form):
    """Send a form, and give the address it leads to."""
    answer = browser.post(address, form)
    assert answer.status_code == 302, text_of(answer)
    return answer["Location"]


def answered(browser, start, choose):
    """Answer everything from a start page; ``choose`` gives the option of a place."""
    address, place = follow(browser, start, step="yes"), 0
    while re.search(r"/\d+/", address):
        page = text_of(browser.get(address))
        names = list(dict.fromkeys(name for name, _, _ in OPTION.findall(page)))
        chosen = {name: choose(place + at) for at, name in enumerate(names)}
        place += len(names)
        address = follow(browser, address, **chosen)
    return address


@pytest.mark.parametrize(
    ("header", "lang", "page"),
    [
        ("", "", "en-gb"),
        ("fr", "", "fr"),
        ("fr-CA,en;q=0.5", "", "fr"),
        ("de,fr;q=0.3,en;q=0.2", "", "fr"),
        ("en-US,fr;q=0.9", "", "en-gb"),
        ("fr;q=0,de", "", "en-gb"),
        ("x" * 9000, "", "en-gb"),
        ("fr", "en", "en-gb"),
        ("en", "fr", "fr"),
        ("en", "de", "en-gb"),
        ("en", "<script>", "en-gb"),
        ("de", "", "en-gb"),
    ],
)
def test_the_address_decides_then_the_browser(browser, link, header, lang, page):
    answer = browser.get(
        f"/a/{link}/", {"lang": lang} if lang else {}, HTTP_ACCEPT_LANGUAGE=header
    )
    assert spoken(answer) == page
    assert not answer.cookies


def test_the_first_language_of_the_campaign_is_the_last_resort(browser, data):
    french = opened({"languages": ["fr", "en"]})
    assert spoken(browser.get(f"/a/{new_link(french)}/")) == "fr"


def test_one_language_offers_no_choice(browser, data):
    english = opened({"languages": ["en"]})
    page = browser.get(f"/a/{new_link(english)}/?lang=fr", **FRENCH)
    assert spoken(page) == "en-gb"
    assert "?lang=" not in text_of(page)


@pytest.mark.parametrize("languages", [[], ["tlh"]])
def test_a_campaign_in_no_known_language_speaks_english(browser, data, languages):
    odd = opened({"languages": languages})
    assert spoken(browser.get(f"/a/{new_link(odd)}/")) == "en-gb"


def test_a_choice_is_remembered_in_the_draft_on_every_device(browser, campaign, link):
    assert 'href="?lang=fr"' in text_of(browser.get(f"/a/{link}/"))
    assert follow(browser, f"/a/{link}/?lang=fr", step="yes") == f"/a/{link}/1/"
    assert draft_of(campaign, link) == {"-started": True, "-language": "fr"}
    elsewhere = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="en")
    for page in ("", "1/", "look/", "comment/", "send/", "privacy/"):
        assert spoken(elsewhere.get(f"/a/{link}/{page}")) == "fr"


def test_a_look_in_the_other_language_is_not_stored_until_something_is_kept(
    browser, campaign, link
):
    follow(browser, f"/a/{link}/?lang=fr", step="yes")
    english = browser.get(f"/a/{link}/2/?lang=en")
    assert spoken(english) == "en-gb"
    assert f'href="/a/{link}/1/?lang=en"' in text_of(english)
    assert draft_of(campaign, link)["-language"] == "fr"
    names = {name for name, _, _ in OPTION.findall(text_of(english))}
    assert follow(browser, f"/a/{link}/2/?lang=en", **dict.fromkeys(names, "2")) == f"/a/{link}/3/"
    assert draft_of(campaign, link)["-language"] == "en"


def test_what_the_browser_prefers_is_not_stored(campaign, link):
    french = Client(HTTP_HOST="localhost", headers=PREFERRED)
    follow(french, f"/a/{link}/", step="yes")
    assert draft_of(campaign, link) == {"-started": True}
    assert spoken(french.get(f"/a/{link}/1/")) == "fr"
    assert spoken(Client(HTTP_HOST="localhost").get(f"/a/{link}/1/")) == "en-gb"


def test_every_link_and_step_before_the_draft_keeps_the_choice(browser, link):
    page = text_of(browser.get(f"/a/{link}/?lang=fr"))
    assert f'href="/a/{link}/privacy/?lang=fr"' in page
    assert follow(browser, f"/a/{link}/?lang=fr", step="look") == f"/a/{link}/look/?lang=fr"
    assert f'href="/a/{link}/?lang=fr"' in text_of(browser.get(f"/a/{link}/look/?lang=fr"))
    early = browser.get(f"/a/{link}/3/?lang=fr")
    assert early["Location"] == f"/a/{link}/?lang=fr"


def test_the_thanks_speak_the_language_of_the_draft(browser, campaign, link):
    address = answered(browser, f"/a/{link}/?lang=fr", lambda place: "4")
    address = follow(browser, address, comment="Plus de temps.")
    thanks = follow(browser, address, step="yes")
    assert thanks == f"/a/{link}/thanks/?lang=fr"
    page = text_of(browser.get(thanks))
    assert "Merci" in page
    assert "1er avril 2027" in page
    assert browser.get(f"/a/{link}/2/?lang=fr")["Location"] == thanks


@pytest.mark.parametrize("form", ["doctors", "managers"])
def test_numbers_are_the_same_in_every_language(browser, data, form):
    """One doctor answers in each language, at the same places of the pages."""
    recorded = {}
    for language in BOTH:
        asked = opened(
            {"languages": BOTH, "managers_instrument": "open-medical-engagement-managers@1.0.0"}
        )
        link = new_link(asked, form)
        address = answered(browser, f"/a/{link}/?lang={language}", lambda n: str(n % 6))
        follow(browser, follow(browser, address), step="yes")
        (response,) = sent_by(asked, form)
        recorded[language] = vars(response)
    assert len(recorded["en"]["answers"]) == 25
    assert recorded["en"] == recorded["fr"]
    assert "fr" not in str(recorded["fr"])


def test_each_number_is_the_same_label_in_every_language(browser, link):
    follow(browser, f"/a/{link}/", step="yes")
    names = {}
    for language in BOTH:
        page = text_of(browser.get(f"/a/{link}/1/?lang={language}"))
        found = OPTION.findall(page)
        names[language] = [name for name, _, _ in found]
        for at, (_, value, label) in enumerate(found):
            place = 5 if value == "0" else int(value) - 1
            assert at % 6 == place
            assert label == LABELS[language][place]
    assert names["en"] == names["fr"]


def test_no_page_mixes_languages(browser, data):
    """In French nothing of the English pages is left, from the link to the thanks."""
    asked = opened({"languages": BOTH, "closes": date(2027, 3, 31), "contact": "Dr Martin"})
    link = new_link(asked)
    english = words_of(asked, "en")
    for page in pages_of(browser, link, "fr"):
        shown = visible(page)
        assert spoken_by(page) == "fr"
        assert not [words for words in english if words in shown]


def words_of(campaign, language):
    """Statements and options in a language."""
    survey = app("campaigns.queries").asked(campaign, "doctors")
    pages = app("respond.pages").pages(survey, (("organisation", "hospital"),), language)
    asked = [question for page in pages for question in page.questions]
    return [one.text for one in asked] + [label for _, label in asked[0].options]


def pages_of(browser, link, language):
    yield text_of(browser.get(f"/a/{link}/?lang={language}"))
    yield text_of(browser.post(f"/a/{link}/?lang={language}", {}))
    follow(browser, f"/a/{link}/?lang={language}", step="yes")
    for page in ("look/", "1/", "comment/", "send/", "privacy/"):
        yield text_of(browser.get(f"/a/{link}/{page}"))
    yield text_of(browser.post(f"/a/{link}/1/", {}))
    yield text_of(browser.post(f"/a/{link}/comment/", {"comment": "x" * 2001}))
    yield text_of(browser.post(f"/a/{link}/send/", {"step": "no such"}))


def visible(page):
    return re.sub(r"<(style|nav)\b.*?</\1>", "", page, flags=re.S)


def spoken_by(page):
    found = re.search(r'<html lang="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(("tag", "page"), [("en", "Page 6 of 6"), ("fr", "Page 6 sur 6")])
def test_a_page_says_where_it_is_and_how_long_it_takes(browser, link, tag, page):
    follow(browser, f"/a/{link}/?lang={tag}", step="yes")
    shown = text_of(browser.get(f"/a/{link}/6/"))
    assert f"<title>{page}</title>" in shown
    told = {"en": f"{page}, about 1 minute left", "fr": f"{page}, encore 1 minute environ"}
    assert told[tag] in shown
    assert {"en": "4 minutes", "fr": "4 minutes"}[tag] in text_of(browser.get(f"/a/{link}/3/"))


def test_letters_promise_the_time_that_the_first_page_does(browser, campaign, link):
    told = app("mailing.queries").values(campaign, "en", "")["minutes"]
    assert f"about {told} minutes" in text_of(browser.get(f"/a/{link}/"))
    assert app("mailing.queries").SECONDS_AN_ITEM == app("respond.pages").SECONDS


@pytest.mark.parametrize(
    ("day", "english", "french"),
    [
        (date(2027, 3, 3), "3 March 2027", "3 mars 2027"),
        (date(2027, 4, 1), "1 April 2027", "1er avril 2027"),
        (date(2027, 8, 31), "31 August 2027", "31 août 2027"),
    ],
)
def test_days_are_written_as_readers_write_them(data, day, english, french):
    languages = app("respond.languages")
    for tag, words in (("en", english), ("fr", french)):
        with languages.speaking(tag):
            assert languages.day(day) == words


def test_closed_unknown_and_lost_pages_speak_french_too(browser, campaign, link):
    import_module("medengage.web.campaigns.models").Campaign.objects.filter(pk=campaign.pk).update(
        state="closed"
    )
    closed = browser.get(f"/a/{link}/", **FRENCH)
    assert (closed.status_code, spoken(closed)) == (410, "fr")
    assert "n'est pas ouverte" in text_of(closed)
    for address in ("/a/unknown/", "/a/", "/a/half/of/a/link/"):
        for how in ({"lang": "fr"}, {"lang": "en"}):
            answer = browser.get(address, how)
            assert answer.status_code == 404
            assert spoken(answer).startswith(how["lang"])
            assert 'href="?lang=' in text_of(answer)
    assert "Ce lien n'est pas connu" in text_of(browser.get("/a/unknown/", **FRENCH))


def test_the_privacy_page_is_for_everybody_before_and_after(browser, data):
    general = browser.get("/a/privacy/")
    assert general.status_code == 200
    assert general["Referrer-Policy"] == "no-referrer"
    facts = {"contact": "Jo Bell, 01234 567890", "policy": {"minimum_group": 12}}
    link = new_link(opened(facts))
    told = ("St Elsewhere Hospital is responsible", "Jo Bell", "12 doctors or more")
    before = text_of(browser.get(f"/a/{link}/privacy/"))
    assert all(words in before for words in told)
    follow(browser, follow(browser, answered(browser, f"/a/{link}/", lambda _: "4")), step="yes")
    assert text_of(browser.get(f"/a/{link}/privacy/")) == before


def test_statements_that_nobody_translated_say_their_language(browser, data):
    """The check-list refuses this; the page is honest all the same."""
    plain = opened({"languages": BOTH, "managers_instrument": "say-stay-strive@1.0.0"})
    link = new_link(plain, "managers")
    follow(browser, f"/a/{link}/?lang=fr", step="yes")
    page = text_of(browser.get(f"/a/{link}/1/"))
    assert spoken_by(page) == "fr"
    assert 'legend--s" lang="en">' in page
    assert "Enregistrer et continuer" in page
    wrong = text_of(browser.post(f"/a/{link}/1/", {}))
    assert '<span lang="en">' in wrong


def test_words_of_a_roster_say_their_language(browser, link):
    assert '<dl class="nhsuk-summary-list" lang="en">' in text_of(
        browser.get(f"/a/{link}/?lang=fr")
    )
    assert '<dl class="nhsuk-summary-list">' in text_of(browser.get(f"/a/{link}/?lang=en"))


def test_the_word_for_the_place_has_a_language_of_its_own(browser, link, data):
    assert "dans cet hôpital" in text_of(browser.get(f"/a/{link}/look/?lang=fr")).lower()
    words = {"organisation": "trust", "organisation-fr": "ce groupe"}
    other = new_link(opened({"languages": BOTH, "words": words}))
    french = text_of(browser.get(f"/a/{other}/look/?lang=fr")).lower()
    assert "dans ce groupe" in french
    assert "trust" not in french
    english = text_of(browser.get(f"/a/{other}/look/?lang=en")).lower()
    assert "this trust" in english
    assert "ce groupe" not in english


def test_a_manager_who_previews_sees_both_languages(data, campaign):
    pages = app("respond.visits")
    invitation = app("invitations.queries").Invitation(campaign, "doctors", DOCTOR)
    speech = app("respond.languages").Speech("fr", ("en", "fr"), "fr")
    visit = pages.Visit("preview", invitation, {"-preview": True}, speech)
    assert visit.to("look") == "/a/preview/look/?lang=fr"
    assert visit.pages[0].questions[0].text.startswith("Quand quelque chose")
