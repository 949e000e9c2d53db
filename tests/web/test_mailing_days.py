"""Which letters are due on which day: each once, and phases advance with reminders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medengage.errors import StudyError
from tests.web.mailing_samples import app, drafted, made

FIRST = date(2027, 3, 1)
NOWHERE = {"EMAIL_BACKEND": "medengage.web.mailing.backends.Files"}


def day(number: int, hour: int = 9) -> datetime:
    """A moment some days after opening."""
    return datetime(FIRST.year, FIRST.month, FIRST.day, hour, tzinfo=UTC) + timedelta(days=number)


@pytest.fixture(autouse=True)
def _alone(data: Path) -> Iterator[None]:
    """No other campaign asks for letters."""
    clear()
    with override_settings(**NOWHERE):
        yield
    clear()


def clear() -> None:
    models = app("mailing.models")
    models.Outgoing.objects.all().delete()
    models.Mailing.objects.all().delete()


@contextmanager
def only(campaign: Any) -> Iterator[None]:
    """Other tests' campaigns are drafts in the meantime."""
    others = app("campaigns.models").Campaign.objects.exclude(pk=campaign.pk)
    before = list(others.values_list("pk", "state"))
    others.update(state="draft", phase=0)
    try:
        yield
    finally:
        for key, state in before:
            others.filter(pk=key).update(state=state, phase=int(state == "open"))


def due(campaign: Any, now: datetime) -> list[str]:
    found = app("mailing.queries").due(now)
    return [str(one.kind) for one in found if one.campaign.pk == campaign.pk]


def tick(campaign: Any, now: datetime) -> list[str]:
    """Queue what is due of one campaign."""
    kinds = due(campaign, now)
    for kind in kinds:
        app("mailing.actions").queue(campaign, app("mailing.kinds").Kind(kind))
    return kinds


def phase(campaign: Any) -> int:
    campaign.refresh_from_db()
    return int(campaign.phase)


def test_a_campaign_from_beginning_to_end():
    campaign = drafted(2, opens=FIRST)
    assert due(campaign, day(0)) == []
    app("campaigns.models").Campaign.objects.filter(pk=campaign.pk).update(state="ready")
    assert tick(campaign, day(-4)) == []
    assert tick(campaign, day(-3)) == ["prenotice"]
    assert tick(campaign, day(-2)) == []
    app("campaigns.actions").open_for_answers(campaign, FIRST)
    told = {number: tick(campaign, day(number)) for number in range(26)}
    assert {number: kinds for number, kinds in told.items() if kinds} == {
        0: ["invitation"],
        7: ["reminder-1"],
        14: ["reminder-2"],
        21: ["reminder-3"],
    }
    assert tick(campaign, day(26)) == []
    app("campaigns.actions").close(campaign, FIRST + timedelta(days=26))
    assert tick(campaign, day(26)) == ["thanks"]
    assert tick(campaign, day(27)) == []
    assert app("mailing.models").Outgoing.objects.filter(campaign=campaign).count() == 12


def test_to_ask_changes_nothing():
    campaign = made(1)
    assert due(campaign, day(0)) == due(campaign, day(0)) == ["invitation"]


def test_managers_are_invited_where_they_are_asked():
    campaign = made(1, managers=1, managers_instrument="open-medical-engagement@1.0.0")
    assert tick(campaign, day(0)) == ["invitation", "managers"]
    assert tick(campaign, day(0)) == []


def test_a_reminder_waits_for_the_invitation_and_missed_ones_do_not_pile_up():
    campaign = made(1)
    assert tick(campaign, day(15)) == ["invitation"]
    assert tick(campaign, day(15)) == ["reminder-2"]
    assert tick(campaign, day(16)) == []


def test_no_reminder_after_the_last_day_to_answer():
    campaign = made(1, closes=FIRST + timedelta(days=10))
    assert tick(campaign, day(0)) == ["invitation"]
    assert tick(campaign, day(10)) == ["reminder-1"]
    assert tick(campaign, day(14)) == []


def test_nobody_is_thanked_who_was_never_written_to():
    campaign = made(1)
    app("campaigns.actions").close(campaign, FIRST)
    assert due(campaign, day(30)) == []


def test_days_are_those_of_the_time_zone():
    """Half past eleven at night in London in summer is the next day already."""
    campaign = made(1, closes=date(2027, 12, 1), reminders=[40])
    tick(campaign, day(0))
    assert due(campaign, day(39, hour=22)) == []
    assert due(campaign, day(39, hour=23)) == ["reminder-1"]


@pytest.mark.parametrize(
    ("reminders", "phases"),
    [([7, 14, 21], [2, 2, 3]), ([7, 14], [2, 3]), ([7], [2]), ([21, 7, 14], [2, 2, 3])],
)
def test_phases_advance_with_the_first_and_the_last_reminder(reminders, phases):
    campaign = made(2, reminders=reminders)
    tick(campaign, day(0))
    assert phase(campaign) == 1
    seen = []
    for number in sorted(reminders):
        assert tick(campaign, day(number))
        assert tick(campaign, day(number)) == []
        seen.append(phase(campaign))
    assert seen == phases


def test_to_queue_again_reaches_newcomers_and_does_not_advance():
    campaign = made(2)
    queue, kinds = app("mailing.actions").queue, app("mailing.kinds").Kind
    assert queue(campaign, kinds.INVITATION) == 2
    assert queue(campaign, kinds.REMINDER_1) == 2
    invitee = app("invitations.models").Invitee
    invitee.objects.create(campaign=campaign, name="N", address="new@hospital.example")
    assert queue(campaign, kinds.REMINDER_1) == 1
    assert phase(campaign) == 2


@pytest.mark.parametrize(
    ("state", "kind"),
    [("open", "prenotice"), ("open", "thanks"), ("closed", "reminder-1"), ("draft", "invitation")],
)
def test_a_letter_is_queued_only_when_it_makes_sense(state, kind):
    campaign = drafted(1) if state == "draft" else made(1)
    if state == "closed":
        app("campaigns.actions").close(campaign, FIRST)
    with pytest.raises(StudyError, match=f"while a campaign is {state}"):
        app("mailing.actions").queue(campaign, app("mailing.kinds").Kind(kind))
    assert not app("mailing.models").Mailing.objects.filter(campaign=campaign).exists()


def test_queueing_is_written_down_with_its_count():
    campaign = made(3)
    tick(campaign, day(0))
    event = app("accounts.models").AuditEvent.objects.filter(event="letters queued").first()
    assert (event.who, event.facts) == ("the server", {"kind": "invitation", "letters": 3})


def test_all_that_is_due_is_queued_at_once_but_not_what_is_unfit():
    campaign, unfit = made(4), made(3, contact="")
    with only(campaign):
        assert app("mailing.actions").queue_due(day(0)) == 4
        assert app("mailing.actions").queue_due(day(0)) == 0
    assert not app("mailing.models").Outgoing.objects.filter(campaign=unfit).exists()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 40), min_size=1, max_size=12).map(sorted))
def test_however_often_the_clock_ticks_each_letter_is_queued_once(data, days):
    campaign = made(1)
    told = [kind for number in days for kind in tick(campaign, day(number))]
    assert len(told) == len(set(told))
    assert told[0] == "invitation"
    assert told[1:] == sorted(told[1:])
    assert app("mailing.models").Outgoing.objects.filter(campaign=campaign).count() == len(told)
