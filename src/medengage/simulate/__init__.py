"""A synthetic region with known truth: for demonstrations, tests, coverage and power.

``region(seed=7)`` makes organisations; ``region.study(17, 9, instrument)`` gives what a real
campaign would have; everything else here is what only a simulator can know. Every number that may
be recovered stands in ``Truth``. Volunteers and ideas for initiatives are not simulated yet.

>>> from medengage.simulate import region
>>> two = region(seed=7, organisations=2)
>>> [place.name for place in two]
['Acacia Vale Hospitals', 'Alder Vale Hospitals']
"""

from medengage.simulate.clinicians import Clinicians, clinicians
from medengage.simulate.comments import Comment, Planted, comments
from medengage.simulate.means import TrueMeans, true_means
from medengage.simulate.organisations import Doctors, Organisation, organisation
from medengage.simulate.outcomes import Outcomes, drivers, outcomes, ratings, standard_effects
from medengage.simulate.regions import Region, region
from medengage.simulate.seeds import Purpose, stream
from medengage.simulate.studies import organisation_study, study
from medengage.simulate.truth import (
    AnswerTruth,
    ExtraTruth,
    Programme,
    ResponseTruth,
    RosterTruth,
    ScoreTruth,
    SuddenDrop,
    TimeTruth,
    Truth,
)

__all__ = [
    "AnswerTruth",
    "Clinicians",
    "Comment",
    "Doctors",
    "ExtraTruth",
    "Organisation",
    "Outcomes",
    "Planted",
    "Programme",
    "Purpose",
    "Region",
    "ResponseTruth",
    "RosterTruth",
    "ScoreTruth",
    "SuddenDrop",
    "TimeTruth",
    "TrueMeans",
    "Truth",
    "clinicians",
    "comments",
    "drivers",
    "organisation",
    "organisation_study",
    "outcomes",
    "ratings",
    "region",
    "standard_effects",
    "stream",
    "study",
    "true_means",
]
