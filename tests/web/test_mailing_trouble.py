"""The outbox in trouble: a real mail server that refuses, hangs up or is not there; crashes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from tests.web.mailing_samples import MARKED, NOW, addresses, app, counted, deliver, made, queue
from tests.web.post_office import PostOffice, open_office

pytestmark = pytest.mark.enable_socket


@pytest.fixture(autouse=True)
def _empty(data: Path) -> None:
    """No letters and no mailings of the tests before."""
    models = app("mailing.models")
    models.Outgoing.objects.all().delete()
    models.Mailing.objects.all().delete()


@pytest.fixture
def office(data: Path) -> Iterator[PostOffice]:
    with open_office() as opened:
        yield opened


def answering(answer: str, address: str) -> str:
    """A server that quotes the address."""
    return answer.format(to=address)


def killed(*_: object) -> None:
    raise SystemExit("killed")


def test_a_put_off_letter_is_sent_after_the_pause_and_not_before(office):
    campaign = made(2)
    first = addresses(2)[0]
    office.at_rcpt = lambda to: "451 try later" if to == first else "250 OK"
    queue(campaign)
    done = deliver()
    assert (done.sent, done.put_off) == (1, 1)
    office.at_rcpt = lambda to: "250 OK"
    assert deliver(NOW + timedelta(seconds=59)).sent == 0
    assert deliver(NOW + timedelta(minutes=1)).sent == 1
    assert office.to() == Counter(addresses(2))


def test_pauses_grow_until_a_letter_has_failed(office):
    campaign = made(1)
    office.at_data = lambda to: "452 no room"
    queue(campaign)
    now, tried = NOW, [deliver(NOW).put_off]
    for pause in (1, 5, 30, 120, 360):
        assert counted(campaign) == (1, 0, 0, 0)
        before = now + timedelta(minutes=pause, seconds=-1)
        assert deliver(before).put_off == 0
        now += timedelta(minutes=pause)
        tried.append(deliver(now).put_off)
    assert tried == [1, 1, 1, 1, 1, 0]
    assert office.asked[addresses(1)[0]] == 6
    assert counted(campaign) == (0, 0, 1, 0)
    assert deliver(now + timedelta(days=9)).sent == 0
    assert app("mailing.queries").reasons(campaign) == {
        "the mail server asked to try again later": 1
    }


@pytest.mark.parametrize("when", ["at_rcpt", "at_data"])
def test_a_letter_that_is_refused_has_failed_at_once(office, when):
    campaign = made(3)
    refused = addresses(3)[1]
    setattr(office, when, lambda to: "550 no such person" if to == refused else "250 OK")
    queue(campaign)
    done = deliver()
    assert (done.sent, done.failed) == (2, 1)
    assert counted(campaign) == (0, 2, 1, 0)
    assert deliver(NOW + timedelta(days=1)).sent == 0


@pytest.mark.parametrize(
    ("when", "answer"),
    [("at_rcpt", "421 going away"), ("at_data", "421 going away"), ("at_data", "")],
)
def test_a_server_that_hangs_up_in_the_middle_loses_and_doubles_nothing(
    office: PostOffice, when: str, answer: str
) -> None:
    campaign = made(12)
    left = {addresses(12)[3], addresses(12)[7]}

    def once(to: str) -> str:
        if to not in left:
            return "250 OK"
        left.discard(to)
        return answer

    setattr(office, when, once)
    queue(campaign)
    done = deliver()
    assert (done.sent, done.put_off) == (10, 2)
    assert office.connections == 3
    assert deliver(NOW + timedelta(minutes=1)).sent == 2
    assert office.to() == Counter(addresses(12))


def test_a_server_in_trouble_is_left_alone(office):
    campaign = made(30)
    office.at_data = lambda to: "451 try later"
    queue(campaign)
    done = deliver()
    assert (done.put_off, done.stopped) == (5, "later")
    assert sum(office.asked.values()) == 5


def test_a_server_that_refuses_our_sender_spoils_no_letter(office):
    campaign = made(3)
    office.at_mail = lambda sender: "553 not from you"
    queue(campaign)
    done = deliver()
    assert (done.sent, done.failed, done.stopped) == (0, 0, "sender")
    office.at_mail = lambda sender: "250 OK"
    assert deliver(NOW + timedelta(minutes=1)).sent == 3
    assert app("mailing.models").Outgoing.objects.exclude(tries=1).count() == 0


def test_a_server_that_is_not_there_costs_no_try(office):
    campaign = made(2)
    queue(campaign)
    with override_settings(EMAIL_PORT=1):
        assert deliver().stopped == "connection"
    assert app("mailing.models").Outgoing.objects.filter(tries=0).count() == 2
    assert deliver().sent == 2


def test_a_wrong_password_costs_no_try(office):
    campaign = made(1)
    queue(campaign)
    with override_settings(EMAIL_HOST_USER="us", EMAIL_HOST_PASSWORD="wrong"):
        assert deliver().stopped == "sign-in"
    assert app("mailing.models").Outgoing.objects.get().tries == 0
    assert deliver().sent == 1


def test_a_crash_doubles_at_most_the_letter_in_flight(office, monkeypatch):
    campaign = made(10)
    queue(campaign)
    delivery = app("mailing.delivery")
    marked, number = delivery._mark, 0

    def crash(*arguments: Any) -> None:
        nonlocal number
        number += 1
        if number == 5:
            raise SystemExit("killed between sending and marking")
        marked(*arguments)

    monkeypatch.setattr(delivery, "_mark", crash)
    with pytest.raises(SystemExit):
        deliver()
    monkeypatch.undo()
    assert deliver().sent == 5
    assert deliver(NOW + timedelta(minutes=1)).sent == 1
    assert counted(campaign) == (0, 10, 0, 0)
    assert sorted(office.to().values()) == [1] * 9 + [2]


def test_a_crash_before_sending_loses_nothing(office, monkeypatch):
    campaign = made(3)
    queue(campaign)
    delivery = app("mailing.delivery")
    monkeypatch.setattr(delivery, "handed_over", killed)
    with pytest.raises(SystemExit):
        deliver()
    monkeypatch.undo()
    assert deliver().sent == 2
    assert deliver(NOW + timedelta(minutes=1)).sent == 1
    assert office.to() == Counter(addresses(3))


TROUBLES = {
    "rcpt 550": {"at_rcpt": "550 no {to}"},
    "rcpt 451": {"at_rcpt": "451 wait {to}"},
    "rcpt 421": {"at_rcpt": "421 bye {to}"},
    "data 550": {"at_data": "554 spam for {to}"},
    "data 451": {"at_data": "451 later {to}"},
    "data drop": {"at_data": ""},
    "mail 553": {"at_mail": "553 {to} is nobody"},
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_logs_and_errors_hold_no_address_and_no_link(office, caplog, capfd, trouble):
    campaign = made(2)
    for place, answer in TROUBLES[trouble].items():
        setattr(office, place, partial(answering, answer))
    queue(campaign)
    links = [one.link for one in app("invitations.queries").addressees(campaign)]
    with caplog.at_level(logging.DEBUG):
        done = deliver()
    rows = list(app("mailing.models").Outgoing.objects.values())
    told = "".join([*capfd.readouterr(), caplog.text, repr(done), repr(rows)])
    assert done.sent == 0
    assert not any(secret in told for secret in (MARKED, *links))
