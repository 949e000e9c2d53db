"""In which language a page speaks, without a cookie.

The address decides (``?lang=fr``), then what the draft remembers of an earlier choice, then what
the browser prefers, then the first language of the campaign. Only a choice is remembered, inside
the sealed draft; what a browser prefers is stored nowhere, and neither is kept with answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.utils import formats, translation
from django.utils.translation import pgettext
from django.utils.translation.trans_real import parse_accept_lang_header

from medengage.web.campaigns.queries import Campaign

__all__ = ["NAME", "Speech", "day", "known", "offered", "speaking", "speech"]

NAME = "lang"
"""What an address calls the language."""


@dataclass(frozen=True)
class Speech:
    """The language of one page, and those that are offered.

    ``chosen`` is what the doctor chose, now or before, "" where the browser decided;
    ``remembered`` is what the draft holds.
    """

    tag: str
    offered: tuple[str, ...]
    chosen: str = ""
    remembered: str = ""

    @property
    def tail(self) -> str:
        """What an address needs so that the next page speaks this language as well."""
        return f"?{NAME}={self.chosen}" if self.chosen != self.remembered else ""

    @property
    def languages(self) -> list[tuple[str, str, bool]]:
        """Tag and name of every language that is offered, and whether the page speaks it."""
        names = known()
        return [(tag, names[tag], tag == self.tag) for tag in self.offered]

    def kept(self) -> Speech:
        """The same after the draft has it."""
        return replace(self, remembered=self.chosen)

    def forgotten(self) -> Speech:
        """The same after the draft is gone."""
        return replace(self, remembered="")


def known() -> Mapping[str, str]:
    """Tag and name of every language that the pages exist in."""
    return dict(settings.MEDENGAGE_LANGUAGES)


def offered(campaign: Campaign) -> tuple[str, ...]:
    """The languages of a campaign that the pages exist in."""
    names = known()
    return tuple(tag for tag in campaign.languages if tag in names) or tuple(names)[:1]


def speech(request: HttpRequest, offered: tuple[str, ...], remembered: str = "") -> Speech:
    """What a page speaks: one of the languages that are offered."""
    asked = request.GET.get(NAME, "")
    before = remembered if remembered in offered else ""
    chosen = asked if asked in offered else before
    return Speech(chosen or _preferred(request, offered), offered, chosen, before)


def _preferred(request: HttpRequest, offered: tuple[str, ...]) -> str:
    """The first that the browser asks for (``fr-CA`` is content with ``fr``), else our first."""
    ranges = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    wanted = (part for tag, weight in ranges if weight for part in _wider(tag))
    return next((tag for tag in wanted if tag in offered), offered[0])


def _wider(tag: str) -> Iterable[str]:
    """``fr-ca``, then ``fr``."""
    parts = tag.split("-")
    return ("-".join(parts[:length]) for length in range(len(parts), 0, -1))


def speaking(tag: str) -> AbstractContextManager[None]:
    """Everything inside is said in a language; English is British."""
    own: str = settings.LANGUAGE_CODE
    return translation.override(own if own.startswith(f"{tag}-") else tag)


def day(when: date) -> str:
    """A day in words: 3 March 2027, 3 mars 2027."""
    form = (
        # Translators: the first day of a month, as Django's date filter writes it
        pgettext("first of a month", "j F Y")
        if when.day == 1
        # Translators: any other day of a month, as Django's date filter writes it
        else pgettext("day of a month", "j F Y")
    )
    return formats.date_format(when, form)
