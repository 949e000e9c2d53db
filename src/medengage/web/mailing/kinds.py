"""Kinds of letters, and what each may say."""

from __future__ import annotations

from django.db.models import TextChoices

__all__ = ["LINKED", "PLACEHOLDERS", "REMINDERS", "Kind", "form_of"]


class Kind(TextChoices):
    """What a letter is for, in the order in which they are sent."""

    PRENOTICE = "prenotice", "Notice before the survey"
    INVITATION = "invitation", "Invitation"
    MANAGERS = "managers", "Invitation of managers"
    REMINDER_1 = "reminder-1", "First reminder"
    REMINDER_2 = "reminder-2", "Second reminder"
    REMINDER_3 = "reminder-3", "Third reminder"
    THANKS = "thanks", "Thanks, and what happens now"


REMINDERS = (Kind.REMINDER_1, Kind.REMINDER_2, Kind.REMINDER_3)
"""At most three; each goes to everybody, because nobody knows who has answered."""

LINKED = frozenset({Kind.INVITATION, Kind.MANAGERS, *REMINDERS})
"""Letters that carry a link, and so can be sent only while the campaign is open."""

PLACEHOLDERS: dict[str, str] = {
    "organisation": "name of the organisation",
    "closes": "last day to answer",
    "link": "the reader's own link",
    "medical_director": "name of the medical director",
    "peer": "name of the colleague who signs too",
    "minutes": "minutes it takes to answer",
    "contact": "whom to ask about the survey",
}
"""What stands between braces in a wording, and what takes its place."""


def form_of(kind: Kind) -> str:
    """The form whose readers get a letter: that of managers or that of doctors."""
    return "managers" if kind == Kind.MANAGERS else "doctors"
