"""Fill empty databases with an invented region."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from medengage.definitions.instrument import Instrument
from medengage.simulate import Organisation, Truth, organisation
from medengage.simulate.studies import POLICY
from medengage.web.accounts import actions as accounts
from medengage.web.accounts.demonstration import PASSWORD, SECRET
from medengage.web.accounts.models import Kind, Unit
from medengage.web.accounts.permissions import Role
from medengage.web.campaigns import actions as campaigns
from medengage.web.campaigns.models import Campaign
from medengage.web.campaigns.queries import DOCTORS, instrument
from medengage.web.demo.people import names
from medengage.web.invitations.actions import enrol, launch
from medengage.web.invitations.queries import addressees, invitation
from medengage.web.mailing.actions import queue_due
from medengage.web.mailing.delivery import deliver
from medengage.web.respond.actions import send, was_used
from medengage.web.results.actions import close_for_good, publish
from medengage.web.results.demonstration import bring_invented, give_invented

__all__ = ["MOST", "REGION", "Plan", "let_others_answer", "people_region"]

REGION = "North Vale Health"
EMPTY = "St Elsewhere Hospital"
SURVEY = "open-medical-engagement@1.0.0"
ADDRESSES = "example.org"
SEED = 7
WILLING = 0.6
MOST = 5000
"""Letters that are sent at a time."""
MONTH = timedelta(days=28)
WAVES = 4
Step = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Plan:
    """One invented survey: which hospital and wave, how long ago it opened, and how far it is."""

    number: int
    wave: int
    days_ago: int
    closed: bool
    published: bool


HOSPITALS = (1, 2)
PUBLISHED = {3: (4,), 4: (4,), 5: (3, 4)}
"""Further hospitals, and the waves of which they brought and published their answers."""
CONTRIBUTORS = 50
PLANS = (
    Plan(1, 1, 400, closed=True, published=True),
    Plan(2, 1, 395, closed=True, published=True),
    Plan(2, 2, 45, closed=True, published=False),
    Plan(1, 2, 9, closed=False, published=False),
)


def people_region(now: datetime, step: Step) -> None:
    """An invented region: three hospitals, people in every role, surveys in every state.

    Raises ``StudyError`` where there is a region already.
    """
    top = accounts.make_unit(REGION, Kind.SYSTEM, None, by=None)
    hospitals = {number: _hospital(number, top) for number in HOSPITALS}
    empty = accounts.make_unit(EMPTY, Kind.ORGANISATION, top, by=None)
    _people(top, empty, hospitals[1])
    for done, plan in enumerate(PLANS):
        unit = hospitals[plan.number]
        step(f"Asking the doctors of {unit}", done, len(PLANS))
        _survey(plan, unit, timezone.localdate(now))
    queue_due(now)
    deliver(MOST, now)
    _others(top, step)
    _contributions(top, step)
    step("Done", len(PLANS), len(PLANS))


def _others(top: Unit, step: Step) -> None:
    """Hospitals that asked their managers as well, and whose results are out."""
    for done, (number, waves) in enumerate(PUBLISHED.items()):
        unit = _hospital(number, top)
        step(f"Working out the results of {unit}", done, len(PUBLISHED))
        for wave in waves:
            publish(bring_invented(_place(number), wave, unit))


def _contributions(top: Unit, step: Step) -> None:
    """Sums of many hospitals, which wait for the coordinator."""
    known = {unit.name: unit for unit in top.children.all()}
    for number in range(1, CONTRIBUTORS + 1):
        step("Hospitals contribute to the norm", number - 1, CONTRIBUTORS)
        place = _place(number)
        unit = known.get(place.name) or accounts.make_unit(
            place.name, Kind.ORGANISATION, top, by=None
        )
        give_invented(place, WAVES, unit)


def _place(number: int) -> Organisation:
    return organisation(number, seed=SEED, waves=WAVES, truth=Truth())


def let_others_answer(campaign: Campaign, seed: int) -> int:
    """Invented answers of about six doctors in ten, but of nobody who has answered.

    Gives how many were invented.
    """
    doctors = [one for one in addressees(campaign) if one.form == DOCTORS]
    place = organisation(1, seed=seed, waves=1, truth=Truth(), eligible=len(doctors))
    chosen = np.random.default_rng(seed).random(len(doctors)) < WILLING
    ticked, survey = place.answers(1, instrument(campaign)), instrument(campaign)
    return sum(
        _sends(one.link, survey, answers)
        for one, answers, goes in zip(doctors, ticked, chosen.tolist(), strict=True)
        if goes
    )


def _hospital(number: int, top: Unit) -> Unit:
    place = organisation(number, seed=SEED, waves=1, truth=Truth())
    unit = accounts.make_unit(place.name, Kind.ORGANISATION, top, by=None)
    for name in POLICY.order["division"]:
        accounts.make_unit(name, Kind.DIVISION, unit, by=None)
    return unit


def _people(top: Unit, empty: Unit, hospital: Unit) -> None:
    """One person in each role; the survey manager and medical director of all hospitals first."""
    places = {
        Role.SURVEY_MANAGER: top,
        Role.MEDICAL_DIRECTOR: top,
        Role.BENCHMARK_COORDINATOR: top,
        Role.AUDITOR: top,
        Role.CLINICAL_DIRECTOR: hospital,
        Role.IMPROVEMENT_LEAD: hospital,
        Role.BOARD_READER: empty,
    }
    for (role, unit), name in zip(places.items(), names(len(places), SEED), strict=True):
        user = accounts.give_role(f"{role.value}@{ADDRESSES}", name, role, unit, by=None)
        accounts.choose_password(user, accounts.welcome(user), PASSWORD)
        accounts.know(user, SECRET)


def _survey(plan: Plan, unit: Unit, today: date) -> None:
    """One survey, from its draft to where it stands now."""
    opened = today - timedelta(days=plan.days_ago)
    campaign = campaigns.make(unit, _facts(plan, opened), by=None)
    place = organisation(plan.number, seed=SEED, waves=plan.wave, truth=Truth())
    everybody = np.arange(place.roster.n, dtype=np.intp)
    columns = place.roster.attributes(everybody)
    doctors = [
        {name: column.labels[column.codes[row]] for name, column in columns.items()}
        for row in everybody.tolist()
    ]
    enrol(campaign, DOCTORS, _asked(doctors, plan.number))
    campaigns.make_ready(campaign, by=None)
    campaigns.open_for_answers(campaign, opened)
    launch(campaign)
    campaign.refresh_from_db()
    _answer(campaign, place, plan)
    if plan.closed:
        close_for_good(campaign, opened + MONTH)
        campaign.refresh_from_db()
    if plan.published:
        publish(campaign)


def _facts(plan: Plan, opened: date) -> dict[str, Any]:
    policy = POLICY.model_dump(mode="json", exclude_defaults=True)
    return {
        "wave": f"{opened:%B %Y}",
        "instrument": SURVEY,
        "words": {"organisation": "hospital"},
        "opens": opened,
        "closes": opened + MONTH,
        "medical_director": "Dr Amara Lindqvist",
        "peer": "Dr Idris Penhallow",
        "contact": f"Survey office, survey@{ADDRESSES}",
        "policy": policy,
    }


def _asked(doctors: Sequence[Mapping[str, str]], seed: int) -> list[dict[str, Any]]:
    """Doctors with invented names and addresses."""
    return [
        {"name": name, "address": _address(row), "attributes": dict(attributes)}
        for row, (name, attributes) in enumerate(
            zip(names(len(doctors), seed), doctors, strict=True)
        )
    ]


def _answer(campaign: Campaign, place: Organisation, plan: Plan) -> None:
    """Doctors answer in three phases, as reminders reach them; an open survey is in its second."""
    survey, phases = instrument(campaign), place.doctors(plan.wave).phase
    links = {one.address: one.link for one in addressees(campaign)}
    ticked = place.answers(plan.wave, survey)
    for phase in (1, 2, 3) if plan.closed else (1, 2):
        if phase > 1:
            campaigns.advance(campaign)
            campaign.refresh_from_db()
        for row in np.flatnonzero(phases == phase).tolist():
            _sends(links[_address(row)], survey, ticked[row])


def _sends(link: str, survey: Instrument, ticked: npt.NDArray[np.int8]) -> bool:
    """One doctor answers with a link; ``False`` for one that was used before."""
    found = invitation(link)
    if found is None or was_used(found, link):
        return False
    answers = dict(zip(survey.item_ids, ticked.tolist(), strict=True))
    return send(found, link, answers)


def _address(row: int) -> str:
    return f"doctor-{row + 1}@{ADDRESSES}"
