"""How much better or worse managers think that doctors feel, scale by scale (methods 6)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from medengage.findings import Gap
from medengage.measure.grouping import Grouping
from medengage.measure.scoring import Scores, score
from medengage.measure.study import Study
from medengage.measure.summaries import masked
from medengage.stats.effects import perception_gap, sample

__all__ = ["gaps"]


def gaps(study: Study, scores: Scores, groups: Grouping) -> tuple[Gap, ...]:
    """Managers' estimates less doctors' scores on every parallel scale, for the organisation.

    Doctors stand at their mean as it is shown, with the noise counted as error. Managers are
    seldom enough for anything but the whole; where their spread may not be shown either, that of
    doctors stands for it. Empty without a managers' form, and a scale is left
    out below the smallest group on either side.
    """
    if study.managers is None:
        return ()
    theirs = _scored(study)
    fewest, confidence = study.policy.minimum_group, study.policy.confidence
    found = []
    for scale in study.instrument.scales:
        if scale.id not in theirs.scale:
            continue
        column = masked(scores.scale[scale.id], groups, scale.id)
        managers = theirs.scale[scale.id]
        n, m = int(column.known.sum()), int(np.isfinite(managers).sum())
        if min(n, m) < fewest:
            continue
        shift, error = column.as_shown(column.known)
        doctors = sample(column.values)
        # Noise adds to the error of the mean as if doctors differed more.
        spread = (doctors.sd**2 + n * error**2) ** 0.5
        doctors = replace(doctors, mean=doctors.mean + shift, sd=spread)
        others = sample(managers)
        if m < study.policy.distribution_group:
            # The width of the interval must not tell that a few managers all answered alike.
            others = replace(others, sd=doctors.sd)
        gap = perception_gap(others, doctors, fewest=fewest, confidence=confidence)
        found.append(
            Gap(
                scale=scale.id,
                managers=doctors.mean + gap.value,
                doctors=min(100.0, max(0.0, doctors.mean)),
                difference=gap.value,
                low=gap.low,
                high=gap.high,
                hedges_g=gap.hedges_g,
                managers_n=m,
                n=n,
            )
        )
    return tuple(found)


def _scored(study: Study) -> Scores:
    """Scores of the managers' form."""
    assert study.managers is not None
    form = replace(
        study,
        instrument=study.managers.instrument,
        responses=study.managers.responses,
        modules=(),
        managers=None,
        population=None,
    )
    return score(form)
