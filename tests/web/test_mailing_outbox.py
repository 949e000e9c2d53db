"""The outbox against a real mail server: every letter once, and nothing kept of its reader."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.test import override_settings

from medengage.errors import StudyError
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


def test_every_letter_arrives_once_over_one_connection(office):
    campaign = made(25)
    assert queue(campaign) == 25
    assert queue(campaign) == 0
    assert deliver().sent == 25
    assert deliver().sent == 0
    assert office.to() == Counter(addresses(25))
    assert office.connections == 1
    assert counted(campaign) == (0, 25, 0, 0)


def test_a_letter_says_who_sends_it_and_carries_the_readers_link_alone_on_a_line(office):
    campaign = made(3)
    queue(campaign)
    deliver()
    links = {
        one.address: f"https://survey.example/a/{one.link}/"
        for one in app("invitations.queries").addressees(campaign)
    }
    for letter in office.letters:
        address = letter["To"].addresses[0].addr_spec
        text = letter.get_content()
        assert text.splitlines().count(links[address]) == 1
        assert sum(link in text for link in links.values()) == 1
        assert "Dr Ada Zürich" in text
        assert "Dr Bo Łąka" in text
        assert "Friday 26 March 2027" in text
        assert "{" not in text + letter["Subject"]
        assert letter["To"].addresses[0].display_name.startswith("Dr Zoë Nº ")
        assert letter["From"].addresses[0].display_name == "St Elsewhere Hospital"


def test_headers_hold_nothing_of_the_person_but_to(office):
    campaign = made(2)
    queue(campaign)
    deliver()
    seen = set()
    for letter in office.letters:
        assert set(letter.keys()) == {
            *("Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Subject", "From"),
            *("To", "Date", "Message-ID", "Auto-Submitted"),
        }
        assert letter["Auto-Submitted"] == "auto-generated"
        name, _, domain = letter["Message-ID"].strip("<>").partition("@")
        assert domain == "letters.example"
        assert len(name) == 32
        seen.add(name)
        rest = [value for key, value in letter.items() if key != "To"]
        assert not any(MARKED in value or "Zoë" in value for value in rest)
    assert len(seen) == 2


def test_reminders_reach_everybody_with_the_same_link(office):
    campaign = made(4)
    for kind in ("invitation", "reminder-1", "reminder-2", "reminder-3"):
        queue(campaign, kind)
        deliver()
    assert office.to() == Counter(addresses(4) * 4)
    lines = Counter(
        line for one in office.letters for line in one.get_content().split() if "/a/" in line
    )
    assert sorted(lines.values()) == [4] * 4


def test_managers_get_their_own_letter(office):
    campaign = made(2, managers=3)
    assert (queue(campaign), queue(campaign, "managers")) == (2, 3)
    deliver()
    assert office.to() == Counter(addresses(2) + addresses(3, "managers"))


def test_who_has_no_address_gets_no_letter(office):
    campaign = made(2)
    invitee = app("invitations.models").Invitee
    invitee.objects.create(campaign=campaign, name="Dr No Mail")
    assert queue(campaign) == 2


def test_two_processes_do_not_send_the_same_letter(office):
    """Both have read the same rows; each takes only what the other has not."""
    campaign = made(6)
    queue(campaign)
    delivery = app("mailing.delivery")
    rows = delivery._waiting(10, NOW)
    assert deliver(limit=3).sent == 3
    claimed = [delivery._claimed(row, NOW) for row in rows]
    assert claimed == [False] * 3 + [True] * 3


def test_no_more_letters_a_minute_than_the_setting_says(office):
    campaign = made(10)
    queue(campaign)
    with override_settings(MEDENGAGE_MAIL_PER_MINUTE=4):
        sent = [deliver(NOW + timedelta(seconds=s)).sent for s in (0, 10, 59, 60, 61, 120)]
    assert sent == [4, 0, 0, 4, 0, 2]


def test_what_waits_when_a_campaign_closes_is_not_sent(office):
    campaign = made(2)
    queue(campaign)
    app("campaigns.actions").close(campaign, date(2027, 3, 2))
    keys = app("keys").KeyFolder(import_module("django.conf").settings.MEDENGAGE_KEYS)
    keys.destroy(str(campaign.pk))
    assert deliver().failed == 2
    assert app("mailing.queries").reasons(campaign) == {
        "the campaign closed before it was sent": 2
    }
    assert not office.letters


def test_who_left_the_roster_gets_no_letter(office):
    campaign = made(2)
    queue(campaign)
    leaver = app("invitations.models").Invitee.objects.filter(campaign=campaign)
    leaver.filter(address=addresses(2)[0]).delete()
    done = deliver()
    assert (done.sent, done.failed) == (1, 1)
    assert app("mailing.queries").reasons(campaign) == {"the reader is no longer on the roster": 1}


@pytest.mark.parametrize(
    "address",
    ["a@b@c", "x\nBcc: all@else.example", "no-at-sign", "bad domain@x y", "ü\udcff@x.example"],
)
def test_a_hostile_address_fails_alone_and_forges_no_header(office, address):
    campaign = made(1)
    invitee = app("invitations.models").Invitee.objects.get(campaign=campaign)
    found = app("invitations.queries").Addressee(invitee.pk, "doctors", "N", address, "l" * 26)
    row = app("mailing.models").Outgoing(campaign=campaign, invitee=invitee.pk, kind="invitation")
    desk = app("mailing.delivery")._Desk(
        campaign,
        app("mailing.kinds").Kind.INVITATION,
        [app("mailing.queries").Part(app("mailing.wording").Wording("s", "{link}"), {}, "")],
        {invitee.pk: found},
    )
    letter = desk.letter(row)
    if letter != "address":
        assert "Bcc" not in letter.message()
        assert app("mailing.server").handed_over(
            import_module("django.core.mail").get_connection(), letter
        ) in {"address", "refused", "connection", None}


def test_a_hostile_name_forges_no_header(office):
    campaign = made(1, organisation="St\r\nBcc: all@else.example")
    invitee = app("invitations.models").Invitee.objects.filter(campaign=campaign)
    invitee.update(name='X" <y@z.example>\nBcc: all@else.example\u2028{link}')
    queue(campaign)
    assert deliver().sent == 1
    (letter,) = office.letters
    assert letter["Bcc"] is None
    assert [one.addr_spec for one in letter["To"].addresses] == addresses(1)


def test_nothing_is_stored_of_address_link_or_text(office, data):
    campaign = made(1)
    queue(campaign)
    deliver()
    (row,) = app("mailing.models").Outgoing.objects.values()
    (one,) = app("invitations.queries").addressees(campaign)
    told = repr(row)
    assert not any(part in told for part in (one.address, one.name, one.link, MARKED))


def test_people_and_desks_do_not_show_themselves(office):
    campaign = made(1)
    queue(campaign)
    (row,) = app("mailing.models").Outgoing.objects.all()
    desk = app("mailing.delivery")._desk(row)
    assert MARKED not in f"{desk!r} {row!r} {row}"


def test_nothing_is_queued_without_a_way_to_send(data):
    campaign = made(1)
    with override_settings(EMAIL_BACKEND=app("mailing.configuration").NOWHERE):
        with pytest.raises(StudyError, match="MEDENGAGE_MAIL_HOST"):
            queue(campaign)
        assert app("mailing.actions").queue_due(NOW) == 0


def test_a_server_without_mail_sends_nothing_and_says_so(office):
    campaign = made(1)
    queue(campaign)
    with override_settings(EMAIL_BACKEND=app("mailing.configuration").NOWHERE):
        assert deliver().stopped == "no server"
    assert deliver().sent == 1


def test_in_development_letters_are_files(data, tmp_path):
    campaign = made(3)
    files = {"EMAIL_BACKEND": app("mailing.configuration").FILES, "EMAIL_FILE_PATH": str(tmp_path)}
    with override_settings(**files, DEFAULT_FROM_EMAIL="survey@localhost"):
        queue(campaign)
        assert deliver().sent == 3
    written = sorted(tmp_path.glob("*.eml"))
    assert len(written) == 3
    assert b"/a/" in written[0].read_bytes()


@pytest.mark.slow  # two thousand letters over a real connection
def test_two_thousand_letters(office):
    campaign = made(2000)
    begun = time.perf_counter()
    assert queue(campaign) == 2000
    queued = time.perf_counter()
    assert deliver().sent == 2000
    done = time.perf_counter()
    print(f"queued in {queued - begun:.2f} s, sent in {done - queued:.1f} s")
    assert office.to() == Counter(addresses(2000))
    assert office.connections == 1
    assert done - begun < 120
