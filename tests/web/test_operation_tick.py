"""Periodic work: each thing is done once, one tick at a time, and one failure stops no other."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings

from medengage.errors import StudyError

NOW = datetime(2020, 5, 4, 7, 0, tzinfo=UTC)
"""Long before the campaigns of other tests."""


def app(name: str) -> Any:
    return import_module(f"medengage.web.{name}")


def campaign(**facts: Any) -> Any:
    """An open campaign whose last day was yesterday, with somebody on its roster."""
    plain = {"state": "open", "phase": 1, "opened": date(2020, 4, 1), "closes": date(2020, 5, 3)}
    made = app("campaigns.models").Campaign.objects.create(
        organisation="St Elsewhere Hospital",
        wave=secrets.token_hex(6),
        instrument="open-medical-engagement@1.0.0",
        **{**plain, **facts},
    )
    app("invitations.models").Invitee.objects.create(
        campaign=made, name="Doctor", address=f"{secrets.token_hex(6)}@example.org"
    )
    if made.state == "open":
        keys().made(str(made.pk))
    return made


def keys() -> Any:
    return app("keys").KeyFolder(settings.MEDENGAGE_KEYS)


def told(made: Any, now: datetime = NOW) -> list[str]:
    """What a tick says of one campaign."""
    done = app("operation.tick").tick(now)
    return [line for line in done.told if made.wave in line]


def asked(made: Any) -> int:
    return int(app("invitations.models").Invitee.objects.filter(campaign=made).count())


def test_a_campaign_closes_when_its_last_day_is_over(data):
    made = campaign()
    assert told(made) == [f"closed: {made}"]
    made.refresh_from_db()
    assert (made.state, made.closed) == ("closed", date(2020, 5, 4))
    assert keys().of(str(made.pk)) is None
    assert told(made) == []


def test_answers_are_taken_until_the_end_of_the_last_day(data):
    made = campaign(closes=date(2020, 5, 4))
    assert told(made) == []
    night = datetime(2020, 5, 4, 22, 59, tzinfo=UTC)
    assert told(made, night) == []
    assert told(made, night + timedelta(minutes=1)) == [f"closed: {made}"]


def test_a_closing_that_was_interrupted_is_finished(data):
    made = campaign()
    key = keys().of(str(made.pk))
    app("responses.actions").keep_draft(str(made.pk), key, "link", {"a": 1})
    app("campaigns.actions").close(made, date(2020, 5, 4))
    assert told(made) == [f"finished closing: {made}"]
    assert keys().of(str(made.pk)) is None
    assert not app("responses.models").Draft.objects.filter(campaign=str(made.pk)).exists()
    assert told(made) == []


def test_names_and_addresses_go_fifteen_days_after_closing(data):
    made = campaign(state="closed", closed=date(2020, 4, 20))
    assert told(made) == []
    assert asked(made) == 1
    assert told(made, NOW + timedelta(days=1)) == [f"roster deleted: {made}, 1 people"]
    assert asked(made) == 0
    assert told(made, NOW + timedelta(days=1)) == []


def test_the_roster_of_a_draft_goes_fifteen_days_after_its_last_day(data):
    made = campaign(state="draft", opened=None, closes=date(2020, 4, 19))
    models = app("invitations.models")
    models.Upload.objects.create(campaign=made, filename="roster.csv", content=b"name")
    assert told(made) == [f"roster deleted: {made}, 1 people"]
    assert not models.Upload.objects.filter(campaign=made).exists()


def test_the_roster_of_an_open_campaign_stays(data):
    made = campaign(closes=date(2020, 5, 4))
    told(made)
    assert asked(made) == 1


def test_deleting_a_roster_is_recorded_without_names(data):
    made = campaign(state="published", closed=date(2020, 4, 19))
    told(made)
    event = app("accounts.models").AuditEvent.objects.get(subject=str(made))
    assert (event.event, event.who) == ("roster deleted in time", "the server")
    assert event.facts == {"people": 1}


def test_drafts_that_a_copy_brought_back_are_deleted(data):
    made = campaign(state="closed", closed=date(2020, 5, 3))
    drafts = app("responses.models").Draft.objects
    drafts.create(name=secrets.token_hex(32), campaign=str(made.pk), box=b"sealed")
    done = app("operation.tick").tick(NOW)
    assert "drafts of closed campaigns deleted: 1" in done.told
    assert not drafts.filter(campaign=str(made.pk)).exists()


def test_sessions_that_are_over_are_deleted(data):
    sessions = import_module("django.contrib.sessions.models").Session.objects
    key = secrets.token_hex(16)
    sessions.create(session_key=key, session_data="", expire_date=NOW - timedelta(hours=1))
    app("operation.tick").tick(NOW)
    assert not sessions.filter(session_key=key).exists()


def test_letters_are_queued_and_sent(data, monkeypatch):
    letters = app("operation.letters")
    done = app("mailing.delivery").Delivered(sent=3, failed=1, put_off=2, stopped="sign-in")
    monkeypatch.setattr(letters, "queue_due", lambda now: 6)
    monkeypatch.setattr(letters, "deliver", lambda limit, now: done)
    assert [report.words for report in letters.send_letters(NOW)] == [
        "letters queued: 6",
        "letters sent: 3",
        "letters refused for good: 1",
        "letters put off: 2",
        "sending stopped: the mail server does not accept our user and password",
    ]


def test_two_ticks_never_work_at_a_time(data):
    with (
        app("operation.locks").locked(settings.DATA, "tick"),
        pytest.raises(StudyError, match="another tick"),
    ):
        app("operation.tick").tick(NOW)


def test_a_step_that_fails_is_told_and_stops_no_other(data, monkeypatch):
    tick, steps = app("operation.tick"), app("operation.steps")

    def refuses(_):
        raise StudyError("cannot close this", subject="St Elsewhere")

    def breaks(_):
        raise OSError("the address of somebody")

    registered = {
        "one": refuses,
        "two": breaks,
        "three": lambda now: [steps.Report(f"at {now:%H}")],
    }
    monkeypatch.setattr(tick, "STEPS", registered)
    done = tick.tick(NOW)
    assert done.told == ("at 07",)
    assert done.failed == ("one: cannot close this: St Elsewhere", "two: OSError")


def test_a_damaged_key_is_told_and_stops_no_other_campaign(data):
    sound, damaged = campaign(), campaign()
    file = settings.MEDENGAGE_KEYS / f"{damaged.pk}.key"
    whole = file.read_bytes()
    file.write_bytes(b"short")
    done = app("operation.tick").tick(NOW)
    assert any(str(damaged) in line for line in done.failed)
    assert any(str(sound) in line for line in done.told)
    file.write_bytes(whole)
    assert told(damaged) == [f"finished closing: {damaged}"]
