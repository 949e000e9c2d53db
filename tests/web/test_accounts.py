"""Signing in with two factors, lock-out, letters with links, roles, units, the record."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pyotp
import pytest
from django.core import mail
from django.test import override_settings

from tests.web.cast import app, nobody, place, signed_in, stranger
from tests.web.raw_files import bytes_of

PASSWORD = "four calm words here"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def outbox(data):
    """Letters stay in memory."""
    backend = "django.core.mail.backends.locmem.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend):
        mail.outbox = []
        yield mail.outbox


def newcomer():
    """An account with a password and no second factor."""
    user = app("accounts.actions").make_account(f"{uuid4().hex}@example.org", "Dana", by=None)
    token = app("accounts.actions").welcome(user)
    assert app("accounts.actions").choose_password(user, token, PASSWORD)
    return fresh(user)


def member():
    """An account with both factors; gives the person and what makes codes."""
    user = newcomer()
    secret = app("accounts.actions").prepare_second_factor(user)
    clock = pyotp.TOTP(secret)
    codes = app("accounts.actions").set_up_second_factor(user, clock.at(NOON), NOON)
    return fresh(user), clock, codes


def fresh(user):
    return app("accounts.models").User.objects.get(pk=user.pk)


def test_somebody_new_chooses_a_password_sets_up_a_telephone_and_is_let_in(outbox):
    here = place()
    alice = here.with_role("survey-manager")
    address = f"{uuid4().hex}@example.org"
    asked = alice.post(
        f"/m/at/{here.unit.pk}/people/",
        {"name": "Bob", "address": address, "role": "board-reader", "unit": here.unit.pk},
    )
    assert asked.status_code == 302
    (letter,) = outbox
    assert letter.to == [address]
    (link,) = re.findall(r"http://localhost:8000(/m/welcome/\S+)", letter.body)
    bob = nobody()
    short = bob.post(link, {"password": "short", "again": "short"})
    assert b"at least 12 characters" in short.content
    differs = bob.post(link, {"password": PASSWORD, "again": "five"})
    assert b"This differs from the password above" in differs.content
    assert bob.post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert bob.get(link).status_code == 410
    wrong = bob.post("/m/sign-in/", {"address": address, "password": "wrong words here"})
    assert b"do not belong together" in wrong.content
    first = bob.post("/m/sign-in/?next=/m/me/", {"address": address, "password": PASSWORD})
    assert first["Location"] == "/m/sign-in/set-up/"
    page = bob.get("/m/sign-in/set-up/").content.decode()
    (secret,) = re.findall(r"<code>(\w+)</code>", page)
    assert bob.get("/m/me/").status_code == 302
    done = bob.post("/m/sign-in/set-up/", {"code": pyotp.TOTP(secret).now()})
    assert done.content.decode().count("<code>") == 8
    assert 'href="/m/me/"' in done.content.decode()
    assert b"Board reader" in bob.get("/m/me/").content
    bob.post("/m/sign-out/")
    assert bob.get("/m/me/").status_code == 302


def test_nobody_gets_past_the_second_step_without_the_first(data):
    browser = nobody()
    for step in ("code", "set-up"):
        answer = browser.post(f"/m/sign-in/{step}/", {"code": "123456"})
        assert answer["Location"] == "/m/sign-in/"


def test_a_code_works_once_and_codes_for_a_lost_telephone_too(data):
    user, clock, codes = member()
    actions, later = app("accounts.actions"), NOON + timedelta(minutes=5)
    assert not actions.pass_code(user, clock.at(NOON), NOON)
    assert actions.pass_code(user, clock.at(later), later)
    assert not actions.pass_code(user, clock.at(later), later)
    assert actions.pass_code(user, codes[3].upper(), later)
    assert not actions.pass_code(user, codes[3], later)


def test_five_failures_lock_an_account_and_the_lock_grows(data):
    user, clock, _ = member()
    actions = app("accounts.actions")
    for _ in range(5):
        assert actions.pass_password(user.address, "not the words", NOON) is None
    assert actions.pass_password(user.address, PASSWORD, NOON + timedelta(minutes=14)) is None
    later = NOON + timedelta(minutes=16)
    assert actions.pass_password(user.address.upper(), PASSWORD, later) == user
    for _ in range(5):
        assert not actions.pass_code(user, "000000", later)
    much = later + timedelta(minutes=29)
    assert not actions.pass_code(user, clock.at(much), much)
    end = later + timedelta(minutes=31)
    assert actions.pass_code(user, clock.at(end), end)
    assert fresh(user).failures == 0
    events = app("accounts.models").AuditEvent.objects.filter(who="the server", subject=user.name)
    assert events.filter(event="account locked for a while").count() >= 2


def test_somebody_who_is_locked_out_or_unknown_learns_nothing(data):
    user, _, _ = member()
    tries = [user.address, f"{uuid4().hex}@example.org"]
    told = {
        re.sub(rb'value="[^"]*"', b"", nobody().post("/m/sign-in/", form).content)
        for form in ({"address": one, "password": "wrong words here"} for one in tries)
    }
    assert len(told) == 1


def test_a_forgotten_password_is_answered_alike_for_every_address(outbox):
    user, _, _ = member()
    pages = {
        nobody().post("/m/forgotten/", {"address": address}).content
        for address in (user.address, f"{uuid4().hex}@example.org")
    }
    assert len(pages) == 1
    assert [letter.to for letter in outbox] == [[user.address]]


def test_the_secret_of_the_second_factor_is_not_in_the_database(data):
    user, clock, _ = member()
    assert clock.secret.encode() not in bytes(user.secret)
    everything = bytes_of(data)
    assert clock.secret.encode() not in everything


def test_a_link_elsewhere_is_not_followed_after_signing_in(data):
    user, clock, _ = member()
    browser = nobody()
    browser.post(
        "/m/sign-in/?next=https://elsewhere.example/",
        {"address": user.address, "password": PASSWORD},
    )
    there = browser.post("/m/sign-in/code/", {"code": clock.now()})
    assert there["Location"] == "/m/"


def test_roles_are_given_and_taken_and_the_last_manager_stays(data):
    here = place()
    alice = here.person("survey-manager")
    bob = here.person("board-reader", "Bob")
    browser = signed_in(alice)
    roles = {one.user.name: one for one in app("accounts.queries").members(here.unit)}
    drop = f"/m/at/{here.unit.pk}/people/{{}}/drop/"
    assert b"Bob will not be board reader" in browser.get(drop.format(roles["Bob"].pk)).content
    browser.post(drop.format(roles["Bob"].pk))
    told = browser.post(drop.format(roles["Alice"].pk), follow=True)
    assert b"you would not be able to give roles any more" in told.content
    names = [one.user.name for one in app("accounts.queries").members(here.unit)]
    assert names == ["Alice"]
    assert not app("accounts.queries").is_known(bob, here.unit)


def test_a_lost_telephone_is_replaced_by_somebody_who_gives_the_roles(data):
    here, elsewhere = place(), place()
    alice = here.with_role("survey-manager")
    user, _, codes = member()
    roles = app("accounts.permissions").Role
    give = app("accounts.actions").give_role
    give(user.address, user.name, roles.BOARD_READER, here.unit, by=None)
    (row,) = [one for one in app("accounts.queries").members(here.unit) if one.user == user]
    page = f"/m/at/{here.unit.pk}/people/{row.pk}/new-telephone/"
    assert b"stop working" in alice.get(page).content
    give(user.address, user.name, roles.BOARD_READER, elsewhere.unit, by=None)
    assert b"has a role elsewhere" in alice.post(page, follow=True).content
    app("accounts.models").Membership.objects.filter(user=user, unit=elsewhere.unit).delete()
    alice.post(page)
    assert fresh(user).last_step == 0
    assert not app("accounts.actions").pass_code(user, codes[0], NOON + timedelta(minutes=5))
    browser = nobody()
    there = browser.post("/m/sign-in/", {"address": user.address, "password": PASSWORD})
    assert there["Location"] == "/m/sign-in/set-up/"


def test_a_role_counts_below_and_not_above_or_beside(data):
    top, other = place("Region"), place("Elsewhere")
    actions, queries = app("accounts.actions"), app("accounts.queries")
    kinds, rights = app("accounts.models").Kind, app("accounts.permissions").Permission
    system = actions.make_unit(uuid4().hex, kinds.SYSTEM, None, by=None)
    ward = actions.make_unit("Medicine", kinds.DIVISION, top.unit, by=None)
    app("accounts.models").Unit.objects.filter(pk=top.unit.pk).update(parent=system)
    top.unit.refresh_from_db()
    ward.refresh_from_db()
    alice = top.person("survey-manager")
    may = {
        unit.pk: queries.is_allowed(alice, rights.EDIT_CAMPAIGN, unit)
        for unit in (system, top.unit, ward, other.unit)
    }
    assert list(may.values()) == [False, True, True, False]
    assert queries.organisations(alice, rights.EDIT_CAMPAIGN) == [top.unit]


def test_units_are_added_to_the_tree_where_their_kind_can_stand(data):
    here = place()
    alice = here.with_role("survey-manager")
    page = f"/m/at/{here.unit.pk}/units/"
    alice.post(page, {"name": "Surgery", "kind": "division", "parent": here.unit.pk})
    again = alice.post(page, {"name": "Surgery", "kind": "division", "parent": here.unit.pk})
    assert b"there is a unit of this name already" in again.content
    wrong = alice.post(page, {"name": "X", "kind": "team", "parent": here.unit.pk})
    assert b"Team cannot stand below organisation" in wrong.content
    assert [node.name for _, node in app("accounts.queries").tree(here.unit)][1:] == ["Surgery"]


def test_what_was_done_is_written_down_and_cannot_be_changed(data):
    here = place()
    alice = here.with_role("survey-manager")
    page = f"/m/at/{here.unit.pk}/units/"
    alice.post(page, {"name": "Surgery", "kind": "division", "parent": here.unit.pk})
    auditor = here.with_role("auditor", "Audrey")
    told = auditor.get(f"/m/at/{here.unit.pk}/record/").content.decode()
    assert "Unit made" in told
    assert "Alice" in told
    event = app("accounts.queries").events(here.unit)[0]
    with pytest.raises(TypeError):
        event.save()


def test_an_event_outside_of_a_transaction_is_refused(data):
    audit = app("accounts.audit")
    with pytest.raises(RuntimeError):
        audit.record(audit.Event.UNIT_MADE, "x", by=None, unit=None)


def test_a_stranger_sees_nothing_of_an_organisation(data):
    here = place()
    charlie = stranger()
    for page in ("people", "units", "record"):
        assert charlie.get(f"/m/at/{here.unit.pk}/{page}/").status_code == 404
    reader = here.with_role("board-reader", "Bob")
    assert reader.get(f"/m/at/{here.unit.pk}/people/").status_code == 403
    assert b"no role yet" in charlie.get("/m/me/").content


def test_cookies_of_managers_never_go_to_respondents_pages(data):
    user, clock, _ = member()
    browser = nobody()
    browser.post("/m/sign-in/", {"address": user.address, "password": PASSWORD})
    browser.post("/m/sign-in/code/", {"code": clock.now()})
    assert {cookie["path"] for cookie in browser.cookies.values()} == {"/m/"}
    assert all(cookie["httponly"] for cookie in browser.cookies.values())
