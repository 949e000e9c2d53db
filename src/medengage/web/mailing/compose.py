"""From a wording to a letter: placeholders checked and filled in, headers nobody can forge."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from email.utils import formataddr, parseaddr

from django.core.mail import EmailMessage

from medengage.errors import Problem
from medengage.web.mailing.kinds import LINKED, PLACEHOLDERS, Kind
from medengage.web.mailing.models import BODY, SUBJECT
from medengage.web.mailing.wording import Wording

__all__ = ["filled", "joined", "message", "problems"]

NAMED = re.compile(r"\{([^{}\n]*)\}")
BETWEEN = "\n- - -\n\n"
"""Between a letter in one language and the same in the next."""
LONGEST_LINE = 900
"""Longer lines are broken up by mail servers, and a broken link cannot be clicked."""


def problems(kind: Kind, wording: Wording) -> list[Problem]:
    """What is wrong with a wording, each in words for whoever wrote it; none where it is fine."""
    return [
        *_subject_problems(wording.subject),
        *_body_problems(kind, wording.body),
        *(
            problem
            for place, text in (("subject", wording.subject), ("text", wording.body))
            for problem in _brace_problems(place, text)
        ),
    ]


def _subject_problems(subject: str) -> list[Problem]:
    found = []
    if not subject.strip():
        found.append(Problem("subject", "it is empty.", "Say what the letter is about."))
    if len(subject) > SUBJECT:
        found.append(Problem("subject", f"it is longer than {SUBJECT} characters."))
    if any(not character.isprintable() for character in subject):
        found.append(Problem("subject", "it is more than one line.", "Keep it on one line."))
    if "{link}" in subject:
        found.append(Problem("subject", "a link stands in it.", "Put {link} into the text."))
    if len(subject.strip()) > 1 and subject.upper() == subject != subject.lower():
        found.append(Problem("subject", "it is all in capitals.", "Use small letters too."))
    return found


def _body_problems(kind: Kind, body: str) -> list[Problem]:
    found = []
    if not body.strip():
        found.append(Problem("text", "it is empty."))
    if len(body) > BODY:
        found.append(Problem("text", f"it is longer than {BODY} characters."))
    if any(len(line) > LONGEST_LINE for line in body.splitlines()):
        found.append(Problem("text", f"a line is longer than {LONGEST_LINE} characters."))
    if any(not (character.isprintable() or character in "\r\n\t") for character in body):
        found.append(Problem("text", "a sign in it cannot be shown.", "Type the text anew."))
    lines = [line.strip() for line in body.splitlines()]
    if kind in LINKED and lines.count("{link}") != 1:
        found.append(
            Problem("text", "the link is missing.", "Put {link} on one line of its own, once.")
        )
    if "{link}" in body and (kind not in LINKED or body.count("{link}") > 1):
        found.append(Problem("text", "{link} stands where no link is sent.", "Take it out."))
    return found


def _brace_problems(place: str, text: str) -> list[Problem]:
    """Braces without a partner, and names that nothing is known of; the text is not quoted."""
    found = []
    if any(name not in PLACEHOLDERS for name in NAMED.findall(text)):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        found.append(Problem(place, "a name in braces is not known.", f"Use one of {known}."))
    if "{" in (rest := NAMED.sub("", text)) or "}" in rest:
        found.append(Problem(place, "a brace has no partner.", "Write {name}, or leave it out."))
    return found


def filled(wording: Wording, values: Mapping[str, str]) -> Wording:
    """A wording with values in place of names, in one pass: a value is never read as a name.

    Raises ``KeyError`` for a name without a value; ``problems`` finds names that do not exist.
    """
    return Wording(
        NAMED.sub(lambda found: _one_line(values[found[1]]), wording.subject),
        NAMED.sub(lambda found: _one_line(values[found[1]]), wording.body),
    )


def joined(wordings: Sequence[Wording]) -> Wording:
    """One letter in several languages: subjects side by side, bodies one below the other."""
    subjects = dict.fromkeys(one.subject for one in wordings)
    return Wording(" / ".join(subjects), BETWEEN.join(one.body for one in wordings))


def _one_line(value: str) -> str:
    """A value without line ends or signs that cannot be shown."""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def message(wording: Wording, *, to: tuple[str, str], sender: str, mark: str) -> EmailMessage:
    """A letter that can be sent. ``to`` is name and address, ``mark`` the random part of its name.

    Nothing in the headers but To is about the person. Raises ``ValueError`` where an address
    cannot be written into a header; its message may hold the address, so it is not passed on.
    """
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    name, address = _one_line(to[0]), to[1]
    letter = EmailMessage(
        subject=wording.subject,
        body=wording.body,
        from_email=sender,
        to=[formataddr((name, address)) if address.isascii() else address],
        headers={"Message-ID": f"<{mark}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    letter.message()
    return letter
