"""Letters that come back are counted by their mark, whatever program reports them."""

from __future__ import annotations

import mailbox
from email import message_from_string
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.errors import StudyError
from tests.web.mailing_samples import app, made

ADDRESS = "marked-person-doctors-0@hospital.example"

RETURNED = {
    "whole": "Content-Type: message/rfc822\n\nMessage-ID: <{mark}@letters.example>\n\nText",
    "headers": "Content-Type: text/rfc822-headers\n\nMessage-ID: <{mark}@letters.example>\n",
    "none": "Content-Type: text/plain\n\nNothing was returned",
}


def notification(
    mark: str, *, action: str = "failed", returned: str = "whole", head: str = ""
) -> Message:
    """A report as RFC 3464 has it."""
    return message_from_string(
        f"""From: mailer-daemon@hospital.example
To: survey@letters.example
Subject: Undelivered Mail
{head}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your letter to {ADDRESS} could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.hospital.example

Final-Recipient: rfc822; {ADDRESS}
Action: {action}
Status: 5.1.1

--b
{RETURNED[returned].format(mark=mark)}

--b--
"""
    )


@pytest.fixture
def letters(data: Path) -> list[Any]:
    """Three letters that were sent."""
    campaign = made(3)
    models = app("mailing.models")
    models.Outgoing.objects.bulk_create(
        models.Outgoing(campaign=campaign, invitee=one.id, kind="invitation", state="sent")
        for one in app("invitations.queries").addressees(campaign)
    )
    return list(models.Outgoing.objects.filter(campaign=campaign))


def record(message: Message) -> bool:
    return bool(app("mailing.bounces").record_bounce(message))


def bounced(letters: list[Any]) -> int:
    return int(app("mailing.queries").counts(letters[0].campaign)["invitation"].bounced)


@pytest.mark.parametrize("returned", ["whole", "headers"])
def test_a_letter_that_came_back_is_counted_once(letters, returned):
    report = notification(letters[0].mark, returned=returned)
    assert record(report)
    assert not record(report)
    assert bounced(letters) == 1


@pytest.mark.parametrize("header", ["In-Reply-To", "References"])
def test_a_report_that_returns_nothing_may_name_the_letter_in_its_head(letters, header):
    head = f"{header}: <{letters[0].mark}@letters.example>\n"
    assert record(notification("", returned="none", head=head))


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_delays_and_receipts_are_no_bounces(letters, action):
    assert not record(notification(letters[0].mark, action=action))
    assert bounced(letters) == 0


def test_other_mail_is_let_be(letters):
    for text in (
        "Subject: Out of office\n\nBack on Monday",
        f"Subject: Re\nIn-Reply-To: <{letters[0].mark}@letters.example>\n\nThank you",
        "",
    ):
        assert not record(message_from_string(text))
    assert not record(notification("0" * 32))
    assert not record(notification("x'; drop table"))
    assert bounced(letters) == 0


@given(st.text(max_size=300))
def test_no_message_is_too_strange_to_be_read(data, text):
    assert not record(message_from_string(text))
    head = "Content-Type: multipart/report; boundary=b\n\n--b\n"
    status = "Content-Type: message/delivery-status\n\n"
    assert not record(message_from_string(head + status + text))


def write(kind: str, folder: Path, messages: list[Message]) -> Path:
    """A mailbox of a kind."""
    place = folder / "mail"
    if kind == "eml":
        place.mkdir()
        for number, message in enumerate(messages):
            (place / f"{number}.eml").write_bytes(message.as_bytes())
        return place
    box = mailbox.mbox(place) if kind == "mbox" else mailbox.Maildir(place)
    for message in messages:
        box.add(message)
    box.close()
    return place


@pytest.mark.parametrize("kind", ["mbox", "maildir", "eml"])
def test_a_mailbox_is_read_and_left_as_it_was(letters, tmp_path, kind):
    other = message_from_string("Subject: Hello\n\nfrom somebody")
    messages = [notification(letters[0].mark), other, notification(letters[1].mark)]
    place = write(kind, tmp_path, messages)
    before = {f: f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()}
    read = app("mailing.bounces").import_bounces
    found = read(place)
    assert (found.messages, found.bounced) == (3, 2)
    assert (read(place).bounced, bounced(letters)) == (0, 2)
    assert {f: f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()} == before


def test_a_message_of_many_megabytes_is_not_read(letters, tmp_path):
    big = notification(letters[0].mark)
    big.epilogue = "x" * 6_000_000
    assert app("mailing.bounces").import_bounces(write("mbox", tmp_path, [big])).messages == 0


def test_a_place_without_a_mailbox_is_said(data, tmp_path):
    with pytest.raises(StudyError, match="there is no mailbox"):
        app("mailing.bounces").import_bounces(tmp_path / "none")


def test_a_bounce_leaves_no_address(letters, capfd, caplog):
    with caplog.at_level("DEBUG", logger="medengage"):
        record(notification(letters[0].mark))
    row = app("mailing.models").Outgoing.objects.filter(pk=letters[0].pk).values().get()
    assert ADDRESS not in "".join([*capfd.readouterr(), caplog.text, repr(row)])
