"""A visit: what a link stands for, the draft so far, and the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from medengage.web.campaigns.queries import MANAGERS, Campaign, asked, policy
from medengage.web.invitations.queries import Invitation
from medengage.web.respond import actions, languages
from medengage.web.respond.languages import Speech
from medengage.web.respond.pages import Page, pages

__all__ = ["Visit", "visit"]


@dataclass(frozen=True)
class Visit:
    """Somebody with a link that can be used: what it stands for, and the draft so far."""

    token: str
    invitation: Invitation
    kept: Mapping[str, Any]
    speech: Speech

    @property
    def campaign(self) -> Campaign:
        """The survey that the link belongs to."""
        return self.invitation.campaign

    @property
    def pages(self) -> tuple[Page, ...]:
        """What is asked, page by page, in the language of the visit."""
        survey = asked(self.campaign, self.invitation.form)
        words = tuple(sorted(self.campaign.words.items()))
        return pages(survey, words, self.speech.tag, self.campaign.statements_a_page)

    @property
    def is_manager(self) -> bool:
        """Is this the form that asks managers how doctors feel?"""
        return self.invitation.form == MANAGERS

    @property
    def fewest(self) -> int:
        """The smallest group whose results are shown."""
        return policy(self.campaign).minimum_group

    @property
    def last_day(self) -> str:
        """The last day to answer, in words; "" where none is planned."""
        closes = self.campaign.closes
        return "" if closes is None else languages.day(closes)

    @property
    def tail(self) -> str:
        """What an address needs so that the next page speaks the same language."""
        return self.speech.tail

    @property
    def roster_language(self) -> str:
        """The language of the organisation's own words; "" where it is that of the page."""
        first = self.speech.offered[0]
        return "" if first == self.speech.tag else first

    def to(self, page: str, *numbers: int) -> str:
        """The address of another page."""
        return f"{reverse(f'respond:{page}', args=[self.token, *numbers])}{self.tail}"

    def keep(self, entries: Mapping[str, Any]) -> Visit:
        """Keep entries in the draft, and the language if the doctor chose one."""
        chosen = {actions.LANGUAGE: self.speech.chosen} if self.speech.chosen else {}
        new = {**chosen, **entries}
        actions.keep(self.invitation, self.token, new)
        return replace(self, kept={**self.kept, **new}, speech=self.speech.kept())

    def sent(self) -> Visit:
        """The same after the answers were sent, for then the draft is gone."""
        return replace(self, kept={}, speech=self.speech.forgotten())


def visit(
    request: HttpRequest, token: str, invitation: Invitation, kept: Mapping[str, Any]
) -> Visit:
    """Somebody's visit, in the language of the address, the draft or the browser."""
    offered = languages.offered(invitation.campaign)
    before = str(kept.get(actions.LANGUAGE, ""))
    return Visit(token, invitation, kept, languages.speech(request, offered, before))
