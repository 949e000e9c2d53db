"""How well the instrument worked in this study: reliability of every scale and of its items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Instrument
from medengage.findings import Reliability
from medengage.measure.scoring import Scores
from medengage.stats import moments, omega, reliability
from medengage.stats.measurement_error import standard_error_of_measurement
from medengage.stats.moments import Moments

__all__ = ["ItemQuality", "item_quality", "scale_reliability"]

SMALLEST_RELIABLE_CHANGE = 1.959963984540054 * 2**0.5
IDENTIFIED_FACTORS = 3
PAIR = 2


@dataclass(frozen=True)
class ItemQuality:
    """How one item goes with its own subscale; ``None`` where it cannot be told."""

    item_rest: float | None
    alpha_if_dropped: float | None


def scale_reliability(instrument: Instrument, scores: Scores) -> dict[str, Reliability]:
    """Reliability of every scale that has at least two items with spread.

    alpha with Feldt's interval from the pairwise covariances of all items below the scale; omega
    total and (from three subscales on, where it is identified) hierarchical, with one factor a
    subscale; SEM = SD * sqrt(1 - alpha) and the smallest reliable change 1.96 * sqrt(2) * SEM.
    Checked against R: ``psych::alpha``, ``psych::omega``.
    """
    everything = moments.moments(scores.keyed)
    found = {
        scale.id: _reliability(instrument, scale.id, scores, everything)
        for scale in instrument.scales
    }
    return {name: value for name, value in found.items() if value is not None}


def item_quality(instrument: Instrument, scores: Scores) -> dict[str, ItemQuality]:
    """Item-rest correlation and alpha without the item, within the item's own subscale."""
    everything = moments.moments(scores.keyed)
    found: dict[str, ItemQuality] = {}
    for scale in instrument.subscales:
        found |= _items(scale.items, _moments_of(scale.items, scores, everything))
    return found


def _reliability(
    instrument: Instrument, scale_id: str, scores: Scores, everything: Moments
) -> Reliability | None:
    items = instrument.items_of(scale_id)
    here = _moments_of(items, scores, everything)
    values = scores.scale[scale_id]
    values = values[~np.isnan(values)]
    if min(len(items), int(here.pairs.min()), len(values)) < PAIR:
        return None
    base = reliability.reliability(here.covariance(), n=scores.n)
    if base is None:
        return None
    spread = standard_error_of_measurement(
        float(values.std(ddof=1)), min(1.0, max(0.0, base.alpha))
    )
    total, hierarchical = _omega(here.correlation(), len(instrument.leaves_of(scale_id)))
    return Reliability(
        alpha=base.alpha,
        alpha_low=base.alpha_low,
        alpha_high=base.alpha_high,
        omega_total=total,
        omega_hierarchical=hierarchical,
        standard_error=spread,
        smallest_reliable_change=SMALLEST_RELIABLE_CHANGE * spread,
        items=len(base.items),
        n=scores.n,
    )


def _omega(
    correlation: npt.NDArray[np.float64] | None, subscales: int
) -> tuple[float | None, float | None]:
    """Omega total and hierarchical; the latter only where the general factor is identified."""
    if correlation is None or len(correlation) < max(IDENTIFIED_FACTORS, 2 * subscales):
        return None, None
    found = omega.omega(correlation, subscales)
    if found is None or not found.solution.converged or not 0 <= found.total <= 1:
        return None, None
    return found.total, found.hierarchical if found.solution.identified else None


def _items(items: tuple[str, ...], here: Moments) -> Mapping[str, ItemQuality]:
    nothing = {name: ItemQuality(None, None) for name in items}
    if min(len(items), int(here.pairs.min())) < PAIR:
        return nothing
    covariance = here.covariance()
    rest = reliability.item_rest_correlations(covariance)
    without = (
        reliability.alpha_if_dropped(covariance)
        if len(items) > PAIR
        else np.full(len(items), np.nan)
    )
    return {
        name: ItemQuality(_known(rest[place]), _known(without[place]))
        for place, name in enumerate(items)
    }


def _moments_of(items: tuple[str, ...], scores: Scores, everything: Moments) -> Moments:
    return everything.select(scores.responses.columns(items).tolist())


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
