"""From a simulated organisation to a ``Study``: only what a real campaign would have."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Instrument
from medengage.findings import Policy
from medengage.measure.responses import Responses
from medengage.measure.study import Managers, Study
from medengage.simulate.extras import manager_answers, module_traits
from medengage.simulate.items import item_model
from medengage.simulate.names import DIVISIONS, GRADES
from medengage.simulate.organisations import Organisation, organisation
from medengage.simulate.over_time import opened, wave_name
from medengage.simulate.seeds import Purpose
from medengage.simulate.truth import Truth

__all__ = ["organisation_study", "study"]

OPEN_FOR = timedelta(weeks=4)
POLICY = Policy(
    breakdown="division",
    further=(
        ("specialty",),
        ("grade",),
        ("sex",),
        ("site",),
        ("division", "grade"),
        ("division", "sex"),
        ("grade", "sex"),
    ),
    within={"specialty": "division"},
    order={"division": DIVISIONS, "grade": GRADES},
)
"""Divisions are compared as units; the further breakdowns in the order of their priority."""


def organisation_study(
    place: Organisation,
    wave: int,
    instrument: Instrument,
    *,
    modules: tuple[Instrument, ...] = (),
    managers: Instrument | None = None,
    whole: Instrument | None = None,
) -> Study:
    """One organisation's closed campaign: respondents only, in no meaningful order.

    ``modules`` are further questionnaires whose facets go with engagement, ``managers`` the
    parallel form, ``whole`` the survey of which the instrument is a pulse. Results are broken
    down by division. ``synthetic`` is set.
    """
    return Study(
        id=f"simulated-{place.seed}-{place.number}-{wave}",
        organisation=place.name,
        wave=wave_name(wave),
        opened=opened(wave),
        closed=opened(wave) + OPEN_FOR,
        instrument=instrument,
        responses=_responses(place, wave, instrument, modules, whole),
        population=place.roster.population(),
        policy=POLICY,
        secret=_secret(place, wave),
        modules=modules,
        managers=_managers(place, wave, managers) if managers else None,
        synthetic=True,
    )


def study(
    *,
    seed: int,
    instrument: Instrument,
    eligible: int | None = 400,
    truth: Truth | None = None,
    modules: tuple[Instrument, ...] = (),
    managers: Instrument | None = None,
) -> Study:
    """One campaign of one organisation with known truth, for a first try or a demonstration.

    ``eligible=None`` draws the number of doctors. Raises ``ValueError`` for numbers below 1.
    """
    place = organisation(1, seed=seed, waves=1, truth=truth or Truth(), eligible=eligible)
    return organisation_study(place, 1, instrument, modules=modules, managers=managers)


def _responses(
    place: Organisation,
    wave: int,
    instrument: Instrument,
    modules: tuple[Instrument, ...],
    whole: Instrument | None,
) -> Responses:
    doctors = place.doctors(wave)
    rows = place.stream(Purpose.ORDER, wave).permutation(np.flatnonzero(doctors.responded))
    tables = [place.answers(wave, instrument, whole)]
    tables += [_module_answers(place, wave, module) for module in modules]
    return Responses(
        items=tuple(name for asked in (instrument, *modules) for name in asked.item_ids),
        answers=np.ascontiguousarray(np.hstack(tables)[rows]),
        attributes=place.roster.attributes(rows),
        phase=doctors.phase[rows],
    )


def _module_answers(place: Organisation, wave: int, module: Instrument) -> npt.NDArray[np.int8]:
    z = module_traits(place, wave, module)
    return place.tick(wave, module, model=item_model(module, place.truth.answers), z=z)


def _managers(place: Organisation, wave: int, form: Instrument) -> Managers:
    return Managers(form, Responses(form.item_ids, manager_answers(place, wave, form)))


def _secret(place: Organisation, wave: int) -> bytes:
    """The wave's secret of a simulated place follows from its seed, so that it repeats itself."""
    return place.stream(Purpose.SECRET, wave).bytes(32)
