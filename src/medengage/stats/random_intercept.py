"""Unit means as draws from a distribution: how far true means differ, and each unit's best guess.

Model: score of a doctor = ``mu`` + effect of the unit + rest, with variances ``tau2`` and
``sigma2``. Given the ratio ``lambda = tau2/sigma2`` everything else has a closed form, so the
likelihood is searched in one dimension only, over units and not over doctors: with

    a_u = n_u / (1 + lambda n_u)                    weight of unit u
    mu  = sum a_u mean_u / sum a_u
    Q   = sum (n_u - 1) s_u^2 + sum a_u (mean_u - mu)^2
    REML: sigma2 = Q/(N-1),  -2 log L = (N-1)(1 + log(2 pi sigma2)) + sum log(1 + lambda n_u)
                                         + log sum a_u
    ML:   N instead of N - 1, and no last term.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from medengage.stats.groups import GroupSummaries
from medengage.stats.multilevel import require_groups

__all__ = ["RandomIntercept", "random_intercept"]

Vector = NDArray[np.float64]

SMALLEST_RATIO = 1e-8
PER_DECADE = 8
"""Ratios to look at first, per factor of ten: the curve is smooth at this scale."""


@dataclass(frozen=True, slots=True, eq=False)
class RandomIntercept:
    """Fitted one-way random-intercept model.

    ``mu, mu_se``      mean of the true unit means, in score points, and its standard error;
    ``tau2, sigma2``   variance between true unit means and within units, in squared points;
    ``boundary``       tau2 is 0: no difference between units beyond chance was found;
    ``criterion``      minus twice the maximised (restricted) log-likelihood;
    ``reml``           restricted (True) or full maximum likelihood;
    ``effects, effects_sd``  per unit, in the order of the summaries: best guess (BLUP) of its
    true mean minus mu, and the conditional standard deviation, both given mu and the variances.
    """

    mu: float
    mu_se: float
    tau2: float
    sigma2: float
    boundary: bool
    criterion: float
    reml: bool
    effects: Vector
    effects_sd: Vector

    @property
    def theta(self) -> float:
        """``sqrt(tau2/sigma2)``, the parameter that lme4 prints."""
        return math.sqrt(self.tau2 / self.sigma2)

    @property
    def icc(self) -> float:
        """Share of variance between units, ``tau2/(tau2 + sigma2)``; 0 on the boundary."""
        return self.tau2 / (self.tau2 + self.sigma2)


def random_intercept(groups: GroupSummaries, *, reml: bool = True) -> RandomIntercept | None:
    """Random-intercept model from n, mean and variance of each unit, by REML or ML.

    Cost: units, not doctors. ``effect_u = lambda a_u (mean_u - mu)`` and
    ``sd_u = sqrt(tau2 / (1 + lambda n_u))``. None if no two doctors of any unit differ: the
    likelihood then has no maximum. Raises ``TooFewResponses`` with fewer than two units, or if no
    unit has two scores. Source: Searle, Casella and McCulloch 1992, chapter 3; Bates et al. 2015.
    Checked against R: ``lme4::lmer(y ~ 1 + (1 | unit))``, ``nlme::lme``.
    """
    require_groups(groups)
    if groups.sum_squares.sum() == 0.0:
        return None
    profile = _Profile(groups, reml)
    return _fitted(profile, _best_ratio(profile))


@dataclass(frozen=True, slots=True, eq=False)
class _Profile:
    """The likelihood as a function of ``lambda`` alone."""

    groups: GroupSummaries
    reml: bool

    @property
    def df(self) -> int:
        return int(self.groups.n.sum()) - int(self.reml)

    def parts(self, ratio: float) -> tuple[Vector, float, float]:
        """Weights ``a_u``, ``mu`` and ``Q``."""
        weight = self.groups.n / (1.0 + ratio * self.groups.n)
        mu = float(weight @ self.groups.mean / weight.sum())
        residual = float(self.groups.sum_squares.sum() + weight @ (self.groups.mean - mu) ** 2)
        return weight, mu, residual

    def criterion(self, ratio: float) -> float:
        weight, _, residual = self.parts(ratio)
        value = self.df * (1.0 + math.log(2.0 * math.pi * residual / self.df))
        value += float(np.log1p(ratio * self.groups.n).sum())
        return value + math.log(float(weight.sum())) if self.reml else value

    def slope(self, ratio: float) -> float:
        """Derivative by lambda; mu drops out, for it minimises Q."""
        weight, mu, residual = self.parts(ratio)
        squares = weight**2
        pull = self.df * float(squares @ (self.groups.mean - mu) ** 2) / residual
        value = float(weight.sum()) - pull
        return value - float(squares.sum() / weight.sum()) if self.reml else value


def _best_ratio(profile: _Profile) -> float:
    """The lowest valley of the criterion; 0 where only rounding could tell it from 0.

    Units of very unequal sizes can make two valleys. Each lies where the slope turns from down to
    up between two neighbours of a grid.
    """
    grid = _ratios(profile)
    rising = np.array([profile.slope(ratio) >= 0.0 for ratio in grid])
    turns = np.flatnonzero(~rising[:-1] & rising[1:])
    valleys = [0.0] + [
        float(brentq(profile.slope, grid[turn], grid[turn + 1], xtol=1e-300, rtol=1e-14))
        for turn in turns
    ]
    return min(valleys, key=profile.criterion)


def _ratios(profile: _Profile) -> Vector:
    """From next to nothing to more than all spread between over all spread within allows."""
    _, _, spread = profile.parts(0.0)
    within = float(profile.groups.sum_squares.sum())
    largest = 10.0 * (profile.df + 1) * spread / within
    points = math.ceil(PER_DECADE * math.log10(largest / SMALLEST_RATIO))
    return np.geomspace(SMALLEST_RATIO, largest, points)


def _fitted(profile: _Profile, ratio: float) -> RandomIntercept:
    groups = profile.groups
    weight, mu, residual = profile.parts(ratio)
    sigma2 = residual / profile.df
    return RandomIntercept(
        mu=mu,
        mu_se=math.sqrt(sigma2 / float(weight.sum())),
        tau2=ratio * sigma2,
        sigma2=sigma2,
        boundary=ratio == 0.0,
        criterion=profile.criterion(ratio),
        reml=profile.reml,
        effects=ratio * weight * (groups.mean - mu),
        effects_sd=np.sqrt(ratio * sigma2 / (1.0 + ratio * groups.n)),
    )
