"""Links without mail: a mail-merge file and cut-outs with codes; and the settings of mail."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import segno
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from hypothesis import example, given
from hypothesis import strategies as st

from medengage.errors import StudyError
from tests.web.mailing_samples import app, drafted, made
from tests.web.raw_files import bytes_of

BASE = "https://survey.example"
ATTRIBUTES = {"division": "Medicine & <Care>"}


@pytest.fixture(autouse=True)
def _base(data: Path) -> Any:
    with override_settings(MEDENGAGE_ADDRESS=f"{BASE}/"):
        yield


def merged(campaign: Any) -> list[dict[str, str]]:
    content = app("mailing.actions").mail_merge(campaign)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def named(campaign: Any, *names: str) -> None:
    invitee = app("invitations.models").Invitee
    invitee.objects.bulk_create(invitee(campaign=campaign, name=name) for name in names)


def test_everybody_is_in_the_mail_merge_file_with_a_link_that_works():
    campaign = made(3)
    named(campaign, "Dr No Mail")
    rows = merged(campaign)
    assert len(rows) == 4
    assert {row["address"] for row in rows} >= {""}
    for row, one in zip(rows, app("invitations.queries").addressees(campaign), strict=True):
        assert row == {"name": one.name, "address": one.address, "link": f"{BASE}/a/{one.link}/"}


def test_a_spreadsheet_runs_nothing_from_the_mail_merge_file():
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", '=HYPERLINK("x")', "a\n=1"]
    campaign = made(0)
    named(campaign, *hostile)
    found = {row["name"] for row in merged(campaign)}
    assert {name.lstrip("'") for name in found} == set(hostile)
    assert not any(re.match(r"\s*[=+\-@]", name) for name in found)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40))
@example("\n=1")
@example("\uff1d1")
def test_no_name_becomes_a_formula(data, name):
    cell = app("mailing.actions")._cell(name)
    assert not cell.strip().startswith(("=", "+", "-", "@", "\uff1d"))
    assert cell.removeprefix("'") in {name, name.removeprefix("'")}


def test_links_that_are_taken_are_written_down_by_their_count():
    campaign = made(2)
    merged(campaign)
    event = app("accounts.models").AuditEvent.objects.filter(event="links downloaded").first()
    assert event.facts == {"links": 2}


def poster(campaign: Any, count: int, attributes: Any = None, *, without: int = 12) -> str:
    """Cut-outs of a campaign with so many doctors without an address."""
    named(campaign, *["Dr No Mail"] * without)
    return str(app("mailing.posters").posters(campaign, count, attributes))


def links(page: str) -> list[str]:
    return re.findall(rf"{BASE}/a/([a-z2-7]{{26}})/<", page)


def test_each_cut_out_has_a_link_of_its_own_that_works():
    campaign = made(0)
    page = poster(campaign, 12)
    found = links(page)
    assert len(set(found)) == 12
    for token in found:
        known = app("invitations.queries").invitation(token)
        assert (known.campaign.pk, known.form, dict(known.attributes)) == (
            campaign.pk,
            "doctors",
            {},
        )
    assert page.count("St Elsewhere Hospital: a survey of doctors") == 12
    assert page.count("Friday 26 March 2027") == 12


def test_the_code_is_that_of_the_link_in_letters_below_it():
    page = poster(made(0), 3)
    drawn = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawn) == 3
    for token, svg in zip(links(page), drawn, strict=True):
        code = segno.make_qr(f"{BASE}/a/{token}/", error="m")
        again = code.svg_inline(border=4, omitsize=True, svgclass="code")
        assert svg == again
        assert ElementTree.fromstring(svg).tag == "svg"
        assert int(code.version) <= 5


def test_cut_outs_carry_the_attributes_of_one_group_and_say_so():
    page = poster(made(0), 2, ATTRIBUTES)
    for token in links(page):
        assert dict(app("invitations.queries").invitation(token).attributes) == ATTRIBUTES
    assert page.count("division Medicine &amp; &lt;Care&gt;") == 3


def test_links_on_paper_are_stored_nowhere():
    campaign = made(0)
    (token,) = links(poster(campaign, 1))
    data = Path(import_module("django.conf").settings.DATA)
    stored = bytes_of(data)
    assert token.encode() not in stored


@pytest.mark.parametrize(("count", "without", "most"), [(0, 3, 3), (4, 3, 3), (501, 600, 500)])
def test_no_or_too_many_cut_outs_are_refused(count, without, most):
    with pytest.raises(StudyError, match=f"{most} links can be printed now"):
        poster(made(5), count, without=without)


def test_no_more_are_printed_than_doctors_lack_an_address():
    campaign = made(5)
    poster(campaign, 2, without=3)
    poster(campaign, 1, without=0)
    with pytest.raises(StudyError, match="0 links can be printed now"):
        poster(campaign, 1, without=0)
    assert app("invitations.queries").invited(campaign, "doctors") == []


def test_a_campaign_that_is_not_open_has_no_cut_outs():
    with pytest.raises(StudyError, match="while a campaign is open"):
        poster(drafted(0), 1)


def test_a_hostile_organisation_stays_text_on_paper():
    page = poster(made(0, organisation="<script>alert(1)</script>", closes=date(2027, 4, 1)), 1)
    assert "<script" not in page


def server(**named: Any) -> Any:
    return app("mailing.configuration").MailServer(**named)


def settings_of(made_server: Any, *, debug: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = app("mailing.configuration").mail_settings(made_server, debug=debug)
    return found


@pytest.mark.parametrize(
    ("tls", "port", "used"),
    [
        ("starttls", 587, (True, False)),
        ("implicit", 465, (False, True)),
        ("none", 25, (False,) * 2),
    ],
)
def test_a_mail_server_of_any_provider(tls, port, used):
    found = settings_of(server(host="mail.example", tls=tls, sender="Survey <s@letters.example>"))
    assert found["EMAIL_PORT"] == port
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == used
    assert found["DEFAULT_FROM_EMAIL"] == "Survey <s@letters.example>"


def test_without_a_mail_server_letters_are_files_or_refused():
    assert settings_of(server(), debug=True)["EMAIL_BACKEND"].endswith("Files")
    assert settings_of(server(), debug=False)["EMAIL_BACKEND"].endswith("Nowhere")


def test_without_a_mail_server_django_itself_says_what_to_set():
    backend = app("mailing.backends").Nowhere()
    for attempt in (backend.open, lambda: backend.send_messages([])):
        with pytest.raises(OSError, match="set MEDENGAGE_MAIL_HOST"):
            attempt()


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"tls": "yes"}, "none of starttls, implicit and none"),
        ({"sender": ""}, "set MEDENGAGE_MAIL_FROM"),
        ({"sender": "nobody"}, "set MEDENGAGE_MAIL_FROM"),
        ({"sender": "a@b.example\nBcc: c@d.example"}, "set MEDENGAGE_MAIL_FROM"),
        ({"user": "us"}, "set both"),
        ({"password": "secret"}, "set both"),
        ({"user": "us", "password": "secret", "tls": "none"}, "show the password"),
    ],
)
def test_a_mail_server_that_cannot_work_is_refused_by_name(named, words):
    with pytest.raises(ImproperlyConfigured, match=words) as refusal:
        settings_of(server(**{"host": "mail.example", "sender": "s@letters.example"} | named))
    assert "secret" not in str(refusal.value)


def test_a_mail_server_does_not_show_its_password():
    assert "hidden" not in repr(server(password="hidden"))
