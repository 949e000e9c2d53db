"""Group means with their intervals, distributions and item statistics (methods 1.3 and 1.5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Instrument
from medengage.disclosure.display import COARSE, FINE, MANY, to_step
from medengage.disclosure.draft import Counts
from medengage.disclosure.noise import Keys
from medengage.findings import Estimate, Figure, Share, Suppressed
from medengage.measure.grouping import Grouping
from medengage.measure.noising import Noise, shifted
from medengage.measure.scoring import Scores
from medengage.stats import intervals, scoring
from medengage.stats.groups import GroupSummaries, group_summaries
from medengage.stats.intervals import Interval

__all__ = [
    "HIDDEN",
    "SCORE_BANDS",
    "Column",
    "Masked",
    "analytic",
    "clipped",
    "descriptive",
    "group_estimates",
    "group_means",
    "item_counts",
    "item_mean",
    "item_shares",
    "masked",
    "score_bands",
    "share_of",
    "spread",
]

Column = npt.NDArray[np.float64]

SCORE_BANDS = ("0 to 19", "20 to 39", "40 to 59", "60 to 79", "80 to 100")
BAND_EDGES = np.array([20.0, 40.0, 60.0, 80.0])
LEAST_FOR_AN_INTERVAL = 2
HIDDEN = Suppressed(reason="small group", words="not shown before protection")
"""Stands in a draft for what ``disclosure`` will work out."""


@dataclass(frozen=True, eq=False)
class Masked:
    """One measure of all respondents with the noise that its means get.

    ``values`` (N,) are points of 0-100, nan where not known; ``keys`` (N,) the respondents' keys
    under this measure.
    """

    values: Column
    noise: Noise
    keys: Keys | None

    @cached_property
    def known(self) -> npt.NDArray[np.bool_]:
        """(N,) who has a value."""
        return ~np.isnan(self.values)

    def only(self, rows: npt.NDArray[np.bool_]) -> Masked:
        """The measure with the values of some respondents alone."""
        return replace(self, values=np.where(rows, self.values, np.nan))

    def noisy(self, found: Interval, rows: npt.NDArray[np.bool_], confidence: float) -> Interval:
        """An interval for some respondents with the noise of their group."""
        return shifted(found, *self.noise.shift(self.keys, rows), confidence)

    def as_shown(self, rows: npt.NDArray[np.bool_]) -> tuple[float, float]:
        """From the mean of some respondents to the mean that is shown: shift and sd of its noise.

        Noise, then the rounding of display. Whatever is worked out further starts from the shown
        mean, so that nothing is shown finer than it.
        """
        shift, sd = self.noise.shift(self.keys, rows)
        mean = float(self.values[rows].mean())
        step = FINE if np.count_nonzero(rows) >= MANY else COARSE
        return to_step(mean + shift, step) - mean, sd


def masked(values: Column, grouping: Grouping, measure: str) -> Masked:
    """A measure of the respondents; ``measure`` is its name in the keys."""
    return Masked(values, grouping.noise, grouping.noise.keys(measure))


def descriptive(column: Masked, population: int | None, confidence: float) -> Figure:
    """What these doctors say now: the mean with the finite population correction."""
    return _estimate(column, population, confidence, "descriptive")


def analytic(column: Masked, confidence: float) -> Figure:
    """The process behind this roster: the mean without finite population correction."""
    return _estimate(column, None, confidence, "analytic")


def group_estimates(column: Masked, grouping: Grouping, confidence: float) -> dict[str, Figure]:
    """Analytic estimate of every shown group; small groups share the spread within all groups.

    Every breakdown is worked out by itself: its groups are disjoint.
    """
    found: dict[str, Figure] = {}
    for names in grouping.plan.margins:
        groups = grouping.plan.of(names)
        codes = grouping.numbered(groups)
        known = (codes >= 0) & column.known
        summaries = group_summaries(column.values[known], codes[known])
        for number, interval in zip(
            summaries.labels.tolist(), _intervals(summaries, confidence), strict=True
        ):
            noisy = column.noisy(interval, known & (codes == number), confidence)
            found[groups[number].id] = clipped(noisy, "analytic")
    return found


def group_means(column: Masked, grouping: Grouping) -> dict[str, float]:
    """Mean of every shown group without noise, for the audit alone."""
    rows = {group.id: grouping.rows(group) & column.known for group in grouping.plan.groups}
    return {name: float(column.values[there].mean()) for name, there in rows.items()}


def clipped(interval: Interval, method: str, population: int | None = None) -> Estimate:
    """An interval as an estimate, its ends kept inside 0 to 100."""
    return Estimate.model_validate(
        {
            "value": interval.value,
            "low": max(0.0, interval.low),
            "high": min(100.0, interval.high),
            "n": interval.n,
            "population": population,
            "method": method,
        }
    )


def score_bands(values: Column) -> Counts:
    """Doctors in each fifth of the 0-100 scale."""
    bands = np.digitize(values[~np.isnan(values)], BAND_EDGES)
    return Counts(SCORE_BANDS, tuple(np.bincount(bands, minlength=len(SCORE_BANDS)).tolist()))


def item_counts(scores: Scores, instrument: Instrument, item_id: str) -> Counts:
    """Doctors per response option of one item, as it was worded (not mirrored)."""
    options = instrument.options_of(item_id)
    answers = scores.responses.answers[:, scores.responses.column[item_id]]
    counts = np.bincount(answers, minlength=options.highest + 1)[1:]
    return Counts(options.labels, tuple(counts.tolist()))


def item_shares(
    scores: Scores, instrument: Instrument, population: int | None, confidence: float
) -> dict[str, Share]:
    """Percent favourable of every item (after mirroring) with Wilson's interval."""
    columns = scores.responses.columns(instrument.item_ids)
    cuts = [instrument.options_of(name).favourable_cut for name in instrument.item_ids]
    found = scoring.percent_favourable(scores.keyed[:, columns], cuts)
    counts = zip(instrument.item_ids, found.count.tolist(), found.answered.tolist(), strict=True)
    return {name: share_of(count, n, population, confidence) for name, count, n in counts}


def item_mean(scores: Scores, grouping: Grouping, item_id: str, options: int) -> float | None:
    """Mean of one item on its own options, after mirroring; ``None`` where nobody answered.

    Its noise is that of a score, on the range of the options.
    """
    answers = scores.keyed[:, scores.responses.column[item_id]]
    answered = answers > 0
    if not answered.any():
        return None
    shift, _ = grouping.noise.shift(grouping.noise.keys(f"item:{item_id}"), answered)
    mean = float(answers[answered].mean()) + shift * (options - 1) / 100
    return min(float(options), max(1.0, mean))


def spread(values: Column) -> float | None:
    """Standard deviation of a scale over all respondents (points); ``None`` below two."""
    known = values[~np.isnan(values)]
    return float(known.std(ddof=1)) if known.size >= LEAST_FOR_AN_INTERVAL else None


def share_of(count: int, n: int, population: int | None, confidence: float) -> Share:
    """A count as a percentage with Wilson's interval; 0 (0 to 100) where nobody answered."""
    if n == 0:
        return Share(value=0.0, low=0.0, high=100.0, n=0)
    found = intervals.wilson_interval(count, n, population=population, confidence=confidence)
    return Share(value=100 * found.value, low=100 * found.low, high=100 * found.high, n=n)


def _estimate(column: Masked, population: int | None, confidence: float, method: str) -> Figure:
    if np.count_nonzero(column.known) < LEAST_FOR_AN_INTERVAL:
        return Suppressed(reason="too few answers", words="cannot tell: too few doctors answered")
    known = column.values[column.known]
    found = intervals.mean_interval(known, population=population, confidence=confidence)
    return clipped(column.noisy(found, column.known, confidence), method, population)


def _intervals(summaries: GroupSummaries, confidence: float) -> tuple[Interval, ...]:
    return intervals.group_intervals(summaries, confidence=confidence)
