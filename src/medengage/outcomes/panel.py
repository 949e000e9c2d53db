"""Engagement and an outer measure over several periods: does one rise where the other does?

Organisations that are more engaged may be better for many reasons that never change. Whether an
organisation's own years go together is another question, and mostly the one that was meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from medengage.definitions.indicator import Indicator
from medengage.errors import TooFewResponses
from medengage.outcomes.indicators import refuse_circular
from medengage.stats.association import FEWEST
from medengage.stats.panels import Correlation, cluster_interval, means_by, within

__all__ = ["Panel", "panel"]

Key = tuple[str, str]


@dataclass(frozen=True)
class Panel:
    """Rank correlations, positive where more engagement goes with better values.

    ``pooled`` all rows, ``between`` organisations' means, ``inside`` an organisation's deviations
    from its own mean and from its period's; ``by_period`` in each. Intervals draw organisations.
    """

    pooled: Correlation
    between: Correlation
    inside: Correlation
    by_period: dict[str, Correlation]

    @property
    def words(self) -> str:
        """Both questions in one sentence."""
        told = f"between organisations {_side(self.between)}; within them over time"
        return f"{told} {_side(self.inside)}"


def panel(
    engagement: Mapping[Key, float],
    outcome: Mapping[Key, float],
    indicator: Indicator,
    rng: np.random.Generator,
) -> Panel:
    """Compare values by (organisation, period). Rows that lack either are left out.

    Raises ``StudyError`` for an indicator that is made of engagement, ``TooFewResponses`` below
    four organisations or two periods.
    """
    refuse_circular(indicator)
    keys = sorted(set(engagement) & set(outcome))
    unit = np.array([organisation for organisation, _ in keys])
    period = np.array([when for _, when in keys])
    if len(set(period.tolist())) <= 1:
        raise TooFewResponses("periods with both", n=len(set(period.tolist())), needed=2)
    x = np.array([engagement[key] for key in keys])
    y = np.array([outcome[key] for key in keys]) * (1.0 if indicator.better == "high" else -1.0)
    every = np.unique(unit)
    by_period = {}
    for when in np.unique(period).tolist():
        rows = period == when
        if rows.sum() >= FEWEST:
            by_period[when] = cluster_interval(x[rows], y[rows], unit[rows], rng)
    return Panel(
        pooled=cluster_interval(x, y, unit, rng),
        between=cluster_interval(means_by(x, unit), means_by(y, unit), every, rng),
        inside=cluster_interval(within(x, unit, period), within(y, unit, period), unit, rng),
        by_period=by_period,
    )


def _side(found: Correlation) -> str:
    ends = f"({found.low:.2f} to {found.high:.2f})"
    if found.low <= 0.0 <= found.high:
        return f"nothing can be told {ends}"
    return f"more engagement goes with {'better' if found.low > 0 else 'worse'} values {ends}"
