"""Invented hospitals for a demonstration: results with modules and managers, sums for a norm."""

from __future__ import annotations

from medengage.definitions import catalogue
from medengage.measure.study import Study
from medengage.simulate import Organisation, organisation_study
from medengage.web.accounts.models import Unit
from medengage.web.campaigns.models import Campaign
from medengage.web.results.bringing import keep
from medengage.web.results.contributing import give

__all__ = ["bring_invented", "give_invented"]

OURS = "open-medical-engagement"
MODULE = "say-stay-strive"
MANAGERS = "open-medical-engagement-managers"


def bring_invented(place: Organisation, wave: int, unit: Unit) -> Campaign:
    """A closed campaign with the answers of an invented hospital and of its managers."""
    return keep(_study(place, wave), unit, by=None)


def give_invented(place: Organisation, wave: int, unit: Unit) -> None:
    """The sums of an invented hospital, left with the coordinator."""
    give(_study(place, wave), None, unit, by=None)


def _study(place: Organisation, wave: int) -> Study:
    ours, module, managers = (catalogue.instrument(name) for name in (OURS, MODULE, MANAGERS))
    return organisation_study(place, wave, ours, modules=(module,), managers=managers)
