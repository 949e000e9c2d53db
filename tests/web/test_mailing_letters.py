"""Wording of letters: ours is plain, others' is checked, and nothing in it can be misused."""

from __future__ import annotations

import re
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from medengage.errors import StudyError
from tests.web.mailing_samples import app, made

KINDS = ("prenotice", "invitation", "managers", "reminder-1", "reminder-2", "reminder-3", "thanks")
PLACEHOLDERS = {"organisation", "closes", "link", "medical_director", "peer", "minutes", "contact"}


def kind(name: str) -> Any:
    return app("mailing.kinds").Kind(name)


def wording(subject: str = "A survey", body: str = "Dear colleague,\n{link}\n") -> Any:
    return app("mailing.wording").Wording(subject, body)


def default(name: str, language: str = "en") -> Any:
    return app("mailing.wording").ours(kind(name), language)


def told(name: str, made_wording: Any) -> str:
    return " ".join(str(one) for one in app("mailing.compose").problems(kind(name), made_wording))


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end."""
    groups = re.findall(r"[aeiouy]+", word.lower())
    silent = word.lower().endswith("e") and not word.lower().endswith("le") and len(groups) > 1
    return max(1, len(groups) - silent)


def grade(text: str) -> float:
    """Flesch-Kincaid grade level (Kincaid 1975): about age minus five."""
    text = re.sub(r"\{\w+\}", "it", text)
    text = text.partition("\n\n")[2].rpartition("password.")[0]  # no greeting, no signatures
    sentences = [one for one in re.split(r"[.?!:]\s", text) if len(one.split()) > 3]
    words = re.findall(r"[A-Za-z']+", " ".join(sentences))
    return (
        0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    )


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", KINDS)
def test_our_wording_is_fit_to_send(data, name, language):
    ours = default(name, language)
    assert not told(name, ours)
    named = set(re.findall(r"\{\w+\}", ours.subject + ours.body))
    assert named == set(re.findall(r"\{\w+\}", default(name).subject + default(name).body))


def test_every_language_of_the_pages_has_letters(data):
    offered = dict(import_module("django.conf").settings.MEDENGAGE_LANGUAGES)
    assert set(app("mailing.wording").DEFAULTS) == set(offered)


@pytest.mark.parametrize("name", KINDS)
def test_a_reader_of_twelve_can_read_our_wording(data, name):
    body = default(name).body
    assert grade(body) < 7.5
    long = [s for s in re.split(r"[.?!:]\s|\n\n", body) if len(s.split()) > 25]
    assert not long


SAFE = {"en": ("password", "ask {contact}"), "fr": ("mot de passe", "demandez à {contact}")}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", KINDS)
def test_our_wording_does_not_look_like_phishing(data, name, language):
    ours = default(name, language)
    assert {"{medical_director}", "{peer}", "{contact}", "{organisation}"} <= set(
        re.findall(r"\{\w+\}", ours.body)
    )
    assert all(words in ours.body for words in SAFE[language])
    assert not re.search(r"!|urgent|immediately|click here|http", ours.subject + ours.body, re.I)
    assert len(ours.body.split()) < 230


def test_a_letter_has_a_part_in_each_language_with_a_link_that_speaks_it(data):
    campaign = made(0, languages=["en", "fr"])
    queries, compose = app("mailing.queries"), app("mailing.compose")
    parts = queries.parts(campaign, kind("invitation"))
    link = "http://localhost:8000/a/x/"
    whole = compose.joined(
        [compose.filled(p.wording, {**p.values, "link": link + p.tail}) for p in parts]
    )
    assert whole.subject.startswith("Your view as a doctor")
    assert "Votre avis de médecin" in whole.subject
    assert whole.body.index("Dear colleague") < whole.body.index("Chère collègue")
    assert re.findall(r"^http\S+$", whole.body, re.M) == [link, f"{link}?lang=fr"]


@pytest.mark.parametrize("name", ["reminder-1", "reminder-2", "reminder-3", "thanks"])
def test_later_letters_say_why_they_reach_everybody(data, name):
    assert "goes to everybody who was asked" in default(name).body
    assert "cannot see who has answered" in default(name).body


def test_every_placeholder_has_a_meaning_and_a_value(data):
    assert set(app("mailing.kinds").PLACEHOLDERS) == PLACEHOLDERS
    campaign = made(0)
    assert set(app("mailing.queries").values(campaign, "en", "x")) == PLACEHOLDERS


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subject": ""}, "it is empty"),
        ({"subject": "  "}, "it is empty"),
        ({"subject": "x" * 121}, "longer than 120"),
        ({"subject": "A survey\nBcc: all@else.example"}, "more than one line"),
        ({"subject": "A survey\r\n\r\nText"}, "more than one line"),
        ({"subject": "A survey\u2028Bcc: x"}, "more than one line"),
        ({"subject": "Here: {link}"}, "a link stands in it"),
        ({"subject": "ANSWER NOW"}, "all in capitals"),
        ({"subject": "For {name}"}, "in braces is not known"),
        ({"body": ""}, "it is empty"),
        ({"body": "Dear colleague"}, "the link is missing"),
        ({"body": "Here: {link} now"}, "the link is missing"),
        ({"body": "{link}\n{link}"}, "the link is missing"),
        ({"body": "{link}\n{name}"}, "in braces is not known"),
        ({"body": "{link}\n{organisation.__class__}"}, "in braces is not known"),
        ({"body": "{link}\n{}"}, "in braces is not known"),
        ({"body": "{link}\n{organisation"}, "no partner"),
        ({"body": "{link}\n}"}, "no partner"),
        ({"body": "{link}\n" + "x" * 901}, "a line is longer"),
        ({"body": "{link}\n" + "x\n" * 2501}, "longer than 5000"),
        ({"body": "{link}\n\x00"}, "cannot be shown"),
    ],
)
def test_what_is_wrong_with_a_wording_is_said(data, change, words):
    assert words in told("invitation", wording(**change))


def test_a_letter_without_links_takes_none(data):
    assert "no link is sent" in told("thanks", wording())
    assert not told("thanks", wording(body="Thank you"))


def test_problems_do_not_quote_what_was_typed(data):
    found = told("invitation", wording("SECRET {hunter2}\n", "{hunter2} hunter2 {"))
    assert found
    assert "hunter2" not in found


@given(st.text(max_size=60), st.text(max_size=200))
def test_whatever_is_typed_is_either_refused_or_sent_on_one_line(data, subject, body):
    """A subject that passes becomes one header, and nothing between braces is left over."""
    typed = wording(subject, body + "\n{link}")
    if told("invitation", typed):
        return
    values = dict.fromkeys(PLACEHOLDERS, "x\r\nBcc: a@b.example")
    done = app("mailing.compose").filled(typed, values)
    letter = app("mailing.compose").message(
        done, to=("N", "n@x.example"), sender="s@x.example", mark="0" * 32
    )
    assert letter.message()["Bcc"] is None
    assert len(letter.message()["Subject"].splitlines()) == len(
        str(letter.message()["Subject"]).splitlines()
    )
    assert not re.search(r"\{\w*\}", done.body)


def test_a_value_is_never_read_as_a_name(data):
    values = dict.fromkeys(PLACEHOLDERS, "v") | {"organisation": "{link}", "link": "secret"}
    done = app("mailing.compose").filled(wording("{organisation}", "{organisation}"), values)
    assert (done.subject, done.body) == ("{link}", "{link}")


def test_a_campaign_keeps_its_own_wording_until_it_goes_back_to_ours(data):
    campaign = made(0, languages=["en", "cy"])
    actions, queries = app("mailing.actions"), app("mailing.queries")
    own = wording("Arolwg", "Annwyl gydweithiwr\n{link}\n")
    actions.write_letter(campaign, kind("invitation"), "cy", own)
    assert queries.letter_for(campaign, kind("invitation"), "cy") == own
    assert queries.letter_for(campaign, kind("invitation"), "en") == default("invitation")
    assert len(queries.letters(campaign)) == 14
    assert queries.letters(campaign)[kind("invitation"), "cy"] == own
    actions.restore_letter(campaign, kind("invitation"), "cy")
    actions.restore_letter(campaign, kind("invitation"), "cy")
    assert queries.letter_for(campaign, kind("invitation"), "cy") == default("invitation")


def test_changes_of_letters_are_written_down_without_their_text(data):
    campaign = made(0)
    app("mailing.actions").write_letter(campaign, kind("invitation"), "en", wording("Wholly new"))
    event = app("accounts.models").AuditEvent.objects.first()
    assert event.event == "letter changed"
    assert event.facts == {"kind": "invitation", "language": "en"}


def test_a_wording_that_is_not_fit_is_not_kept(data):
    campaign = made(0)
    write = app("mailing.actions").write_letter
    with pytest.raises(StudyError, match="link is missing"):
        write(campaign, kind("invitation"), "en", wording(body="none"))
    with pytest.raises(StudyError, match="no such language"):
        write(campaign, kind("invitation"), "xx", wording())
    assert app("mailing.queries").letter_for(campaign, kind("invitation"), "en") == default(
        "invitation"
    )


def test_a_preview_is_the_letter_with_a_link_that_leads_nowhere(data):
    campaign = made(0)
    seen = app("mailing.queries").preview(campaign, default("invitation"), "en")
    assert "St Elsewhere Hospital" in seen.subject
    assert "Dr Ada Zürich" in seen.body
    assert "about 5 minutes" in seen.body
    assert re.search(r"^http\S+/a/[a-z]{26}/$", seen.body, re.M)
    assert "{" not in seen.subject + seen.body


def test_dates_are_written_in_the_language_of_the_letter(data):
    campaign = made(0, closes=date(2027, 3, 26))
    values = app("mailing.queries").values
    assert values(campaign, "en", "")["closes"] == "Friday 26 March 2027"
    assert values(campaign, "fr", "")["closes"] == "vendredi 26 mars 2027"


def test_what_letters_need_is_asked_for(data):
    campaign = made(1, medical_director="", peer="", contact="", closes=None)
    found = app("mailing.queries").missing(campaign)
    assert len(found) == 4
    with pytest.raises(StudyError, match="name of the medical director is missing"):
        app("mailing.actions").queue(campaign, kind("invitation"))


def typed(subject: str, body: str) -> QueryDict:
    sent = QueryDict(mutable=True)
    sent.update({"subject": subject, "body": body})
    return sent


def test_the_form_says_each_problem_beside_its_field(data):
    form = app("mailing.forms").LetterForm(
        kind("invitation"), typed("One\nTwo", "none {name}"), wording=wording()
    )
    assert not form.is_valid()
    assert "it is more than one line. Keep it on one line." in form.errors["subject"]
    assert len(form.errors["body"]) == 2


def test_the_form_gives_back_what_was_typed(data):
    form = app("mailing.forms").LetterForm(
        kind("invitation"), typed("One", "Dear\r\n{link}\r\n"), wording=wording()
    )
    assert form.is_valid(), form.errors
    assert form.wording == wording("One", "Dear\n{link}")


def test_the_form_shows_the_wording_in_use(data):
    page = app("mailing.forms").LetterForm(kind("thanks"), None, wording=default("thanks"))
    assert "What happens now" in page.as_p()


def test_the_app_stores_no_secret_of_the_reader(data):
    names = {
        field.name
        for model in (app("mailing.models").Outgoing, app("mailing.models").Mailing)
        for field in model._meta.fields
    }
    assert not names & {"address", "link", "token", "name", "body", "subject"}


def test_the_templates_take_nothing_from_elsewhere(data):
    folder = Path(app("mailing").__file__).parent / "templates"
    for page in folder.rglob("*.html"):
        assert not re.search(r"https?://|<script|src=", page.read_text(encoding="utf-8"))
