"""What else is asked: further questionnaires of the doctors, the parallel form of the managers."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Instrument
from medengage.simulate.answers import draw_answers
from medengage.simulate.items import item_model
from medengage.simulate.names import GRADES
from medengage.simulate.organisations import Organisation
from medengage.simulate.seeds import Purpose
from medengage.simulate.traits import INDEX, subscales, total_covariance

__all__ = ["manager_answers", "module_traits"]

Array = npt.NDArray[np.float64]


def module_traits(place: Organisation, wave: int, module: Instrument) -> Array:
    """(N, L) standing of each doctor on the facets of a further questionnaire, in SD.

    ``facet = r g + sqrt(1 - r^2) (sqrt(c) common + sqrt(1 - c) own)``: each facet correlates r
    with engagement g, and two facets correlate ``r^2 + (1 - r^2) c``. Say, stay and strive are
    such facets.
    """
    score, extra = place.truth.score, place.truth.extra
    spread = float(np.sqrt(INDEX @ total_covariance(score) @ INDEX))
    engaged = (place.doctors(wave).index - score.mean) / spread
    rng = place.stream(Purpose.MODULE, wave, crc32(module.reference.encode()))
    common = rng.standard_normal((place.roster.n, 1))
    own = rng.standard_normal((place.roster.n, len(module.subscales)))
    rest = np.sqrt(extra.module_common) * common + np.sqrt(1.0 - extra.module_common) * own
    return np.asarray(extra.module * engaged[:, None] + np.sqrt(1.0 - extra.module**2) * rest)


def manager_answers(place: Organisation, wave: int, form: Instrument) -> npt.NDArray[np.int8]:
    """(M, J) answers of about 15 managers to the parallel form: how they think doctors feel.

    Each subscale is the organisation's true mean, plus the managers' common optimism, plus what
    is this manager's own, in points.
    """
    truth, rng = place.truth, place.stream(Purpose.MANAGERS, wave)
    known = subscales(form, truth.score)
    managers = int(rng.poisson(truth.extra.managers))
    person, subscale = truth.extra.manager_sd
    actual = place.doctors(wave).traits.mean(axis=0) @ known.weights.T
    seen = actual + truth.extra.manager_gap + person * rng.standard_normal((managers, 1))
    seen = seen + subscale * rng.standard_normal((managers, len(known.sd)))
    z = (seen - known.mean) / known.sd
    unremarkable = np.full(managers, GRADES.index("Consultant"), dtype=np.int32)
    model = item_model(form, truth.answers)
    return draw_answers(rng, model, z=z, grade=unremarkable, truth=truth.answers)
