"""What the managers' pages show of a campaign: steps, check-list, how many are asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from medengage.definitions.texts import languages
from medengage.web.campaigns.queries import DOCTORS, MANAGERS, Campaign, State, asked, policy
from medengage.web.invitations.queries import roster
from medengage.web.mailing.actions import WHEN
from medengage.web.mailing.kinds import Kind
from medengage.web.mailing.queries import Counts, counts, missing
from medengage.web.mailing.queries import languages as spoken
from medengage.web.results.queries import is_under_way, job

__all__ = [
    "Check",
    "LetterLine",
    "Step",
    "asked_counts",
    "checks",
    "is_under_way",
    "job",
    "letters",
    "open_checks",
    "steps",
]

HALF_ANSWER, TWO = 2, 2
FEWEST = 30
"""Doctors below whom participation cannot be shown and most results have to be withheld."""


@dataclass(frozen=True)
class Step:
    """One state of a campaign; ``current`` for the present one."""

    name: str
    current: bool
    done: bool


@dataclass(frozen=True)
class Check:
    """One line of the check-list: what it is about, whether it is done, and in words.

    ``page`` is where it is done; ``needed`` is false for advice, which does not hold back.
    """

    name: str
    done: bool
    words: str
    page: str
    needed: bool = True


def steps(campaign: Campaign) -> list[Step]:
    """Every state in order, and where the campaign is."""
    order = list(State)
    here = order.index(State(campaign.state))
    return [Step(one.label, at == here, at < here) for at, one in enumerate(order)]


def asked_counts(campaign: Campaign) -> Mapping[str, int]:
    """How many doctors and managers are on the roster."""
    return {form: len(roster(campaign, form)) for form in (DOCTORS, MANAGERS)}


@dataclass(frozen=True)
class LetterLine:
    """One kind of letter: how far it is, and the languages it is written in."""

    kind: str
    label: str
    counts: Counts
    languages: list[str]
    can_send: bool


def letters(campaign: Campaign) -> list[LetterLine]:
    """Every kind of letter that this campaign uses, in the order of sending."""
    found, offered = counts(campaign), spoken(campaign)
    unused = set() if campaign.managers_instrument else {Kind.MANAGERS}
    return [
        LetterLine(kind.value, kind.label, found[kind], offered, campaign.state in WHEN[kind])
        for kind in Kind
        if kind not in unused
    ]


def checks(campaign: Campaign) -> list[Check]:
    """The check-list of a draft; empty once the campaign was opened."""
    if campaign.state not in {State.DRAFT, State.READY}:
        return []
    return [
        _dates(campaign),
        _signatories(campaign),
        _contact(campaign),
        *_texts(campaign),
        _doctors(campaign),
        *_groups(campaign),
        *_managers(campaign),
        _letters(campaign),
    ]


def open_checks(campaign: Campaign) -> list[Check]:
    """What has to be done before the campaign can open."""
    return [check for check in checks(campaign) if check.needed and not check.done]


def _dates(campaign: Campaign) -> Check:
    opens, closes = campaign.opens, campaign.closes
    done = opens is not None and closes is not None
    words = (
        f"From {opens:%-d %B %Y} to {closes:%-d %B %Y}."
        if opens and closes
        else "Choose both days."
    )
    return Check("First and last day", done, words, "change")


def _signatories(campaign: Campaign) -> Check:
    both = bool(campaign.medical_director and campaign.peer)
    names = f"{campaign.medical_director} and {campaign.peer} sign."
    words = names if both else "Name both who sign the letters."
    return Check("Medical director and a respected doctor", both, words, "change")


def _contact(campaign: Campaign) -> Check:
    words = campaign.contact or "Name somebody whom doctors can ask whether the letter is real."
    return Check("Who answers questions", bool(campaign.contact), words, "change")


def _texts(campaign: Campaign) -> Iterator[Check]:
    """The statements exist in each language that is offered."""
    for form in _forms(campaign):
        survey = asked(campaign, form)
        missing = set(campaign.languages) - {survey.language, *languages(survey)}
        words = f"{survey.title}, {len(survey.item_ids)} statements."
        if missing:
            tags = ", ".join(sorted(missing))
            words = f"{survey.title} does not exist in: {tags}. Choose other languages."
        yield Check(f"Statements for {form}", not missing, words, "change")


def _doctors(campaign: Campaign) -> Check:
    number = len(roster(campaign, DOCTORS))
    words = f"{number:,} doctors are asked."
    if number < FEWEST:
        words = (
            f"{number:,} doctors are on the roster; {FEWEST} are needed to show anything safely."
        )
    return Check("Roster of doctors", number >= FEWEST, words, "roster")


def _groups(campaign: Campaign) -> Iterator[Check]:
    """Every group by which results are shown is in the roster, with enough doctors."""
    doctors, rules = roster(campaign, DOCTORS), policy(campaign)
    for name in rules.attributes if doctors else ():
        sizes = Counter(one.get(name, "") for one in doctors)
        without = sizes.pop("", 0)
        enough = HALF_ANSWER * rules.limit
        large = sum(size >= enough for size in sizes.values())
        told = f"{len(sizes)} groups, {large} of them with {enough} doctors or more."
        if without:
            told += f" {without:,} doctors have none: their answers count for the whole only."
        if not sizes:
            told = f"The roster has no column for {name}. Map one, or show results without it."
        page = "change" if not sizes else "roster"
        yield Check(f"Groups by {name}", bool(sizes), told, page)
        if sizes and large < TWO:
            words = (
                f"If half of the doctors answer, fewer than two groups by {name} can be shown. "
                "Join small groups, or show results without it."
            )
            yield Check(f"Size of groups by {name}", False, words, "roster", needed=False)


def _managers(campaign: Campaign) -> Iterator[Check]:
    if campaign.managers_instrument:
        number = len(roster(campaign, MANAGERS))
        words = f"{number:,} managers are asked." if number else "Bring the roster of managers."
        yield Check("Roster of managers", number > 0, words, "managers")


def _letters(campaign: Campaign) -> Check:
    problems = missing(campaign)
    words = " ".join(one.what.capitalize() for one in problems) or "Every letter is written."
    return Check("Letters", not problems, words, "letters")


def _forms(campaign: Campaign) -> list[str]:
    return [DOCTORS, MANAGERS] if campaign.managers_instrument else [DOCTORS]
