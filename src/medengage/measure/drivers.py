"""What goes with saying, staying and striving, and how surely one knows (methods 5).

Everything is about differences between doctors of the same unit, over the whole organisation, so
that a good unit does not make its habits look like causes. It is an association all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Engaged
from medengage.findings import Driver, Drivers
from medengage.measure.scoring import Scores
from medengage.measure.study import Study
from medengage.stats import importance
from medengage.stats.missing import em_moments

__all__ = ["drivers"]

Matrix = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

FEWEST, PER_PREDICTOR = 100, 20
"""Doctors that are needed in all, and for each scale."""
ALIKE = 0.85
"""Scales that go together more closely than this count as one."""
WEAK = 0.05
LOST, GAP = 0.10, 0.02
"""Share of doctors who lack a scale that is told, and change of a share that matters."""
FEWEST_UNITS = 10
TOP = 3
SEED = 20
"""Draws are the same each time, so that the same answers give the same figures."""
PAIR = 2


@dataclass(frozen=True, eq=False)
class _Predictor:
    """One scale, or several that doctors hardly tell apart."""

    scales: tuple[str, ...]
    titles: tuple[str, ...]
    values: npt.NDArray[np.float64]

    @property
    def title(self) -> str:
        return " and ".join(self.titles)

    def joined(self, other: _Predictor) -> _Predictor:
        """Both as one: the mean of all their scales."""
        n, m = len(self.scales), len(other.scales)
        values = (n * self.values + m * other.values) / (n + m)
        return _Predictor(self.scales + other.scales, self.titles + other.titles, values)


def drivers(study: Study, scores: Scores) -> Drivers | None:
    """Importance of each subscale for the mean of say, stay and strive.

    LMG shares of R-squared with intervals from drawn units; ``None`` without such facets, with
    more than ten scales, or below ``max(100, 20 p)`` doctors who have all of them.
    """
    rule = next((i.engaged for i in study.instruments if i.engaged is not None), None)
    scales = [s for s in study.instrument.subscales if rule and s.id not in rule.facets]
    if rule is None or not PAIR <= len(scales) <= importance.MOST:
        return None
    every = np.column_stack([*(scores.scale[s.id] for s in scales), _outcome(scores, rule)])
    complete = ~np.isnan(every).any(axis=1)
    n = int(complete.sum())
    if n < max(FEWEST, PER_PREDICTOR * len(scales)):
        return None
    table, unit = every[complete], _units(study, scores)[complete]
    place = {s.id: k for k, s in enumerate(scales)}
    predictors = _told_apart(
        [_Predictor((s.id,), (s.title,), table[:, k]) for k, s in enumerate(scales)], unit
    )
    if len(predictors) < PAIR or not _varies(table[:, -1], unit):
        return None
    y = table[:, -1]
    together = importance.correlations(
        importance.unit_products(_matrix(predictors), y, unit).sum(axis=0)
    )
    notes = [*_notes(predictors, together)]
    if (lost := 1.0 - n / scores.n) > LOST:
        places = [[place[name] for name in one.scales] for one in predictors]
        filled = _with_gaps(every, places, _units(study, scores))
        notes.append(_about_gaps(lost, filled, _shares(together)))
    return _found(rule, predictors, together, (y, unit), tuple(notes))


def _shares(together: importance.Correlations) -> npt.NDArray[np.float64]:
    """Shares of R-squared by LMG."""
    return np.asarray(importance.lmg(together) / float(together.r2))


def _with_gaps(
    every: Matrix, places: Sequence[Sequence[int]], unit: Codes
) -> npt.NDArray[np.float64]:
    """Shares by maximum likelihood from all doctors, also those who skipped a scale."""
    columns = [every[:, place].mean(axis=1) for place in places]
    table = np.column_stack([*columns, every[:, -1]])
    for name in np.unique(unit):
        rows = unit == name
        there = ~np.isnan(table[rows])
        counts = there.sum(axis=0)
        sums = np.where(there, table[rows], 0.0).sum(axis=0)
        table[rows] -= sums / np.maximum(counts, 1)
    return _shares(importance.correlations(em_moments(table).covariance))


def _about_gaps(
    lost: float, filled: npt.NDArray[np.float64], shares: npt.NDArray[np.float64]
) -> str:
    """Whether shares would be others if those who skipped a scale counted as well."""
    most = float(np.abs(filled - shares).max())
    told = (
        f"{round(100 * lost)} % of doctors are not counted here, because a scale is missing. "
        "If they are, by what their other answers let expect,"
    )
    if most <= GAP:
        return f"{told} no share changes by more than {round(100 * GAP)} points."
    return f"{told} shares change by up to {round(100 * most)} points."


def _outcome(scores: Scores, rule: Engaged) -> npt.NDArray[np.float64]:
    return np.asarray(np.column_stack([scores.scale[name] for name in rule.facets]).mean(axis=1))


def _units(study: Study, scores: Scores) -> Codes:
    """(N,) the smallest unit that is known of each doctor; one for all without units."""
    policy, known = study.policy, scores.responses.attributes
    inner = [name for name, outer in policy.within.items() if outer == policy.breakdown]
    wanted = [*inner, policy.breakdown]
    name = next((one for one in wanted if one in known and one not in policy.sensitive), None)
    if name is None:
        return np.zeros(scores.n, dtype=np.int64)
    return known[name].codes.astype(np.int64)


def _told_apart(predictors: list[_Predictor], unit: Codes) -> list[_Predictor]:
    """Scales that vary, the closest pair made one until none goes together too closely."""
    left = [one for one in predictors if _varies(one.values, unit)]
    while len(left) > 1:
        sums = importance.unit_products(_matrix(left), left[0].values, unit).sum(axis=0)
        together = importance.correlations(sums).x
        upper = np.triu(np.abs(together), k=1)
        first, second = np.unravel_index(int(upper.argmax()), upper.shape)
        if upper[first, second] <= ALIKE:
            break
        left[first] = left[first].joined(left.pop(second))
    return left


def _varies(values: npt.NDArray[np.float64], unit: Codes) -> bool:
    return bool(importance.unit_products(values[:, None], values, unit).sum(axis=0)[0, 0] > 0.0)


def _matrix(predictors: Sequence[_Predictor]) -> Matrix:
    return np.column_stack([one.values for one in predictors])


def _found(
    rule: Engaged,
    predictors: Sequence[_Predictor],
    together: importance.Correlations,
    data: tuple[npt.NDArray[np.float64], Codes],
    notes: tuple[str, ...],
) -> Drivers:
    rng, x = np.random.default_rng(SEED), _matrix(predictors)
    y, unit = data
    r2, shares = float(together.r2), _shares(together)
    units = len(np.unique(unit))
    enough = units >= FEWEST_UNITS
    products = importance.unit_products if enough else importance.doctor_products
    drawn = importance.bootstrap_weights(products(x, y, unit), rng)
    with_chance = np.column_stack([x, rng.standard_normal(y.size)])
    above = importance.bootstrap_weights(products(with_chance, y, unit), rng).above(len(shares))
    interval, equal = drawn.interval(), 1.0 / len(predictors)
    return Drivers(
        outcome=_words(rule.facets),
        facets=rule.facets,
        r2_percent=100 * r2,
        drivers=tuple(
            Driver(
                title=predictors[k].title,
                scales=predictors[k].scales,
                share=100 * float(shares[k]),
                low=100 * float(interval[k, 0]),
                high=100 * float(interval[k, 1]),
                first=float(drawn.rank_probability[k, 0]),
                top_three=min(1.0, float(drawn.rank_probability[k, :TOP].sum())),
                important=float((drawn.weights[:, k] > equal).mean()),
                above_noise=float(above[k]),
            )
            for k in np.argsort(-shares, kind="stable").tolist()
        ),
        distinguishable=r2 >= WEAK,
        units=units if enough else None,
        notes=notes,
        n=y.size,
    )


def _words(facets: Sequence[str]) -> str:
    """``say, stay and strive``."""
    return f"{', '.join(facets[:-1])} and {facets[-1]}" if len(facets) > 1 else facets[0]


def _notes(predictors: Sequence[_Predictor], together: importance.Correlations) -> Iterator[str]:
    """What a reader has to know of how it was worked out."""
    for one in predictors:
        if len(one.scales) > 1:
            yield f"{one.title} count as one, because doctors hardly told them apart."
    slopes = importance.standardised_slopes(together)
    turned = [
        one.title for one, b, r in zip(predictors, slopes, together.y, strict=True) if b * r < 0
    ]
    if turned:
        yield (
            f"{_words(turned)}: the sign turns once all others are allowed for, so its share says "
            "little by itself."
        )
