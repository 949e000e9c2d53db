"""Every letter in English: words and sentences are short enough for a reader of twelve."""

from __future__ import annotations

from collections.abc import Mapping

from medengage.web.mailing.kinds import Kind
from medengage.web.mailing.wording.parts import Wording

__all__ = ["ENGLISH"]

SAFE = """\
How to check this letter: ask {contact}. Please use a number you already have. \
We never ask for a password."""

PRIVATE = """\
The link is yours alone, so please do not pass it on. It lets you answer once. \
Your answers are kept apart from your name, and they are mixed with those of others. \
Nobody who reads the results or the databases can find out what you said, \
or whether you took part."""

EVERYBODY = """\
This letter goes to everybody who was asked. \
We cannot see who has answered, so we cannot leave anybody out. \
If you have answered, thank you. There is nothing more to do."""

SIGNED = """\
{medical_director}
Medical director, {organisation}

{peer}
for the doctors at {organisation}"""


def _body(*parts: str) -> str:
    """A letter: its parts with a line between them, safe to check, and signed."""
    return "\n\n".join(("Dear colleague,", *parts, SAFE, SIGNED)) + "\n"


ENGLISH: Mapping[Kind, Wording] = {
    Kind.PRENOTICE: Wording(
        "Soon: a short survey of doctors at {organisation}",
        _body(
            "In a few days we will write to you again, with a link to a short survey. "
            "It asks how much you can help to run and improve {organisation}. "
            "It takes about {minutes} minutes.",
            "Every doctor here will be asked. "
            "Your name is kept apart from your answers, and only results of groups are shown.",
            "There is nothing to do today. We write so that you know the letter is real.",
        ),
    ),
    Kind.INVITATION: Wording(
        "Your view as a doctor at {organisation}",
        _body(
            "How much can doctors here help to run and improve {organisation}? "
            "Only you can tell us. It takes about {minutes} minutes, on a phone or a computer.",
            "Here is your link:",
            "{link}",
            "You can stop and come back with the same link. Please answer by {closes}.",
            PRIVATE,
            "When the survey has closed, we will tell you what came out and what we will do.",
        ),
    ),
    Kind.MANAGERS: Wording(
        "Your view as a manager at {organisation}",
        _body(
            "We are asking doctors how much they can help to run and improve {organisation}. "
            "We ask managers too, for both views count. "
            "It takes about {minutes} minutes, on a phone or a computer.",
            "Here is your link:",
            "{link}",
            "You can stop and come back with the same link. Please answer by {closes}.",
            PRIVATE,
        ),
    ),
    Kind.REMINDER_1: Wording(
        "Still time: the survey of doctors at {organisation}",
        _body(
            "Some days ago we asked how much you can help to run and improve {organisation}. "
            "It takes about {minutes} minutes.",
            "Here is your link again. It is the same one as before:",
            "{link}",
            "Please answer by {closes}.",
            EVERYBODY,
            PRIVATE,
        ),
    ),
    Kind.REMINDER_2: Wording(
        "Every view counts: the survey of doctors at {organisation}",
        _body(
            "The more doctors answer, the better we know what to change. "
            "A busy doctor's view counts as much as any other. "
            "It takes about {minutes} minutes, and you can stop and come back.",
            "Here is your link. It is the same one as before:",
            "{link}",
            "Please answer by {closes}.",
            EVERYBODY,
            PRIVATE,
        ),
    ),
    Kind.REMINDER_3: Wording(
        "The last days of the survey of doctors at {organisation}",
        _body(
            "The survey closes on {closes}. We will not remind you again.",
            "If you want to be heard, here is your link. It is the same one as before:",
            "{link}",
            "It takes about {minutes} minutes. Not to answer is fine too.",
            EVERYBODY,
            PRIVATE,
        ),
    ),
    Kind.THANKS: Wording(
        "Thank you, and what happens now at {organisation}",
        _body(
            "The survey of doctors has closed. Thank you to all who took part. "
            "This letter goes to everybody who was asked, for we cannot see who has answered.",
            "What happens now: the results of groups are worked out and checked. "
            "A group is shown only when it is large enough that nobody in it can be picked out.",
            "Then we will tell you what came out, good or bad, and what we will do about it. "
            "The old links no longer work.",
        ),
    ),
}
