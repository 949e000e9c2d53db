"""What managers' pages load, and how pages look where something went wrong: without a browser."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib import import_module
from typing import Any

import pytest
from django.test import Client, override_settings

from tests.web.cast import app, nobody, place
from tests.web.mailing_samples import made
from tests.web.survey_site import DOCTOR, ROOT, opened

UI = ROOT / "src" / "medengage" / "web" / "ui"
SHEETS = sorted((UI / "static" / "ui").glob("*.css"))
LIGHT = 35_000
IN_ORDER = [UI / "static" / "ui" / name for name in ("base.css", "app.css")]
"""The common sheet comes first; that of figures is for pages of results alone."""


def loaded(page: str) -> list[str]:
    """Whatever a page asks a browser to load by itself."""
    tags = re.findall(r"<(?:link|script|img|iframe|source|object|embed)\b[^>]*>", page)
    return [address for tag in tags for address in re.findall(r'(?:src|href)="([^"]*)"', tag)]


@pytest.mark.parametrize(
    "where", ["", "me/", "results/", "campaigns/{}/", "campaigns/{}/letters/"]
)
def test_managers_pages_load_their_own_sheets_and_nothing_from_elsewhere(data, where):
    here = place()
    campaign = made(3, unit=here.unit)
    answer = here.with_role("survey-manager").get(f"/m/{where.format(campaign.pk)}")
    assert answer.status_code == 200
    asked = loaded(answer.content.decode())
    assert [one.partition("?")[0] for one in asked] == [
        f"/static/ui/{one.name}" for one in IN_ORDER
    ]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "http" not in answer["Content-Security-Policy"]


def test_an_address_of_a_sheet_changes_with_what_is_in_it(data, tmp_path):
    def address(text: str) -> str:
        (tmp_path / "sheet.css").write_text(text)
        with override_settings(STATICFILES_DIRS=[tmp_path]):
            finders = import_module("django.contrib.staticfiles.finders")
            finders.get_finder.cache_clear()
            found = str(app("ui.stamped").StampedFiles().url("sheet.css"))
        finders.get_finder.cache_clear()
        return found

    first, other = address("a{}"), address("b{}")
    assert first.startswith("/static/sheet.css?")
    assert first != other
    assert address("a{}") == first


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_sheets_load_nothing_and_move_nothing(sheet):
    text = sheet.read_text(encoding="utf-8")
    assert re.findall(r"@import|url\(|@font-face|animation|transition|!important", text) == []


def test_the_first_page_of_a_doctor_is_one_light_answer(data):
    campaign = opened({})
    (link,) = app("invitations.actions").links_for(campaign, [DOCTOR])
    answer = nobody().get(f"/a/{link}/")
    assert answer.status_code == 200
    assert loaded(answer.content.decode()) == []
    assert len(answer.content) <= LIGHT


def styles_allowed(answer: Any) -> bool:
    """Does the policy of a page allow the sheet that stands in it?"""
    (inside,) = re.findall(r"<style>(.*?)</style>", answer.content.decode(), re.DOTALL)
    stamp = b64encode(sha256(inside.encode()).digest()).decode()
    return f"'sha256-{stamp}'" in answer["Content-Security-Policy"]


def test_a_page_that_carries_its_sheet_is_allowed_to(data):
    """Managers look at doctors' pages, and at refusals, below their own policy."""
    here = place()
    campaign = made(3, unit=here.unit)
    alice, bob = here.with_role("survey-manager"), here.with_role("board-reader", "Bob")
    assert styles_allowed(alice.get(f"/m/campaigns/{campaign.pk}/preview/doctors/"))
    refused = bob.get(f"/m/campaigns/{campaign.pk}/")
    assert refused.status_code == 403
    assert styles_allowed(refused)


def test_a_page_of_links_to_cut_out_may_carry_its_styles(data):
    here = place()
    campaign = made(0, unit=here.unit)
    invitee = app("invitations.models").Invitee
    invitee.objects.create(campaign=campaign, form="doctors", name="N")
    page = f"/m/campaigns/{campaign.pk}/posters/"
    alice = here.with_role("survey-manager")
    assert "Make the page to print" in alice.get(page).content.decode()
    answer = alice.post(page, {"number": 1})
    assert "Links to cut out: 1" in answer.content.decode()
    assert "style-src 'unsafe-inline'" in answer["Content-Security-Policy"]
    assert "nothing to print" in alice.get(page).content.decode()


def test_a_form_that_cannot_be_trusted_is_refused_in_words(data):
    wary = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    answer = wary.post("/m/sign-in/", {"address": "a@example.org", "password": "x"})
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()
    assert styles_allowed(answer)


def test_pages_of_trouble_say_what_to_do_next(data):
    loader = import_module("django.template.loader")
    for name in ("400", "403", "403_csrf", "404", "500"):
        page = loader.get_template(f"{name}.html").render()
        assert page.count("<h1") == 1
        assert page.count("<p>") >= 2
        assert loaded(page) == []


def test_pages_say_where_they_are(data):
    here = place()
    campaign = made(3, unit=here.unit)
    alice = here.with_role("survey-manager")
    above = {
        f"campaigns/{campaign.pk}/letters/invitation/en/": [
            "All surveys",
            str(campaign),
            "Letters",
        ],
        f"campaigns/{campaign.pk}/letters/": ["All surveys", str(campaign)],
        f"campaigns/{campaign.pk}/": ["All surveys"],
        f"at/{here.unit.pk}/people/": ["All surveys"],
        "": [],
    }
    for where, names in above.items():
        page = alice.get(f"/m/{where}").content.decode()
        trail = re.findall(r'aria-label="Where you are">(.*?)</nav>', page, re.DOTALL)
        assert re.findall(r"<a [^>]*>(.*?)</a>", "".join(trail)) == names


def test_a_browser_that_asks_for_an_icon_is_told_once_that_there_is_none(data: Any) -> None:
    answer = nobody().get("/favicon.ico")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "max-age=31536000" in answer["Cache-Control"]
    assert not answer.cookies
